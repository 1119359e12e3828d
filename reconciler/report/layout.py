"""Where boxes go: a layered layout from left to right. Pure numbers, no text, the same
for the same input.

The steps are the textbook's (Sugiyama): turn edges that close a cycle around, put nodes
into layers, cut edges that span several layers at waypoints, order each layer by the
middle of its neighbours, then place. Layers that would be taller than a screen are cut
into several; boxes without any edge stand in rows below.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

COLUMN_GAP = 90.0
ROW_GAP = 26.0
WAYPOINT = 8.0
TALLEST_LAYER = 12
WIDEST_ROW = 1200.0
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A size to be placed."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The upper left corner of each box, the waypoints of each edge from its start to
    its end, and the whole size.
    """

    corners: tuple[tuple[float, float], ...]
    routes: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


@dataclass(slots=True)
class _Layers:
    """Nodes and waypoints by layer. Waypoints are numbered on from the boxes."""

    rows: list[list[int]]
    sizes: list[Box]
    links: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    routes: dict[tuple[int, int], list[int]] = field(default_factory=dict)


def layout(boxes: Sequence[Box], edges: Sequence[tuple[int, int]]) -> Layout:
    """Places boxes; `edges` are pairs of their positions, repeated pairs and self loops
    are welcome.
    """
    pairs = list(dict.fromkeys((start, end) for start, end in edges if start != end))
    forward = _without_cycles(len(boxes), pairs)
    joined = sorted({node for pair in pairs for node in pair})
    layers = _layers(boxes, joined, forward)
    _order(layers)
    corners, width, height = _placed(layers)
    alone = [node for node in range(len(boxes)) if node not in set(joined)]
    right, bottom = _rows_below(boxes, alone, corners, height)
    middles = {
        node: (x + layers.sizes[node].width / 2, y + WAYPOINT / 2)
        for node, (x, y) in corners.items()
    }
    routes = []
    for start, end in edges:
        way = (
            layers.routes.get((start, end)) or layers.routes.get((end, start), [])[::-1]
        )
        routes.append(tuple(middles[point] for point in way))
    placed = tuple(corners[node] for node in range(len(boxes)))
    return Layout(placed, tuple(routes), max(width, right), bottom)


