"""Payloads → values. Tolerant of everything that the contract has seen: both id keys,
both casings, numbers and flags as text, language maps, JSON inside of text (contract
§2, §3.1, §10, §13). Raises NotUnderstood for an answer that cannot be read at all; a
row without a usable id is no candidate and gives None.
"""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.api.answers import json_of
from reconciler.diff.scalars import truth
from reconciler.errors import NotUnderstood
from reconciler.model.kinds import SLOTS, SYSTEM_SCHEMAS, TYPE_ALIASES
from reconciler.model.live import (
    LiveDefinition,
    LiveEvent,
    LiveField,
    LiveProperty,
    LiveRelationship,
    LiveSource,
)

Row = Mapping[str, Any]


def unwrapped(body: Any) -> Any:
    """The content of an envelope (contract §10 rule 2)."""
    return (
        body["data"]
        if isinstance(body, Mapping) and "data" in body and "statusCode" in body
        else body
    )


def row_of(body: Any, request: str) -> Row:
    """The object of a single read or a create."""
    content = unwrapped(body)
    if not isinstance(content, Mapping):
        raise NotUnderstood(
            f"{request} was answered without an object", request=request
        )
    return content


def whole(value: Any) -> int | None:
    """A whole number that is not negative, perhaps as text or with a point; None for
    everything else.
    """
    text = str(value).strip() if isinstance(value, int | float | str) else ""
    return (
        int(text.partition(".")[0])
        if re.fullmatch(r"[0-9]{1,18}(\.0+)?", text)
        else None
    )


def identifier(row: Row, *keys: str) -> int | None:
    """The first usable id under these keys: a positive whole number, perhaps as text
    (contract §10 rule 1).
    """
    return next((number for key in keys if (number := whole(row.get(key)))), None)


def status_of(row: Row) -> str | None:
    status = row.get("status")
    return (
        status.strip().lower() if isinstance(status, str) and status.strip() else None
    )


def is_deleted(row: Row) -> bool:
    """A tombstone, which listings keep (contract §3.2)."""
    return status_of(row) == "deleted"


def definition(row: Row) -> LiveDefinition | None:
    """A definition's row (contract §3.1)."""
    number, name = (
        identifier(row, "id_definition", "id"),
        row.get("name") or row.get("schema_name"),
    )
    if number is None or not isinstance(name, str) or not name.strip():
        return None
    return LiveDefinition(
        id=number,
        name=name,
        status=status_of(row),
        description=_text(row.get("description")),
        unique_keys=tuple(
            str(key) for key in _list(_either(row, "unique_keys", "uniqueKeys"))
        ),
        fields=tuple(_field(part) for part in _rows(row.get("fields"))),
        relationships=tuple(
            _relationship(part) for part in _rows(row.get("relationships"))
        ),
    )


def shows_fields(row: Row) -> bool:
    """Whether the definition's row can be compared: fields that are not shown must not
    look like none.
    """
    return isinstance(_parsed(row.get("fields")), list)


def _field(row: Row) -> LiveField:
    name, options = str(row.get("name", "")), row.get("options")
    return LiveField(
        name=name,
        type=_type(row.get("type")),
        label=_text(row.get("label")) or name,
        required=truth(row.get("required")),
        description=_text(row.get("description")),
        default=row.get("default"),
        options=None if options is None else tuple(_list(options)),
    )


def _relationship(row: Row) -> LiveRelationship:
    """`targetSchemaType` may be missing: a number is a definition, contacts and
    products are the system's.
    """
    schema = str(_either(row, "targetSchema", "target_schema") or "").strip()
    kind = _either(row, "targetSchemaType", "target_schema_type")
    custom = (
        kind == "custom"
        if kind in ("custom", "system")
        else schema not in SYSTEM_SCHEMAS
    )
    return LiveRelationship(
        source_field=str(_either(row, "sourceField", "source_field") or ""),
        system=None if custom else schema,
        target_id=(whole(schema) or 0) if custom else None,
        target_field=_text(_either(row, "targetField", "target_field")),
    )


