"""Whether a value may stand in a property of its type (contract §6.1).

Stricter than the sandbox: what is sent is what is meant, so a number is a JSON number and
a date is a day that exists (contract §13 row 29).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import chain
from typing import Any

from reconciler.form.spelling import cut, did_you_mean, shown
from reconciler.model.unquoted import spelling_of

MOST_CARRIED = 2**53
"""From here on whole numbers lose digits in programs that have doubles only."""
MOST_OPTIONS_SHOWN = 10
DEEPEST = 40
"""Objects and lists one inside the other, in a property of type json."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].+")
_NUMBER = re.compile(r"\s*-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?\s*")
_DECIMAL_COMMA = re.compile(r"\s*-?[0-9]+,[0-9]+\s*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMES = {bool: "a boolean", str: "a text", dict: "an object", list: "a list"}


def type_mistake(value: Any, type_name: str) -> str:
    """What is wrong with the value in a property of this type, as the end of a sentence
    that begins with its name; empty when nothing is.
    """
    return _BY_TYPE[type_name](value)


def option_mistake(value: Any, options: tuple[Any, ...]) -> str:
    """The same for a property that only takes these values."""
    if any(_is_same(value, option) for option in options):
        return ""
    hint = did_you_mean(value, map(str, options)) if isinstance(value, str) else ""
    if hint:
        return f"is {_as_written(value)}, which is none of its options{hint}"
    listed = ", ".join(map(_as_written, options[:MOST_OPTIONS_SHOWN]))
    more = ", …" if len(options) > MOST_OPTIONS_SHOWN else ""
    return f"is {_as_written(value)}, which is none of its options: {listed}{more}"


def _as_written(value: Any) -> str:
    """Text in quotes, a number as it is, and of what may be long only what it is."""
    if isinstance(value, str):
        return shown(value)
    return cut(value) if is_number(value) else kind_words(value)


def kind_words(value: Any) -> str:
    """What JSON calls such a value, with an article."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    return _NAMES.get(type(value), "a number")


def is_number(value: Any) -> bool:
    """Whether JSON calls it a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def letter_mistake(text: str) -> str:
    """What no text that is sent can hold; empty when it holds nothing of that."""
    if "\0" in text:
        return "holds a NUL character"
    if not text.isascii() and _SURROGATE.search(text):
        return "holds a half of a surrogate pair, which UTF-8 does not have: write the character itself"
    return ""


def _is_same(value: Any, option: Any) -> bool:
    # True is 1 for Python, and not for JSON.
    return isinstance(value, bool) == isinstance(option, bool) and value == option


def _text(value: Any) -> str:
    if isinstance(value, str):
        return letter_mistake(value)
    if is_number(value):
        written = spelling_of(value) or str(value)
        return f'is a number, and has to be text: write "{written[:80]}" in quotes'
    return f"is {kind_words(value)}, and has to be text"


def _number(value: Any) -> str:
    if isinstance(value, str):
        return _text_for_number(value)
    if not is_number(value):
        return f"is {kind_words(value)}, and has to be a number"
    if isinstance(value, int) and abs(value) >= MOST_CARRIED:
        return f"is {cut(value)}, which loses digits on its way: JSON carries whole numbers below 2^53"
    return ""


def _text_for_number(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return (
            f"is the text {shown(text)}, and has to be a number: take the quotes away"
        )
    if _DECIMAL_COMMA.fullmatch(text):
        number = text.strip().replace(",", ".")[:80]
        return f"is the text {shown(text)}, and has to be a number: write {number}"
    return f"is the text {shown(text)}, and has to be a number"


def _bool(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    if str(value).lower() in ("true", "false"):
        word = str(value).lower()
        return f"is the text {shown(value)}, and has to be a boolean: write {word} without quotes"
    if is_number(value):
        return f"is the number {cut(value)}, and has to be true or false"
    return f"is {kind_words(value)}, and has to be true or false"


def _date(value: Any) -> str:
    if not isinstance(value, str):
        return f'is {kind_words(value)}, and has to be a day such as "2026-12-31"'
    moment = _MOMENT.fullmatch(value)
    if moment and _exists(moment[1]):
        return f'is {shown(value)}, and has to be a day without a time: write "{moment[1]}"'
    if not _DAY.fullmatch(value):
        return f'is {shown(value)}, and has to be a day such as "2026-12-31"'
    if not _exists(value):
        return f"is {shown(value)}, and there is no such day"
    return ""


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _json(value: Any) -> str:
    """Anything, as long as it can be sent. Not recursive, for it may be deep."""
    level = [value]
    for _ in range(DEEPEST):
        for text in level:
            if isinstance(text, str) and (mistake := letter_mistake(text)):
                return mistake
        level = list(chain.from_iterable(map(_parts_of, level)))
        if not level:
            return ""
    return f"is nested deeper than {DEEPEST}"


def _parts_of(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


_BY_TYPE: Mapping[str, Callable[[Any], str]] = {
    "bool": _bool,
    "text": _text,
    "longtext": _text,
    "number": _number,
    "decimal": _number,
    "date": _date,
    "json": _json,
}
