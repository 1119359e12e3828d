"""The picture for Graphviz, in its DOT language.

Labels are plain quoted strings. Record labels and HTML labels have a grammar of their
own, which a name could break out of.
"""

from collections.abc import Iterator

from reconciler.report.escape import dot, shorten
from reconciler.report.graph import MARKS, Edge, Mark, Node, NodeField, Picture

LONGEST_LABEL = 80
LONGEST_TYPE = 30
_COLOURS: dict[Mark, tuple[str, str]] = {
    "": ("#ffffff", "#57606a"),
    "create": ("#dafbe1", "#1a7f37"),
    "update": ("#fff3c4", "#9a6700"),
    "delete": ("#ffe0dd", "#cf222e"),
    "blocked": ("#f5e3ff", "#8250df"),
}
"""Of each mark, the colours of the ground and of the border."""
_HEAD = (
    "rankdir=LR",
    'node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, margin="0.15,0.1"]',
    'edge [fontname="Helvetica", fontsize=9, color="#57606a"]',
)


def graph_dot(picture: Picture) -> str:
    """A `digraph`, one statement per line."""
    statements = [f"    {statement};" for statement in _statements(picture)]
    return "\n".join(["digraph shop {", *statements, "}", ""])


def _statements(picture: Picture) -> Iterator[str]:
    ids = {node.address: f"n{number}" for number, node in enumerate(picture.nodes)}
    yield from _HEAD
    for node in picture.nodes:
        yield f"{ids[node.address]} [{_node_attributes(node)}]"
    for edge in picture.edges:
        yield f"{ids[edge.start]} -> {ids[edge.end]} [{_edge_attributes(edge)}]"
    if left_out := picture.left_out.words():
        yield f'more [label="{left_out}", shape=plain]'


def _node_attributes(node: Node) -> str:
    fill, line = _COLOURS[node.mark]
    attributes = f'label="{_label(node)}", fillcolor="{fill}", color="{line}"'
    if node.system:
        attributes += ', shape=cylinder, style="filled"'
    return attributes


def _edge_attributes(edge: Edge) -> str:
    label = _sign(edge.mark) + dot(shorten(edge.label, LONGEST_LABEL))
    attributes = f'label="{label}"'
    if edge.mark:
        _, line = _COLOURS[edge.mark]
        attributes += f', color="{line}"'
    if edge.override:
        attributes += ", style=dashed"
    return attributes


def _label(node: Node) -> str:
    """Title and fields; `\\n` ends a line that is centred, `\\l` one that is set to the
    left.
    """
    title = _sign(node.mark) + dot(shorten(node.title, LONGEST_LABEL))
    return rf"{title}\n" + "".join(rf"{_field(part)}\l" for part in node.fields)


def _field(part: NodeField) -> str:
    words = [dot(shorten(part.name, LONGEST_LABEL))]
    words.append(dot(shorten(part.type, LONGEST_TYPE)))
    if part.key:
        words.append("(key)")
    return _sign(part.mark) + " ".join(word for word in words if word)


def _sign(mark: Mark) -> str:
    if not mark:
        return ""
    return f"{MARKS[mark]} "
