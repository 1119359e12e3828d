"""The physical table behind a definition: its columns, and the check of what is to
become a row (contract §5).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox import people, values
from reconciler.sandbox.call import LARGEST_ID, Call
from reconciler.sandbox.conditions import Column
from reconciler.sandbox.folding import name_key

REFERENCES = ("id_contact", "email", "id_customer")
"""How a contact may be designated (contract §5)."""
_NUMERIC = ("number", "decimal", "bool")


class BadItem(Exception):
    """An item cannot become a row; ``errors`` says why."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class Table:
    """Fields in column order, the unique key, and which fields are relations to
    contacts.
    """

    id: int
    status: str
    fields: tuple[Mapping[str, Any], ...]
    unique_keys: tuple[str, ...]
    contact_fields: frozenset[str]

    def columns(self) -> dict[str, Column]:
        """Give the columns a listing can filter and order by."""
        columns = {"id": Column("id", "number")}
        for position, field in enumerate(self.fields):
            value = f"json_extract(data, '$[{position}]')"
            columns[field["name"]] = Column(
                value, "number" if field["type"] in _NUMERIC else "text"
            )
        return columns

    def shown(self, row: sqlite3.Row) -> dict[str, object]:
        """Show a row; a field that is younger than the row reads null (contract
        §3.2).
        """
        data = json.loads(row["data"])
        data.extend([None] * (len(self.fields) - len(data)))
        return {
            "id": row["id"],
            **{
                field["name"]: value
                for field, value in zip(self.fields, data, strict=True)
            },
        }

    def placed(self, item: Mapping[str, object]) -> dict[int, object]:
        """Give the values by position of their field."""
        return {
            i: item[field["name"]]
            for i, field in enumerate(self.fields)
            if field["name"] in item
        }

    def natural(self, item: Mapping[str, object]) -> str | None:
        """Give the canonical unique key; None without one or with a null member, as a
        MySQL unique index treats it.
        """
        members = [item.get(name) for name in self.unique_keys]
        if not members or any(member is None for member in members):
            return None
        return json.dumps(
            [
                name_key(member) if isinstance(member, str) else member
                for member in members
            ]
        )

    def has_row_of(self, db: sqlite3.Connection, contact: int) -> bool:
        """Tell whether a row belongs to a contact."""
        values = [
            f"json_extract(data, '$[{position}]') = ?"
            for position, field in enumerate(self.fields)
            if field["name"] in self.contact_fields
        ]
        if not values:
            return False
        found = db.execute(
            f"SELECT 1 FROM record WHERE definition_id = ? AND ({' OR '.join(values)})",  # noqa: S608 - positions only
            (self.id, *[contact] * len(values)),
        )
        return found.fetchone() is not None

    def defaults(self) -> dict[int, object]:
        """Give the values a new row starts with, by position."""
        return {
            i: field["default"]
            for i, field in enumerate(self.fields)
            if field.get("default") is not None
        }


def table_of(definition: sqlite3.Row) -> Table:
    """Read the table of a definition."""
    related = json.loads(definition["relationships"])
    contacts = {item["sourceField"] for item in related if _is_contacts(item)}
    return Table(
        id=definition["id"],
        status=definition["status"],
        fields=tuple(json.loads(definition["fields"])),
        unique_keys=tuple(json.loads(definition["unique_keys"])),
        contact_fields=frozenset(contacts),
    )


def whole_row(call: Call, table: Table, item: object) -> dict[str, object]:
    """Check an item of a save, required fields included; BadItem otherwise."""
    row = partial_row(call, table, item)
    missing = [
        field["name"]
        for field in table.fields
        if field["required"] and row.get(field["name"]) is None
    ]
    if missing:
        raise BadItem([f"{name} should not be empty" for name in missing])
    return row


def partial_row(call: Call, table: Table, item: object) -> dict[str, object]:
    """Check the fields that were sent: known, of the right type, null only when
    optional, contacts resolvable.
    """
    if not isinstance(item, dict):
        raise BadItem(["item must be an object"])
    fields = {field["name"]: field for field in table.fields}
    errors, row = (
        [f"property {name} should not exist" for name in item if name not in fields],
        {},
    )
    for name, value in item.items():
        try:
            row[name] = (
                _value(call, table, fields[name], value) if name in fields else None
            )
        except ValueError as error:
            errors.append(f"{name} {error}")
    if errors:
        raise BadItem(errors)
    return row


def _value(call: Call, table: Table, field: Mapping[str, Any], value: object) -> object:
    if value is None:
        if field["required"]:
            raise ValueError("should not be empty")
        return None
    if field["name"] in table.contact_fields and isinstance(value, dict):
        return _contact(call, value)
    return values.stored(field, value)


def _contact(call: Call, reference: Mapping[str, object]) -> int:
    """Resolve ``{by, value}`` to the canonical id_contact, strictly (contract §5).

    A plain number is stored as it is: the documents describe a lookup only for the
    object form.
    """
    by, value = reference.get("by"), reference.get("value")
    if set(reference) != {"by", "value"} or by not in REFERENCES:
        raise ValueError(
            f"must be a contact reference {{by, value}} with by one of: {', '.join(REFERENCES)}"
        )
    number = (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 < value <= LARGEST_ID
    )
    if not (number if by == "id_contact" else isinstance(value, str)):
        raise ValueError(
            f"must be a contact reference with a {'number' if by == 'id_contact' else 'string'} value"
        )
    found = people.find(call.db, call.shop, str(by), value)
    if found is None:
        raise ValueError(f"contact not found for {by} {value}")
    return found


def _is_contacts(relationship: Mapping[str, Any]) -> bool:
    return (relationship["targetSchemaType"], relationship["targetSchema"]) == (
        "system",
        "contacts",
    )
