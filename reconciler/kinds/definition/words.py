"""A definition in words, and in the picture."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.form.fields import Path
from reconciler.form.words import value_words
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.drawing import Drawing, Edge, Mark, Node, NodeField
from reconciler.kinds.values import Note, Row
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Create, FieldChange

_FIELD_MARKS: dict[str, Mark] = {
    "added": "create",
    "changed": "update",
    "removed": "delete",
}


def words(path: Path, value: Any) -> str:
    """A value of the form in words."""
    match path:
        case ("fields", _) if isinstance(value, Mapping):
            return type_words(value)
        case ("relationships", _) if isinstance(value, Mapping):
            return f"→ {target_words(value)}"
        case ("relationships", _, "targetSchema"):
            return value_words(value).removeprefix("definition/")
    return value_words(value)


def type_words(value: Mapping[str, Any]) -> str:
    """The type of a field, `required` when it is, and everything else by its name."""
    said = [value_words(value.get("type"))]
    if value.get("required"):
        said.append("required")
    for key, each in value.items():
        if key not in ("type", "required") and each not in (None, ""):
            said.append(f"{key} {value_words(each)}")
    return ", ".join(said)


def target_words(value: Mapping[str, Any]) -> str:
    """`Target.field`, or the target alone when the server chooses the field."""
    target = value_words(value["targetSchema"]).removeprefix("definition/")
    field = value.get("targetField")
    return target if field is None else f"{target}.{field}"


def headline(change: Create) -> Iterator[Note]:
    """The keys, for they can never change, and the status."""
    given = {part.path[0]: part.new for part in change.fields if len(part.path) == 1}
    yield Note("unique keys:", given.get("unique_keys") or "none")
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
        if part.path[0] == "fields":
            row = field_row(part)
            link = related.get(row.name)
            yield row._replace(notes=(link, *row.notes)) if link else row


def row(change: FieldChange) -> Row:
    """A field or relationship that is added to what lives."""
    match change.path:
        case ("fields", _):
            return field_row(change)
        case ("relationships", name):
            return Row(name, f"→ {target_words(change.new)}")
    value = change.old if change.op == "removed" else change.new
    return Row(".".join(change.path), words(change.path, value))


def field_row(change: FieldChange) -> Row:
    """A field with everything about it that can never change once it is there; a label
    that is the name says nothing.
    """
    name, value = change.path[1], change.new
    notes = []
    if value.get("label") not in (None, "", name):
        notes.append(Note("label", value["label"], quoted=True))
    if value.get("options"):
        notes.append(Note("options", value["options"]))
    if value.get("default") is not None:
        notes.append(Note("default", value["default"]))
    if value.get("description"):
        notes.append(Note("description", value["description"], quoted=True))
    required = "required" if value.get("required") else ""
    return Row(name, str(value["type"]), required, tuple(notes))


def draw(definition: Definition) -> Drawing:
    """A box with all fields, and an arrow for each relationship."""
    address = str(Address("definition", definition.name))
    keys = definition.unique_keys or ()
    fields = [NodeField(f.name, f.type, f.name in keys) for f in definition.fields]
    edges = []
    for rel in definition.relationships:
        end = rel.target_schema
        if rel.is_custom:
            end = str(Address("definition", rel.target_schema))
        edges.append(Edge(address, end, rel.source_field, rel.server_target_field))
    return Drawing((Node(address, definition.name, tuple(fields)),), tuple(edges))


def changed_fields(change: Change) -> Iterator[NodeField]:
    """The lines that a change touches. Those of a new definition are not marked one by
    one: the whole box is new.
    """
    keys = next((p.new for p in change.fields if p.path == ("unique_keys",)), ())
    for part in change.fields:
        if part.path[0] == "fields" and len(part.path) == 2:
            name = part.path[1]
            mark = "" if change.action == "create" else _FIELD_MARKS[part.op]
            kind = str(as_mapping(part.new or part.old).get("type", ""))
            yield NodeField(name, kind, name in (keys or ()), mark)


def changed_edges(change: Change) -> Iterator[Edge]:
    """The arrows of the relationships that a change brings."""
    for part in change.fields:
        if part.path[0] == "relationships":
            rel = as_mapping(part.new or part.old)
            label = part.path[1] if len(part.path) > 1 else ""
            end, field = str(rel.get("targetSchema")), str(rel.get("targetField") or "")
            yield Edge(str(change.address), end, label, field)


def blocked_fields(item: Blocked) -> Iterator[NodeField]:
    """The line in which something is blocked, with both types when it is that."""
    if item.path[0] == "fields" and len(item.path) > 1:
        types = f"{item.old} → {item.new}" if item.path[2:] == ("type",) else ""
        yield NodeField(item.path[1], types, mark="blocked")


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value, or an empty mapping for one that a damaged plan holds instead."""
    return value if isinstance(value, Mapping) else {}
