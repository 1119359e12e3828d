"""The picture as SVG: one file for light and dark pages, without scripts and without
anything that is loaded from elsewhere.

No text is wider than its box, whatever font the reader has: texts are shortened, boxes
are made for a generous width of a column, and a text that may still be wider than its
columns tells the renderer its length.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as Xml

from reconciler.form.words import plural
from reconciler.report.escape import shorten
from reconciler.report.graph import (
    MARKS,
    Edge,
    Mark,
    Node,
    NodeField,
    Picture,
)
from reconciler.report.layout import Box, Layout, Point, layout
from reconciler.report.reduction import limit, limit_edges, titles_only

MOST_NODES = 1_000
MOST_EDGES = 3_000
MOST_FIELDS = 10_000
"""In all boxes together; beyond that only their titles are drawn."""
LONGEST_TITLE = 40
LONGEST_NAME = 32
LONGEST_TYPE = 20
COLUMN = 7.4
"""Pixels for one column of a monospaced font of 12 pixels: 0.6 em, and some more."""
TITLE_HEIGHT = 28.0
LINE_HEIGHT = 19.0
PADDING = 10.0
MARGIN = 24.0
LOOP_WIDTH = 14.0
LOOP_GAP = 7.0
LOOPS = 6
"""How far an edge within a column reaches out of it, in turn a bit further than the one
before, so that few of them lie upon each other.
"""
LEAST = 0.75
"""The scale below which a frame that is too narrow scrolls, as letters get too small."""
_ONE_COLUMN = frozenset("−…→")
"""What every monospaced font has one column wide, beside Latin letters."""
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
.rg .edge.create{stroke:var(--c)}.rg .edge.update{stroke:var(--u)}.rg .edge.delete{stroke:var(--d);stroke-dasharray:2 4}
.rg .arrow.create{fill:var(--c)}.rg .arrow.update{fill:var(--u)}.rg .arrow.delete{fill:var(--d)}
.rg .quiet text{fill:var(--soft)}.rg .quiet .t{font-weight:400}.rg .quiet .head{fill:none}
"""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A node and where it stands."""

    node: Node
    box: Box
    left: float
    top: float
    beside: float
    """Where the column ends in which it stands."""

    @property
    def right(self) -> float:
        return self.left + self.box.width

    def line(self, name: str) -> float:
        """The height at which the field of that name stands, or else the title."""
        for index, part in enumerate(self.node.fields):
            if part.name == name:
                return self.top + (TITLE_HEIGHT + index * LINE_HEIGHT + 11)
        return self.top + TITLE_HEIGHT / 2


def graph_svg(picture: Picture) -> str:
    """An SVG document; inline in HTML it takes the page's colour scheme. What is too much
    to draw is counted below the picture.
    """
    picture = _bounded(picture)
    boxes = [_box(node) for node in picture.nodes]
    placed = layout(boxes, _ends(picture))
    drawn: dict[str, _Drawn] = {}
    places = zip(boxes, placed.corners, placed.rights, strict=True)
    for node, (box, corner, right) in zip(picture.nodes, places, strict=True):
        drawn[node.address] = _Drawn(node, box, *corner, right)
    ways = list(_ways(picture, drawn, placed))
    widest = max((x for way in ways for x, _ in way), default=0.0)
    root = _root(picture, max(placed.width, widest), placed.height)
    for edge, way in zip(picture.edges, ways, strict=True):
        _draw_edge(root, edge, way)
    is_any_touched = any(node.is_touched for node in picture.nodes)
    for each in drawn.values():
        _draw_node(root, each, is_quiet=is_any_touched and not each.node.is_touched)
    if left_out := picture.left_out.words():
        _draw_text(root, 0, placed.height + 18, left_out, "y")
    return Xml.tostring(root, encoding="unicode")


def _bounded(picture: Picture) -> Picture:
    """What can be drawn in a few seconds, and be looked at in a browser."""
    bounded = limit_edges(limit(picture, MOST_NODES), MOST_EDGES)
    if sum(len(node.fields) for node in bounded.nodes) > MOST_FIELDS:
        return titles_only(bounded)
    return bounded


def columns(text: str) -> int:
    """How many columns of a monospaced font a text takes at most."""
    return sum(_columns_of_letter(letter) for letter in text)


def _columns_of_letter(letter: str) -> int:
    if letter < "\u0300":
        return 1
    if unicodedata.combining(letter):
        return 0
    return 2  # many of these are narrow, but which ones depends on the font


def _ends(picture: Picture) -> list[tuple[int, int]]:
    """The positions of the start and the end of each edge."""
    numbers = {node.address: number for number, node in enumerate(picture.nodes)}
    return [(numbers[edge.start], numbers[edge.end]) for edge in picture.edges]


def _root(picture: Picture, inner_width: float, inner_height: float) -> Xml.Element:
    """The document with its style and a title for screen readers, and nothing drawn."""
    width = f"{inner_width + 2 * MARGIN:.0f}"
    height = f"{inner_height + 2 * MARGIN:.0f}"
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "rg",
            "role": "img",
            "viewBox": f"{-MARGIN:g} {-MARGIN:g} {width} {height}",
            "width": width,
            "height": height,
            "style": f"--least:{LEAST * (inner_width + 2 * MARGIN):.0f}px",
        },
    )
    Xml.SubElement(root, "title").text = _summary(picture)
    Xml.SubElement(root, "style").text = STYLE
    return root


def _summary(picture: Picture) -> str:
    nodes, edges = len(picture.nodes), len(picture.edges)
    tables = f"{nodes} {plural(nodes, 'table')}"
    return f"{tables} and {edges} {plural(edges, 'relationship')}"


def _draw_node(root: Xml.Element, drawn: _Drawn, *, is_quiet: bool) -> None:
    node = drawn.node
    classes = ["node", node.mark]
    if node.system:
        classes.append("system")
    if is_quiet:
        classes.append("quiet")
    group = Xml.SubElement(
        root,
        "g",
        {
            "class": _join_classes(classes),
            "transform": f"translate({drawn.left:.1f} {drawn.top:.1f})",
        },
    )
    _draw_frame(group, drawn.box)
    _draw_text(group, PADDING, 18.5, _title(node), _join_classes(["t", node.mark]))
    for index, part in enumerate(node.fields):
        _draw_field(group, part, TITLE_HEIGHT + index * LINE_HEIGHT + 15, drawn.box)


def _draw_frame(group: Xml.Element, box: Box) -> None:
    """The border of a box, and the ground of its title within it."""
    size = {"width": f"{box.width:.1f}", "height": f"{box.height:.1f}"}
    Xml.SubElement(group, "rect", {"class": "box", "rx": "6", **size})
    Xml.SubElement(
        group,
        "rect",
        {
            "class": "head",
            "rx": "5",
            "x": "1",
            "y": "1",
            "width": f"{box.width - 2:.1f}",
            "height": f"{TITLE_HEIGHT - 2:.1f}",
        },
    )


def _draw_field(group: Xml.Element, part: NodeField, y: float, box: Box) -> None:
    """The name on the left, and the type on the right if there is one."""
    classes: list[str] = [part.mark]
    if part.key:
        classes.append("k")
    _draw_text(group, PADDING, y, _name(part), _join_classes(classes))
    kind = _type(part)
    if kind:
        x = box.width - PADDING - columns(kind) * COLUMN
        _draw_text(group, x, y, kind, "y")


def _draw_edge(root: Xml.Element, edge: Edge, points: Sequence[Point]) -> None:
    """A curve through the points, and the tip of an arrow at the last."""
    classes = ["edge", edge.mark]
    if edge.override:
        classes.append("over")
    curve = {"class": _join_classes(classes), "d": _curve(points)}
    Xml.SubElement(root, "path", curve)
    (before, _), (x, y) = points[-2], points[-1]
    back = -7 if before <= x else 7
    tip = f"M{x:.1f} {y:.1f}l{back} -4v8z"
    arrow = _join_classes(["arrow", edge.mark])
    Xml.SubElement(root, "path", {"class": arrow, "d": tip})


def _ways(
    picture: Picture, drawn: Mapping[str, _Drawn], placed: Layout
) -> Iterator[list[Point]]:
    """What each edge leads through."""
    routes = zip(picture.edges, placed.routes, strict=True)
    for number, (edge, route) in enumerate(routes):
        room = LOOP_WIDTH + number % LOOPS * LOOP_GAP
        yield _points(edge, drawn, route, room)


def _points(
    edge: Edge, drawn: Mapping[str, _Drawn], route: Sequence[Point], room: float
) -> list[Point]:
    """What the edge leads through, from the line of its field in the start to that of
    its target in the end; `room` is how far it may reach out of a column.
    """
    start, end = drawn[edge.start], drawn[edge.end]
    from_y, to_y = start.line(edge.label), end.line(edge.target_field)
    if start is end:
        to_y += 6  # to see both ends even if they are at the same line
        room = LOOP_WIDTH
    if start.beside == end.beside:
        out = start.beside + room
        return [(start.right, from_y), (out, from_y), (out, to_y), (end.right, to_y)]
    if start.left < end.left:
        return [(start.right, from_y), *route, (end.left, to_y)]
    return [(start.left, from_y), *route, (end.right, to_y)]


def _curve(points: Sequence[Point]) -> str:
    """Level at each point, bending halfway between two."""
    x, y = points[0]
    parts = [f"M{x:.1f} {y:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        half = (x + to_x) / 2
        parts.append(f"C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    return "".join(parts)


def _box(node: Node) -> Box:
    """The room for the title, and below it for a line for each field."""
    width = columns(_title(node))
    height = TITLE_HEIGHT
    for part in node.fields:
        width = max(width, columns(_name(part)) + 2 + columns(_type(part)))
    if node.fields:
        height += len(node.fields) * LINE_HEIGHT + 6
    return Box(width * COLUMN + 2 * PADDING, height)


def _title(node: Node) -> str:
    return _sign(node.mark) + shorten(node.title, LONGEST_TITLE)


def _name(part: NodeField) -> str:
    return _sign(part.mark) + shorten(part.name, LONGEST_NAME)


def _sign(mark: Mark) -> str:
    if not mark:
        return ""
    return f"{MARKS[mark]} "


def _type(part: NodeField) -> str:
    return shorten(part.type, LONGEST_TYPE)


def _draw_text(group: Xml.Element, x: float, y: float, text: str, classes: str) -> None:
    attributes = {"x": f"{x:.1f}", "y": f"{y:.1f}"}
    if classes:
        attributes["class"] = classes
    if not all(letter < "\u0250" or letter in _ONE_COLUMN for letter in text):
        attributes["textLength"] = f"{columns(text) * COLUMN:.1f}"
        attributes["lengthAdjust"] = "spacingAndGlyphs"
    Xml.SubElement(group, "text", attributes).text = text


def _join_classes(classes: Iterable[str]) -> str:
    return " ".join(name for name in classes if name)
