"""What rows point at, from the keys that a file has to the numbers that the shop stores
(contract §5): contacts a hundred at a time, and rows of other tables by a field of
theirs.
"""

import re
from collections import OrderedDict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from reconciler.form.spelling import shown
from reconciler.kinds.definition.table import ROW_ID, Table, Target
from reconciler.records.problem import CellProblem
from reconciler.records.row import Reference, Row, fold_key
from reconciler.records.shop import Contact, FilterIgnored, LiveRow, ReadableRows

MOST_KNOWN = 50_000
"""References that are kept in memory: rows of one file often name the same ones."""
MOST_WANTED = 100
LONGEST_FILTER = 5_000
"""Characters of the values of one filter: many servers take addresses of 8 kB."""
_PER_VALUE = 30
"""Characters that a filter takes for each value besides the value itself."""
_Key = tuple[Target | None, str, str]
"""What is pointed at (None is a contact), by which key, and its folded value."""
_End = int | str
"""What is stored of a reference: a number, or the value of the field that it goes to."""

TableId = Callable[[str], int | None]
"""The id of the definition of that name; None when it does not live."""


class Resolved(NamedTuple):
    """A row with numbers in the place of references, or why it has none. `row` is as it
    is sent, `values` as it is stored.
    """

    row: Row
    values: Mapping[str, Any]
    problem: CellProblem | None = None
    column: str | None = None


class Taken(NamedTuple):
    """A row of the files, by its number, once its references are looked up: what is
    `sent`, and the `values` that are then stored.
    """

    n: int
    file: int
    line: int
    sent: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass
class Resolver:
    """Looks references up, each once. `single` counts the requests for one customer
    each, which nobody can forecast.
    """

    table: Table
    shop: ReadableRows
    table_id: TableId
    single: int = 0
    _known: "OrderedDict[_Key, _End | CellProblem]" = field(default_factory=OrderedDict)
    _unknown: set[_Key] = field(default_factory=set)

    def resolve(self, rows: Sequence[Row]) -> Iterator[Resolved]:
        """Each of the rows. Raises ApiError."""
        self._look_up(rows)
        for row in rows:
            yield self._resolved(row)

    def resolve_values(self, values: Mapping[str, Any]) -> Resolved:
        """One row, by what it holds."""
        return next(self.resolve([Row(0, values)]))

    def forget_unknown(self) -> None:
        """What was not there may have come since."""
        for key in self._unknown:
            self._known.pop(key, None)
        self._unknown.clear()

    @cached_property
    def may_name(self) -> bool:
        """Whether any field points at something."""
        return any(column.target for column in self.table.columns.values())

    def _look_up(self, rows: Iterable[Row]) -> None:
        if not self.may_name:
            return
        wanted: dict[tuple[Target | None, str], dict[str, str]] = {}
        for row in rows:
            for name, value in row.values.items():
                if not isinstance(value, Reference):
                    continue
                key = self._key(name, value)
                if key in self._known:
                    self._known.move_to_end(key)
                else:
                    texts = wanted.setdefault(key[:2], {})
                    texts[key[2]] = str(value.value)
        for (target, by), texts in wanted.items():
            for part in parts_of(list(texts.values())):
                self._note(target, by, part)

    def _key(self, name: str, value: Reference) -> _Key:
        column = self.table.columns[name]
        target = None if column.is_contact else column.target
        return target, value.by, fold_key(str(value.value))

    def _note(self, target: Target | None, by: str, values: Sequence[str]) -> None:
        found: Mapping[str, Collection[_End]]
        found = self._rows(target, by, values) if target else self._contacts(by, values)
        what = target.definition if target else ""
        for value in values:
            key = (target, by, fold_key(value))
            self._known[key] = _one_of(what, by, value, found.get(key[2], ()))
            if isinstance(self._known[key], CellProblem):
                self._unknown.add(key)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def _contacts(self, by: str, values: Sequence[str]) -> Mapping[str, set[int]]:
        found: dict[str, set[int]] = {}
        try:
            for contact in self.shop.contacts(by, values):
                key = fold_key(_key_of(contact, by))
                found.setdefault(key, set()).add(contact.id)
        except FilterIgnored:
            # Each is asked for by itself, which needs no filter.
            return self._one_by_one(by, values, {})
        if by == "id_customer":
            return self._one_by_one(by, values, found)
        return found

    def _one_by_one(
        self, by: str, values: Sequence[str], found: dict[str, set[int]]
    ) -> dict[str, set[int]]:
        """A contact has several customers, and a listing shows one of them (7.2)."""
        for value in values:
            if fold_key(value) in found:
                continue
            self.single += 1
            number = self.shop.contact(by, value)
            if number is not None:
                found[fold_key(value)] = {number}
        return found

    def _rows(
        self, target: Target, by: str, values: Sequence[str]
    ) -> Mapping[str, list[_End]]:
        """Of each value, what the field that is pointed at holds in the rows that have
        it.
        """
        found: dict[str, list[_End]] = {}
        table = self.table_id(target.definition)
        if table is None:
            return found
        for row in self._rows_of(table, by, values):
            held = {**row.values, ROW_ID: row.id}
            ends = found.setdefault(fold_key(str(held.get(by))), [])
            if held.get(target.field) is not None:
                ends.append(held[target.field])
        return found

    def _rows_of(self, table: int, by: str, values: Sequence[str]) -> Iterator[LiveRow]:
        """Of a shop that does not filter rows all are read."""
        try:
            yield from self.shop.among(table, {by: values})
        except FilterIgnored:
            for page in self.shop.pages(table, {}, self.shop.head(table, {})):
                yield from page.rows

    def _resolved(self, row: Row) -> Resolved:
        if not self.may_name:
            return Resolved(row, row.values)
        values, sent = dict(row.values), dict(row.values)
        for name, value in row.values.items():
            if not isinstance(value, Reference):
                continue
            number = self._known[self._key(name, value)]
            if isinstance(number, CellProblem):
                return Resolved(row, values, number, name)
            values[name] = number
            sent[name] = self._sent(name, value, number)
        return Resolved(Row(row.line, sent), values)

    def _sent(self, name: str, value: Reference, end: _End) -> Any:
        """A contact is sent as it was named; a row has no name for the server."""
        column = self.table.columns[name]
        if column.is_contact:
            return {"by": value.by, "value": value.value}
        return str(end) if column.type in ("text", "longtext") else end


