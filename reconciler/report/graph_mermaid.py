"""The picture as a Mermaid flowchart, for comments and READMEs.

It is a flowchart and no `erDiagram`, because attributes there cannot hold every
character that a field's name can, and because colours work in every version of Mermaid
that is in use. Names from the shop stand in quoted labels only; ids of nodes and classes
are made here.
"""

from collections.abc import Iterator, Mapping

from reconciler.form.words import counted
from reconciler.report.escape import mermaid, shorten
from reconciler.report.graph import MARKS, Edge, Mark, Node, NodeField, Picture

LONGEST_LABEL = 60
LONGEST_TYPE = 30
MOST_FIELDS = 30
MOST_EDGES = 400
"""Mermaid refuses more than 500 edges."""
_STYLES: dict[Mark, str] = {
    "create": "fill:#dafbe1,stroke:#1a7f37,color:#0b3d17",
    "update": "fill:#fff3c4,stroke:#9a6700,color:#4d3300",
    "delete": "fill:#ffe0dd,stroke:#cf222e,color:#66040b",
    "blocked": "fill:#f5e3ff,stroke:#8250df,color:#3a1070,stroke-width:3px",
}


def graph_mermaid(picture: Picture) -> str:
    """The diagram, without a fence around it."""
    statements = [f"    {statement}" for statement in _statements(picture)]
    return "\n".join(["flowchart LR", *statements, ""])


def _statements(picture: Picture) -> Iterator[str]:
    ids = {node.address: f"n{number}" for number, node in enumerate(picture.nodes)}
    for node in picture.nodes:
        yield f"{ids[node.address]}{_shape(node)}"
    for edge in picture.edges[:MOST_EDGES]:
        yield f"{ids[edge.start]} {_arrow(edge)} {ids[edge.end]}"
    left_out = " and ".join(_left_out(picture))
    if left_out:
        yield f'more["{left_out}"]'
    yield from _classes(picture, ids)


def _classes(picture: Picture, ids: Mapping[str, str]) -> Iterator[str]:
    """The statements that give the nodes of each mark its colours."""
    for mark, style in _STYLES.items():
        marked = [ids[node.address] for node in picture.nodes if node.mark == mark]
        if marked:
            yield f"classDef {mark}_node {style}"
            yield f"class {','.join(marked)} {mark}_node"


def _shape(node: Node) -> str:
    """The label in the brackets that make it a box, or for a system table a
    cylinder.
    """
    label = "<br/>".join(_lines(node))
    if node.system:
        return f'[("{label}")]'
    return f'["{label}"]'


def _lines(node: Node) -> Iterator[str]:
    title = mermaid(shorten(node.title, LONGEST_LABEL))
    yield f"<b>{_sign(node.mark)}{title}</b>"
    for part in node.fields[:MOST_FIELDS]:
        yield _field(part)
    if len(node.fields) > MOST_FIELDS:
        yield f"{len(node.fields) - MOST_FIELDS} more"


def _field(part: NodeField) -> str:
    name = shorten(part.name, LONGEST_LABEL)
    kind = shorten(part.type, LONGEST_TYPE)
    text = mermaid(" ".join(word for word in (name, kind) if word))
    if part.key:
        text += " (key)"
    return _sign(part.mark) + text


def _sign(mark: Mark) -> str:
    """As a character number, as `mermaid` writes all that is no letter or digit."""
    if not mark:
        return ""
    return f"#{ord(MARKS[mark])}; "


def _arrow(edge: Edge) -> str:
    arrow = "-.->" if edge.override else "-->"
    label = mermaid(shorten(edge.label, LONGEST_LABEL).strip())
    if not label:
        return arrow
    return f'{arrow}|"<i>{label}</i>"|'


def _left_out(picture: Picture) -> Iterator[str]:
    """What was too much, in words."""
    if picture.left_out:
        yield counted(picture.left_out, "more definition")
    edges = len(picture.edges) - MOST_EDGES
    if edges > 0:
        yield counted(edges, "more relationship")
