"""Variables of a message: where they stand and how they are written (contract §8)."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Place = Literal["text", "line", "attribute", "link", "subject"]
"""Where a token stands; "line" is alone in its line, "link" an address such as href."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One name of a path as it reads; start and end are offsets in the text, around all
    that was written for it.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A variable, {var=path}. `encoded` says how an editor hid it, "" for not at all."""

    path: tuple[Segment, ...]
    start: int
    end: int
    written: str
    place: Place
    encoded: str = ""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """What was meant as a variable and is printed as it stands.

    `path` is the path that was probably meant, `why` a half sentence on what is wrong,
    and `fix` what to write in its place; path and fix may be empty.
    """

    written: str
    start: int
    end: int
    path: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """A {word.word} of a namespace that the platform is not known to have."""

    namespace: str
    written: str
    start: int
    end: int


class Found(NamedTuple):
    """All that was found in a text, each in the order of the text."""

    tokens: tuple[Token, ...]
    near_misses: tuple[NearMiss, ...]
    foreign: tuple[Foreign, ...]


_NAME = r"[\w-]+(?: +[\w-]+)*"
_TOKEN = re.compile(rf"\{{var=({_NAME}(?:\.{_NAME})*)\}}")


def find_tokens(text: str, *, subject: bool = False) -> Found:
    """Everything in the text that is a variable or was meant as one."""
    place: Place = "subject" if subject else "text"
    tokens = [
        Token(_path(match), match.start(), match.end(), match[0], place)
        for match in _TOKEN.finditer(text)
    ]
    return Found(tuple(tokens), (), ())


def _path(match: re.Match[str]) -> tuple[Segment, ...]:
    segments = []
    start = match.start(1)
    for name in match[1].split("."):
        segments.append(Segment(name, start, start + len(name)))
        start += len(name) + 1
    return tuple(segments)
