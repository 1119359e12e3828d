"""A price rule in the picture: a box with a line for each source, and arrows to the fields
that give the price and to what they replace.
"""

from collections.abc import Mapping
from typing import Any, get_args

from reconciler.kinds.definition.words import as_mapping
from reconciler.kinds.drawing import (
    MARKS_OF_PARTS,
    Drawing,
    Edge,
    Mark,
    Node,
    NodeField,
)
from reconciler.kinds.override.manifest import OverrideTarget
from reconciler.kinds.values import item_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change


def draw(address: Address, sources: Mapping[str, Mapping[str, Any]]) -> Drawing:
    """Of a manifest; `sources` are as in the form."""
    lines, arrows = [], [*_arrow_to_native(address)]
    for key, source in sources.items():
        lines.append(_line(key, source))
        arrows.append(_arrow_to_source(address, key, source))
    return Drawing((_box(address, tuple(lines)),), tuple(arrows))


def draw_change(change: Change) -> Drawing:
    """What comes, goes or gets another priority, marked; of what is new or deleted
    altogether, only the box.
    """
    address = change.address
    lines, arrows = [], [*_arrow_to_native(address)]
    for part in change.fields:
        mark = MARKS_OF_PARTS[part.op] if change.action == "update" else ""
        match part.path, as_mapping(item_of(part)):
            case ("sources", key), {"definition": _, "field": _} as source:
                lines.append(_line(key, source, mark))
                arrows.append(_arrow_to_source(address, key, source, mark))
            case ("sources", key, *_), _:
                lines.append(NodeField(key, mark=mark))
    return Drawing((_box(address, tuple(lines), change.action),), tuple(arrows))


def draw_blocked(item: Blocked) -> Drawing:
    """The box."""
    box = _box(item.address, mark="blocked")
    return Drawing((box,), _arrow_to_native(item.address))


def _box(address: Address, lines: tuple[NodeField, ...] = (), mark: Mark = "") -> Node:
    return Node(str(address), f"price rule {address.name}", lines, mark)


def _line(key: str, source: Mapping[str, Any], mark: Mark = "") -> NodeField:
    return NodeField(key, f"priority {source.get('priority')}", mark=mark)


def _arrow_to_source(
    address: Address, key: str, source: Mapping[str, Any], mark: Mark = ""
) -> Edge:
    """From the line of a source to the field that gives the price."""
    owner, field = str(source["definition"]), str(source["field"])
    return Edge(str(address), owner, key, field, override=True, mark=mark)


def _arrow_to_native(address: Address) -> tuple[Edge, ...]:
    """To the field of ShopiMind that the rule replaces; none in a damaged plan."""
    if address.name not in get_args(OverrideTarget):
        return ()
    table, _, column = address.name.partition(".")
    return (Edge(str(address), table, f"replaces {column}", column, override=True),)
