"""The picture for Graphviz. Labels are plain quoted strings: record and HTML labels
have a grammar to break out of.
"""

from collections.abc import Iterator

from reconciler.report.escape import dot, shortened
from reconciler.report.graph import MARKS, Mark, Node, Picture

LONGEST_LABEL = 80
_COLOURS: dict[Mark, tuple[str, str]] = {
    "": ("#ffffff", "#57606a"),
    "create": ("#dafbe1", "#1a7f37"),
    "update": ("#fff3c4", "#9a6700"),
    "delete": ("#ffe0dd", "#cf222e"),
    "blocked": ("#f5e3ff", "#8250df"),
}
_HEAD = (
    "rankdir=LR",
    'node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, margin="0.15,0.1"]',
    'edge [fontname="Helvetica", fontsize=9, color="#57606a"]',
)


def graph_dot(picture: Picture) -> str:
    """A `digraph`, one statement per line."""
    return "".join(
        f"{line}\n"
        for line in [
            "digraph shop {",
            *(f"    {line};" for line in _lines(picture)),
            "}",
        ]
    )


def _lines(picture: Picture) -> Iterator[str]:
    numbers = {node.address: f"n{number}" for number, node in enumerate(picture.nodes)}
    yield from _HEAD
    for node in picture.nodes:
        fill, line = _COLOURS[node.mark]
        shape = ', shape=cylinder, style="filled"' if node.system else ""
        label = "".join(_label(node))
        yield f'{numbers[node.address]} [label="{label}", fillcolor="{fill}", color="{line}"{shape}]'
    for edge in picture.edges:
        style = ", style=dashed" if edge.override else ""
        label = dot(shortened(edge.label, LONGEST_LABEL))
        yield f'{numbers[edge.start]} -> {numbers[edge.end]} [label="{label}"{style}]'
    if picture.left_out:
        yield f'more [label="{picture.left_out} more definitions", shape=plain]'


def _label(node: Node) -> Iterator[str]:
    """Title and fields; `\\l` ends a line and sets it to the left."""
    sign = f"{MARKS[node.mark]} " if node.mark else ""
    yield f"{sign}{dot(shortened(node.title, LONGEST_LABEL))}\\n"
    for part in node.fields:
        sign = f"{MARKS[part.mark]} " if part.mark else ""
        words = [
            dot(shortened(part.name, LONGEST_LABEL)),
            dot(shortened(part.type, 30)),
            "(key)" if part.key else "",
        ]
        yield f"{sign}{' '.join(word for word in words if word)}\\l"
