"""Where the boxes of a picture stand and where its edges run, in pixels. Edges lead
from left to right, and the same input always gives the same layout.

The layers and the order within each come from layers.py; this module does the last step
of Sugiyama's layered graph drawing, coordinate assignment. Boxes without edges stand in
rows below the layers.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat

from reconciler.report.layers import Edge, LayeredGraph, layered_graph

COLUMN_GAP = 80.0
ROW_GAP = 24.0
WAYPOINT_GAP = 6.0
WIDEST = 1200.0
"""Of the whole, about. Only a picture that would be much taller than wide is wider."""
FLATTEST = 0.6
"""What is about the width of such a picture, measured by its height."""

Point = tuple[float, float]
"""Pixels to the right and down."""


@dataclass(frozen=True, slots=True)
class Box:
    """A size to be placed, in pixels."""

    width: float
    height: float


WAYPOINT = Box(0.0, 8.0)
"""The room for an edge where it crosses a layer."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The upper left corner of each box, the right side of the column in which it stands,
    the waypoints of each edge from its start to its end, and the whole size, in pixels.
    """

    corners: tuple[Point, ...]
    rights: tuple[float, ...]
    routes: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def layout(boxes: Sequence[Box], edges: Sequence[Edge]) -> Layout:
    """Places the boxes; edges name their ends by the position in `boxes`.

    The same edge may be there several times, and an edge may lead from a box to itself.
    """
    graph = layered_graph(len(boxes), edges, _most_columns(boxes))
    sizes = [*boxes, *[WAYPOINT] * (graph.count - len(boxes))]
    corners = _assign_coordinates(graph, sizes)
    corners |= _rows_below(corners, sizes, len(boxes))
    width, height = _lower_right(corners, sizes)
    sides = _sides(graph, corners, sizes)
    box_corners = tuple(corners[number] for number in range(len(boxes)))
    box_rights = tuple(sides[number][1] for number in range(len(boxes)))
    routes = tuple(_route(graph, edge, corners, sides) for edge in edges)
    return Layout(box_corners, box_rights, routes, width, height)


def _most_columns(boxes: Sequence[Box]) -> int:
    """How many columns are about as wide as the whole may be."""
    if not boxes:
        return 1
    width = sum(box.width for box in boxes) / len(boxes) + COLUMN_GAP
    height = sum(box.height for box in boxes) / len(boxes) + ROW_GAP
    widest = max(WIDEST, math.sqrt(FLATTEST * len(boxes) * width * height))
    return max(int((widest + COLUMN_GAP) / width), 1)


def _sides(
    graph: LayeredGraph, corners: Mapping[int, Point], sizes: Sequence[Box]
) -> dict[int, tuple[float, float]]:
    """The left and the right side of the column of each node; one that is in none is its
    own.
    """
    sides = {
        node: (left, left + sizes[node].width) for node, (left, _) in corners.items()
    }
    for layer in graph.layers:
        left = min(sides[node][0] for node in layer)
        right = max(sides[node][1] for node in layer)
        sides |= dict.fromkeys(layer, (left, right))
    return sides


def _route(
    graph: LayeredGraph,
    edge: Edge,
    corners: Mapping[int, Point],
    sides: Mapping[int, tuple[float, float]],
) -> tuple[Point, ...]:
    """Level through each column on the way, so that no box there is crossed: the points
    at both of its sides.
    """
    start, end = edge
    direction = 1 if sides[start] <= sides[end] else -1
    points: list[Point] = []
    for waypoint in graph.route(start, end):
        y = corners[waypoint][1] + WAYPOINT.height / 2
        points += [(x, y) for x in sides[waypoint][::direction]]
    return tuple(points)


def _assign_coordinates(graph: LayeredGraph, sizes: Sequence[Box]) -> dict[int, Point]:
    """The upper left corner of each node that is in a layer."""
    lefts = _assign_lefts(graph, sizes)
    tops = _assign_tops(graph, sizes)
    return {node: (lefts[node], tops[node]) for node in lefts}


def _assign_lefts(graph: LayeredGraph, sizes: Sequence[Box]) -> dict[int, float]:
    """The left side of each node: the nodes of a layer are centred."""
    lefts: dict[int, float] = {}
    left = 0.0
    for layer in graph.layers:
        width = max(sizes[node].width for node in layer)
        for node in layer:
            lefts[node] = left + (width - sizes[node].width) / 2
        left += width + COLUMN_GAP
    return lefts


def _assign_tops(graph: LayeredGraph, sizes: Sequence[Box]) -> dict[int, float]:
    """The upper side of each node: its middle is as near to the middles of its
    neighbours as the other nodes of the layer allow.
    """
    tops: dict[int, float] = {}
    for _, layer in graph.sweeps():
        wanted = [_wanted_top(node, graph, tops, sizes) for node in layer]
        tops |= zip(layer, _spread(wanted, [sizes[n] for n in layer]), strict=True)
    highest = min(tops.values(), default=0.0)
    return {node: top - highest for node, top in tops.items()}


def _wanted_top(
    node: int, graph: LayeredGraph, tops: Mapping[int, float], sizes: Sequence[Box]
) -> float:
    """Where the middle is level with the mean of the neighbours' middles."""
    middles = [
        tops[neighbour] + sizes[neighbour].height / 2
        for neighbour in graph.neighbours[node]
        if neighbour in tops
    ]
    if not middles:
        return 0.0
    return sum(middles) / len(middles) - sizes[node].height / 2


def _spread(wanted: Iterable[float], boxes: Sequence[Box]) -> list[float]:
    """The tops nearest to the wanted ones at which nothing overlaps."""
    offsets = [0.0]
    for above, below in pairwise(boxes):
        gap = WAYPOINT_GAP if above is below is WAYPOINT else ROW_GAP
        offsets.append(offsets[-1] + above.height + gap)
    # Tops without overlap are those that grow at least as much as the offsets do.
    shifts = [top - offset for top, offset in zip(wanted, offsets, strict=True)]
    growing = _isotonic_regression(shifts)
    return [offset + shift for offset, shift in zip(offsets, growing, strict=True)]


def _isotonic_regression(values: Iterable[float]) -> Iterator[float]:
    """The values nearest to these of which none is less than the one before, by the
    pool adjacent violators algorithm.
    """
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            other_mean, other_count = pools.pop()
            total = mean * count + other_mean * other_count
            count += other_count
            mean = total / count
        pools.append((mean, count))
    for mean, count in pools:
        yield from repeat(mean, count)


def _rows_below(
    corners: Mapping[int, Point], sizes: Sequence[Box], count: int
) -> dict[int, Point]:
    """The corners of those of `count` boxes that have none yet."""
    alone = [number for number in range(count) if number not in corners]
    top = 0.0
    if corners:
        top = _lower_right(corners, sizes)[1] + ROW_GAP
    left, tallest = 0.0, 0.0
    rows: dict[int, Point] = {}
    for number in alone:
        box = sizes[number]
        if left and left + box.width > WIDEST:
            top += tallest + ROW_GAP
            left, tallest = 0.0, 0.0
        rows[number] = (left, top)
        left += box.width + ROW_GAP
        tallest = max(tallest, box.height)
    return rows


def _lower_right(corners: Mapping[int, Point], sizes: Sequence[Box]) -> Point:
    """The lower right corner of everything that was placed."""
    rights = [left + sizes[node].width for node, (left, _) in corners.items()]
    bottoms = [top + sizes[node].height for node, (_, top) in corners.items()]
    return max(rights, default=0.0), max(bottoms, default=0.0)
