"""The order in which changes can be sent, and which relationships have to wait for a
second request.

Relationships may form cycles. Then one definition of the cycle is created without the
relationship that closes it, and extended once the other end exists.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping

from reconciler.model.change import Change, Create, FieldChange, Update
from reconciler.plan.knots import Graph, open_cycles


def references(change: Change) -> Iterator[tuple[str, str | None, FieldChange]]:
    """(address, field there, the field change that names it) for every definition that
    `change` names.
    """
    for part in change.fields:
        if not isinstance(part.new, Mapping):
            continue
        if part.path[0] == "relationships" and part.new["targetSchemaType"] == "custom":
            yield part.new["targetSchema"], part.new.get("targetField"), part
        elif part.path[0] == "sources":
            yield part.new["definition"], part.new["field"], part


def needs(
    change: Change, changes: Mapping[str, Change]
) -> Iterator[tuple[str, FieldChange]]:
    """The changes that must come first, because they bring the definition or the field
    that is named.
    """
    for address, field, part in references(change):
        match changes.get(address):
            case Create():
                yield address, part
            case Update(fields=fields) if any(
                added.path == ("fields", field) for added in fields
            ):
                yield address, part


def deferred(change: Change, changes: Mapping[str, Change]) -> tuple[FieldChange, ...]:
    """The relationships that are not in the first request: what they need comes later,
    or is the change itself.
    """
    return tuple(
        part
        for address, part in needs(change, changes)
        if address not in change.depends_on
    )


def arrange(
    graph: Mapping[str, Collection[str]],
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Nodes in an order in which each comes after what it needs, and the needs that are
    kept for that.

    Ties are broken by the node's text. Needs of itself and those that close a cycle are
    dropped.
    """
    kept: Graph = {
        node: {need for need in needed if need != node}
        for node, needed in graph.items()
    }
    open_cycles(kept)
    return _sorted(kept), {node: tuple(sorted(needed)) for node, needed in kept.items()}


def _sorted(graph: Graph) -> list[str]:
    """Topological order, smallest text first among those that are ready."""
    waiting = {node: len(needed) for node, needed in graph.items()}
    users: dict[str, list[str]] = {node: [] for node in graph}
    for node, needed in graph.items():
        for need in needed:
            users[need].append(node)
    ready = [node for node, count in waiting.items() if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        node = heapq.heappop(ready)
        order.append(node)
        for user in users[node]:
            waiting[user] -= 1
            if not waiting[user]:
                heapq.heappush(ready, user)
    return order
