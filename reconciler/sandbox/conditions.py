"""The 15 filter operators of contract §2, as SQL.

Text compares as MySQL's default collation does: case, accents and trailing blanks do
not count.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from reconciler.sandbox.criteria import Filter
from reconciler.sandbox.envelopes import Refusal
from reconciler.sandbox.folding import name_key

RANGE = 2


@dataclass(frozen=True)
class Column:
    """What a field of a listing is in SQL.

    ``plain`` is ASCII text such as a status or an ISO time, ``folded`` a column that is
    folded already.
    """

    sql: str
    kind: Literal["number", "text", "plain", "folded"] = "text"


@dataclass(frozen=True)
class Condition:
    """A piece of SQL and its parameters."""

    sql: str
    parameters: tuple[object, ...]


def condition(column: Column, asked: Filter, place: str) -> Condition:
    """Translate one filter; Refusal 400 for an unknown operator or a range without two
    ends.
    """
    build = _OPERATORS.get(asked.operator)
    if build is None:
        known = ", ".join(_OPERATORS)
        raise Refusal(
            400, [f"{place}.operator must be one of the following values: {known}"]
        )
    try:
        return build(column, asked)
    except ValueError as error:
        raise Refusal(400, [f"{place}.values {error}"]) from None


_Build = Callable[[Column, Filter], Condition]


def _left(column: Column) -> str:
    match column.kind:
        case "text":
            return f"rtrim(fold({column.sql}), ' ')"
        case "plain":
            return f"{column.sql} COLLATE NOCASE"
        case _:
            return column.sql


def _right(column: Column, text: str) -> object:
    if column.kind == "number":
        return _number(text)
    return text if column.kind == "plain" else name_key(text)


def _number(text: str) -> float | int:
    """Read a number as MySQL compares one with text: what is no number is 0."""
    lowered = text.strip().lower()
    if lowered in ("true", "false"):
        return int(lowered == "true")
    try:
        number = float(lowered)
    except ValueError:
        return 0
    return number if math.isfinite(number) else 0


def _listed(asked: Filter) -> tuple[str, ...]:
    """Split ``"2,5"``; an array stays as it is."""
    return tuple(asked.values[0].split(",")) if len(asked.values) == 1 else asked.values


def _comparison(sign: str) -> _Build:
    def build(column: Column, asked: Filter) -> Condition:
        if len(asked.values) != 1:
            raise ValueError(f"must be one value for {asked.operator}")
        return Condition(
            f"{_left(column)} {sign} ?", (_right(column, asked.values[0]),)
        )

    return build


def _membership(sign: str, *, split: bool) -> _Build:
    """Build IN; EQUALS with an array means the same, the contract being silent."""

    def build(column: Column, asked: Filter) -> Condition:
        texts = _listed(asked) if split else asked.values
        marks = ", ".join("?" * len(texts))
        return Condition(
            f"{_left(column)} {sign} ({marks})",
            tuple(_right(column, text) for text in texts),
        )

    return build


def _range(sign: str) -> _Build:
    def build(column: Column, asked: Filter) -> Condition:
        ends = _listed(asked)
        if len(ends) != RANGE:
            raise ValueError(f"must hold two values for {asked.operator}")
        return Condition(
            f"{_left(column)} {sign} ? AND ?",
            tuple(_right(column, end.strip()) for end in ends),
        )

    return build


def _pattern(
    sign: str, before: str = "", after: str = "", *, literal: bool = True
) -> _Build:
    def build(column: Column, asked: Filter) -> Condition:
        left = (
            f"CAST({column.sql} AS TEXT)" if column.kind == "number" else _left(column)
        )
        texts = [name_key(text) for text in asked.values]
        if literal:
            texts = [
                text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                for text in texts
            ]
        word = " AND " if sign.startswith("NOT") else " OR "
        sql = word.join([f"{left} {sign} ? ESCAPE '\\'"] * len(texts))
        return Condition(f"({sql})", tuple(f"{before}{text}{after}" for text in texts))

    return build


_OPERATORS: Mapping[str, _Build] = {
    "EQUALS": _membership("IN", split=False),
    "NOT_EQUALS": _membership("NOT IN", split=False),
    "CONTAINS": _pattern("LIKE", "%", "%"),
    "NOT_CONTAINS": _pattern("NOT LIKE", "%", "%"),
    "STARTS_WITH": _pattern("LIKE", "", "%"),
    "ENDS_WITH": _pattern("LIKE", "%", ""),
    "LESS_THAN": _comparison("<"),
    "LESS_THAN_OR_EQUAL_TO": _comparison("<="),
    "GREATER_THAN": _comparison(">"),
    "GREATER_THAN_OR_EQUAL_TO": _comparison(">="),
    "IN": _membership("IN", split=True),
    "NOT_IN": _membership("NOT IN", split=True),
    "LIKE": _pattern("LIKE", literal=False),
    "BETWEEN": _range("BETWEEN"),
    "NOT_BETWEEN": _range("NOT BETWEEN"),
}
OPERATORS = tuple(_OPERATORS)
COMPARISONS = (
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL_TO",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL_TO",
)
"""The operators that take one value."""
RANGES = ("BETWEEN", "NOT_BETWEEN")
"""The operators that take two."""
