"""Rows of a JSON file (a list of objects), of JSON lines (an object a line), and those
that were read elsewhere: from YAML, or in the manifest itself.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from reconciler.form.json_values import NoJson, skip_blanks, value_at
from reconciler.records.disguise import LOOKED_AT, check_is_text
from reconciler.records.raw import Block, RawRow, Unreadable, in_blocks

LARGEST_JSON = 64 * 1024 * 1024
"""Bytes; JSON lines have no bound but that of a line."""
LONGEST_LINE = 8 * 1024 * 1024
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class JsonFile:
    """One file with a list of objects."""

    open: Callable[[], BinaryIO]
    is_text = False
    columns = None

    def rows(self) -> Iterator[RawRow]:
        """Every object of the list. Raises Unreadable."""
        text = self._text()
        at = skip_blanks(text, 0)
        if not text.startswith("[", at):
            raise _no_list(text, at)
        line, counted = 1, 0
        at = skip_blanks(text, at + 1)
        while not text.startswith("]", at):
            line, counted = line + text.count("\n", counted, at), at
            value, end = _object_at(text, at, line)
            yield RawRow(line, value)
            at = skip_blanks(text, end)
            if text.startswith(",", at):
                at = skip_blanks(text, at + 1)
            elif not text.startswith("]", at):
                raise _no_json(text, at, "a comma or the end of the list is missing")
        rest = skip_blanks(text, at + 1)
        if rest < len(text):
            raise _no_json(text, rest, "something stands behind the end of the list")

    def _text(self) -> str:
        with self.open() as raw:
            content = raw.read(LARGEST_JSON + 1)
        if len(content) > LARGEST_JSON:
            told = f"the file is larger than {LARGEST_JSON // 2**20} MiB: write JSON lines (.jsonl), an object a line"
            raise Unreadable("record-file", told)
        # All line ends count the same; within a text they cannot stand.
        text = _decode(content, 1)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def blocks(self) -> Iterator[Block]:
        """The same, many at a time. Raises Unreadable."""
        return in_blocks(self.rows())

    def column_of(self, row: RawRow, name: str) -> int:
        """Not known."""
        return 1

    def place_of_column(self, index: int) -> tuple[int, int]:
        """There are no columns."""
        return 1, 1


@dataclass(frozen=True, slots=True)
class JsonLines:
    """One file with an object in each line."""

    open: Callable[[], BinaryIO]
    is_text = False
    columns = None

    def rows(self) -> Iterator[RawRow]:
        """The object of every line that is not blank. Raises Unreadable."""
        with self.open() as raw:
            for number, line in enumerate(_lines(raw), 1):
                text = _decode(line, number)
                begin = skip_blanks(text, 0)
                if begin == len(text):
                    continue
                value, end = _object_at(text, begin, number)
                end = skip_blanks(text, end)
                if end < len(text):
                    told = "something stands behind the object: each takes a line of its own"
                    raise Unreadable("record-json", told, number, end + 1)
                yield RawRow(number, value, text)

    def blocks(self) -> Iterator[Block]:
        """The same, many at a time. Raises Unreadable."""
        return in_blocks(self.rows())

    def column_of(self, row: RawRow, name: str) -> int:
        """Where the key stands in its line, as far as it can be found."""
        return max(row.text.find(json.dumps(name, ensure_ascii=False)) + 1, 1)

    def place_of_column(self, index: int) -> tuple[int, int]:
        """There are no columns."""
        return 1, 1


@dataclass(frozen=True, slots=True)
class ListedRows:
    """Rows that were read before."""

    listed: Sequence[RawRow]
    is_text = False
    columns = None

    def rows(self) -> Iterator[RawRow]:
        """Each of them."""
        return iter(self.listed)

    def blocks(self) -> Iterator[Block]:
        """The same, many at a time. Raises Unreadable."""
        return in_blocks(self.rows())

    def column_of(self, row: RawRow, name: str) -> int:
        """Not known."""
        return 1

    def place_of_column(self, index: int) -> tuple[int, int]:
        """There are no columns."""
        return 1, 1


def _lines(raw: BinaryIO) -> Iterator[bytes]:
    """Without their ends, of which \\r alone is one too. Raises Unreadable."""
    number = 1
    for line in iter(lambda: raw.readline(LONGEST_LINE + 1), b""):
        if len(line) > LONGEST_LINE:
            raise Unreadable("record-cell", "the line is longer than 8 MiB", number)
        parts = line.removesuffix(b"\n").removesuffix(b"\r").split(b"\r")
        yield from parts
        number += len(parts)


def _decode(content: bytes, line: int) -> str:
    if line == 1:
        check_is_text(content[:LOOKED_AT])
    try:
        return content.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as broken:
        before = content[: broken.start]
        line += len(_LINE_ENDS.findall(before))
        told = f"byte {broken.start + 1:,} is 0x{content[broken.start]:02X}, and JSON is UTF-8"
        raise Unreadable("record-encoding", told, line) from None


def _object_at(text: str, at: int, line: int) -> tuple[dict[str, Any], int]:
    """The object that begins there, and where it ends. Raises Unreadable."""
    try:
        value, end = value_at(text, at)
    except NoJson as broken:
        line += text.count("\n", at, broken.at)
        column = _column(text, broken.at)
        raise Unreadable("record-json", str(broken), line, column) from None
    if not isinstance(value, dict):
        told = 'a row is an object, such as {"email": "…"}'
        raise Unreadable("record-json", told, line, _column(text, at))
    return value, end


def _no_list(text: str, at: int) -> Unreadable:
    if not text.strip():
        return Unreadable("record-file", "the file is empty")
    told = "the file has to be a list of objects: [{…}, {…}]; an object a line is JSON lines (.jsonl)"
    return _no_json(text, at, told)


def _no_json(text: str, at: int, told: str) -> Unreadable:
    line = text.count("\n", 0, at) + 1
    return Unreadable("record-json", told, line, _column(text, at))


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at)
