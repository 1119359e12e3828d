"""Smaller pictures of a picture: what is touched and its neighbours, and less of these when
there are too many to be looked at.

Up to `MOST_WHOLE` boxes are drawn as they are. Beyond that, first neighbours are left out,
those with the fewest arrows before the others, and then lines that do not change. No box
has more than `MOST_LINES`. Each picture counts what it does not show.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.report.graph import Edge, Mark, Node, NodeField, Picture

MOST_WHOLE = 50
"""In boxes: 40 tables, and what ShopiMind has beside them."""
MOST_LINES = 30
"""In one box."""
_FEW = (100, 40, 15)
_FEW_EDGES = 40
_URGENCY: tuple[Mark, ...] = ("blocked", "delete", "update", "create", "")


def neighbourhood(whole: Picture) -> Picture:
    """Only what is touched and what it is directly connected to. Of a neighbour, only the
    keys and the lines at which an arrow ends.
    """
    touched = {node.address for node in whole.nodes if node.is_touched}
    edges = [e for e in whole.edges if e.start in touched or e.end in touched]
    near = touched.union(_ends(edges))
    joints = set(_joints(edges))
    nodes = []
    for node in whole.nodes:
        if node.address in near:
            nodes.append(node if node.address in touched else _joined(node, joints))
    return replace(whole, nodes=tuple(nodes), edges=tuple(edges))


def caption(near: Picture) -> str:
    """How many boxes are touched, and how many are there because they are connected."""
    touched = sum(node.is_touched for node in near.nodes)
    around = len(near.nodes) - touched
    beside = f", and what is around it ({around:,})" if around else ""
    return f"Picture of what is touched ({touched:,}){beside}"


def reduced(whole: Picture, most: int) -> Picture:
    """The picture with as much of it as can be looked at, in at most `most` boxes."""
    smaller = shorter(without_neighbours(whole, MOST_WHOLE))
    if len(smaller.nodes) <= MOST_WHOLE:
        return smaller
    return bare(limit(smaller, most))


def ever_smaller(whole: Picture) -> Iterator[Picture]:
    """The picture, and ever less of it, for a text that may not be long: without
    neighbours, without lines that do not change, without lines, with fewer boxes.
    """
    yield whole
    alone = without_neighbours(whole, 0)
    if alone is not whole:
        yield alone
    yield bare(alone)
    yield titles_only(alone)
    for most in _FEW:
        yield titles_only(limit(alone, most))
    yield limit_edges(titles_only(limit(alone, _FEW[-1])), _FEW_EDGES)


def without_neighbours(whole: Picture, most: int) -> Picture:
    """What is touched, with as many neighbours as there is room for among `most` boxes.
    A picture in which nothing is touched has no neighbours.
    """
    touched = [node.address for node in whole.nodes if node.is_touched]
    around = [node.address for node in whole.nodes if not node.is_touched]
    room = max(most - len(touched), 0)
    if not touched or len(around) <= room:
        return whole
    # the most connected first
    arrows = Counter(_ends(whole.edges))
    around.sort(key=lambda address: -arrows[address])
    return _only(whole, {*touched, *around[:room]})


def limit(whole: Picture, most: int) -> Picture:
    """At most `most` boxes: what is blocked, goes away or changes first, then by
    place.
    """
    if len(whole.nodes) <= most:
        return whole
    ranked = sorted(whole.nodes, key=_urgency)
    return _only(whole, {node.address for node in ranked[:most]})


def _urgency(node: Node) -> int:
    marks = [node.mark, *(line.mark for line in node.fields)]
    return min(map(_URGENCY.index, marks))


def _only(whole: Picture, kept: set[str]) -> Picture:
    """The boxes with these addresses, and the arrows between them."""
    nodes = tuple(node for node in whole.nodes if node.address in kept)
    edges = tuple(e for e in whole.edges if e.start in kept and e.end in kept)
    gone = [node for node in whole.nodes if node.address not in kept]
    is_any_touched = any(node.is_touched for node in whole.nodes)
    around = sum(not node.is_touched for node in gone) if is_any_touched else 0
    before = whole.left_out
    left_out = replace(
        before,
        tables=before.tables + len(gone) - around,
        neighbours=before.neighbours + around,
    )
    return Picture(nodes, edges, left_out)


def limit_edges(whole: Picture, most: int) -> Picture:
    """The first `most` arrows of all."""
    if len(whole.edges) <= most:
        return whole
    gone = whole.left_out.relationships + len(whole.edges) - most
    left_out = replace(whole.left_out, relationships=gone)
    return replace(whole, edges=whole.edges[:most], left_out=left_out)


def bare(whole: Picture) -> Picture:
    """The boxes without the lines that do not change; where nothing is touched, without
    those that are no key and at no arrow.
    """
    if not any(node.is_touched for node in whole.nodes):
        joints = set(_joints(whole.edges))
        return _with_nodes(whole, (_joined(node, joints) for node in whole.nodes))
    return _with_nodes(whole, map(_bare_node, whole.nodes))


def _bare_node(node: Node) -> Node:
    return replace(node, fields=tuple(line for line in node.fields if line.mark))


def shorter(whole: Picture) -> Picture:
    """The boxes with at most `MOST_LINES` lines each: those that change, then keys and
    those at arrows, then the first others.
    """
    if all(len(node.fields) <= MOST_LINES for node in whole.nodes):
        return whole
    joints = set(_joints(whole.edges))
    return _with_nodes(whole, (_shorter(node, joints) for node in whole.nodes))


def _shorter(node: Node, joints: set[tuple[str, str]]) -> Node:
    def urgency(line: NodeField) -> int:
        if line.mark:
            return 0
        return 1 if line.key or (node.address, line.name) in joints else 2

    if len(node.fields) <= MOST_LINES:
        return node
    kept = {line.name for line in sorted(node.fields, key=urgency)[:MOST_LINES]}
    lines = tuple(line for line in node.fields if line.name in kept)
    return replace(node, fields=lines)


def titles_only(whole: Picture) -> Picture:
    """The boxes without any lines."""
    return _with_nodes(whole, (replace(node, fields=()) for node in whole.nodes))


def _with_nodes(whole: Picture, nodes: Iterable[Node]) -> Picture:
    """The same boxes with fewer lines."""
    fewer = tuple(nodes)
    gone = _lines(whole.nodes) - _lines(fewer)
    left_out = replace(whole.left_out, fields=whole.left_out.fields + gone)
    return replace(whole, nodes=fewer, left_out=left_out)


def _lines(nodes: Iterable[Node]) -> int:
    return sum(len(node.fields) for node in nodes)


def _joined(node: Node, joints: set[tuple[str, str]]) -> Node:
    """With the lines that are keys or at an arrow."""
    lines = [
        line
        for line in node.fields
        if line.key or line.mark or (node.address, line.name) in joints
    ]
    return replace(node, fields=tuple(lines))


def _joints(edges: Iterable[Edge]) -> Iterator[tuple[str, str]]:
    """(address, name) of each line at which an arrow begins or ends."""
    for edge in edges:
        yield edge.start, edge.label
        yield edge.end, edge.target_field


def _ends(edges: Iterable[Edge]) -> Iterator[str]:
    for edge in edges:
        yield from (edge.start, edge.end)
