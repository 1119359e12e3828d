"""From the rows of a file to rows that can be sent, with everything that is wrong with
them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

from reconciler.kinds.definition.table import CONTACT_KEYS, Column, Table
from reconciler.records.cells import (
    Dialect,
    Read,
    Warn,
    check_letters,
    check_undamaged,
    text_reader,
    value_reader,
)
from reconciler.records.header import Binding, Header, held_by
from reconciler.records.problem import CellProblem, problem_of
from reconciler.records.raw import RawRow, Source
from reconciler.records.row import Reference, Row

Empty = Literal["null", "keep", "text"]
Note = Callable[[RawRow, str | None, CellProblem], None]
"""Is told what is wrong with a row, and in which column of the file."""
_TEXTS = ("text", "longtext")
_ABSENT = object()
MOST_KNOWN, LONGEST_KNOWN = 10_000, 50
"""Cells of a column whose values are kept, and their characters."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How the cells of a record set become values."""

    table: Table
    header: Header
    dialect: Dialect = field(default_factory=Dialect)
    empty: Empty = "null"


@dataclass
class RowReader:
    """Makes rows of one file's raw rows. `note` is told what is wrong: of a kind of
    warning the first in each column, and every error.
    """

    rules: Rules
    source: Source
    note: Note
    _cells: dict[str, "_CellReader | None"] = field(default_factory=dict)
    _warned: set[tuple[str, str]] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)
    _raw: RawRow = field(default_factory=lambda: RawRow(0, {}))

    def rows(self) -> Iterator[Row]:
        """The rows without a mistake. Raises Unreadable."""
        for raw in self.source.rows():
            row = self._row(raw)
            if row is not None:
                yield row

    def column_of(self, field_name: str) -> int:
        """Where the cell of a field begins in the row that was read last, from 1."""
        name = self._names.get(field_name)
        return self.source.column_of(self._raw, name) if name else 1

    def _row(self, raw: RawRow) -> Row | None:
        self._raw = raw
        if raw.broken:
            self.note(raw, None, raw.broken)
            return None
        values: dict[str, Any] = {}
        wrong: set[str] = set()
        for name, cell in raw.cells.items():
            if name not in self._cells:
                self._cells[name] = self._reader(name)
            reader = self._cells[name]
            if reader is None:
                continue
            try:
                value = reader.value(cell)
                if reader.field in values:
                    value = _one_of(reader.field, values[reader.field], value)
            except CellProblem as problem:
                self._note_cell(name, problem)
                wrong.add(reader.field)
                continue
            if value is not _ABSENT:
                values[reader.field] = value
        for needed, is_key in self._needed:
            if needed not in wrong and _is_empty(values.get(needed), is_key):
                self.note(raw, self._names.get(needed, needed), _nothing_in_it(is_key))
                wrong.add(needed)
        return None if wrong else Row(raw.line, values)

    def _note_cell(self, name: str, problem: CellProblem) -> None:
        reader = self._cells[name]
        if reader and reader.binding.column.is_contact:
            problem.keyed = problem.discreet  # the value names a person
        self.note(self._raw, name, problem)

    @cached_property
    def _header(self) -> Header:
        return self.rules.header.within(self.source.columns)

    def _reader(self, name: str) -> "_CellReader | None":
        header = self._header
        if header.is_ignored(name):
            return None
        binding = header.binding(name)
        if binding is None:
            # The header of a file has told so already.
            if self.source.columns is None:
                self.note(self._raw, name, header.unknown(name))
            return None
        self._names.setdefault(binding.column.name, name)
        warn = partial(self._warn, name)
        return _CellReader(binding, self.rules, warn, is_text=self.source.is_text)

    def _warn(self, name: str, problem: CellProblem) -> None:
        if (name, problem.rule) in self._warned:
            return
        self._warned.add((name, problem.rule))
        problem.is_warning = True
        self._note_cell(name, problem)

    @cached_property
    def _needed(self) -> tuple[tuple[str, bool], ...]:
        """(field, whether it is of the key) of those that no row may leave out; that a
        file has no column at all for one was told before.
        """
        keys = self.rules.table.keys
        return tuple(
            (column.name, column.name in keys)
            for column in self.rules.table.columns.values()
            if column.name not in self._without_column
            and (column.required or column.name in keys)
        )

    @cached_property
    def _without_column(self) -> frozenset[str]:
        """The fields for which a text file has no column."""
        names = self.source.columns
        if names is None:
            return frozenset()
        held = held_by(names, self._header)
        return frozenset(self.rules.table.columns) - held


