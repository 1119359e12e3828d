"""What editors make of a variable: entities, percent signs, tags and unseen characters
in its middle. A reading gives the letters as people see them, with their places.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from reconciler.model.letters import is_hidden, is_odd_blank

NO_BREAK = "\xa0"
"""Stands in a reading for every blank that is not the plain one."""
BRACES = {"{": "}", "\uff5b": "\uff5d", "\ufe5b": "\ufe5c", "\u2774": "\u2775"}
"""Braces of all widths, and what closes each."""
OPENING = re.compile(
    "[" + "".join(BRACES) + "]"
    r"|\[(?=var=)"
    r"|&(?:amp;){0,3}(?:\#0{0,5}123(?!\d);?|\#x0{0,5}7b(?![0-9a-f]);?|lbrace;|lcub;)"
    r"|%(?:25){0,3}7b"
    r"|\\(?:u00|x)7b",
    re.IGNORECASE,
)
"""What may begin a variable, however it is written."""
_CLOSING = re.compile(
    "(?:[" + "".join(BRACES.values()) + r"]|&(?:\#125|\#x7d|rbrace|rcub);|%7d)+",
    re.IGNORECASE,
)
TWICE = ", twice"
LONGEST = 1_000
"""Letters that are read after an opening brace. Two names have 510 at most."""

_UNIT = re.compile(
    r"(?P<plain>[A-Za-z0-9_. -]{1,200}|=(?!\r?\n))"
    r"|(?P<entity>&(?:amp;){0,3}(?:\#\d{1,8};?|\#x[0-9a-f]{1,8};?|[a-z][a-z0-9]{1,31};))"
    r"|(?P<percent>%(?:25){0,3}[0-7][0-9a-f]|%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3})"
    # No opening may hide in a tag that is left out: each reading would go over it again.
    r"|(?P<tag><[/!?a-z](?:[^<>{}%&\\\[\uff5b\ufe5b\u2774]|%(?!25|7b)"
    r"|&(?:quot|apos|nbsp);){0,500}>)"
    r"|(?P<soft>=\r?\n)"
    r"|(?P<escape>\\(?:u00|x)[0-9a-f]{2})",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"</?(?:p|div|br|td|th|tr|table|tbody|li|ul|ol|h[1-6]|hr|body|section|center)\b",
    re.IGNORECASE,
)
_LABELS = {
    "entity": "HTML entities",
    "percent": "percent-encoding",
    "escape": "a backslash escape",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """From an opening bracket to what closes it, or to where the reading gave up.

    `text` is what is seen, with the opening and without the closing; its letters are
    written between `starts` and `ends`.
    """

    text: str
    starts: list[int]
    ends: list[int]
    end: int
    is_closed: bool
    disguises: tuple[str, ...]

    @property
    def start(self) -> int:
        """Where the opening bracket is written."""
        return self.starts[0]

    @property
    def encoded(self) -> str:
        """How the letters are hidden, in words; empty when they are written plainly."""
        return " and ".join(self.disguises)


class _Unit(NamedTuple):
    """Something that is written, the letters that it shows, and how it hides them."""

    shown: str
    start: int
    end: int
    disguise: str = ""


def read(text: str, at: int) -> Reading:
    """What is seen from the opening bracket at this offset."""
    units = [_unit(text, at)]
    closings = (BRACES.get(units[0].shown, "]"), "}")
    position = units[0].end
    length = 0
    while (
        position < len(text) and length < LONGEST and not OPENING.match(text, position)
    ):
        unit = _unit(text, position)
        if unit.shown in closings:
            return _reading(units, unit)
        units.append(unit)
        position = unit.end
        length += len(unit.shown)
    return _reading(units, None)


def end_of_closings(text: str, at: int) -> int:
    """Where the closing braces end that stand at this offset."""
    closing = _CLOSING.match(text, at)
    return closing.end() if closing else at


def _reading(units: list[_Unit], closing: _Unit | None) -> Reading:
    starts: list[int] = []
    ends: list[int] = []
    for unit in units:
        if unit.disguise:
            starts += [unit.start] * len(unit.shown)
            ends += [unit.end] * len(unit.shown)
        else:
            starts += range(unit.start, unit.end)
            ends += range(unit.start + 1, unit.end + 1)
    shown = "".join(unit.shown for unit in units)
    all_units = [*units, closing] if closing else units
    disguises = {unit.disguise: None for unit in all_units if unit.disguise}
    end = all_units[-1].end
    return Reading(shown, starts, ends, end, closing is not None, tuple(disguises))


def _unit(text: str, at: int) -> _Unit:
    match = _UNIT.match(text, at)
    if match is None:
        return _letter(text[at], at)
    if match["plain"]:
        return _Unit(match[0], at, match.end())
    if match["tag"]:
        shown = "\n" if _BLOCK.match(match[0]) else ""
        return _Unit(shown, at, match.end(), "tags inside")
    if match["soft"]:
        return _Unit("", at, match.end(), "quoted-printable")
    return _decoded(match)


def _letter(letter: str, at: int) -> _Unit:
    if is_odd_blank(letter):
        told = "a no-break space" if letter in "\xa0\u202f" else "an unusual blank"
        return _Unit(NO_BREAK, at, at + 1, told)
    if is_hidden(letter) and letter not in "\t\r\n":
        return _Unit("", at, at + 1, "an unseen character")
    return _Unit(letter, at, at + 1)


def _decoded(match: re.Match[str]) -> _Unit:
    form, written = match.lastgroup or "", match[0]
    shown, is_twice = _shown(form, written)
    if shown == written:
        return _letter(written[0], match.start())
    label = _LABELS[form] + (TWICE if is_twice else "")
    return _Unit(shown, match.start(), match.end(), label)


@lru_cache(maxsize=256)
def _shown(form: str, written: str) -> tuple[str, bool]:
    """What an encoded letter shows, and whether it is encoded more than once."""
    decode = _DECODERS[form]
    once = letters = decode(written)
    for _ in range(3):
        letters = decode(letters)
    shown = "".join(_letter(letter, 0).shown for letter in letters)
    return shown, letters != once


def _unescape(written: str) -> str:
    return re.sub(r"\\(?:u00|x)(..)", lambda pair: chr(int(pair[1], 16)), written)


_DECODERS: dict[str, Callable[[str], str]] = {
    "entity": html.unescape,
    "percent": unquote,
    "escape": _unescape,
}
