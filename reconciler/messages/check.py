"""Everything that is to be said of the text of a message."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate

from reconciler.messages.declared import Declared
from reconciler.messages.holes import remarks_on
from reconciler.messages.occasion import Occasion
from reconciler.messages.remark import WHOLE, Remark, variable
from reconciler.messages.resolver import Resolution, resolve
from reconciler.messages.tokens import Foreign, NearMiss, Token, find_tokens
from reconciler.model.source import Severity

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Note:
    """A remark at its place: it is about the text from `start` on, and what is wrong with
    it are the characters from `begin` to `end`.
    """

    rule: str
    message: str
    severity: Severity
    start: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the text and what it means."""

    token: Token
    resolution: Resolution


def variables_in(
    text: str, declared: Declared, occasion: Occasion, *, subject: bool = False
) -> Iterator[Variable]:
    """The variables of a text in their order; near misses are none."""
    for token in find_tokens(text, subject=subject).tokens:
        path = [segment.text for segment in token.path]
        yield Variable(token, resolve(path, declared, occasion))


def notes_on(
    text: str,
    declared: Declared,
    occasion: Occasion,
    known: Iterable[str] = (),
    *,
    subject: bool = False,
) -> Iterator[Note]:
    """What is to be said, in no order. `known` are patterns of variables of others, as
    `[messages] known` has them.
    """
    found = find_tokens(text, subject=subject)
    said: set[tuple[str, str]] = set()
    for token in found.tokens:
        path = [segment.text for segment in token.path]
        resolution = resolve(path, declared, occasion)
        for note in _about(token, resolution):
            # What is only good to know is said once for each variable.
            key = (note.rule, note.message)
            if note.severity != "info" or key not in said:
                yield note
            said.add(key)
    yield from map(_about_near_miss, found.near_misses)
    yield from _about_foreign(found.foreign, known)


def _about(token: Token, resolution: Resolution) -> Iterator[Note]:
    for remark in resolution.remarks:
        yield _note(token, remark)
    if token.encoded:
        yield _note(token, _disguise(token))
    if resolution.chain is not None:
        for remark in remarks_on(resolution.chain, token.place):
            yield _note(token, remark)


def _note(token: Token, remark: Remark) -> Note:
    names = [segment.text for segment in token.path]
    message = f"{variable(names)}: {remark.message}"
    begin, end = token.start, token.end
    if remark.at != WHOLE:
        begin, end = token.path[remark.at].start, token.path[remark.at].end
    return Note(remark.rule, message, remark.severity, token.start, begin, end)


def _disguise(token: Token) -> Remark:
    message = (
        f"it is hidden by {token.encoded}, and whether the platform finds it is not known: "
        "write it plainly"
    )
    return Remark("message-encoded", message, "warning", WHOLE)


def _about_near_miss(miss: NearMiss) -> Note:
    message = f"{_one_line(miss.written)} is printed as it stands: {miss.why}"
    if miss.fix:
        message = f"{message}. Write {miss.fix}"
    return Note("message-near-miss", message, "error", miss.start, miss.start, miss.end)


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:80]}…"


def _about_foreign(
    foreign: tuple[Foreign, ...], known: Iterable[str]
) -> Iterator[Note]:
    """One line for all of them."""
    patterns = [re.compile(translate(pattern)) for pattern in known]
    others = [each for each in foreign if not _is_known(each, patterns)]
    if not others:
        return
    namespaces = list(dict.fromkeys(each.namespace for each in others))
    some = ", ".join(namespaces[:MOST_NAMED])
    if len(namespaces) > MOST_NAMED:
        some = f"{some}, …"
    tokens = f"{len(others)} token{'s' if len(others) > 1 else ''}"
    spaces = f"{len(namespaces)} unknown namespace{'s' if len(namespaces) > 1 else ''}"
    message = (
        f"{tokens} of {spaces}: {some}. If another tool fills them, name them under "
        f'[messages] in the settings: known = ["{namespaces[0]}.*"]'
    )
    first = others[0]
    rule = "message-unknown-namespace"
    yield Note(rule, message, "warning", first.start, first.start, first.end)


def _is_known(each: Foreign, patterns: Iterable[re.Pattern[str]]) -> bool:
    inner = each.written.strip("{}").strip()
    return any(pattern.match(inner) for pattern in patterns)
