"""Variables of a message: where they stand and how they are written (contract §8)."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from reconciler.messages.disguise import OPENING, Reading, end_of_closings, read
from reconciler.messages.markup import Markup
from reconciler.messages.spelling import Around, Mistake, Variable, judge

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


KNOWN_NAMESPACES = {"widget", "integration"}
"""Filled by integrators (contract §8): no variables, and nothing to tell."""
ROOTS = {"contact": "contact", "metadata": "metaData"}
"""Roots of variables that need no definition, by how they read without case."""
_NAMESPACE = re.compile(
    r"\{(?P<namespace>[^\W\d][\w-]*)(?P<rest>(?:\.[^\W\d][\w-]*)+)\}"
)
_MARKS = {*"{$#@*~%^\\!"}
"""Before a brace, these make it an expression of another language of templates."""
_MAYBE = re.compile(r"\s*(?:v[a<&%\\=]|v?[<&%\\\x80-\U0010ffff])", re.IGNORECASE)
"""What a variable may go on with after its brace: most braces are of style sheets."""


def find_tokens(text: str, *, subject: bool = False) -> Found:
    """Everything in the text that is a variable or was meant as one."""
    if OPENING.search(text) is None:
        return Found((), (), ())
    return _Search(text, subject).found()


class _Search:
    """One walk over the opening brackets of a text."""

    def __init__(self, text: str, is_subject: bool) -> None:
        self._text = text
        self._is_subject = is_subject
        self._markup = Markup(text)
        self._is_quoted_printable = '=3D"' in text
        self._tokens: list[Token] = []
        self._near_misses: list[NearMiss] = []
        self._foreign: list[Foreign] = []

    def found(self) -> Found:
        """Goes on where a variable ends, so that no letter is read often."""
        position = run = 0
        touching = -1
        while (opening := OPENING.search(self._text, position)) is not None:
            if opening.start() != touching:
                run = opening.start()
            position = self._look(opening, run)
            touching = position if position == opening.end() else -1
        return Found(
            tuple(self._tokens), tuple(self._near_misses), tuple(self._foreign)
        )

    def _look(self, opening: re.Match[str], run: int) -> int:
        """Where to go on. `run` is where the brackets begin that touch this one."""
        start = opening.start()
        if not _MAYBE.match(self._text, opening.end()):
            return self._look_for_namespace(opening)
        reading = read(self._text, start)
        around = Around(
            is_doubled=run < start,
            has_dollar=self._text[max(0, run - 1) : run] == "$",
            is_code=self._markup.code(start) == "code",
            is_quoted_printable=self._is_quoted_printable,
        )
        verdict = judge(reading, around)
        if isinstance(verdict, Variable):
            return self._token(reading, verdict)
        if isinstance(verdict, Mistake):
            return self._near_miss(reading, verdict, run - around.has_dollar)
        return self._look_for_namespace(opening)

    def _token(self, reading: Reading, variable: Variable) -> int:
        start, end = reading.start, reading.end
        path = []
        for name in variable.names:
            first, last = reading.starts[name.start], reading.ends[name.end - 1]
            path.append(Segment(name.text, first, last))
        place: Place = "subject"
        if not self._is_subject:
            place = self._markup.place(start, end)
        written = self._text[start:end]
        token = Token(tuple(path), start, end, written, place, reading.encoded)
        self._tokens.append(token)
        return end

    def _near_miss(self, reading: Reading, mistake: Mistake, run: int) -> int:
        end = reading.end
        if mistake.length < len(reading.text) or not reading.is_closed:
            end = reading.ends[mistake.length - 1]
        elif run < reading.start:
            end = end_of_closings(self._text, end)
        self._miss(run, end, mistake.path, mistake.why)
        return end

    def _miss(self, start: int, end: int, path: str, why: str) -> None:
        fix = f"{{var={path}}}" if path else ""
        written = self._text[start:end]
        self._near_misses.append(NearMiss(written, start, end, path, why, fix))

    def _look_for_namespace(self, opening: re.Match[str]) -> int:
        start, end = opening.span()
        match = _NAMESPACE.match(self._text, start)
        if match is None or self._is_other_language(match):
            return end
        namespace = match["namespace"]
        root = ROOTS.get(namespace.lower())
        if root is not None:
            path = root + match["rest"]
            self._miss(start, match.end(), path, "var= is missing after the brace")
        elif namespace not in KNOWN_NAMESPACES:
            self._foreign.append(Foreign(namespace, match[0], start, match.end()))
        return match.end()

    def _is_other_language(self, match: re.Match[str]) -> bool:
        before = self._text[max(0, match.start() - 1) : match.start()]
        is_marked = before in _MARKS or self._text.startswith("}", match.end())
        return is_marked or self._markup.code(match.start()) != ""
