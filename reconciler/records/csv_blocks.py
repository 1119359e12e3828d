"""The rows of a CSV file below its header, many at a time. Lines without a quote are
taken apart all at once; a row with quotes may go over several lines, and is read by
itself.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TextIO

from reconciler.form.words import plural
from reconciler.records.cells import LONGEST_CELL
from reconciler.records.csv_places import place_of_quote
from reconciler.records.problem import CellProblem
from reconciler.records.raw import AT_ONCE, Block, Listed, RawRow, Unreadable

LONGEST_LINE = 8 * 1024 * 1024
"""Characters."""
MOST_TEXT = 1024 * 1024
"""Characters of one block, but for its last line."""
_QUOTE = '"'


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows that all have a cell for each of the columns, `names`. `texts` are their
    lines.
    """

    names: Sequence[str]
    lines: Sequence[int]
    cells: Sequence[Sequence[str]]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.cells)

    def columns(self) -> Mapping[str, Sequence[str]]:
        """The cells, turned by a quarter."""
        return dict(zip(self.names, zip(*self.cells, strict=True), strict=True))

    def row(self, place: int) -> RawRow:
        """One of them."""
        cells = dict(zip(self.names, self.cells[place], strict=True))
        return RawRow(self.lines[place], cells, self.texts[place])

    def picked(self, places: Sequence[int]) -> "Grid":
        """Only those."""
        lines, cells, texts = self.lines, self.cells, self.texts
        return Grid(
            self.names,
            [lines[place] for place in places],
            [cells[place] for place in places],
            [texts[place] for place in places],
        )


class Lines:
    """The lines of a text with their ends, of which `count` were read."""

    def __init__(self, text: TextIO) -> None:
        self.count = 0
        self._read = iter(partial(text.readline, LONGEST_LINE + 1), "")
        self._failure: Exception | None = None

    def some(self, most: int) -> list[str]:
        """The next ones, or fewer when they are long; none at the end of the text. Those
        before a place that cannot be read come before the failure. Raises Unreadable,
        UnicodeError, OSError.
        """
        lines = [] if self._failure else self._next(most)
        if self._failure and not lines:
            raise self._failure
        return lines

    def _next(self, most: int) -> list[str]:
        lines: list[str] = []
        size = 0
        try:
            for line in islice(self._read, most):
                lines.append(line)
                size += len(line)
                if size >= MOST_TEXT:
                    break
        except (UnicodeError, OSError) as failure:
            self._failure = failure  # what came before it is kept
        if lines and not self.count:
            lines[0] = lines[0].removeprefix("\ufeff")
        self.count += len(lines)
        if lines and len(lines[-1]) > LONGEST_LINE:
            told = "the line is longer than 8 MiB"
            self._failure = Unreadable("record-cell", told, self.count)
            lines.pop()
        return lines

    def each(self) -> Iterator[str]:
        """One after the other."""
        while line := self.some(1):
            yield from line