def event(row: Row) -> LiveEvent | None:
    """An event type's row (contract §6.1)."""
    number, code_name = (
        identifier(row, "id_event", "id"),
        _either(row, "code_name", "codeName"),
    )
    if number is None or not isinstance(code_name, str) or not code_name.strip():
        return None
    names = _names(row.get("name"))
    return LiveEvent(
        id=number,
        code_name=code_name,
        name=names[0] if names else code_name,
        names=names,
        properties={
            slot: tuple(_property(part) for part in _rows(rows))
            for slot, rows in _slots(row).items()
        },
    )


def shows_properties(row: Row) -> bool:
    """The same for an event's row, which may say that there are none."""
    properties = _parsed(row.get("properties", "?"))
    return not properties or (
        isinstance(properties, Mapping)
        and all(isinstance(r, list) for r in _slots(row).values())
    )


def _names(name: Any) -> tuple[str, ...]:
    """A text, or a map of texts by language (contract §13 row 17)."""
    value = _parsed(name)
    if isinstance(value, Mapping):
        return tuple(str(text) for _, text in sorted(value.items()) if text)
    return (str(name),) if name else ()


def _slots(row: Row) -> dict[str, Any]:
    """The payload slots, flat (`contact.customData`) or nested (contract §6.1), and
    those that only the API knows.
    """
    properties = _parsed(row.get("properties"))
    found: dict[str, Any] = {}
    for outer, value in properties.items() if isinstance(properties, Mapping) else ():
        content = _parsed(value)
        nested = content if isinstance(content, Mapping) else {"": content}
        found |= {
            f"{outer}.{inner}".rstrip("."): _parsed(rows)
            for inner, rows in nested.items()
        }
    order = (*SLOTS, *sorted({*found} - {*SLOTS}))
    return {slot: found[slot] for slot in order if found.get(slot) not in (None, "")}


def _property(row: Row) -> LiveProperty:
    return LiveProperty(
        name=str(row.get("name", "")),
        type=_type(row.get("type")),
        required=truth(row.get("required")),
        description=_text(row.get("description")),
    )


def override_source(row: Row) -> tuple[str, LiveSource] | None:
    """(native field, source) of a row of the override listing (contract §4); None when
    it does not name the field.

    A source that cannot be read whole is one of a definition that does not exist: a
    write replaces the whole set, so none may be overlooked.
    """
    schema = _either(row, "target_system_schema", "targetSystemSchema")
    field = _either(row, "system_field_name", "systemFieldName")
    if not (schema and field):
        return None
    number = identifier(
        row, "id_custom_data_definition", "idCustomDataDefinition", "id_definition"
    )
    custom, priority = (
        _either(row, "custom_field_name", "customFieldName"),
        whole(row.get("priority")),
    )
    return f"{schema}.{field}", LiveSource(
        number or 0, str(custom or "?"), priority or 0
    )


def _either(row: Row, *keys: str) -> Any:
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _type(value: Any) -> str:
    name = str(value or "").strip().lower()
    return TYPE_ALIASES.get(name, name)


def _parsed(value: Any) -> Any:
    """A listing may turn nested JSON into text as well."""
    if isinstance(value, str) and value.strip()[:1] in ("{", "["):
        try:
            return json_of(value)
        except (ValueError, RecursionError):
            return value
    return value


def _list(value: Any) -> list[Any]:
    parsed = _parsed(value)
    if isinstance(parsed, str):
        return [part.strip() for part in parsed.split(",") if part.strip()]
    return list(parsed) if isinstance(parsed, list | tuple) else []


def _rows(value: Any) -> list[Row]:
    parsed = _parsed(value)
    return (
        [row for row in parsed if isinstance(row, Mapping)]
        if isinstance(parsed, list)
        else []
    )
