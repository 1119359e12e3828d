"""What makes no sense in a definition's manifest, by itself and beside the others."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.form.scalars import canonical
from reconciler.form.spelling import cut, did_you_mean, shown
from reconciler.form.typed import NoOption, NotQuoted, typed
from reconciler.kinds.definition.manifest import (
    SYSTEM_SCHEMAS,
    Definition,
    DefinitionField,
    Relationship,
)
from reconciler.kinds.definition.table import Table, table_of
from reconciler.kinds.doubles import doubles
from reconciler.kinds.field_types import hold_each_other
from reconciler.kinds.values import Neighbours, Profile
from reconciler.model.address import Address, fold
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.resource import Unreadable


@dataclass(frozen=True)
class DefinitionProfile(Profile):
    """What others may ask of a definition; `table` is what it says of its rows."""

    may_be_about_products: bool = False
    may_be_about_contacts: bool = False
    table: Table = dataclasses.field(default_factory=Table)


def profile_of(definition: Definition) -> DefinitionProfile:
    """The fields with their types, and whether prices can be found through it."""
    types = {field.name: _known_type(field) for field in definition.fields}
    unnamed = any(isinstance(name, Unreadable) for name in types)
    is_partial = unnamed or "fields" in definition.unread
    may_be_about_products = "relationships" in definition.unread or any(
        map(_may_be_about_products, definition.relationships)
    )
    table = table_of(definition)
    return DefinitionProfile(
        definition.name,
        types,
        is_partial,
        may_be_about_products,
        "relationships" in definition.unread or table.is_about_contacts,
        table,
    )


def _may_be_about_products(rel: Relationship) -> bool:
    """Also when the part that says so could not be read."""
    may_be_system = rel.is_system or isinstance(rel.target_schema_type, Unreadable)
    schema = rel.target_schema
    return may_be_system and (schema == "products" or isinstance(schema, Unreadable))


def _known_type(field: DefinitionField) -> str | None:
    return None if isinstance(field.type, Unreadable) else field.type


def problems_within(definition: Definition) -> Iterator[Problem]:
    """Whatever the other manifests say."""
    yield from doubles([field.name for field in definition.fields], ("fields",))
    profile = profile_of(definition)
    yield from _unknown_keys(definition, profile)
    yield from _relationship_problems(definition, profile)
    for index, field in enumerate(definition.fields):
        yield from _field_problems(field, ("fields", index))


def doubts(definition: Definition) -> Iterator[Problem]:
    """Keys can only be given at the creation (contract §3.1), and rows without them are
    added at every push (contract §13).
    """
    has_keys = bool(definition.unique_keys) or "unique_keys" in definition.unread
    if has_keys or definition.ensure == "absent":
        return
    message = (
        f"{shown(definition.name)} has no `unique_keys`: every repeated push doubles its "
        "rows, and keys cannot be added once it lives"
    )
    yield Problem("definition-without-keys", message)


def _unknown_keys(definition: Definition, profile: Profile) -> Iterator[Problem]:
    for index, key in enumerate(definition.unique_keys or ()):
        if not profile.may_have(key):
            hint = profile.vocabulary.hint(key)
            message = f"the unique key {shown(key)} is not a field{hint}"
            yield Problem("unique-key-not-a-field", message, ("unique_keys", index))


def _relationship_problems(
    definition: Definition, profile: Profile
) -> Iterator[Problem]:
    sources: set[str] = set()
    for index, rel in enumerate(definition.relationships):
        path = ("relationships", index)
        source = rel.source_field
        if not profile.may_have(source):
            hint = profile.vocabulary.hint(source)
            message = f"the source field {shown(source)} is not a field{hint}"
            yield Problem("source-field-not-a-field", message, (*path, "sourceField"))
        if source in sources:
            message = f"{shown(source)} has two relationships"
            yield Problem("duplicate-relationship", message, (*path, "sourceField"))
        sources.add(source)
        yield from _schema_problems(rel, (*path, "targetSchema"))


def _schema_problems(rel: Relationship, path: DocumentPath) -> Iterator[Problem]:
    schema = rel.target_schema
    if rel.is_system and schema not in SYSTEM_SCHEMAS:
        hint = did_you_mean(schema, SYSTEM_SCHEMAS)
        message = f"there is no system schema {shown(schema)}{hint}"
        yield Problem("unknown-system-schema", message, path)


def _field_problems(field: DefinitionField, path: DocumentPath) -> Iterator[Problem]:
    name = shown(field.name)
    if field.type == "list" and not field.options:
        message = f"the list {name} has no options"
        yield Problem("list-without-options", message, path)
    if field.options is not None and _known_type(field) not in ("list", None):
        message = f"{name} has options and is no list"
        yield Problem("options-without-list", message, (*path, "options"))
    yield from _doubled_options(field, (*path, "options"))
    if field.default is not None:
        yield from _default_problems(field, (*path, "default"))
    if fold(field.name) == "id":
        message = (
            f"{name} is the name of the number that the server gives every record: "
            "remove the field, or give it a name of its own, such as record_id"
        )
        yield Problem("reserved-field", message, (*path, "name"))


def _doubled_options(field: DefinitionField, path: DocumentPath) -> Iterator[Problem]:
    """In their canonical form, in which they are compared."""
    seen: set[object] = set()
    for index, option in enumerate(field.options or ()):
        same = (isinstance(option, str), canonical(option, "list"))
        if same in seen:
            message = f"the option {shown(option)} stands here twice"
            yield Problem("duplicate-option", message, (*path, index))
        seen.add(same)


def _default_problems(field: DefinitionField, path: DocumentPath) -> Iterator[Problem]:
    options = field.options or ()
    if _known_type(field) is None or any(isinstance(o, Unreadable) for o in options):
        return
    try:
        typed(field.default, field.type, options)
    except NotQuoted as unclear:
        message = f"the default of {shown(field.name)}: {unclear}"
        yield Problem("unquoted-text", message, path)
    except NoOption as outside:
        yield Problem("default-outside-options", str(outside), path)
    except ValueError as unfit:
        why = f": {unfit}" if unfit.args else ""
        message = f"the default of {shown(field.name)} is no {field.type}{why}"
        yield Problem("default-type", message, path)


def problems_between(definition: Definition, others: Neighbours) -> Iterator[Problem]:
    """What its relationships say of other definitions."""
    types = profile_of(definition).fields
    for index, rel in enumerate(definition.relationships):
        if not rel.is_custom:
            continue
        target = others(Address("definition", rel.target_schema))
        if target is None:
            continue
        path = ("relationships", index)
        source_type = types.get(rel.source_field)
        yield from _missing_target(rel, target, (*path, "targetField"))
        yield from _type_mismatch(rel, source_type, target, (*path, "sourceField"))


def _missing_target(
    rel: Relationship, target: Profile, path: DocumentPath
) -> Iterator[Problem]:
    name = rel.server_target_field
    if name != "id" and not target.may_have(name):
        hint = target.vocabulary.hint(name)
        message = f"definition/{cut(target.name)} has no field {shown(name)}{hint}"
        yield Problem("target-field-missing", message, path)


def _type_mismatch(
    rel: Relationship, source_type: str | None, target: Profile, path: DocumentPath
) -> Iterator[Problem]:
    name = rel.server_target_field
    # The server numbers every record with an `id` that no manifest describes.
    end_type = target.fields.get(name, "number" if name == "id" else None)
    if not hold_each_other(source_type, end_type):
        source = f"{shown(rel.source_field)} is {source_type}"
        message = f"{source} and {cut(target.name)}.{cut(name)} is {end_type}"
        yield Problem("relation-type-mismatch", message, path)
