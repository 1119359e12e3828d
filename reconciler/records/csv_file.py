"""Rows of a CSV file, read strictly: a delimiter is chosen by the names of the header,
an open quote ends the reading with the line on which it was opened, and nothing is
dropped or guessed.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO, TextIO

from reconciler.form.spelling import shown
from reconciler.records.csv_blocks import CsvRows, Lines, broken_row, long_cells
from reconciler.records.csv_places import column_of_cell
from reconciler.records.decoding import undecodable
from reconciler.records.disguise import LOOKED_AT, check_is_csv
from reconciler.records.raw import Block, RawRow, Unreadable
from reconciler.records.row import column_name, fold_key

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_DECLARED = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
"""Spreadsheets put this line before the header."""
_HEADER_LINES = 50
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class _HeaderRow:
    """The names of a file's columns; `skipped` lines come before the first row, and
    `line` is where the header begins.
    """

    names: tuple[str, ...]
    delimiter: str
    line: int
    skipped: int
    text: str


@dataclass(frozen=True)
class CsvFile:
    """One file. `known` are the column names that mean something; `delimiter` is None
    when the header decides.
    """

    open: Callable[[], BinaryIO]
    known: Collection[str]
    delimiter: str | None = None
    encoding: str = "utf-8"
    is_text = True

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the header, without blanks around. Raises Unreadable."""
        return self._header.names

    @cached_property
    def _header(self) -> _HeaderRow:
        self._check_kind()
        with self._text() as text:
            lines = Lines(text).some(_HEADER_LINES)
        declared = self.delimiter
        found = _DECLARED.fullmatch(lines[0]) if lines else None
        skipped = 1 if found else 0
        if found and declared is None:
            declared = _declared_sign(found[1])
        lines = lines[skipped:]
        if not "".join(lines).strip():
            raise Unreadable("record-file", "the file is empty")
        return _HeaderChoice(self.known, lines, skipped + 1).header(declared)

    def _check_kind(self) -> None:
        with self.open() as raw:
            check_is_csv(raw.read(LOOKED_AT), self.encoding)

    def rows(self) -> Iterator[RawRow]:
        """Every row with as many cells as the header; blank lines at the end are none.
        Raises Unreadable.
        """
        for block in self.blocks():
            yield from map(block.row, range(len(block)))

    def blocks(self) -> Iterator[Block]:
        """The same, many at a time. Raises Unreadable."""
        header = self._header
        with self._text() as text:
            lines = Lines(text)
            for _ in islice(lines.each(), header.skipped):
                pass
            yield from CsvRows(lines, header.names, header.delimiter).blocks()

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        """The decoded text, lines with their own ends. Raises Unreadable."""
        with self.open() as raw:
            text = TextIOWrapper(raw, self.encoding, newline="")
            try:
                yield text
            except UnicodeError:
                raise self._undecodable() from None
            finally:
                text.detach()

    def _undecodable(self) -> Unreadable:
        with self.open() as raw:
            return undecodable(raw, self.encoding)

    def column_of(self, row: RawRow, name: str) -> int:
        """Where the cell begins in its line."""
        index = self.columns.index(name)
        return column_of_cell(row.text, self._header.delimiter, index)

    def place_of_column(self, index: int) -> tuple[int, int]:
        """Where the name of that column begins."""
        header = self._header
        return header.line, column_of_cell(header.text, header.delimiter, index)


@dataclass(frozen=True, slots=True)
class _HeaderChoice:
    """Which sign separates the columns, by the names that come out."""

    known: Collection[str]
    lines: Sequence[str]
    line: int

    def header(self, declared: str | None) -> _HeaderRow:
        """Under the sign that is declared, or that is found. Raises Unreadable."""
        scores = {sign: self._score(sign) for sign in DELIMITERS}
        best = max(scores.values())
        if best == (0, 0):
            self._first_row(declared or ",")  # a broken quote is told as that
            raise self._no_header()
        if declared is None:
            return self._first_row(self._best(scores, best))
        if best[0] and not self._score(declared)[0]:
            raise self._other_sign(declared, self._best(scores, best))
        return self._first_row(declared)

    def _score(self, sign: str) -> tuple[int, int]:
        """How many names are known; if there is none, how many are but for their case,
        accents and signs. What is less alike may be a row.
        """
        try:
            names = self._first_row(sign).names
        except Unreadable:
            return 0, 0
        found = sum(name in self.known for name in names)
        if found:
            return found, 0
        folded = set(map(_letters, self.known))
        return 0, sum(_letters(name) in folded for name in names if name)

    def _best(self, scores: dict[str, tuple[int, int]], best: tuple[int, int]) -> str:
        first = [sign for sign, score in scores.items() if score == best]
        # One column alone has no separator: it is the same under all of them.
        if len({self._first_row(sign).names for sign in first}) > 1:
            named = " and ".join(DELIMITERS[sign] for sign in first)
            told = (
                f"the columns may be separated by {named}: say which with csv.delimiter"
            )
            raise Unreadable("record-delimiter", told, self.line)
        return first[0]

    def _first_row(self, sign: str) -> _HeaderRow:
        reader = csv.reader(self.lines, delimiter=sign, strict=True)
        try:
            with long_cells():
                names = next(reader, [])
        except csv.Error as broken:
            text = "".join(self.lines)
            raise broken_row(broken, self.line, text, sign) from None
        count = reader.line_num
        return _HeaderRow(
            tuple(column_name(name) for name in names),
            sign,
            self.line,
            self.line - 1 + count,
            "".join(self.lines[:count]),
        )

    def _other_sign(self, declared: str, other: str) -> Unreadable:
        said = DELIMITERS.get(declared, shown(declared))
        told = f"the columns are separated by {DELIMITERS[other]}, and not by {said}: write csv.delimiter"
        return Unreadable("record-delimiter", told, self.line)

    def _no_header(self) -> Unreadable:
        """What stands there may be a row, so it is not quoted."""
        names = sorted(self.known)
        named = ", ".join(names[:_MOST_NAMED])
        if len(names) > _MOST_NAMED:
            named += ", …"
        told = (
            f"the first line has none of the columns ({named}): a header is needed; "
            "other names can be mapped with columns"
        )
        return Unreadable("record-header", told, self.line)


def _letters(name: str) -> str:
    """`Contact ID` and `contact_id` are one name for a person."""
    return "".join(filter(str.isalnum, fold_key(name)))


def _declared_sign(sign: str) -> str:
    if sign in DELIMITERS:
        return sign
    told = f"{shown(sign)} separates no columns here: write , or ; or | or a tab"
    raise Unreadable("record-delimiter", told)
