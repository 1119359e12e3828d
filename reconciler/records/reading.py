"""From the rows of a file to rows that can be sent, with everything that is wrong with
them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
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
            try:
                self._read_cell(name, cell, values)
            except CellProblem as problem:
                self._note_cell(name, problem)
                wrong.add(self._field_of(name))
        for missing, told in self._missing(values, wrong):
            self.note(raw, self._names.get(missing, missing), told)
            wrong.add(missing)
        return None if wrong else Row(raw.line, values)

    def _note_cell(self, name: str, problem: CellProblem) -> None:
        reader = self._cells[name]
        if reader and reader.binding.column.is_contact:
            problem.keyed = problem.discreet  # the value names a person
        self.note(self._raw, name, problem)

    def _field_of(self, name: str) -> str:
        reader = self._cells[name]
        return reader.binding.column.name if reader else name

    def _read_cell(self, name: str, cell: Any, values: dict[str, Any]) -> None:
        """Puts what the cell holds among the values. Raises CellProblem."""
        if name not in self._cells:
            self._cells[name] = self._reader(name)
        reader = self._cells[name]
        if reader is None:
            return
        value = reader.value(cell)
        if value is _ABSENT:
            return
        field_name = reader.binding.column.name
        if values.get(field_name) is not None and value is not None:
            told = f"the row says {field_name} twice: leave one of the cells empty"
            raise CellProblem("record-reference", told, told)
        if value is not None or field_name not in values:
            values[field_name] = value

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

    def _missing(
        self, values: Mapping[str, Any], wrong: Collection[str]
    ) -> Iterator[tuple[str, CellProblem]]:
        """The fields that the row needs and has not; of what is wrong in it, or has no
        column at all, was told before.
        """
        for name, is_key in self._needed:
            value = values.get(name)
            if name in wrong or not _is_empty(value, is_key):
                continue
            if is_key:
                told = "the unique key is empty: every run would add the row again"
                yield name, CellProblem("record-key-empty", told, told)
            else:
                told = "the field is required, and nothing is in it"
                yield name, CellProblem("record-required", told, told)

    @cached_property
    def _needed(self) -> tuple[tuple[str, bool], ...]:
        """(field, whether it is of the key) of those that no row may leave out."""
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
    """Makes values of the cells of one column."""

    def __init__(
        self, binding: Binding, rules: Rules, warn: Warn, *, is_text: bool
    ) -> None:
        self.binding = binding
        self._warn = warn
        self._empty = rules.empty
        self._is_text = is_text
        self._takes_blanks = binding.column.type in _TEXTS and not binding.by
        self._read = _reader_of(binding, rules.dialect, is_text)

    def value(self, cell: Any) -> Any:
        """What is sent; `_ABSENT` for nothing. Raises CellProblem."""
        if cell is None:
            return None
        if isinstance(cell, str):
            if self._is_text and self._is_blank(cell):
                return self._of_blank()
            check_letters(cell)
        return self._read(cell, self._warn)

    def _is_blank(self, cell: str) -> bool:
        """Blanks that somebody has written into a text are text."""
        return not cell or (not self._takes_blanks and not cell.strip())

    def _of_blank(self) -> Any:
        if self._empty == "keep" or self.binding.by:
            return _ABSENT
        if self._empty == "text" and self._takes_blanks:
            return ""
        return None


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