def unresolved(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is sent of a row when nothing is looked up: contacts by their keys."""
    sent = dict(values)
    for name, value in values.items():
        if isinstance(value, Reference):
            sent[name] = {"by": value.by, "value": value.value}
    return sent


def parts_of(values: Sequence[str]) -> Iterator[list[str]]:
    """The values in filters that are neither too many nor too long."""
    part: list[str] = []
    length = 0
    for value in values:
        size = asked_size(value)
        if part and (len(part) >= MOST_WANTED or length + size > LONGEST_FILTER):
            yield part
            part, length = [], 0
        part.append(value)
        length += size
    if part:
        yield part


def asked_size(value: str) -> int:
    """The characters that a value takes in the address of a request."""
    return len(quote(value)) + _PER_VALUE


def _key_of(contact: Contact, by: str) -> str:
    value = contact.email if by == "email" else contact.id_customer
    return value or ""


def _one_of(what: str, by: str, value: str, ends: Iterable[_End]) -> _End | CellProblem:
    found = sorted(ends, key=str)
    if len(found) == 1:
        return found[0]
    if what:
        return _no_row(what, by, value, found)
    if found:
        told = f"{len(found)} contacts have the {by}"
        why = f"({', '.join(map(str, found))}): the shop would take any of them"
        return _named("record-email-ambiguous", told, by, value, why)
    return _named("record-contact-unknown", f"contact not found: {by}", by, value)


def _no_row(what: str, by: str, value: str, found: Sequence[_End]) -> CellProblem:
    if found:
        told = f"{len(found)} rows of {what} have the {by}"
        return _named("record-row-unknown", told, by, value)
    return _named("record-row-unknown", f"{what} has no row with the {by}", by, value)


def _named(rule: str, told: str, by: str, value: str, more: str = "") -> CellProblem:
    more = f" {more}" if more else ""
    return CellProblem(
        rule,
        f"{told} {shown(value)}{more}",
        f"{told}{more}",
        keyed=f"{told} {short_key(by, value)}{more}",
    )


def short_key(by: str, value: str) -> str:
    """Enough to find somebody in one's own files, and too little for anybody else."""
    if by == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}…@{host}"
    return f"·{re.split('[^0-9A-Za-z]+', value)[-1][-5:]}"
