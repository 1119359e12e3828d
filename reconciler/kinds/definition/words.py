"""A definition in words, and in the picture."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from reconciler.form.fields import Path
from reconciler.form.words import name_words, value_words
from reconciler.kinds.definition.manifest import Definition, Relationship
from reconciler.kinds.drawing import (
    MARKS_OF_PARTS,
    Drawing,
    Edge,
    Mark,
    Node,
    NodeField,
)
from reconciler.kinds.values import Note, Row, item_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Create, FieldChange

_IN_COLUMNS = ("type", "required")
"""What a row shows of a field in columns of its own."""


def words(path: Path, value: Any) -> str:
    """A value of the form in words."""
    match path:
        case ("fields", _) if isinstance(value, Mapping):
            return type_words(value)
        case ("relationships", _) if isinstance(value, Mapping):
            return f"→ {target_words(value)}"
        case ("relationships", _, "targetSchema"):
            return bare_name(value)
    return value_words(value)


def bare_name(address: Any) -> str:
    """The name in the address of a definition; other words as they are."""
    return name_words(value_words(address).removeprefix("definition/"))


def type_words(value: Mapping[str, Any]) -> str:
    """The type of a field, `required` when it is, and everything else by its name."""
    said = [value_words(value.get("type"))]
    if value.get("required"):
        said.append("required")
    for key, each in value.items():
        if key not in ("type", "required") and not _says_nothing(key, each):
            said.append(f"{key} {value_words(each)}")
    return ", ".join(said)


def target_words(value: Mapping[str, Any]) -> str:
    """`Target.field`, or the target alone when the server chooses the field."""
    target = bare_name(value["targetSchema"])
    field = value.get("targetField")
    return target if field is None else f"{target}.{field}"


def headline(change: Create) -> Iterator[Note]:
    """The keys, for they can never change, and the status."""
    given = {part.path[0]: part.new for part in change.fields if len(part.path) == 1}
    keys = given.get("unique_keys")
    yield Note("unique keys:", keys if keys else "none")
    if "status" in given:
        yield Note("status:", given["status"])


def rows(change: Create) -> Iterator[Row]:
    """The fields, each with the relationship that starts from it."""
    related = {
        part.path[1]: Note("→", target_words(part.new), whole=True)
        for part in change.fields
        if part.path[0] == "relationships"
    }
    for part in change.fields:
        if part.path[0] != "fields":
            continue
        row = field_row(part)
        if row.name in related:
            row = row._replace(notes=(related[row.name], *row.notes))
        yield row


def row(change: FieldChange) -> Row:
    """A field or relationship that is added to what lives."""
    match change.path:
        case ("fields", _):
            return field_row(change)
        case ("relationships", name):
            return Row(name, f"→ {target_words(change.new)}")
    value = item_of(change)
    return Row(".".join(change.path), words(change.path, value))


def field_row(change: FieldChange) -> Row:
    """A field with everything about it that can never change once it is there; a label
    that is the name says nothing.
    """
    name, field = change.path[1], change.new
    required = "required" if field.get("required") else ""
    notes = tuple(_field_notes(name, field))
    return Row(name, str(field["type"]), required, notes)


def _field_notes(name: str, field: Mapping[str, Any]) -> Iterator[Note]:
    # The order of these is that of a reviewer's questions; what else a field has follows.
    known = ("label", "options", "default", "description")
    for key in dict.fromkeys((*known, *field)):
        value = field.get(key)
        is_name = (key, value) == ("label", name)
        if key in _IN_COLUMNS or is_name or _says_nothing(key, value):
            continue
        yield Note(key, value, quoted=key in ("label", "description"))


def _says_nothing(key: str, value: Any) -> bool:
    """An empty description or list of options is the same as none; an empty label or
    default is a value.
    """
    return value is None or (key, value) in (("description", ""), ("options", []))


def draw(definition: Definition) -> Drawing:
    """A box with all fields, and an arrow for each relationship."""
    address = str(Address("definition", definition.name))
    keys = definition.unique_keys or ()
    fields = [NodeField(f.name, f.type, f.name in keys) for f in definition.fields]
    edges = [_edge(address, rel) for rel in definition.relationships]
    return Drawing((Node(address, definition.name, tuple(fields)),), tuple(edges))


def _edge(start: str, rel: Relationship) -> Edge:
    end = rel.target_schema
    if rel.is_custom:
        end = str(Address("definition", end))
    return Edge(start, end, rel.source_field, rel.server_target_field)


def changed_fields(change: Change) -> Iterator[NodeField]:
    """The lines that a change touches. Those of a new definition are not marked one by
    one: the whole box is new.
    """
    keys: Collection[str] = ()
    for part in change.fields:
        if part.path == ("unique_keys",):
            keys = part.new or ()
    for part in change.fields:
        match part.path:
            case ("fields", name):
                mark = _mark(change, part)
                field = as_mapping(item_of(part))
                yield NodeField(name, str(field.get("type", "")), name in keys, mark)
            case ("fields" | "relationships", name, _, *_):
                yield NodeField(name, mark="update")


def changed_edges(change: Change) -> Iterator[Edge]:
    """The arrows of the relationships that a change brings or takes away."""
    for part in change.fields:
        match part.path:
            case ("relationships", source):
                rel = as_mapping(item_of(part))
                end = str(rel.get("targetSchema"))
                field = str(rel.get("targetField") or "")
                mark = _mark(change, part)
                yield Edge(str(change.address), end, source, field, mark=mark)


def _mark(change: Change, part: FieldChange) -> Mark:
    """Where the whole box comes or goes, its lines and arrows are not marked one by
    one.
    """
    return MARKS_OF_PARTS[part.op] if change.action == "update" else ""


def blocked_fields(item: Blocked) -> Iterator[NodeField]:
    """The line in which something is blocked, with both types when it is that."""
    match item.path:
        case ("fields", name, "type"):
            yield NodeField(name, f"{item.old} → {item.new}", mark="blocked")
        case ("fields" | "relationships", name, *_):
            yield NodeField(name, mark="blocked")


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value, or an empty mapping for one that a damaged plan holds instead."""
    return value if isinstance(value, Mapping) else {}
