"""In which layer each node of a picture stands, and at which place in it.

These are the first three steps of Sugiyama's layered graph drawing: cycle removal,
layer assignment with a waypoint in every layer that an edge crosses, and crossing
reduction by barycenter. Nodes are numbers here; layout.py turns places into pixels.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import chain, pairwise

TALLEST_LAYER = 12
"""In nodes. A longer layer is cut into several, as it would be taller than a screen."""
SWEEPS = 6
"""How often all layers are gone through, alternately to the right and to the left."""

MOST_WAYPOINTS = 10_000
"""Of all edges together. A long edge has one in each layer that it crosses, and each is
put in order in every sweep.
"""

Edge = tuple[int, int]
"""The numbers of the start and the end."""


@dataclass(slots=True)
class LayeredGraph:
    """Layers from left to right; in each, the nodes in their order.

    Waypoints are nodes as well, and `routes` has those of each edge. `count` is one more
    than the largest number.
    """

    layers: list[list[int]]
    count: int
    neighbours: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    routes: dict[Edge, list[int]] = field(default_factory=dict)

    def add_waypoint(self, layer: int) -> int:
        """Adds a waypoint to a layer and returns its number."""
        number = self.count
        self.count += 1
        self.layers[layer].append(number)
        return number

    def connect(self, left: int, right: int) -> None:
        """Makes two nodes neighbours."""
        self.neighbours[left].append(right)
        self.neighbours[right].append(left)

    def route(self, start: int, end: int) -> list[int]:
        """The waypoints from start to end. An edge that was reversed to remove a cycle
        is known under its other direction.
        """
        if (start, end) in self.routes:
            return self.routes[start, end]
        return self.routes.get((end, start), [])[::-1]

    def sweeps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Pairs of the previous layer and a layer, several times to and fro."""
        for sweep in range(SWEEPS):
            layers = self.layers[::-1] if sweep % 2 else self.layers
            yield from pairwise([[], *layers])


def layered_graph(
    count: int, edges: Sequence[Edge], most: int = sys.maxsize
) -> LayeredGraph:
    """At most `most` layers for those of `count` nodes that have edges. Nodes are numbered
    from 0, and waypoints from `count` on.
    """
    distinct = [(start, end) for start, end in dict.fromkeys(edges) if start != end]
    graph = _assign_layers(count, _remove_cycles(distinct), most)
    _reduce_crossings(graph)
    return graph


def _remove_cycles(edges: Sequence[Edge]) -> list[Edge]:
    """The edges, with those reversed that close a cycle in a depth-first search."""
    ends = _ends(edges)
    acyclic: list[Edge] = []
    finished: set[int] = set()
    for root in ends:
        if root not in finished:
            acyclic += _search(root, ends, finished)
    return list(dict.fromkeys(acyclic))


def _search(
    root: int, ends: Mapping[int, list[int]], finished: set[int]
) -> Iterator[Edge]:
    """The edges that a depth-first search from `root` finds, with those reversed that
    lead back to a node on the path to them.
    """
    path = {root}
    stack = [(root, iter(ends[root]))]
    while stack:
        node, rest = stack[-1]
        end = next(rest, None)
        if end is None:
            stack.pop()
            path.remove(node)
            finished.add(node)
        elif end in path:
            yield end, node
        else:
            yield node, end
            if end not in finished:
                path.add(end)
                stack.append((end, iter(ends[end])))


def _assign_layers(count: int, edges: Sequence[Edge], most: int) -> LayeredGraph:
    """A graph in which every edge leads to a layer further right, or to the same one where
    there would be too many, and has a waypoint in each layer between its ends.
    """
    graph = LayeredGraph(_at_most(_layers(edges), most), count)
    layer_of = {
        node: index for index, layer in enumerate(graph.layers) for node in layer
    }
    room = MOST_WAYPOINTS
    for start, end in edges:
        crossed = range(layer_of[start] + 1, layer_of[end])
        if len(crossed) > room:
            continue  # this one runs straight, across whatever is in its way
        room -= len(crossed)
        waypoints = [graph.add_waypoint(layer) for layer in crossed]
        graph.routes[start, end] = waypoints
        for left, right in pairwise([start, *waypoints, end]):
            graph.connect(left, right)
    return graph


def _layers(edges: Sequence[Edge]) -> list[list[int]]:
    """The nodes by their distance, the farthest first."""
    by_distance: dict[int, list[int]] = defaultdict(list)
    for node, distance in sorted(_distances(edges).items()):
        by_distance[distance].append(node)
    layers: list[list[int]] = []
    for distance in sorted(by_distance, reverse=True):
        layers += _cut(by_distance[distance])
    return layers


def _at_most(layers: list[list[int]], most: int) -> list[list[int]]:
    """The layers, or as many of nearly equal length with the same order of all nodes."""
    if len(layers) <= most:
        return layers
    nodes = [*chain(*layers)]
    length = -(-len(nodes) // most)
    return [nodes[start : start + length] for start in range(0, len(nodes), length)]


def _distances(edges: Sequence[Edge]) -> dict[int, int]:
    """The number of edges on the longest path from each node.

    This puts a node next to the first one that it points to. Layers counted from the
    start of the paths would put it far away, if nothing points to it.
    """
    ends = _ends(edges)
    distances: dict[int, int] = {}
    for node in TopologicalSorter(ends).static_order():
        distances[node] = max((distances[end] + 1 for end in ends[node]), default=0)
    return distances


def _cut(layer: list[int]) -> Iterator[list[int]]:
    """A layer in parts of nearly equal length, none too tall."""
    parts = -(-len(layer) // TALLEST_LAYER)
    length = -(-len(layer) // parts)
    for start in range(0, len(layer), length):
        yield layer[start : start + length]


def _reduce_crossings(graph: LayeredGraph) -> None:
    """Sorts the nodes of each layer by the barycenter of their neighbours in the
    previous layer.
    """
    places: dict[int, float] = {}
    for layer in graph.layers:
        places |= {node: float(place) for place, node in enumerate(layer)}
    for previous, layer in graph.sweeps():
        fixed = {node: places[node] for node in previous}
        barycenters = {}
        for node in layer:
            near = [fixed[n] for n in graph.neighbours[node] if n in fixed]
            barycenters[node] = _mean(near, default=places[node])
        # The sort is stable: nodes with the same barycenter keep their order.
        layer.sort(key=barycenters.__getitem__)
        places |= _relative_places(layer)


def _relative_places(layer: list[int]) -> dict[int, float]:
    """From 0 to 1, so that places in layers of different lengths can be compared."""
    last_place = max(len(layer) - 1, 1)
    return {node: place / last_place for place, node in enumerate(layer)}


def _mean(values: Sequence[float], default: float) -> float:
    if not values:
        return default
    return sum(values) / len(values)


def _ends(edges: Sequence[Edge]) -> dict[int, list[int]]:
    """Where the edges of each node lead, by node."""
    ends: dict[int, list[int]] = {node: [] for node in sorted({*chain(*edges)})}
    for start, end in edges:
        ends[start].append(end)
    return ends
