"""The picture as a Mermaid flowchart, for comments and READMEs.

A flowchart and not an `erDiagram`: field names may hold any character, which attributes
there may not, and colours work in every version that is around. Foreign text stands in
quoted labels only; node ids and classes are ours.
"""

from collections.abc import Iterator

from reconciler.report.escape import mermaid, shortened
from reconciler.report.graph import MARKS, Mark, Node, NodeField, Picture

LONGEST_LABEL = 60
MOST_FIELDS = 30
MOST_EDGES = 400
"""mermaid refuses more than 500 edges."""
_STYLES: dict[Mark, str] = {
    "create": "fill:#dafbe1,stroke:#1a7f37,color:#0b3d17",
    "update": "fill:#fff3c4,stroke:#9a6700,color:#4d3300",
    "delete": "fill:#ffe0dd,stroke:#cf222e,color:#66040b",
    "blocked": "fill:#f5e3ff,stroke:#8250df,color:#3a1070,stroke-width:3px",
}


def graph_mermaid(picture: Picture) -> str:
    """The diagram, without a fence around it."""
    return "".join(
        f"{line}\n"
        for line in ["flowchart LR", *(f"    {line}" for line in _lines(picture))]
    )


def _lines(picture: Picture) -> Iterator[str]:
    numbers = {node.address: f"n{number}" for number, node in enumerate(picture.nodes)}
    for node in picture.nodes:
        left, right = ('[("', '")]') if node.system else ('["', '"]')
        yield f"{numbers[node.address]}{left}{'<br/>'.join(_label(node))}{right}"
    for edge in picture.edges[:MOST_EDGES]:
        arrow = "-.->" if edge.override else "-->"
        label = mermaid(shortened(edge.label, LONGEST_LABEL).strip())
        text = f'|"<i>{label}</i>"|' if label else ""
        yield f"{numbers[edge.start]} {arrow}{text} {numbers[edge.end]}"
    unseen = _unseen(picture)
    if unseen:
        yield f'more["{unseen}"]'
    for mark, style in _STYLES.items():
        marked = [numbers[node.address] for node in picture.nodes if node.mark == mark]
        if marked:
            yield f"classDef {mark}_node {style}"
            yield f"class {','.join(marked)} {mark}_node"


def _label(node: Node) -> Iterator[str]:
    sign = f"#{ord(MARKS[node.mark])}; " if node.mark else ""
    yield f"<b>{sign}{mermaid(shortened(node.title, LONGEST_LABEL))}</b>"
    yield from (_field(part) for part in node.fields[:MOST_FIELDS])
    if len(node.fields) > MOST_FIELDS:
        yield f"{len(node.fields) - MOST_FIELDS} more"


def _field(part: NodeField) -> str:
    sign = f"#{ord(MARKS[part.mark])}; " if part.mark else ""
    key = " (key)" if part.key else ""
    words = [
        shortened(part.name, LONGEST_LABEL),
        shortened(part.type, 30) if part.type else "",
    ]
    return sign + mermaid(" ".join(word for word in words if word)) + key


def _unseen(picture: Picture) -> str:
    """What was too much, in words."""
    edges = len(picture.edges) - MOST_EDGES
    parts = [f"{picture.left_out} more definitions"] if picture.left_out else []
    parts += [f"{edges} more relationships"] if edges > 0 else []
    return " and ".join(parts)
