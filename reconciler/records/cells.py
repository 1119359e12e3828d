"""One value of a row: from what a file has to what is sent.

The field's type decides and never the file: `00123` in a text field is the text `00123`.
What JSON and YAML have already made a number of is refused where text is wanted, because
what was written is lost.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.form.spelling import did_you_mean, shown
from reconciler.form.typed import NotQuoted, typed
from reconciler.kinds.definition.table import Column
from reconciler.records.dates import DateFormat, fits_both_orders
from reconciler.records.numbers import (
    DecimalMark,
    has_leading_zeros,
    many_digits,
    number_in,
    sent_number,
)
from reconciler.records.problem import CellProblem, problem_of

Warn = Callable[[CellProblem], None]
Read = Callable[[Any, Warn], Any]

LONGEST_CELL = 1024 * 1024
"""Characters."""
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_YES = {"oui", "yes", "y", "o", "vrai", "ja", "on", "x"}
_NO = {"non", "no", "n", "faux", "nein", "off"}
_EXCEL_ROUNDED = re.compile(r"[-+]?[0-9]([.,][0-9]+)?E\+[0-9]{2,3}")
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the values of a text file are written."""

    decimal: DecimalMark = "."
    dates: DateFormat = field(default_factory=DateFormat)


def text_reader(column: Column, dialect: Dialect) -> Read:
    """What makes a value of the text of a cell. It raises CellProblem."""
    match column.type:
        case "text" | "longtext":
            return _file_text
        case "number" | "decimal":
            return _NumberReader(dialect.decimal)
        case "bool":
            return _flag
        case "date":
            return _DayReader(dialect.dates)
        case "datetime":
            return lambda text, warn: dialect.dates.moment_in(text)
        case "list":
            return _OptionReader(column)
        case "json":
            return _json
    return _JsonReader(column)


def value_reader(column: Column, dates: DateFormat) -> Read:
    """What makes a value of what JSON or YAML has. It raises CellProblem."""
    if column.type in ("date", "datetime"):
        return _DateReader(column, dates)
    return _JsonReader(column)


def check_letters(text: str) -> None:
    """Raises CellProblem for what no cell can hold."""
    if "\0" in text:
        raise problem_of("record-cell", text, "holds a NUL character")
    if "\ufeff" in text:
        words = "holds a byte order mark: files were joined without taking it off"
        raise problem_of("record-cell", text, words)
    if len(text) > LONGEST_CELL:
        raise problem_of("record-cell", text, "is longer than 1 MiB")


def _file_text(text: str, warn: Warn) -> str:
    """The text as it stands, unless a spreadsheet has damaged it beyond repair."""
    if _EXCEL_ROUNDED.fullmatch(text):
        words = "is what a spreadsheet leaves of a long number: format the column as text, and export it again"
        raise problem_of("record-excel-damage", text, words)
    if text in _EXCEL_ERRORS:
        words = "is an error of a spreadsheet: mend its formula, and export it again"
        raise problem_of("record-excel-damage", text, words)
    return text


@dataclass(frozen=True, slots=True)
class _NumberReader:
    decimal: DecimalMark

    def __call__(self, text: str, warn: Warn) -> int | float | str:
        exact = number_in(text, self.decimal)
        if has_leading_zeros(text):
            words = (
                f"is sent as {exact:f}: if its zeros matter, the field should be text"
            )
            warn(problem_of("record-leading-zeros", text, words))
        sent = sent_number(exact, text)
        if isinstance(sent, str):
            warn(many_digits(text))
        return sent


@dataclass(frozen=True, slots=True)
class _DayReader:
    dates: DateFormat

    def __call__(self, text: str, warn: Warn) -> str:
        if self.dates.dates is None and fits_both_orders(text):
            words = 'can be read day first and month first: say which, such as csv.dates: "%d/%m/%Y"'
            raise problem_of("record-date", text, words)
        return self.dates.day_in(text)


@dataclass(frozen=True, slots=True)
class _OptionReader:
    column: Column

    def __call__(self, text: str, warn: Warn) -> Any:
        for option in self.column.options:
            if str(option) == text:
                return option
        hint = did_you_mean(text, map(str, self.column.options))
        known = ", ".join(map(str, self.column.options[:10]))
        raise CellProblem(
            "record-option",
            f"{shown(text)} is none of the options{hint or f' ({known})'}",
            f"the value is none of the options ({known})",
        )


def _flag(text: str, warn: Warn) -> bool:
    written = text.strip().lower()
    if written in _FLAGS:
        return _FLAGS[written]
    words = "is no flag: write true or false"
    if written in _YES:
        words = "is no flag – did you mean true?"
    elif written in _NO:
        words = "is no flag – did you mean false?"
    raise problem_of("record-bool", text, words)


def _json(text: str, warn: Warn) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        words = 'is no JSON: a text in it needs double quotes, such as "blue"'
        raise problem_of("record-json", text, words) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class _JsonReader:
    """Of a value with a type of its own, which has to be the field's."""

    column: Column

    def __call__(self, value: Any, warn: Warn) -> Any:
        column = self.column
        if column.type in ("text", "longtext") and not isinstance(value, str):
            raise _unquoted(value)
        try:
            return typed(value, column.type, column.options)
        except NotQuoted:
            raise _unquoted(value) from None
        except ValueError:
            raise _unfit(value, column) from None


@dataclass(frozen=True, slots=True)
class _DateReader:
    """Of a text that is a day or a moment."""

    column: Column
    dates: DateFormat

    def __call__(self, value: Any, warn: Warn) -> str:
        if not isinstance(value, str):
            raise _unfit(value, self.column)
        if self.column.type == "date":
            return self.dates.day_in(value)
        return self.dates.moment_in(value)


def _unquoted(value: Any) -> CellProblem:
    if isinstance(value, Mapping | list):
        return problem_of("record-text", value, "is no text")
    words = "stands in no quotes: put it in quotes, for what was written may be lost (00123 is a number without them)"
    return problem_of("record-text", value, words)


def _unfit(value: Any, column: Column) -> CellProblem:
    rules = {"list": "record-option", "decimal": "record-number"}
    rule = rules.get(column.type, f"record-{column.type}")
    words = f"is no value of type {column.type}"
    if column.type == "list":
        hint = did_you_mean(str(value), map(str, column.options))
        words = f"is none of the options{hint}"
        return CellProblem(rule, f"{shown(value)} {words}", "the value is none of the options")  # fmt: skip
    return problem_of(rule, value, words)
