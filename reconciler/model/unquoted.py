"""Scalars that stand in no quotes and that some version of YAML takes for something else
than their text: `01`, `1.10`, `yes`, `2025-01-01`.

They are numbers and texts like others, and remember how they were written. Where text is
wanted they are refused: a number would be sent instead of `01`, and most of what is sent
can never be corrected.
"""

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


def check_quoted(value: Any) -> Any:
    """The value, where text is wanted."""
    spelling = spelling_of(value)
    if spelling is None:
        return value
    raise PydanticCustomError("unquoted", "unquoted", {"spelling": spelling})
