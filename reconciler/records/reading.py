"""From the rows of a file to rows that can be sent, with everything that is wrong with
them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

from reconciler.kinds.definition.table import Table
from reconciler.records.cells import (
    Dialect,
)
from reconciler.records.column_reader import ColumnReader, Empty
from reconciler.records.header import Header, held_by
from reconciler.records.problem import CellProblem
from reconciler.records.raw import Block, RawRow, Source
from reconciler.records.row import ABSENT, Row, columns_of

Note = Callable[[int, RawRow, str | None, CellProblem], None]
"""Is told what is wrong with a row, by its place in its block, and in which column of the
file.
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """How the cells of a record set become values."""

    table: Table
    header: Header
    dialect: Dialect = field(default_factory=Dialect)
    empty: Empty = "null"


class GoodRows(NamedTuple):
    """The rows of a block that have no mistake: their places in it, their lines, and
    what they hold, column by column.
    """

    places: Sequence[int]
    lines: Sequence[int]
    columns: Mapping[str, Sequence[Any]]

    def numbers(self, first: int) -> Sequence[int]:
        """The number of each row, when the first of the block has `first`."""
        if isinstance(self.places, range):
            return range(first, first + len(self.places))
        return [first + place for place in self.places]

    def values(self) -> list[dict[str, Any]]:
        """What each row holds."""
        if not self.columns:
            return [{} for _ in self.lines]
        names, columns = self.columns.keys(), self.columns.values()
        rows = [
            dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
        ]
        if any(ABSENT in column for column in columns):
            return [_without_absent(row) for row in rows]
        return rows


class _LookCloser(Exception):
    """Something about the rows of a block is told row by row."""


@dataclass
class RowReader:
    """Makes rows of one file's raw rows. `note` is told what is wrong: of a kind of
    warning the first in each column, and every error.
    """

    rules: Rules
    source: Source
    note: Note
    _cells: dict[str, "ColumnReader | None"] = field(default_factory=dict)
    _warned: set[tuple[str, str]] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)
    _raw: RawRow = field(default_factory=lambda: RawRow(0, {}))
    _place: int = 0
    _is_at_once: bool = False
    """Whether a block is read column by column."""

    def rows(self) -> Iterator[Row]:
        """The rows without a mistake. Raises Unreadable."""
        for block in self.source.blocks():
            good = self.read(block)
            yield from map(Row, good.lines, good.values())

    def read(self, block: Block) -> GoodRows:
        """Those of a block. Its columns are read one after the other as long as there is
        nothing to be told of any row.
        """
        self._is_at_once = True
        try:
            return GoodRows(range(len(block)), block.lines, self._at_once(block))
        except (CellProblem, _LookCloser):
            # Only a row that is looked at by itself has a place for what is told.
            self._is_at_once = False
            return self._one_by_one(block)

    def column_of(self, raw: RawRow, field_name: str) -> int:
        """Where the cell of a field begins in its line, from 1."""
        name = self._names.get(field_name)
        return self.source.column_of(raw, name) if name else 1

    def _at_once(self, block: Block) -> dict[str, Sequence[Any]]:
        columns = block.columns()
        if columns is None:
            raise _LookCloser
        values: dict[str, Sequence[Any]] = {}
        for name, cells in columns.items():
            reader = self._reader_for(name)
            if reader is None:
                continue
            found = reader.column(cells)
            if reader.field in values:
                found = _one_of_each(reader.field, values[reader.field], found)
            values[reader.field] = found
        if not all(_is_full(values.get(needed, ())) for needed, _ in self._needed):
            raise _LookCloser
        return values

    def _one_by_one(self, block: Block) -> GoodRows:
        places: list[int] = []
        lines: list[int] = []
        rows: list[Mapping[str, Any]] = []
        for place in range(len(block)):
            self._place = place
            row = self._row(block.row(place))
            if row is not None:
                places.append(place)
                lines.append(row.line)
                rows.append(row.values)
        return GoodRows(places, lines, columns_of(rows))

    def _reader_for(self, name: str) -> "ColumnReader | None":
        if name not in self._cells:
            self._cells[name] = self._reader(name)
        return self._cells[name]

    def _row(self, raw: RawRow) -> Row | None:
        self._raw = raw
        if raw.broken:
            self._tell(None, raw.broken)
            return None
        values: dict[str, Any] = {}
        wrong: set[str] = set()
        for name, cell in raw.cells.items():
            reader = self._reader_for(name)
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
            if value is not ABSENT:
                values[reader.field] = value
        for needed, is_key in self._needed:
            if needed not in wrong and _is_empty(values.get(needed), is_key):
                self._tell(self._names.get(needed, needed), _nothing_in_it(is_key))
                wrong.add(needed)
        return None if wrong else Row(raw.line, values)

    def _tell(self, name: str | None, problem: CellProblem) -> None:
        self.note(self._place, self._raw, name, problem)

    def _note_cell(self, name: str, problem: CellProblem) -> None:
        reader = self._cells[name]
        if reader and reader.binding.column.is_contact:
            problem.keyed = problem.discreet  # the value names a person
        self._tell(name, problem)

    @cached_property
    def _header(self) -> Header:
        return self.rules.header.within(self.source.columns)

    def _reader(self, name: str) -> "ColumnReader | None":
        header = self._header
        if header.is_ignored(name):
            return None
        binding = header.binding(name)
        if binding is None:
            # The header of a file has told so already.
            if self.source.columns is None:
                self._tell(name, header.unknown(name))
            return None
        self._names.setdefault(binding.column.name, name)
        warn = partial(self._warn, name)
        rules = self.rules
        is_text = self.source.is_text
        return ColumnReader(binding, rules.dialect, rules.empty, warn, is_text=is_text)

    def _warn(self, name: str, problem: CellProblem) -> None:
        if (name, problem.rule) in self._warned:
            return
        if self._is_at_once:
            raise _LookCloser
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


def _one_of(name: str, before: Any, value: Any) -> Any:
    """What a field holds that has several columns. Raises CellProblem."""
    if value is None or value is ABSENT:
        return before
    if before is not None:
        told = f"the row says {name} twice: leave one of the cells empty"
        raise CellProblem("record-reference", told, told)
    return value


def _one_of_each(name: str, before: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """The same of many rows."""
    pairs = zip(before, values, strict=True)
    return [
        value if held is ABSENT else _one_of(name, held, value) for held, value in pairs
    ]


def _without_absent(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not ABSENT}


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


def _is_full(column: Sequence[Any]) -> bool:
    """Whether there certainly is something in every cell."""
    types = set(map(type, column))
    if types == {str}:
        return all(map(str.strip, column))
    # JSON may be a blank text beside numbers.
    if str in types and not all(each.strip() for each in column if type(each) is str):
        return False
    return bool(column) and None not in column and ABSENT not in column
