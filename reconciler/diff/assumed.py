"""Manifests as if they were applied: an earlier revision stands for what lives, so that
one engine serves both.

Ids are made up, one per name; a definition that is only referred to gets one too and
keeps its address as its words.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.address import Address, casefolded
from reconciler.model.kinds import (
    Definition,
    Event,
    EventProperty,
    Override,
    Relationship,
    Resource,
    referred_names,
)
from reconciler.model.live import (
    Live,
    LiveDefinition,
    LiveEvent,
    LiveField,
    LiveOverride,
    LiveProperty,
    LiveRelationship,
    LiveSource,
)
from reconciler.model.state import Desired


def before_with(before: Desired, after: Desired) -> Desired:
    """`before`, and what is deleted or renamed after without ever having had a
    manifest.

    An earlier revision cannot know whether that lives, and a review has to ask what it
    means if it does.
    """
    known = {address.folded for address in before.manifests}
    manifests = dict(before.manifests)
    for address, manifest in after.manifests.items():
        old = address if manifest.absent else manifest.renamed_from
        if old and old.folded not in known and address.folded not in known:
            manifests[old] = replace(
                manifest, address=old, resource=_as_it_was(manifest.resource, old.name)
            )
    return Desired(manifests)


def _as_it_was(resource: Resource, name: str) -> Resource:
    """The same resource under its old name, and there."""
    renamed = {"code_name" if isinstance(resource, Event) else "name": name}
    return resource.model_copy(update={**renamed, "ensure": None, "renamed_from": None})


def as_live(desired: Desired) -> Live:
    """The shop that has exactly these manifests applied."""
    desired = Desired(
        {
            address: manifest
            for address, manifest in desired.manifests.items()
            if not manifest.absent
        }
    )
    ids = _ids(desired)
    definitions, events, overrides = {}, {}, {}
    for number, (address, manifest) in enumerate(desired.manifests.items(), start=1):
        match manifest.resource:
            case Definition() as definition:
                definitions[address] = _definition(definition, ids)
            case Event() as event:
                events[address] = _event(event, number)
            case Override() as override if override.sources:
                overrides[address] = _override(override, ids)
    return Live(definitions, events, overrides, dict(_unmanaged(desired, ids)))


def _ids(desired: Desired) -> dict[str, int]:
    names = [
        casefolded(address.name)
        for address in desired.manifests
        if address.kind == "definition"
    ]
    names += [casefolded(name) for name in _references(desired)]
    return {name: number for number, name in enumerate(dict.fromkeys(names), start=1)}


def _unmanaged(desired: Desired, ids: dict[str, int]) -> Iterator[tuple[int, str]]:
    """(made-up id, address) of everything that is referred to without a manifest."""
    managed = {
        casefolded(address.name)
        for address in desired.manifests
        if address.kind == "definition"
    }
    for name in _references(desired):
        if casefolded(name) not in managed:
            yield ids[casefolded(name)], str(Address("definition", name))


def _references(desired: Desired) -> Iterator[str]:
    for manifest in desired.manifests.values():
        yield from referred_names(manifest.resource)


def _definition(definition: Definition, ids: dict[str, int]) -> LiveDefinition:
    return LiveDefinition(
        id=ids[casefolded(definition.name)],
        name=definition.name,
        status=definition.ensure or "active",
        description=definition.description,
        unique_keys=definition.unique_keys or (),
        fields=tuple(
            LiveField(
                f.name,
                f.type,
                f.shown_label,
                f.required,
                f.description,
                f.default,
                f.options,
            )
            for f in definition.fields
        ),
        relationships=tuple(
            _relationship(rel, ids) for rel in definition.relationships
        ),
    )


def _relationship(rel: Relationship, ids: dict[str, int]) -> LiveRelationship:
    custom = rel.target_schema_type == "custom"
    return LiveRelationship(
        source_field=rel.source_field,
        system=None if custom else rel.target_schema,
        target_id=ids[casefolded(rel.target_schema)] if custom else None,
        target_field=rel.server_target_field,
    )


def _event(event: Event, number: int) -> LiveEvent:
    slots = event.properties.by_slot()
    properties = {
        slot: tuple(_property(prop) for prop in slots[slot]) for slot in slots
    }
    return LiveEvent(number, event.code_name, event.name, properties, (event.name,))


def _property(prop: EventProperty) -> LiveProperty:
    return LiveProperty(prop.name, prop.type, prop.required, prop.description)


def _override(override: Override, ids: dict[str, int]) -> LiveOverride:
    sources = [
        LiveSource(ids[casefolded(s.definition)], s.field, s.priority)
        for s in override.sources
    ]
    return LiveOverride(override.target, tuple(sources))
