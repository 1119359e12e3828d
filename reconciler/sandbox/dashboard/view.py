"""A shop as the dashboard sees it: contacts, their rows, and what relations lead to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reconciler.sandbox import values
from reconciler.sandbox.conditions import condition
from reconciler.sandbox.criteria import Filter
from reconciler.sandbox.folding import name_key
from reconciler.sandbox.handlers.contacts import FIELDS
from reconciler.sandbox.handlers.table import Table, table_of

CONTACTS, PRODUCTS = "contacts", "products"


@dataclass(frozen=True)
class Relation:
    """A field that leads to a row elsewhere. `schema` is contacts, products, or the
    number of a definition.
    """

    source: str
    schema: str | int
    target: str

    @property
    def hop(self) -> str:
        """How a variable names the relation: the source field without `_id` (contract
        §13 row 23; inferred from one example).
        """
        return self.source.removesuffix("_id")


@dataclass(frozen=True)
class Definition:
    """A definition that is not deleted; an inactive one can still be read."""

    name: str
    table: Table
    relations: tuple[Relation, ...]

    def to(self, schema: str | int) -> tuple[Relation, ...]:
        """The relations that lead there."""
        return tuple(each for each in self.relations if each.schema == schema)


@dataclass(frozen=True)
class Row:
    """A row and where it stands: a definition, or one of the two system schemas."""

    home: Definition | str
    values: Mapping[str, Any]


class View:
    """What one shop holds, read in the transaction of the connection."""

    def __init__(self, db: sqlite3.Connection, shop: int) -> None:
        self.db = db
        self.shop = shop

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Those that are not deleted, oldest first."""
        found = self.db.execute(
            "SELECT * FROM definition WHERE shop_id = ? AND status <> 'deleted' ORDER BY id",
            (self.shop,),
        )
        return tuple(_definition(row) for row in found)

    def called(self, name: str) -> Definition | None:
        """The definition of exactly that name, as variables want it (contract §13 row
        22).
        """
        return next((each for each in self.definitions if each.name == name), None)

    def chosen(self, name: str) -> Definition | None:
        """The definition that a person picked from a list: case does not matter."""
        wanted = name_key(name)
        return next(
            (each for each in self.definitions if name_key(each.name) == wanted), None
        )

    def numbered(self, number: str | int) -> Definition | None:
        """The definition with that id."""
        return next(
            (each for each in self.definitions if each.table.id == number), None
        )

    def contact(self, number: object) -> Row | None:
        """A contact by its id."""
        found = self.db.execute(
            "SELECT * FROM contact WHERE shop_id = ? AND id = ?", (self.shop, number)
        ).fetchone()
        return _contact(found) if found else None

    def product(self, number: object) -> Row | None:
        """A product by its id, which compares as text (contract §13 row 31)."""
        found = self.db.execute(
            "SELECT data FROM product WHERE shop_id = ? AND product_id = ?",
            (self.shop, str(number)),
        ).fetchone()
        return Row(PRODUCTS, json.loads(found["data"])) if found else None

    def rows_of(self, definition: Definition, contact: int) -> list[Row]:
        """The rows that belong to a contact, the oldest first."""
        found = {
            row.values["id"]: row
            for relation in definition.to(CONTACTS)
            for row in self.find(definition, {relation.source: contact})
        }
        return [found[number] for number in sorted(found)]

    def find(self, definition: Definition, wanted: Mapping[str, object]) -> list[Row]:
        """The rows with these values, the oldest first; a value that the field cannot
        hold finds none.
        """
        table = definition.table
        try:
            typed = {name: _typed(table, name, wanted[name]) for name in wanted}
        except ValueError:
            return []
        where, parameters = _conditions(table, typed)
        if set(typed) == set(table.unique_keys):
            where, parameters = "natural = ?", [table.natural(typed)]
        found = self.db.execute(
            f"SELECT * FROM record WHERE definition_id = ? AND {where} ORDER BY id",  # noqa: S608 - positions only
            (table.id, *parameters),
        )
        return [Row(definition, table.shown(row)) for row in found]

    def follow(self, row: Row, relation: Relation) -> Row | None:
        """The row that a relation leads to; of several the oldest."""
        value = row.values.get(relation.source)
        if value is None:
            return None
        if relation.schema == CONTACTS:
            return self.contact(value)
        if relation.schema == PRODUCTS:
            return self.product(value)
        target = self.numbered(relation.schema)
        found = self.find(target, {relation.target: value}) if target else []
        return found[0] if found else None


def _definition(row: sqlite3.Row) -> Definition:
    relations = [
        Relation(
            each["sourceField"],
            each["targetSchema"]
            if each["targetSchemaType"] == "system"
            else int(each["targetSchema"]),
            each["targetField"],
        )
        for each in json.loads(row["relationships"])
    ]
    return Definition(row["name"], table_of(row), tuple(relations))


def _contact(row: sqlite3.Row) -> Row:
    known = {
        **dict.fromkeys(FIELDS),
        **json.loads(row["data"]),
        "id_shop_contact": row["id"],
    }
    return Row(CONTACTS, known)


def _typed(table: Table, name: str, value: object) -> object:
    """The value as the field would hold it; ValueError if it could not."""
    if name in table.contact_fields:
        return value
    if name == "id":
        return values.stored({"type": "number"}, value)
    field = next((each for each in table.fields if each["name"] == name), None)
    if field is None:
        raise ValueError(f"{name} is not a field")
    return values.stored(field, value)


def _conditions(table: Table, wanted: Mapping[str, object]) -> tuple[str, list[object]]:
    columns = table.columns()
    built = [
        condition(columns[name], Filter(name, "EQUALS", (str(value),)), name)
        for name, value in wanted.items()
    ]
    parameters = [each for one in built for each in one.parameters]
    return " AND ".join(f"({one.sql})" for one in built) or "1", parameters