def _without_cycles(count: int, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The edges, those turned around that lead back to where a depth-first walk came
    from.
    """
    after: dict[int, list[int]] = defaultdict(list)
    for start, end in pairs:
        after[start].append(end)
    done: set[int] = set()
    forward: dict[tuple[int, int], None] = {}
    for root in range(count):
        if root in done:
            continue
        path, walk = {root}, [(root, iter(after[root]))]
        while walk:
            node, rest = walk[-1]
            following = next(rest, None)
            if following is None:
                walk.pop()
                path.discard(node)
                done.add(node)
            elif following in path:
                forward[following, node] = None
            else:
                forward[node, following] = None
                if following not in done:
                    path.add(following)
                    walk.append((following, iter(after[following])))
    return list(forward)


def _layers(
    boxes: Sequence[Box], nodes: list[int], forward: list[tuple[int, int]]
) -> _Layers:
    """Each node one layer before the first that it points to, so that short edges stay
    short.
    """
    level = _levels(nodes, forward)
    by_level: dict[int, list[int]] = defaultdict(list)
    for node in nodes:
        by_level[level[node]].append(node)
    rows = [part for key in sorted(by_level) for part in _cut(by_level[key])]
    layers = _Layers(rows, list(boxes))
    where = {node: index for index, row in enumerate(rows) for node in row}
    for start, end in forward:
        way = []
        for index in range(where[start] + 1, where[end]):
            way.append(len(layers.sizes))
            layers.sizes.append(Box(0, WAYPOINT))
            rows[index].append(way[-1])
        layers.routes[start, end] = way
        chain = [start, *way, end]
        for left, right in pairwise(chain):
            layers.links[left].append(right)
            layers.links[right].append(left)
    return layers


def _levels(nodes: list[int], forward: list[tuple[int, int]]) -> dict[int, int]:
    """Longest way to an end, negative: what everything points to stands on the
    right.
    """
    after: dict[int, list[int]] = defaultdict(list)
    waiting: dict[int, int] = dict.fromkeys(nodes, 0)
    before: dict[int, list[int]] = defaultdict(list)
    for start, end in forward:
        after[start].append(end)
        before[end].append(start)
        waiting[start] += 1
    level = dict.fromkeys(nodes, 0)
    ready = [node for node in nodes if not waiting[node]]
    while ready:
        node = ready.pop()
        for earlier in before[node]:
            level[earlier] = min(level[earlier], level[node] - 1)
            waiting[earlier] -= 1
            if not waiting[earlier]:
                ready.append(earlier)
    return level


def _cut(row: list[int]) -> Iterator[list[int]]:
    """A layer in parts of nearly equal length, none too tall."""
    parts = -(-len(row) // TALLEST_LAYER)
    length = -(-len(row) // parts)
    for start in range(0, len(row), length):
        yield row[start : start + length]


def _order(layers: _Layers) -> None:
    """Sorts each layer by the mean position of its neighbours, to and fro."""
    place = {
        node: float(index) for row in layers.rows for index, node in enumerate(row)
    }
    layer_of = {node: index for index, row in enumerate(layers.rows) for node in row}
    for sweep in range(SWEEPS):
        step = -1 if sweep % 2 else 1
        for index in range(len(layers.rows))[::step]:
            row = layers.rows[index]
            means = {}
            for node in row:
                near = [
                    place[other]
                    for other in layers.links[node]
                    if layer_of[other] == index - step
                ]
                means[node] = sum(near) / len(near) if near else place[node]
            row.sort(key=lambda node: (means[node], place[node]))
            for position, node in enumerate(row):
                place[node] = position / max(len(row) - 1, 1)


def _placed(layers: _Layers) -> tuple[dict[int, tuple[float, float]], float, float]:
    """Corners of boxes and waypoints, and the size of it all."""
    tops: dict[int, float] = {}
    for sweep in range(SWEEPS):
        for row in layers.rows[:: -1 if sweep % 2 else 1]:
            wanted = []
            for node in row:
                near = [
                    tops[other] + layers.sizes[other].height / 2
                    for other in layers.links[node]
                    if other in tops
                ]
                middle = (
                    sum(near) / len(near)
                    if near
                    else tops.get(node, 0.0) + layers.sizes[node].height / 2
                )
                wanted.append(middle - layers.sizes[node].height / 2)
            tops |= zip(
                row,
                _spread(wanted, [layers.sizes[node].height for node in row]),
                strict=True,
            )
    highest = min(tops.values(), default=0.0)
    corners, left = {}, 0.0
    for row in layers.rows:
        width = max(layers.sizes[node].width for node in row)
        for node in row:
            corners[node] = (
                left + (width - layers.sizes[node].width) / 2,
                tops[node] - highest,
            )
        left += width + COLUMN_GAP
    bottom = max(
        (y + layers.sizes[node].height for node, (_, y) in corners.items()), default=0.0
    )
    return corners, max(left - COLUMN_GAP, 0.0), bottom


def _spread(wanted: list[float], heights: list[float]) -> list[float]:
    """The tops nearest to the wanted ones at which nothing overlaps (isotonic
    regression, pool adjacent violators).
    """
    offsets = [0.0]
    for height in heights[:-1]:
        offsets.append(offsets[-1] + height + ROW_GAP)
    pools: list[tuple[float, int]] = []
    for top, offset in zip(wanted, offsets, strict=True):
        mean, count = top - offset, 1
        while pools and pools[-1][0] > mean:
            other, many = pools.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        pools.append((mean, count))
    shifts = [mean for mean, count in pools for _ in range(count)]
    return [offset + shift for offset, shift in zip(offsets, shifts, strict=True)]


def _rows_below(
    boxes: Sequence[Box],
    alone: list[int],
    corners: dict[int, tuple[float, float]],
    top: float,
) -> tuple[float, float]:
    """Adds the boxes without edges in rows; the right and the lower end of all."""
    x, y, tallest, right = 0.0, top + (ROW_GAP if top and alone else 0.0), 0.0, 0.0
    for node in alone:
        if x and x + boxes[node].width > WIDEST_ROW:
            x, y, tallest = 0.0, y + tallest + ROW_GAP, 0.0
        corners[node] = (x, y)
        tallest = max(tallest, boxes[node].height)
        right = max(right, x + boxes[node].width)
        x += boxes[node].width + ROW_GAP
    return right, y + tallest