@dataclass
class CsvRows:
    """The rows below a header with these `names`."""

    lines: Lines
    names: Sequence[str]
    delimiter: str
    _blank: int = 0
    """The first of the blank lines that were read last."""

    def __post_init__(self) -> None:
        # Of two columns with one name the first counts; the header is a finding.
        self._places = {name: self.names.index(name) for name in self.names}

    def blocks(self) -> Iterator[Block]:
        """All of them; blank lines at the end are none. Raises Unreadable."""
        first = self.lines.count + 1
        while lines := self.lines.some(AT_ONCE):
            rows = self._at_once(lines)
            if rows is None:
                yield from self._one_by_one(lines, first)
            else:
                numbers = range(first, first + len(lines))
                yield self._block(numbers, rows, lines)
            first = self.lines.count + 1

    def _at_once(self, lines: Sequence[str]) -> list[list[str]] | None:
        """A row a line; None when that is not so, or when a line cannot be read."""
        if _QUOTE in "".join(lines):
            return None
        try:
            with long_cells():
                rows = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return None
        return rows if len(rows) == len(lines) else None

    def _one_by_one(self, lines: Sequence[str], first: int) -> Iterator[Block]:
        """The last row may go on beyond these lines."""
        taken = _Taken(chain(lines, self.lines.each()))
        reader = csv.reader(taken, delimiter=self.delimiter, strict=True)
        numbers: list[int] = []
        rows: list[list[str]] = []
        texts: list[str] = []
        number = first
        failure: Exception | None = None
        while reader.line_num < len(lines) and not failure:
            try:
                with long_cells():
                    cells = next(reader)
            except csv.Error as broken:
                failure = broken_row(broken, number, taken.text(), self.delimiter)
            except (Unreadable, UnicodeError, OSError) as broken:
                failure = broken
            else:
                numbers.append(number)
                rows.append(cells)
                texts.append(taken.text())
                number = first + reader.line_num
        yield self._block(numbers, rows, texts)
        if failure:
            raise failure

    def _block(
        self, lines: Sequence[int], rows: Sequence[list[str]], texts: Sequence[str]
    ) -> Block:
        if self._blank or not self._are_whole(rows):
            return Listed(list(self._looked_at(lines, rows, texts)))
        return Grid(self.names, lines, rows, texts)

    def _are_whole(self, rows: Sequence[list[str]]) -> bool:
        width = len(self.names)
        if len(self._places) < width or set(map(len, rows)) != {width}:
            return False
        first_cells = [row[0] for row in rows]
        return all(map(str.strip, first_cells)) or not any(map(_is_blank, rows))

    def _looked_at(
        self, lines: Sequence[int], rows: Sequence[list[str]], texts: Sequence[str]
    ) -> Iterator[RawRow]:
        for line, cells, text in zip(lines, rows, texts, strict=True):
            if _is_blank(cells):
                self._blank = self._blank or line
                continue
            if self._blank:
                yield RawRow(self._blank, {}, broken=_nothing_here())
                self._blank = 0
            if len(cells) != len(self.names):
                yield RawRow(line, {}, text, _ragged(cells, self.names))
            else:
                named = {name: cells[at] for name, at in self._places.items()}
                yield RawRow(line, named, text)


class _Taken:
    """Lines, of which those of the row that is being read are kept."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._kept: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._kept.append(line)
            yield line

    def text(self) -> str:
        """What was read since this was last asked."""
        text = "".join(self._kept)
        self._kept.clear()
        return text


@contextmanager
def long_cells() -> Iterator[None]:
    """The module's own bound, which counts for the whole process, is lower."""
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def broken_row(broken: csv.Error, line: int, text: str, delimiter: str) -> Unreadable:
    """Why a row cannot be read that begins on that line."""
    reason = str(broken)
    quote, column = place_of_quote(text, delimiter)
    if "field limit" in reason:
        told = "a cell is longer than 1 MiB; perhaps a quote is never closed"
        return Unreadable("record-cell", told, line + quote - 1, column)
    if "unexpected end" in reason:
        told = "a quote that is opened here is never closed: nothing after it was read"
    else:
        told = (
            "the quote that is opened here ends within its cell: double a quote that "
            'belongs to the text (""); nothing after it was read'
        )
    return Unreadable("record-quote", told, line + quote - 1, column)


def _is_blank(cells: Sequence[str]) -> bool:
    return not any(map(str.strip, cells))


def _nothing_here() -> CellProblem:
    told = "there is nothing in this line, and rows come after it"
    return CellProblem("record-ragged", told, told)


def _ragged(cells: Sequence[str], names: Sequence[str]) -> CellProblem:
    count = len(cells)
    told = f"the row has {count} {plural(count, 'cell')}, and the header {len(names)}"
    if len(cells) > len(names):
        told += ": put a cell that holds the separator in quotes"
    return CellProblem("record-ragged", told, told)
