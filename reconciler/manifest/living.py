"""Who in the shop uses a definition or an event, and has no manifest that would say so."""

from collections.abc import Iterator, Mapping

from reconciler.kinds.definition.live import LiveDefinition, LiveRelationship
from reconciler.kinds.override.manifest import LiveOverride
from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.usage import Impact, User

LIVING = frozenset({"definition", "override"})
"""The kinds that can point at a definition."""


def living_users(live: Live, desired: Desired, impact: Impact) -> Iterator[User]:
    """Definitions and prices without a manifest that point at the address, or at the field
    of it.
    """
    number = _ids(live).get(impact.address.cased)
    if number is None:
        return
    described = {address.cased for address in desired.manifests}
    for address, resource in live.resources.items():
        if address.cased in described:
            continue
        match resource:
            case LiveDefinition():
                yield from _relationships(address, resource, number, impact.field)
            case LiveOverride():
                yield from _sources(address, resource, number, impact.field)


def _relationships(
    address: Address, definition: LiveDefinition, number: int, field: str
) -> Iterator[User]:
    for each in definition.relationships:
        if each.target_id == number and field in ("", _end(each)):
            how = f"{each.source_field} → {_end(each)}"
            yield User("relationships", str(address), None, how)


def _end(relationship: LiveRelationship) -> str:
    return relationship.target_field or "id"


def _sources(
    address: Address, override: LiveOverride, number: int, field: str
) -> Iterator[User]:
    for each in override.sources:
        if each.definition_id == number and field in ("", each.field):
            how = f"{each.field}, priority {each.priority}"
            yield User("overrides", str(address), None, how)


def concerned(live: Live, impact: Impact) -> Iterator[tuple[Address, int]]:
    """The definition, and those that point at it, with their ids: whose rows count."""
    ids = _ids(live)
    names = [impact.address]
    for user in impact.of_sort("relationships"):
        names.append(Address.parse(user.by))
    for name in dict.fromkeys(names):
        if name.cased in ids:
            yield name, ids[name.cased]


def _ids(live: Live) -> Mapping[Address, int]:
    return {
        address.cased: resource.id
        for address, resource in live.resources.items()
        if isinstance(resource, LiveDefinition)
    }
