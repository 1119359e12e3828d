"""The picture as SVG: one file, no script, no font from elsewhere, light and dark.

No text can leave its box, whatever font the reader has: every text is cut to a number
of columns, boxes are as wide as the text is by a generous measure, and a text that may
be wider than measured says its length to the renderer.
"""

import unicodedata
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from reconciler.report.escape import shortened
from reconciler.report.graph import MARKS, Edge, Node, NodeField, Picture
from reconciler.report.layout import Box, Layout, layout

LONGEST_TITLE = 40
LONGEST_NAME = 32
LONGEST_TYPE = 20
COLUMN = 7.4
"""Width of one column in pixels, at 12 pixels of a monospaced font (0.6 em, and some
air).
"""
TITLE_HEIGHT = 28.0
LINE_HEIGHT = 19.0
PADDING = 10.0
MARGIN = 24.0
_COVERED = frozenset("−…→")
"""Beside Latin letters what every monospaced font has one column wide."""
STYLE = """
.rg{--bg:#fff;--line:#8c959f;--ink:#1f2328;--soft:#59636e;--head:#f1f4f7;--c:#1a7f37;--u:#9a6700;--d:#cf222e;--b:#8250df}
@media(prefers-color-scheme:dark){.rg{--bg:#161b22;--line:#6e7681;--ink:#e6edf3;--soft:#9198a1;--head:#262c36;
--c:#3fb950;--u:#d29922;--d:#f85149;--b:#b780ff}}
.rg text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink)}
.rg .t{font-weight:700}.rg .k{text-decoration:underline}.rg .y,.rg .e{fill:var(--soft)}.rg .e{font-size:10px}
.rg .box{fill:var(--bg);stroke:var(--line)}.rg .head{fill:var(--head)}.rg .system .box{stroke-dasharray:5 3}
.rg .edge{fill:none;stroke:var(--line);stroke-width:1.4}.rg .over{stroke-dasharray:5 4}
.rg .arrow{fill:var(--line)}
.rg .create .box{stroke:var(--c);stroke-width:2}.rg .update .box{stroke:var(--u);stroke-width:2}
.rg .delete .box{stroke:var(--d);stroke-width:2}.rg .blocked .box{stroke:var(--b);stroke-width:2}
.rg text.create{fill:var(--c)}.rg text.update{fill:var(--u)}.rg text.delete{fill:var(--d)}
.rg text.blocked{fill:var(--b)}
"""


def graph_svg(picture: Picture) -> str:
    """An SVG document; inline in HTML it takes the page's colour scheme."""
    numbers = {node.address: number for number, node in enumerate(picture.nodes)}
    ends = [(numbers[edge.start], numbers[edge.end]) for edge in picture.edges]
    made = layout([_box(node) for node in picture.nodes], ends)
    root = _root(picture, made)
    for edge, (start, end), route in zip(picture.edges, ends, made.routes, strict=True):
        _draw_edge(root, edge, _ways(picture.nodes, edge, (start, end), made, route))
    for node, corner in zip(picture.nodes, made.corners, strict=True):
        _draw_node(root, node, corner)
    if picture.left_out:
        _text(
            root,
            0,
            made.height + 18,
            f"and {picture.left_out} more, which are not drawn",
            "y",
        )
    return Xml.tostring(root, encoding="unicode")


def columns(text: str) -> int:
    """How many columns of a monospaced font a text may take: two for what is wide or
    not known to be narrow.
    """
    return sum(
        1 if letter < "\u0300" else 0 if unicodedata.combining(letter) else 2
        for letter in text
    )


def _root(picture: Picture, made: Layout) -> Xml.Element:
    width, height = made.width + 2 * MARGIN, made.height + 2 * MARGIN
    box = f"{-MARGIN:g} {-MARGIN:g} {width:.0f} {height:.0f}"
    size = {"viewBox": box, "width": f"{width:.0f}", "height": f"{height:.0f}"}
    root = Xml.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "class": "rg", "role": "img", **size},
    )
    tables = "1 table" if len(picture.nodes) == 1 else f"{len(picture.nodes)} tables"
    relationships = (
        "1 relationship"
        if len(picture.edges) == 1
        else f"{len(picture.edges)} relationships"
    )
    Xml.SubElement(root, "title").text = f"{tables} and {relationships}"
    Xml.SubElement(root, "style").text = STYLE
    return root


