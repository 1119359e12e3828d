"""Rows of a CSV file, read strictly: a delimiter is chosen by the names of the header,
an open quote ends the reading with the line on which it was opened, and nothing is
dropped or guessed.
"""

import codecs
import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from reconciler.form.spelling import shown
from reconciler.records.cells import LONGEST_CELL
from reconciler.records.problem import CellProblem
from reconciler.records.raw import RawRow, Unreadable

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_DECLARED = re.compile(r"sep=(.)\r?\n?")
"""Spreadsheets put this line before the header."""
_HEADER_LINES = 50
_CHUNK = 64 * 1024


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
        return self._header[0]

    @cached_property
    def _header(self) -> tuple[tuple[str, ...], str, int]:
        """The names, the delimiter, and how many lines come before the first row."""
        with self._text() as text:
            lines = [line for _, line in zip(range(_HEADER_LINES), text, strict=False)]
        skipped, declared = 0, self.delimiter
        if lines and (found := _DECLARED.fullmatch(lines[0])):
            skipped, declared = 1, declared or found[1]
        lines = lines[skipped:]
        if not "".join(lines).strip():
            raise Unreadable("record-file", "the file is empty")
        if declared is None:
            declared = self._delimiter(lines)
        names, count = _first_row(lines, declared)
        return names, declared, skipped + count

    def _delimiter(self, lines: Sequence[str]) -> str:
        """The one under which the header names most known columns."""
        scores = {sign: self._score(lines, sign) for sign in DELIMITERS}
        best = max(scores.values())
        first = [sign for sign, score in scores.items() if score == best]
        if best[0] == 0:
            raise self._no_header(lines)
        if len(first) > 1 and len({_first_row(lines, sign)[0] for sign in first}) > 1:
            named = " and ".join(DELIMITERS[sign] for sign in first)
            told = (
                f"the columns may be separated by {named}: say which with csv.delimiter"
            )
            raise Unreadable("record-delimiter", told)
        return first[0]

    def _score(self, lines: Sequence[str], sign: str) -> tuple[int, int]:
        """How many known columns there are, and of the others the fewer the better."""
        try:
            names, _ = _first_row(lines, sign)
        except Unreadable:
            return 0, 0
        found = sum(name in self.known for name in names)
        # One column alone has no separator: it is the same under all of them.
        return found, -len(names) if found else 0

    def _no_header(self, lines: Sequence[str]) -> Unreadable:
        names = ", ".join(sorted(self.known)[:10])
        told = f"the first line names none of the columns ({names}): a header is needed"
        if self.encoding.lower().replace("-", "") == "utf8" and "\0" in lines[0]:
            told = "the file looks like UTF-16: write csv.encoding: utf-16"
        return Unreadable("record-header", told)

    def rows(self) -> Iterator[RawRow]:
        """Every row with as many cells as the header; blank lines at the end are none.
        Raises Unreadable.
        """
        names, delimiter, skipped = self._header
        with self._text() as text:
            for _ in range(skipped):
                next(text, "")
            yield from self._rows(_Lines(text), names, delimiter, skipped)

    def _rows(
        self, lines: "_Lines", names: Sequence[str], delimiter: str, skipped: int
    ) -> Iterator[RawRow]:
        blank = 0
        for line, cells in _read(lines, delimiter, skipped):
            if not any(cells):
                blank = blank or line
                continue
            if blank:
                yield RawRow(blank, {}, broken=_nothing_here())
                blank = 0
            text = lines.taken()
            if len(cells) != len(names):
                yield RawRow(line, {}, text, _ragged(cells, names))
                continue
            yield RawRow(line, dict(zip(names, cells, strict=True)), text)

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        """The decoded text, lines with their own ends. Raises Unreadable."""
        encoding = self.encoding
        if codecs.lookup(encoding).name == "utf-8":
            encoding = "utf-8-sig"
        with self.open() as raw:
            text = TextIOWrapper(raw, encoding, newline="")
            try:
                yield text
            except UnicodeDecodeError:
                raise self._undecodable() from None
            finally:
                text.detach()

    def _undecodable(self) -> Unreadable:
        """Where the first byte is that is no text; a reading of its own finds it."""
        decode = codecs.getincrementaldecoder(self.encoding)()
        line, offset = 1, 0
        with self.open() as raw:
            for part in iter(lambda: raw.readline(_CHUNK), b""):
                try:
                    decode.decode(part)
                except UnicodeDecodeError as broken:
                    return _not_decodable(part, broken, line, offset, self.encoding)
                line += part.count(b"\n")
                offset += len(part)
        # The last bytes may begin a character that never ends.
        rest = decode.getstate()[0]
        cut_off = UnicodeDecodeError(self.encoding, rest or b"?", 0, 1, "cut off")
        offset -= len(rest)
        return _not_decodable(rest or b"?", cut_off, line, offset, self.encoding)

    def column_of(self, row: RawRow, name: str) -> int:
        """Where the cell begins in its line."""
        index = self.columns.index(name)
        return _place_of_cell(row.text, self._header[1], index)


