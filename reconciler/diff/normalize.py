"""The canonical form of each kind: nested mappings by name, so that order means
nothing.

The desired form holds what the manifest declares and nothing else. The live form holds
everything; `declared` cuts it down to what can be compared.
"""

import json
from collections.abc import Callable
from typing import Any

from reconciler.diff.fields import Form
from reconciler.diff.scalars import canonical
from reconciler.model.address import Address, casefolded
from reconciler.model.kinds import (
    Definition,
    DefinitionField,
    Event,
    EventProperty,
    Override,
    OverrideSource,
    Relationship,
    Resource,
)
from reconciler.model.live import (
    LiveDefinition,
    LiveEvent,
    LiveField,
    LiveOverride,
    LiveProperty,
    LiveRelationship,
    LiveResource,
)

_WHOLE = ("name", "status", "description", "unique_keys")

Naming = Callable[[int], str]
"""A definition's id → how to speak of it: its address, or words when it has none any
more.
"""


def desired_form(resource: Resource) -> dict[str, Any]:
    """What the manifest declares, references as addresses."""
    match resource:
        case Definition():
            return _definition(resource)
        case Event():
            return _event(resource)
        case Override():  # pragma: no branch: there is no other kind
            return {
                "sources": {
                    _source_key(s.definition, s.field): _source(s)
                    for s in resource.sources
                }
            }


def new_form(resource: Resource) -> dict[str, Any]:
    """What has to be written when nothing lives yet: the name is the address's, and
    what is created is active.
    """
    form = desired_form(resource)
    given = {"definition": "name", "event": "code_name"}.get(resource.kind)
    return {
        key: value
        for key, value in form.items()
        if key != given and not (key == "status" and value == "active")
    }


def empty_form(desired: Form) -> dict[str, Any]:
    """The form of a resource that does not live: the collections of `desired`, with
    nothing in them.
    """
    empty: dict[str, Any] = {
        key: {} for key in ("fields", "relationships", "sources") if key in desired
    }
    if "properties" in desired:
        empty["properties"] = {slot: {} for slot in desired["properties"]}
    return empty


def _definition(definition: Definition) -> dict[str, Any]:
    form: dict[str, Any] = {}
    if definition.renamed_from is not None:
        form["name"] = definition.name
    if definition.description is not None:
        form["description"] = definition.description
    if definition.unique_keys is not None:
        form["unique_keys"] = sorted(definition.unique_keys)
    form["fields"] = {field.name: _field(field) for field in definition.fields}
    form["relationships"] = {
        rel.source_field: _relationship(rel) for rel in definition.relationships
    }
    if definition.ensure in ("active", "inactive"):
        form["status"] = definition.ensure
    return form


def _field(field: DefinitionField) -> dict[str, Any]:
    form: dict[str, Any] = {
        "label": field.shown_label,
        "type": field.type,
        "required": field.required,
    }
    if field.description is not None:
        form["description"] = field.description
    if field.default is not None:
        form["default"] = field.default
    if field.options is not None:
        form["options"] = list(field.options)
    return form


def _relationship(rel: Relationship) -> dict[str, Any]:
    custom = rel.target_schema_type == "custom"
    form: dict[str, Any] = {
        "targetSchemaType": rel.target_schema_type,
        "targetSchema": str(Address("definition", rel.target_schema))
        if custom
        else rel.target_schema,
    }
    if rel.target_field is not None:
        form["targetField"] = rel.target_field
    return form


def _source_key(definition: str, field: str) -> str:
    """`Definition.field`; a name that holds a dot is quoted, so that no two sources
    have the same key.
    """
    clear = "." not in definition and not definition.startswith('"')
    return (
        f"{definition if clear else json.dumps(definition, ensure_ascii=False)}.{field}"
    )


def _source(source: OverrideSource) -> dict[str, Any]:
    return {
        "definition": str(Address("definition", source.definition)),
        "field": source.field,
        "priority": source.priority,
    }


def _event(event: Event) -> dict[str, Any]:
    slots = event.properties.by_slot()
    renamed = {"code_name": event.code_name} if event.renamed_from is not None else {}
    return {
        **renamed,
        "name": event.name,
        "properties": {
            slot: {prop.name: _property(prop) for prop in slots[slot]} for slot in slots
        },
    }


def _property(prop: EventProperty) -> dict[str, Any]:
    form: dict[str, Any] = {"type": prop.type, "required": prop.required}
    if prop.description is not None:
        form["description"] = prop.description
    return form


