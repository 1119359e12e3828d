"""The picture as an entity-relationship diagram of Mermaid, for comments and READMEs.

Names from the shop stand in quoted texts only, as `escape.mermaid` writes them; ids of
boxes are made here. In a line of a box, Mermaid wants one word for the type and one for
the name, in ASCII: where the words of the shop are others, they stand behind these, in the
quoted comment. There are no colours, because versions of Mermaid before 11.5 draw no
diagram of this sort at all when they find some.
"""

from collections.abc import Iterator

from reconciler.report.escape import mermaid, mermaid_word, shorten
from reconciler.report.graph import Edge, Mark, Node, NodeField, Picture
from reconciler.report.reduction import ever_smaller, limit_edges, shorter

LONGEST_LABEL = 60
LONGEST_TYPE = 30
MOST_EDGES = 400
"""Mermaid refuses more than 500 in some sorts of diagrams."""
MOST_LETTERS = 45_000
"""Mermaid refuses a text of more than 50,000."""
SIGNS: dict[Mark, str] = {
    "": "",
    "create": "➕ ",
    "update": "✏️ ",
    "delete": "➖ ",
    "blocked": "⛔ ",
}
"""Those of the lists beside the picture."""
_WORDS: dict[Mark, str] = {
    "": "",
    "create": "new",
    "update": "changed",
    "delete": "removed",
    "blocked": "not possible",
}
"""What happens to a line of a box."""
_HEAD = (
    '%%{init: {"er": {"layoutDirection": "LR"}}}%%',
    "erDiagram",
    "    accDescr: Tables and what they refer to. direction LR",
)
"""From left to right, which is less wide, in every version: those before 11.5 read the
first line and take the last for a description only, where later ones see the direction.
"""
_UNKNOWN = "unknown"
"""The type of a field of which only the name is known."""


def graph_mermaid(picture: Picture, room: int = MOST_LETTERS) -> str:
    """The largest diagram that has room, without a fence around it; empty when not even
    the smallest has.
    """
    for smaller in ever_smaller(shorter(limit_edges(picture, MOST_EDGES))):
        text = _diagram(smaller)
        if len(text) <= room:
            return text
    return ""


def _diagram(picture: Picture) -> str:
    statements = [f"    {statement}" for statement in _statements(picture)]
    return "\n".join([*_HEAD, *statements, ""])


def _statements(picture: Picture) -> Iterator[str]:
    ids = {node.address: f"n{number}" for number, node in enumerate(picture.nodes)}
    starts = {(edge.start, edge.label) for edge in picture.edges if not edge.override}
    for node in picture.nodes:
        yield f'{ids[node.address]}["{_title(node)}"]{" {" if node.fields else ""}'
        for line in node.fields:
            yield f"    {_line(line, is_start=(node.address, line.name) in starts)}"
        if node.fields:
            yield "}"
    for edge in picture.edges:
        yield f'{ids[edge.start]} {_arrow(edge)} {ids[edge.end]} : "{_label(edge)}"'
    if left_out := picture.left_out.words():
        yield f'more["{mermaid(left_out)}"]'


def _title(node: Node) -> str:
    title = mermaid(shorten(node.title, LONGEST_LABEL))
    where = " #40;ShopiMind#41;" if node.system else ""
    return f"{SIGNS[node.mark]}{title}{where}"


def _line(line: NodeField, *, is_start: bool) -> str:
    """Type, name, keys and comment."""
    before, _, _ = line.type.partition(" → ")
    kind = mermaid_word(before, LONGEST_TYPE) if before else _UNKNOWN
    name = mermaid_word(line.name, LONGEST_LABEL)
    keys = ["PK"] * line.key + ["FK"] * is_start
    words = [kind, name, ", ".join(keys), _comment(line, kind, name)]
    return " ".join(word for word in words if word)


def _comment(line: NodeField, kind: str, name: str) -> str:
    """In quotes: what happens to it, and what the two words do not say; or nothing."""
    said = []
    if name != line.name:
        said.append(line.name)
    if line.type not in ("", kind):
        said.append(line.type)
    whole = shorten(" ".join(said), LONGEST_LABEL + LONGEST_TYPE).strip()
    fate = f"{SIGNS[line.mark]}{_WORDS[line.mark]}"
    parts = [part for part in (fate, mermaid(whole)) if part]
    return f'"{" – ".join(parts)}"' if parts else ""


def _label(edge: Edge) -> str:
    """Never empty: some versions then place it nowhere, and say so in the console."""
    label = mermaid(shorten(edge.label, LONGEST_LABEL).strip()) or "–"
    return f"{SIGNS[edge.mark]}{label}"


def _arrow(edge: Edge) -> str:
    """Any number of rows refer to one row or none."""
    return "}o..o|" if edge.override else "}o--o|"