class _Lines:
    """Lines, of which those of the row that is being read are kept."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self._taken.append(line)
            yield line

    def taken(self) -> str:
        """What was read since this was last asked."""
        text = "".join(self._taken)
        self._taken.clear()
        return text


def _read(
    lines: "_Lines", delimiter: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of each row. Raises Unreadable."""
    limit = csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        while True:
            first = skipped + reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as broken:
                raise _broken(broken, first) from None
            yield first, cells
    finally:
        csv.field_size_limit(limit)


def _first_row(lines: Sequence[str], delimiter: str) -> tuple[tuple[str, ...], int]:
    """The names of the header, and over how many lines it goes."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = next(reader)
    except csv.Error as broken:
        raise _broken(broken, 1) from None
    return tuple(name.strip() for name in names), reader.line_num


def _broken(broken: csv.Error, line: int) -> Unreadable:
    reason = str(broken)
    if "field limit" in reason:
        told = "a cell is longer than 1 MiB; perhaps a quote is never closed"
        return Unreadable("record-cell", told, line)
    if "unexpected end" in reason:
        told = "a quote that is opened here is never closed: nothing after it was read"
    else:
        told = 'a quote ends within its cell: double it ("") to have one in a text; nothing after it was read'
    return Unreadable("record-quote", told, line)


def _nothing_here() -> CellProblem:
    told = "there is nothing in this line, and rows come after it"
    return CellProblem("record-ragged", told, told)


def _ragged(cells: Sequence[str], names: Sequence[str]) -> CellProblem:
    told = f"the row has {len(cells)} cells, and the header {len(names)}"
    if len(cells) > len(names):
        told += ": put a cell that holds the separator in quotes"
    return CellProblem("record-ragged", told, told)


def _not_decodable(
    part: bytes, broken: UnicodeDecodeError, line: int, offset: int, encoding: str
) -> Unreadable:
    byte = part[broken.start]
    told = f"byte {offset + broken.start + 1:,} of the file is 0x{byte:02X}, which is no {encoding}"
    letter = bytes([byte]).decode("cp1252", "replace")
    if codecs.lookup(encoding).name == "utf-8" and letter.isprintable():
        told += f" ({letter} in Windows-1252? csv.encoding: cp1252)"
    line += part[: broken.start].count(b"\n")
    return Unreadable("record-encoding", told, line, broken.start + 1)


def _place_of_cell(text: str, delimiter: str, index: int) -> int:
    """The column, from 1, in which the cell of that index begins; 1 when its row goes
    over several lines before it.
    """
    quoted, at = False, 0
    for position, letter in enumerate(text):
        if at == index:
            return position + 1 - (text.rfind("\n", 0, position) + 1)
        if letter == '"':
            quoted = not quoted
        elif letter == delimiter and not quoted:
            at += 1
    return max(len(text.rstrip("\r\n")), 1)


def duplicates_in(names: Sequence[str]) -> Iterator[str]:
    """The names that stand more than once, and nothing for a name that is missing."""
    seen: set[str] = set()
    for name in names:
        if name in seen and name:
            yield shown(name)
        seen.add(name)
