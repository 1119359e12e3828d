"""Rows of a shop as a file that can be applied again, also to another shop: contacts and
rows of other tables are named by keys, because numbers mean nothing elsewhere.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Column, Table
from reconciler.records.csv_writing import CsvWriting
from reconciler.records.row import Reference
from reconciler.records.shop import Contact, LiveRow, ReadableRows, Wanted

ContactsBy = Literal["id_contact", "email", "id_customer"]
_ORDER: Mapping[ContactsBy, tuple[ContactsBy, ...]] = {
    "id_contact": ("id_contact",),
    "email": ("email", "id_customer"),
    "id_customer": ("id_customer", "email"),
}
"""The key that is asked for, and what is taken where a contact has none."""


@dataclass(frozen=True, slots=True)
class RowKey:
    """How rows of another table are named: its id, and its unique key of one field."""

    table: int
    field: str


@dataclass
class Exporter:
    """Reads one table. `row_keys` says for a field that points at rows how those are
    named; without an entry their numbers are kept. `nameless` counts the rows that name
    a contact which has no key.
    """

    table: Table
    number: int
    shop: ReadableRows
    by: ContactsBy = "id_customer"
    row_keys: Mapping[str, RowKey] = field(default_factory=dict)
    fields: Sequence[str] = ()
    writing: CsvWriting = field(default_factory=CsvWriting)
    nameless: int = 0
    progress: Callable[[int], None] = lambda count: None

    @property
    def shown(self) -> list[Column]:
        """The columns that are exported."""
        columns = self.table.columns
        return [
            columns[name] for name in columns if not self.fields or name in self.fields
        ]

    @property
    def header(self) -> list[str]:
        """The names of the columns of a CSV file."""
        names: list[str] = []
        for column in self.shown:
            names += self._names(column)
        return names

    def _names(self, column: Column) -> list[str]:
        if column.is_contact and self.by != "id_contact":
            return [f"{column.name}.{by}" for by in _ORDER[self.by]]
        if column.name in self.row_keys:
            return [f"{column.name}.{self.row_keys[column.name].field}"]
        return [column.name]

    def rows(self, wanted: Wanted) -> Iterator[Mapping[str, Any]]:
        """Every row by field; what is named by a key is a Reference. Raises ApiError."""
        first = self.shop.head(self.number, wanted)
        for page in self.shop.pages(self.number, wanted, first):
            contacts = self._contacts(page.rows)
            others = self._others(page.rows)
            for row in page.rows:
                exported = self._row(row, contacts, others)
                if exported is not None:
                    yield exported
            self.progress(len(page.rows))

    def _numbers(self, rows: Sequence[LiveRow], name: str) -> list[str]:
        values = (row.values.get(name) for row in rows)
        return sorted(
            {str(canonical(value, "number")) for value in values if value is not None}
        )

    def _contacts(self, rows: Sequence[LiveRow]) -> Mapping[str, Contact]:
        found: dict[str, Contact] = {}
        for column in self.shown:
            numbers = self._numbers(rows, column.name) if column.is_contact else []
            if numbers and self.by != "id_contact":
                for contact in self.shop.contacts("id_contact", numbers):
                    found[str(contact.id)] = contact
        return found

    def _others(self, rows: Sequence[LiveRow]) -> Mapping[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for name, key in self.row_keys.items():
            numbers = self._numbers(rows, name)
            if numbers:
                for row in self.shop.among(key.table, {"id": numbers}):
                    found[name, str(row.id)] = row.values.get(key.field)
        return found

    def _row(
        self,
        row: LiveRow,
        contacts: Mapping[str, Contact],
        others: Mapping[tuple[str, str], Any],
    ) -> Mapping[str, Any] | None:
        values: dict[str, Any] = {}
        for column in self.shown:
            value = row.values.get(column.name)
            told = self._named(column, value, contacts, others)
            if told is None and value is not None and column.is_contact:
                self.nameless += 1
                return None
            values[column.name] = told
        return values

    def _named(
        self,
        column: Column,
        value: Any,
        contacts: Mapping[str, Contact],
        others: Mapping[tuple[str, str], Any],
    ) -> Any:
        """The value as a file has it; None also for a contact that has no key."""
        number = str(canonical(value, "number"))
        if value is None:
            return None
        if column.is_contact and self.by != "id_contact":
            return self._contact(contacts.get(number))
        if (column.name, number) in others:
            key = self.row_keys[column.name].field
            return Reference(key, str(others[column.name, number]))
        return canonical(value, column.type)

    def _contact(self, contact: Contact | None) -> Reference | None:
        keys = (
            {"email": contact.email, "id_customer": contact.id_customer}
            if contact
            else {}
        )
        for by in _ORDER[self.by]:
            key = keys.get(by)
            if key:
                return Reference(by, key)
        return None

    def cells(self, row: Mapping[str, Any]) -> list[str]:
        """The row as the cells of a CSV file."""
        cells: list[str] = []
        for column in self.shown:
            value = row[column.name]
            for name in self._names(column):
                by = (
                    name.removeprefix(f"{column.name}.")
                    if name != column.name
                    else None
                )
                cells.append(self._cell(value, by, column.type))
        return cells

    def _cell(self, value: Any, by: str | None, type_name: str) -> str:
        if isinstance(value, Reference):
            return str(value.value) if by == value.by else ""
        if value is None:
            return ""
        if type_name == "json":
            return _as_json(str(value))
        return self.writing.cell(value, type_name)

    def document(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row as a JSON object."""
        said: dict[str, Any] = {}
        for name, value in row.items():
            column = self.table.columns[name]
            if isinstance(value, Reference) and column.is_contact:
                said[name] = {"by": value.by, "value": value.value}
            elif isinstance(value, Reference):
                said[f"{name}.{value.by}"] = value.value
            elif column.type == "json" and isinstance(value, str):
                said[name] = _json(value)
            else:
                said[name] = value
        return said


def _as_json(text: str) -> str:
    """A listing shows a text of JSON without its quotes (contract §2)."""
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text, ensure_ascii=False)
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