def live_form(live: LiveResource, naming: Naming) -> dict[str, Any]:
    """All that lives, in the same form."""
    match live:
        case LiveDefinition():
            return {
                "name": live.name,
                "description": live.description or "",
                "unique_keys": sorted(live.unique_keys),
                "fields": {field.name: _live_field(field) for field in live.fields},
                "relationships": {
                    rel.source_field: _live_relationship(rel, naming)
                    for rel in live.relationships
                },
                "status": status(live),
            }
        case LiveEvent():
            slots = live.properties
            return {
                "code_name": live.code_name,
                "name": live.name,
                "properties": {
                    slot: {prop.name: _live_property(prop) for prop in slots[slot]}
                    for slot in slots
                },
            }
        case LiveOverride():  # pragma: no branch: there is no other kind
            return {"sources": _live_sources(live, naming)}


def status(live: LiveDefinition) -> str:
    """Inactive is a choice; everything else is usable or soon will be (contract
    §3.1).
    """
    return "inactive" if live.status == "inactive" else "active"


def _live_field(live: LiveField) -> dict[str, Any]:
    return {
        "label": live.label,
        "type": live.type,
        "required": live.required,
        "description": live.description or "",
        "default": live.default,
        "options": list(live.options or ()),
    }


def _live_relationship(live: LiveRelationship, naming: Naming) -> dict[str, Any]:
    custom = live.target_id is not None
    return {
        "targetSchemaType": "custom" if custom else "system",
        "targetSchema": naming(live.target_id)
        if live.target_id is not None
        else live.system,
        "targetField": live.target_field,
    }


def _live_property(live: LiveProperty) -> dict[str, Any]:
    return {
        "type": live.type,
        "required": live.required,
        "description": live.description or "",
    }


def _live_sources(live: LiveOverride, naming: Naming) -> dict[str, Any]:
    """A source that is stored twice, or has the same words as another one that is gone,
    keeps a key of its own.
    """
    sources: dict[str, Any] = {}
    for source in sorted(
        set(live.sources),
        key=lambda source: (source.priority, source.definition_id, source.field),
    ):
        name = naming(source.definition_id)
        key = _source_key(name.removeprefix("definition/"), source.field)
        while key in sources:
            key += " (again)"
        sources[key] = {
            "definition": name,
            "field": source.field,
            "priority": source.priority,
        }
    return sources


def declared(live: LiveResource, form: Form, wanted: Form) -> dict[str, Any]:
    """What of the live form `wanted` speaks about; only that is compared."""
    match live:
        case LiveDefinition():
            known = {**form, "name": _spelled(live.name, wanted.get("name"))}
            return {
                key: known[key] if key in _WHOLE else _common(form[key], wanted[key])
                for key in wanted
            }
        case LiveEvent():
            known = {
                "name": _name(live, wanted),
                "code_name": _spelled(live.code_name, wanted.get("code_name")),
            }
            return {
                key: known[key] if key in known else _slots(form[key], wanted[key])
                for key in wanted
            }
        case LiveOverride():  # pragma: no branch: there is no other kind
            return dict(form)


def _spelled(stored: str, wanted: str | None) -> str:
    """The server's own spelling counts as the wanted one, as it does in every
    address.
    """
    return (
        wanted
        if wanted is not None and casefolded(stored) == casefolded(wanted)
        else stored
    )


def _common(form: Form, wanted: Form) -> dict[str, Any]:
    """The parts that both have, each with the keys that are written."""
    return {name: _written(form[name], wanted[name]) for name in wanted if name in form}


def _written(form: Form, wanted: Form) -> dict[str, Any]:
    """What is not written is not managed; what is the same in another spelling is given
    the wanted one.
    """
    return {
        key: wanted[key] if _same(key, form, wanted) else form[key] for key in wanted
    }


def _same(key: str, form: Form, wanted: Form) -> bool:
    """Numbers and dates may have become text; a target field that was not reported is
    not told apart.
    """
    match key:
        case "default":
            return bool(
                canonical(form[key], form["type"])
                == canonical(wanted[key], form["type"])
            )
        case "options":
            return [canonical(option, "list") for option in form[key]] == [
                canonical(option, "list") for option in wanted[key]
            ]
        case "targetField":
            return form[key] is None
        case _:
            return False


def _name(live: LiveEvent, wanted: Form) -> str:
    """Any text of a language map counts as the name (contract §13 row 17)."""
    return str(wanted["name"]) if wanted.get("name") in live.names else live.name


def _slots(form: Form, wanted: Form) -> dict[str, Any]:
    """The slots that are written, whole: a property that only lives goes away."""
    return {
        slot: {
            name: _written(prop, properties.get(name, prop))
            for name, prop in form.get(slot, {}).items()
        }
        for slot, properties in wanted.items()
    }
