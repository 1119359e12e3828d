"""The rows of all files of a record set, one after the other, as often as they are needed;
whoever needs some of them only has the others passed over unread.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, repeat
from typing import Any, NamedTuple, Protocol

from reconciler.records.problem import CellProblem
from reconciler.records.raw import AT_ONCE, Block, RawRow, Source
from reconciler.records.reading import RowReader, Rules
from reconciler.records.row import Reference, Row, asked_text, fold_key

Note = Callable[[int, int, RawRow, CellProblem], None]
"""Is told (number, file, row, problem)."""


class Part(Protocol):
    """A file of rows."""

    @property
    def file(self) -> str: ...
    @property
    def source(self) -> Source: ...


class Chunk(NamedTuple):
    """Rows of one file that were read together, and their numbers."""

    file: int
    numbers: Sequence[int]
    lines: Sequence[int]
    values: Sequence[Mapping[str, Any]]

    def rows(self) -> Iterator[Row]:
        """Each of them."""
        return map(Row, self.lines, self.values)


Wanted = Callable[[range], Sequence[int] | None]
"""Picks some of the next numbers, in their order; None ends the reading."""


def all_of(numbers: range) -> Sequence[int]:
    """Every row."""
    return numbers


def those(picked: Sequence[int]) -> Wanted:
    """The rows with these numbers, which grow."""

    def some(numbers: range) -> Sequence[int] | None:
        begin = bisect_left(picked, numbers.start)
        if begin == len(picked):
            return None
        return picked[begin : bisect_left(picked, numbers.stop)]

    return some


def _pass_over(number: int, file: int, raw: RawRow, problem: CellProblem) -> None:
    """Nobody is told of the rows that are not good."""


@dataclass(frozen=True, slots=True)
class RowStream:
    """The good rows of all files, always in the same order. Their numbers count all
    rows of all files, also those that have a mistake.
    """

    rules: Rules
    parts: Sequence[Part]
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def references(self) -> Mapping[str, str]:
        """The columns of the files that name what a field points at by a key, so that it
        is looked up; and the fields.
        """
        named: dict[str, str] = {}
        for part in self.parts:
            columns = part.source.columns or ()
            header = self.rules.header.within(columns)
            for column in columns:
                binding = header.binding(column)
                if binding and binding.by and not header.is_ignored(column):
                    named[column] = binding.column.name
        return named

    def rows(
        self, note: Note = _pass_over, wanted: Wanted = all_of
    ) -> Iterator[tuple[int, int, Row]]:
        """(number, file, row) of each. Raises Unreadable."""
        for chunk in self.chunks(note, wanted):
            yield from zip(chunk.numbers, repeat(chunk.file), chunk.rows())

    def groups(
        self, note: Note = _pass_over, wanted: Wanted = all_of
    ) -> Iterator[list[Chunk]]:
        """The same in chunks, of which those that come together have enough rows to be
        looked up: small files and blocks of long lines take no requests of their own.
        Raises Unreadable.
        """
        group: list[Chunk] = []
        count = 0
        for chunk in self.chunks(note, wanted):
            group.append(chunk)
            count += len(chunk.numbers)
            if count >= AT_ONCE:
                yield group
                group, count = [], 0
        if group:
            yield group

    def chunks(
        self, note: Note = _pass_over, wanted: Wanted = all_of
    ) -> Iterator[Chunk]:
        """The rows that are wanted, many at a time. `note` is told of those that are not
        good. Raises Unreadable.
        """
        first = 0
        for file, part in enumerate(self.parts):
            reader = _PartReader(self, file, part.source, note)
            for block in part.source.blocks():
                numbers = range(first, first + len(block))
                first = numbers.stop
                picked = wanted(numbers)
                if picked is None:
                    return
                if picked:
                    yield reader.chunk(block, numbers, picked)


class _PartReader:
    """Reads one file of a stream."""

    def __init__(
        self, stream: RowStream, file: int, source: Source, note: Note
    ) -> None:
        self._file = file
        self._where = stream.where
        self._note = note
        self._numbers: Sequence[int] = ()
        self._reader = RowReader(stream.rules, source, self._tell)

    def chunk(self, block: Block, numbers: range, picked: Sequence[int]) -> Chunk:
        """The good rows among those that are picked."""
        self._numbers = picked
        if len(picked) < len(block):
            block = block.picked([number - numbers.start for number in picked])
        good = self._reader.read(block)
        found = picked
        if len(good.places) < len(picked):
            found = [picked[place] for place in good.places]
        chunk = Chunk(self._file, found, good.lines, good.values())
        return self._those_that_fit(chunk) if self._where else chunk

    def _those_that_fit(self, chunk: Chunk) -> Chunk:
        fits = [_has(values, self._where) for values in chunk.values]
        return Chunk(
            chunk.file,
            list(compress(chunk.numbers, fits)),
            list(compress(chunk.lines, fits)),
            list(compress(chunk.values, fits)),
        )

    def _tell(
        self, place: int, raw: RawRow, name: str | None, problem: CellProblem
    ) -> None:
        if not problem.is_warning:
            self._note(self._numbers[place], self._file, raw, problem)


def _has(values: Mapping[str, Any], where: Mapping[str, str]) -> bool:
    """Whether the row has these values, as a filter of the server sees it."""
    for name, wanted in where.items():
        value = values.get(name)
        text = value.value if isinstance(value, Reference) else value
        if fold_key(asked_text(text)) != fold_key(wanted):
            return False
    return True
