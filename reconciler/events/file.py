"""A text with payloads: one, a JSON array of them, or JSON lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.form.json_values import (
    NO_END,
    DoubledKey,
    NoJson,
    places_in,
    skip_blanks,
    value_at,
    value_with_doubles_at,
)

LONGEST_PAYLOAD = 1024 * 1024
"""Characters; a request may not be much larger (contract §1)."""
_WINDOWS = (4 * 1024, 64 * 1024, LONGEST_PAYLOAD)
"""What is parsed at once, until a payload is within: a larger one is refused before it
takes memory.
"""
_CUT = 12
"""Characters at the end of a window in which a mistake may only be that it ends there."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload as it stands in the text; `at` counts the characters before it.
    `code_name` stands beside what is posted, in `body`; None when it does not.
    `doubled` are keys that stand twice, with their places.
    """

    at: int
    body: Mapping[str, Any]
    code_name: Any = None
    doubled: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """Why there is no payload there."""

    at: int
    words: str
    rule: str = "payload-json"


def payloads_in(text: str) -> Iterator[Payload | Unread]:
    """Each payload of the text. What is no JSON ends the reading, but for JSON lines, of
    which the next one is read.
    """
    at = skip_blanks(text, 0)
    if at == len(text):
        yield Unread(0, "the file is empty: it has to hold a payload")
    elif text[at] == "[":
        yield from _in_list(text, at + 1)
    else:
        yield from _in_lines(text, at)


def _in_list(text: str, at: int) -> Iterator[Payload | Unread]:
    at = skip_blanks(text, at)
    if text[at : at + 1] == "]":
        yield Unread(at, "the list is empty: it has to hold a payload")
        return
    while True:
        try:
            payload, end = _payload_at(text, at)
        except NoJson as broken:
            yield Unread(broken.at, str(broken))
            return
        yield payload
        end = skip_blanks(text, end)
        match text[end : end + 1]:
            case ",":
                at = skip_blanks(text, end + 1)
            case "]":
                break
            case _:
                yield Unread(end, "a comma or the end of the list is missing")
                return
    rest = skip_blanks(text, end + 1)
    if rest < len(text):
        yield Unread(rest, "something stands behind the end of the list")


def _in_lines(text: str, at: int) -> Iterator[Payload | Unread]:
    while at < len(text):
        try:
            payload, end = _payload_at(text, at)
        except NoJson as broken:
            yield Unread(broken.at, str(broken))
            at = _next_object(text, broken.at)
            continue
        yield payload
        at = skip_blanks(text, end)
        if at < len(text) and "\n" not in text[end:at] and "\r" not in text[end:at]:
            told = "something stands behind the payload: each takes a line of its own, or they stand in a list"
            yield Unread(at, told)
            return


def _next_object(text: str, at: int) -> int:
    """Where the next line stands that begins with an object, as each of JSON lines does;
    the lines of one long object are indented.
    """
    found = text.find("\n{", at)
    return len(text) if found < 0 else found + 1


def _payload_at(text: str, at: int) -> tuple[Payload | Unread, int]:
    """What begins there, and where it ends. Raises NoJson."""
    doubled: tuple[tuple[str, int], ...] = ()
    try:
        value, end = _bounded(text, at, value_at)
    except DoubledKey:
        value, end = _bounded(text, at, value_with_doubles_at)
        doubled = tuple(places_in(text, at).doubled)
    if not isinstance(value, dict):
        told = 'a payload is an object, such as {"contact": {…}, "metaData": {…}}'
        return Unread(at, told, "payload-type"), end
    code_name = value.pop("code_name", None)
    return Payload(at, value, code_name, doubled), end


def _bounded(text: str, at: int, read: Any) -> tuple[Any, int]:
    """The value that begins there. Raises NoJson, also for one that is too large."""
    for size in _WINDOWS:
        window = text[at : at + size]
        is_whole = at + size >= len(text)
        try:
            value, length = read(window, 0)
        except DoubledKey as broken:
            raise DoubledKey(str(broken), at) from None
        except NoJson as broken:
            if is_whole or not _may_be_cut(broken, window):
                raise NoJson(str(broken), at + broken.at) from None
            continue
        if is_whole or length < len(window):
            return value, at + length
    raise NoJson(
        "the payload that begins here is larger than 1 MiB, or its end is missing", at
    )


def _may_be_cut(broken: NoJson, window: str) -> bool:
    """Whether it may be no more than that the window ends there."""
    return str(broken) == NO_END or broken.at >= len(window) - _CUT
