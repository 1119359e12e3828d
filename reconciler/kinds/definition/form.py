"""The canonical form of a definition.

The desired form holds what the manifest declares and nothing else; the live form holds
everything.
"""

from typing import Any, TypedDict

from reconciler.form.fields import Form
from reconciler.form.scalars import canonical
from reconciler.form.texts import same_text
from reconciler.kinds.definition.live import (
    LiveDefinition,
    LiveField,
    LiveRelationship,
)
from reconciler.kinds.definition.manifest import (
    SERVER_TARGET_FIELDS,
    Definition,
    DefinitionField,
    Relationship,
)
from reconciler.model.address import Address
from reconciler.model.live import LiveId, Names

TEXTS = ("label", "description", "default", "options")
"""The attributes of a field that hold free text."""


class FieldForm(TypedDict, total=False):
    """One field; in a desired form, optional keys are there when they are written."""

    label: str
    type: str
    required: bool
    description: str | None
    default: Any
    options: list[Any] | None


class RelationshipForm(TypedDict, total=False):
    """One relationship; `targetSchema` is an address in text, or a system schema."""

    targetSchemaType: str
    targetSchema: str | None
    targetField: str | None


def desired_form(definition: Definition) -> dict[str, Any]:
    """What the manifest declares, references as addresses."""
    form: dict[str, Any] = {}
    # The address has the name; to declare it is to rename.
    if definition.renamed_from is not None:
        form["name"] = definition.name
    if definition.description is not None:
        form["description"] = definition.description
    if definition.unique_keys is not None:  # their order means nothing
        form["unique_keys"] = sorted(definition.unique_keys)
    form["fields"] = {field.name: field_form(field) for field in definition.fields}
    form["relationships"] = {
        rel.source_field: _relationship_form(rel) for rel in definition.relationships
    }
    if definition.ensure in ("active", "inactive"):
        form["status"] = definition.ensure
    return form


def field_form(field: DefinitionField) -> FieldForm:
    """What the manifest declares of a field."""
    form = FieldForm(label=field.shown_label, type=field.type, required=field.required)
    if field.description is not None:
        form["description"] = field.description
    if field.default is not None:
        form["default"] = field.sent_default
    if field.options is not None:
        form["options"] = list(field.options)
    return form


def _relationship_form(rel: Relationship) -> RelationshipForm:
    target = rel.target_schema
    if rel.is_custom:
        target = str(Address("definition", rel.target_schema))
    form = RelationshipForm(
        targetSchemaType=rel.target_schema_type, targetSchema=target
    )
    if rel.target_field is not None:
        form["targetField"] = rel.target_field
    return form


def live_form(live: LiveDefinition, names: Names) -> dict[str, Any]:
    """All that lives."""
    return {
        "name": live.name,
        "description": live.description,
        "unique_keys": sorted(live.unique_keys),
        "fields": {field.name: _live_field(field) for field in live.fields},
        "relationships": {
            rel.source_field: _live_relationship(rel, names)
            for rel in live.relationships
        },
        "status": usable_status(live),
    }


def usable_status(live: LiveDefinition) -> str:
    """Inactive is a choice; everything else is usable or soon will be (contract §3.1)."""
    return "inactive" if live.status == "inactive" else "active"


def _live_field(live: LiveField) -> FieldForm:
    return FieldForm(
        label=live.label,
        type=live.type,
        required=live.required,
        description=live.description,
        default=live.default,
        options=None if live.options is None else list(live.options),
    )


def _live_relationship(live: LiveRelationship, names: Names) -> RelationshipForm:
    if live.target_id is None:
        kind, target = "system", live.system
    else:
        kind, target = "custom", names.of(LiveId("definition", live.target_id))
    return RelationshipForm(
        targetSchemaType=kind, targetSchema=target, targetField=live.target_field
    )


def common_items(form: Form, wanted: Form) -> dict[str, Any]:
    """The fields (or relationships) of the live form that the manifest has too, each
    with only those attributes that the manifest writes.
    """
    return {
        name: _written_attributes(form[name], wanted[name])
        for name in wanted
        if name in form
    }


def _written_attributes(form: Form, wanted: Form) -> dict[str, Any]:
    """What is not written is not managed; what is the same in another spelling is given
    the wanted one.
    """
    return {
        key: wanted[key] if _is_same(key, form, wanted) else form[key] for key in wanted
    }


def _is_same(key: str, form: Form, wanted: Form) -> bool:
    """Numbers and dates may have become text; a target field that was not reported is
    not told apart.
    """
    if key == "default":
        stored = canonical(form[key], form["type"])
        return bool(stored == canonical(wanted[key], form["type"]))
    if key == "options":
        return _canonical_options(form[key]) == _canonical_options(wanted[key])
    if key == "description":
        return is_same_text(form[key], wanted[key])
    return key == "targetField" and form[key] is None


def is_same_text(stored: str | None, wanted: str) -> bool:
    """No description and an empty one are the same."""
    return same_text(wanted, _text(stored))


def _canonical_options(options: list[Any] | None) -> list[Any]:
    """In one order: it means nothing. No options and an empty list are the same."""
    return sorted(canonical(option, "list") for option in options or ())


def canonical_form(form: Form) -> dict[str, Any]:
    """Defaults and options in one spelling each; listings and single reads differ in
    them (contract §2).
    """
    fields = {name: _canonical_field(field) for name, field in form["fields"].items()}
    relationships = {
        source: {**rel, "targetField": rel["targetField"] or _usual_target(rel)}
        for source, rel in form["relationships"].items()
    }
    return {
        **form,
        "fields": fields,
        "relationships": relationships,
        "description": _text(form["description"]),
    }


def _usual_target(rel: Form) -> str:
    """What the server relates to when nothing else is said (contract §3.1)."""
    return SERVER_TARGET_FIELDS.get(str(rel["targetSchema"]), "id")


def has_usual_target_field(rel: Form) -> bool:
    """Whether it relates to what the server takes when nothing else is said."""
    return rel["targetField"] in (None, _usual_target(rel))


def _text(description: str | None) -> str:
    return "" if description is None else description


def _canonical_field(field: Form) -> dict[str, Any]:
    default = canonical(field["default"], field["type"])
    return {
        **field,
        "description": _text(field["description"]),
        "default": default,
        "options": _canonical_options(field["options"]),
    }