def _draw_node(root: Xml.Element, node: Node, corner: tuple[float, float]) -> None:
    box = _box(node)
    words = ["node", node.mark, "system" if node.system else ""]
    move = f"translate({corner[0]:.1f} {corner[1]:.1f})"
    group = Xml.SubElement(
        root,
        "g",
        {"class": " ".join(word for word in words if word), "transform": move},
    )
    size = {"width": f"{box.width:.1f}", "height": f"{box.height:.1f}"}
    Xml.SubElement(group, "rect", {"class": "box", "rx": "6", **size})
    inner = {
        "x": "1",
        "y": "1",
        "width": f"{box.width - 2:.1f}",
        "height": f"{TITLE_HEIGHT - 2:.1f}",
    }
    Xml.SubElement(group, "rect", {"class": "head", "rx": "5", **inner})
    _text(group, PADDING, 18.5, _title(node), f"t {node.mark}".strip())
    for index, part in enumerate(node.fields):
        middle = TITLE_HEIGHT + index * LINE_HEIGHT + 15
        _text(
            group,
            PADDING,
            middle,
            _name(part),
            f"{part.mark}{' k' if part.key else ''}".strip(),
        )
        kind = _kind(part)
        if kind:
            _text(
                group, box.width - PADDING - columns(kind) * COLUMN, middle, kind, "y"
            )


def _draw_edge(
    root: Xml.Element, edge: Edge, points: Sequence[tuple[float, float]]
) -> None:
    words = ["edge", "over" if edge.override else ""]
    Xml.SubElement(
        root,
        "path",
        {"class": " ".join(word for word in words if word), "d": _curve(points)},
    )
    (before, _), (x, y) = points[-2], points[-1]
    side = -7 if before <= x else 7
    tip = f"M{x:.1f} {y:.1f}l{side} -4v8z"
    Xml.SubElement(root, "path", {"class": "arrow", "d": tip})


def _ways(
    nodes: Sequence[Node],
    edge: Edge,
    ends: tuple[int, int],
    made: Layout,
    route: tuple[tuple[float, float], ...],
) -> list[tuple[float, float]]:
    """From the side of the start's row to the side of the end's row that is nearer."""
    (start_x, start_y), (end_x, end_y) = made.corners[ends[0]], made.corners[ends[1]]
    start, end = nodes[ends[0]], nodes[ends[1]]
    from_y, to_y = (
        start_y + _row(start, edge.label),
        end_y + _row(end, edge.target_field),
    )
    right = start_x + _box(start).width
    if ends[0] == ends[1]:
        return [
            (right, from_y),
            (right + 28, from_y),
            (right + 28, to_y + 6),
            (right, to_y + 6),
        ]
    if start_x < end_x:
        return [(right, from_y), *route, (end_x, to_y)]
    return [(start_x, from_y), *route, (end_x + _box(end).width, to_y)]


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Level at each point, bending halfway between two."""
    (x, y), *rest = points
    parts = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in rest:
        half = (x + to_x) / 2
        parts.append(f"C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return "".join(parts)


def _row(node: Node, name: str) -> float:
    """The height of a field's line within its box, or of the title."""
    names = [part.name for part in node.fields]
    return (
        TITLE_HEIGHT + names.index(name) * LINE_HEIGHT + 11
        if name in names
        else TITLE_HEIGHT / 2
    )


def _box(node: Node) -> Box:
    lines = [
        columns(_title(node)),
        *(columns(_name(part)) + columns(_kind(part)) + 2 for part in node.fields),
    ]
    height = TITLE_HEIGHT + len(node.fields) * LINE_HEIGHT + (6 if node.fields else 0)
    return Box(max(lines) * COLUMN + 2 * PADDING, height)


def _title(node: Node) -> str:
    sign = f"{MARKS[node.mark]} " if node.mark else ""
    return sign + shortened(node.title, LONGEST_TITLE)


def _name(part: NodeField) -> str:
    sign = f"{MARKS[part.mark]} " if part.mark else ""
    return f"{sign}{shortened(part.name, LONGEST_NAME)}"


def _kind(part: NodeField) -> str:
    return shortened(part.type, LONGEST_TYPE)


def _text(group: Xml.Element, x: float, y: float, text: str, style: str) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}"}
    if style:
        place["class"] = style
    if not all(letter < "\u0250" or letter in _COVERED for letter in text):
        place |= {
            "textLength": f"{columns(text) * COLUMN:.1f}",
            "lengthAdjust": "spacingAndGlyphs",
        }
    Xml.SubElement(group, "text", place).text = text
