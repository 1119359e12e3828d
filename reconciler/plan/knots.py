"""Cycles, and which needs are dropped to open them.

A knot is a set of nodes that all need each other, directly or not. Of each knot, the
first node by text gives up its needs inside it; then the first of each knot that is
left does, and so on. In other words: a need is dropped when it closes a cycle of which
its node is the first.
"""

from collections.abc import Iterable, Iterator

Graph = dict[str, set[str]]
Need = tuple[int, str, str]
"""The moment from which on both ends are there, the node, and what it needs."""


def open_cycles(graph: Graph) -> None:
    """Drops needs until no cycle is left."""
    for knot in list(_knots(graph)):
        moments = {
            node: moment for moment, node in enumerate(sorted(knot, reverse=True))
        }
        inside = [
            (max(moment, moments[need]), node, need)
            for node, moment in moments.items()
            for need in graph[node] & knot
        ]
        for moment, node, need in _tied(inside, len(knot)):
            if moment == moments[node]:
                graph[node].remove(need)


def _tied(needs: list[Need], moments: int) -> Iterator[Need]:
    """The needs with the moment at which both ends are in one knot, if nodes come one
    by one, the last by text first.

    The moments are halved: what is in one knot by the middle was tied before it, and
    the rest is tied behind it, where the knots of before are single nodes. So each need
    is looked at once per halving, however the knots are made.
    """
    stands_for: dict[str, str] = {}
    parts = [(needs, 0, moments - 1)]
    while parts:
        needs, first, last = parts.pop()
        if first == last:
            for _, node, need in needs:
                stands_for[_single(stands_for, node)] = _single(stands_for, need)
                yield last, node, need
        elif needs:
            middle = (first + last) // 2
            tied = _tied_by(middle, needs, stands_for)
            rest = [need for need in needs if need not in tied]
            parts += [(rest, middle + 1, last), (list(tied), first, middle)]


def _tied_by(
    moment: int, needs: Iterable[Need], stands_for: dict[str, str]
) -> dict[Need, None]:
    """Those of which both ends are in one knot by then, in their order."""
    ends = {
        need: (_single(stands_for, need[1]), _single(stands_for, need[2]))
        for need in needs
        if need[0] <= moment
    }
    graph: Graph = {}
    for tail, head in ends.values():
        graph.setdefault(tail, set()).add(head)
        graph.setdefault(head, set())
    knot_of = {
        node: number for number, knot in enumerate(_knots(graph)) for node in knot
    }
    return {
        need: None
        for need, (tail, head) in ends.items()
        if knot_of.get(tail, -1) == knot_of.get(head, -2)
    }


def _single(stands_for: dict[str, str], node: str) -> str:
    """The node that stands for the knot of this one; the way there is shortened for the
    next time.
    """
    while (nearer := stands_for.get(node, node)) != node:
        stands_for[node] = node = stands_for.get(nearer, nearer)
    return node


def _knots(graph: Graph) -> Iterator[set[str]]:
    """Strongly connected components of more than one node (Tarjan, with an explicit
    stack: chains are long).
    """
    index, low = dict[str, int](), dict[str, int]()
    path: list[str] = []
    on_path: set[str] = set()
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            node, rest = work[-1]
            for need in rest:
                if need not in index:
                    index[need] = low[need] = len(index)
                    path.append(need)
                    on_path.add(need)
                    work.append((need, iter(graph[need])))
                    break
                if need in on_path:
                    low[node] = min(low[node], index[need])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    knot = _popped(path, node)
                    on_path -= knot
                    if len(knot) > 1:
                        yield knot


def _popped(path: list[str], node: str) -> set[str]:
    """Takes everything down to `node` off the path."""
    knot = set()
    while node not in knot:
        knot.add(path.pop())
    return knot
