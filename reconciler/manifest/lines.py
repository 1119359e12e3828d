"""The lines of a text; its characters are counted from 0.

A file may be one line of 8 MiB, or millions of empty ones, so no line is looked at
further than a person would.
"""

import re
from collections.abc import Iterable, Iterator

_FARTHEST = 10_000
_MOST_SKIPPED = 1_000
_BREAKS = "\n\r"
"""YAML 1.2 knows no others."""
_BREAK = re.compile(f"[{_BREAKS}]")
LINE_END = re.compile(f"\r\n|[{_BREAKS}]")
_OLD_BREAKS = "\x85\u2028\u2029"
_OLD_BREAK = re.compile(f"[{_OLD_BREAKS}]")
_FOR_PRIVATE_USE = range(0xE000, 0xF900)

Place = tuple[int, int]
"""Line and column, from 1."""


def place_at(text: str, index: int) -> Place:
    """The place of a character of the text; `index` counts from 0."""
    ends = sum(text.count(each, 0, index) for each in _BREAKS)
    line = 1 + ends - text.count("\r\n", 0, index)
    begin = 1 + max(text.rfind(each, 0, index) for each in _BREAKS)
    return line, index - begin + 1


def places_at(text: str, indexes: Iterable[int]) -> Iterator[Place]:
    """The places of characters that are named in their order; the text is read once."""
    line, begin, read = 1, 0, 0
    for index in indexes:
        ends = sum(text.count(each, read, index) for each in _BREAKS)
        line += ends - text.count("\r\n", read, index)
        if ends:
            begin = 1 + max(text.rfind(each, read, index) for each in _BREAKS)
        read = index
        yield line, index - begin + 1


def line_at(text: str, place: int) -> str:
    """The line of this place, without its end."""
    return text[line_begin(text, place) : line_end(text, place)]


def line_begin(text: str, place: int) -> int:
    """Where the line of this place begins."""
    farthest = max(0, place - _FARTHEST)
    last = max(text.rfind(each, farthest, place) for each in _BREAKS)
    return max(farthest, last + 1)


def line_end(text: str, place: int) -> int:
    """Where the line of this place ends."""
    farthest = min(len(text), place + _FARTHEST)
    found = _BREAK.search(text, place, farthest)
    return found.start() if found else farthest


def line_above(text: str, place: int) -> int | None:
    """Where the last line before that of this place begins which is more than a
    comment.
    """
    begin = line_begin(text, place)
    for _ in range(_MOST_SKIPPED):
        if begin == 0:
            break
        begin = line_begin(text, begin - 1)
        content = line_at(text, begin).strip()
        if content and not content.startswith("#"):
            return begin
    return None


def without_old_line_ends(text: str) -> tuple[str, dict[int, str]]:
    """The text with other characters in the place of those that end a line for the
    parser, which follows YAML 1.1, and for nobody else: what looks like a comment would
    hold a manifest. Also what each of the others stands for, for `str.translate`.
    Raises ValueError when the text leaves no other character unused.
    """
    if not _OLD_BREAK.search(text):
        return text, {}
    used = set(text)
    unused = (chr(code) for code in _FOR_PRIVATE_USE if chr(code) not in used)
    stood_for: dict[int, str] = {}
    for old, other in zip(_OLD_BREAKS, unused, strict=False):
        text = text.replace(old, other)
        stood_for[ord(other)] = old
    if len(stood_for) < len(_OLD_BREAKS):
        raise ValueError("the file has too many characters for private use")
    return text, stood_for
