"""The lines of a text; its characters are counted from 0.

A file may be one line of 8 MiB, or millions of empty ones, so no line is looked at
further than a person would.
"""

import re

_FARTHEST = 10_000
_MOST_SKIPPED = 1_000
_BREAKS = "\n\r\x85\u2028\u2029"
_BREAK = re.compile(f"[{_BREAKS}]")
LINE_END = re.compile(f"\r\n|[{_BREAKS}]")

Place = tuple[int, int]
"""Line and column, from 1."""


def place_at(text: str, index: int) -> Place:
    """The place of a character of the text; `index` counts from 0."""
    ends = sum(text.count(each, 0, index) for each in _BREAKS)
    line = 1 + ends - text.count("\r\n", 0, index)
    begin = 1 + max(text.rfind(each, 0, index) for each in _BREAKS)
    return line, index - begin + 1


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