class _CellReader:
    """Makes values of the cells of one column: `value(cell)` is what is sent, and
    `_ABSENT` is nothing. It raises CellProblem.
    """

    def __init__(
        self, binding: Binding, rules: Rules, warn: Warn, *, is_text: bool
    ) -> None:
        self.binding = binding
        self.field = binding.column.name
        self._warn = warn
        self._takes_blanks = binding.column.type in _TEXTS and not binding.by
        self._blank = self._of_blank(rules.empty)
        self._read = _reader_of(binding, rules.dialect, is_text)
        self.value: Callable[[Any], Any] = self._of_value
        if is_text:
            # Other columns than texts often have the same cells again.
            known = _Known(self._of_text)
            self.value = self._of_text if self._takes_blanks else known.__getitem__

    def _of_value(self, cell: Any) -> Any:
        if cell is None:
            return None
        if isinstance(cell, str):
            check_letters(cell)
        return self._read(cell, self._warn)

    def _of_text(self, cell: str) -> Any:
        # Blanks that somebody has written into a text are text.
        if not cell or (not self._takes_blanks and not cell.strip()):
            return self._blank
        if not cell.isascii() or not cell.isprintable():
            check_letters(cell)
        return self._read(cell, self._warn)

    def _of_blank(self, empty: Empty) -> Any:
        if empty == "keep" or self.binding.by:
            return _ABSENT
        if empty == "text" and self._takes_blanks:
            return ""
        return None


class _Known(dict[str, Any]):
    """What was made of the short cells that came before."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    def __missing__(self, cell: str) -> Any:
        value = self._read(cell)
        if len(cell) <= LONGEST_KNOWN:
            if len(self) >= MOST_KNOWN:
                self.clear()
            self[cell] = value
        return value


def _one_of(name: str, before: Any, value: Any) -> Any:
    """What a field holds that has several columns. Raises CellProblem."""
    if value is None or value is _ABSENT:
        return before
    if before is not None:
        told = f"the row says {name} twice: leave one of the cells empty"
        raise CellProblem("record-reference", told, told)
    return value


def _nothing_in_it(is_key: bool) -> CellProblem:
    if is_key:
        told = "the unique key is empty: every run would add the row again"
        return CellProblem("record-key-empty", told, told)
    told = "the field is required, and nothing is in it"
    return CellProblem("record-required", told, told)


def _is_empty(value: Any, is_key: bool) -> bool:
    """Whether nothing is there; for the server a key of blanks is none."""
    if is_key and isinstance(value, str):
        return not value.strip(" ")
    return value is None


def _reader_of(binding: Binding, dialect: Dialect, is_text: bool) -> Read:
    column = binding.column
    if binding.by:
        return _reference_reader(column, binding.by)
    if column.is_contact and not is_text:
        return _ContactReader(value_reader(column, dialect.dates))
    if is_text:
        return text_reader(column, dialect)
    return value_reader(column, dialect.dates)


def _reference_reader(column: Column, by: str) -> Read:
    def read(cell: Any, warn: Warn) -> Any:
        if isinstance(cell, str):
            check_undamaged(cell.strip())
        return reference_of(column, by, cell)

    return read


class _ContactReader:
    """Of a contact's number, or of `{by, value}` (contract §5)."""

    def __init__(self, plain: Read) -> None:
        self._plain = plain

    def __call__(self, cell: Any, warn: Warn) -> Any:
        if not isinstance(cell, Mapping):
            return self._plain(cell, warn)
        if set(cell) != {"by", "value"} or cell["by"] not in CONTACT_KEYS:
            keys = ", ".join(CONTACT_KEYS)
            told = f"a contact is a number, or {{by, value}} with by one of {keys}"
            raise CellProblem("record-reference", told, told)
        return _contact(cell["by"], cell["value"])


def reference_of(column: Column, by: str, cell: Any) -> Any:
    """The reference that a cell holds. Raises CellProblem."""
    if column.is_contact:
        return _contact(by, cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise problem_of("record-reference", cell, f"is no {by}")
    return Reference(by, str(cell).strip())


def _contact(by: str, cell: Any) -> Any:
    text = str(cell).strip()
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise problem_of("record-reference", cell, f"is no {by} of a contact")
    if by == "id_contact":
        if not text.isascii() or not text.isdigit():
            raise problem_of("record-reference", cell, "is no number of a contact")
        return int(text)
    if by == "email" and ("@" not in text or " " in text):
        raise problem_of("record-reference", cell, "is no e-mail address")
    if by == "id_customer" and not isinstance(cell, str):
        words = "is a number, and a customer's id is text: put it in quotes"
        raise problem_of("record-reference", cell, words)
    return Reference(by, text)
