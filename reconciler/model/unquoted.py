"""Scalars that stand in no quotes and that some version of YAML takes for something else
than their text: `01`, `1.10`, `yes`, `2025-01-01`.

They are numbers and texts like others, and remember how they were written. Where text is
wanted they are refused: a number would be sent instead of `01`, and most of what is sent
can never be corrected.
"""

import re
from typing import Any

from pydantic_core import PydanticCustomError


class UnquotedText(str):
    """A text for us, and something else for another reader of YAML."""

    __slots__ = ()


class UnquotedInteger(int):
    """A whole number that was not written as JSON writes it."""

    def __new__(cls, value: int, spelling: str = "") -> "UnquotedInteger":
        number = super().__new__(cls, value)
        number.spelling = spelling
        return number

    spelling: str


class UnquotedFloat(float):
    """A fraction that was not written as JSON writes it."""

    def __new__(cls, value: float, spelling: str = "") -> "UnquotedFloat":
        number = super().__new__(cls, value)
        number.spelling = spelling
        return number

    spelling: str


def spelling_of(value: object) -> str | None:
    """How such a scalar was written; None for every other value."""
    if isinstance(value, UnquotedText):
        return str(value)
    if isinstance(value, UnquotedInteger | UnquotedFloat):
        return value.spelling
    return None


_OCTAL = re.compile(r"[-+]?0(o[0-7]|[0-9])[0-9]*")


def octal_words(value: object) -> str | None:
    """What is wrong with a number that begins with a zero: YAML 1.1 reads `017` as 15,
    YAML 1.2 as 17, and of `0o17` one makes a text. None for every other value.
    """
    spelling = spelling_of(value)
    if not isinstance(value, int) or not spelling or not _OCTAL.fullmatch(spelling):
        return None
    shown, number = spelling[:80], str(int(value))[:80]
    return f"{shown} is an octal number for some readers of YAML only: write {number}"


def check_decimal(value: Any) -> Any:
    """The value, where a number is wanted."""
    if told := octal_words(value):
        raise PydanticCustomError("octal", "{told}", {"told": told})
    return value


def check_quoted(value: Any) -> Any:
    """The value, where text is wanted."""
    spelling = spelling_of(value)
    if spelling is None:
        return value
    raise PydanticCustomError("unquoted", "unquoted", {"spelling": spelling})
