"""One value of a row: from what a file has to what is sent.

The field's type decides and never the file: `00123` in a text field is the text `00123`.
What JSON and YAML have already made a number of is refused where text is wanted, because
what was written is lost.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.form.spelling import cut, did_you_mean, shown
from reconciler.form.typed import NotQuoted, typed
from reconciler.kinds.definition.table import Column
from reconciler.model.unquoted import spelling_of
from reconciler.records.dates import DateFormat
from reconciler.records.numbers import (
    DecimalMark,
    has_leading_zeros,
    many_digits,
    number_in,
    sent_number,
    short_number,
)
from reconciler.records.problem import CellProblem, problem_of

Warn = Callable[[CellProblem], None]
Read = Callable[[Any, Warn], Any]

_TEXTS = ("text", "longtext")
LONGEST_CELL = 1024 * 1024
"""Characters."""
_UNFIT = {
    "bool": "is no flag: write true or false",
    "date": "is no day: write it as 2026-12-31, in quotes",
    "datetime": "is no time: write it as 2026-05-08T09:00:00+02:00, in quotes",
    "geolocation": "is no place: write latitude and longitude, such as 48.85,2.35",
    "json": "is no JSON: put what is neither a number nor a flag in quotes",
}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_YES = {"oui", "yes", "y", "o", "vrai", "ja", "on", "x"}
_NO = {"non", "no", "n", "faux", "nein", "off"}
_EXCEL_ROUNDED = re.compile(r"[-+]?[0-9]([.,][0-9]+)?E\+[0-9]{2,3}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_DATABASE_NULLS = ("NULL", r"\N")
_SUSPECT = {text[0] for text in (*_EXCEL_ERRORS, *_DATABASE_NULLS)}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the values of a text file are written."""

    decimal: DecimalMark = "."
    dates: DateFormat = field(default_factory=DateFormat)


def text_reader(column: Column, dialect: Dialect) -> Read:
    """What makes a value of the text of a cell. It raises CellProblem."""
    if column.type in _TEXTS:
        return _file_text
    return _NotNull(_text_reader(column, dialect), f"record-{_rule_type(column.type)}")


def _text_reader(column: Column, dialect: Dialect) -> Read:
    match column.type:
        case "number" | "decimal":
            return _NumberReader(dialect.decimal)
        case "bool":
            return _flag
        case "date":
            return lambda text, warn: dialect.dates.day_in(text)
        case "datetime":
            return lambda text, warn: dialect.dates.moment_in(text)
        case "list":
            return _OptionReader(column)
        case "json":
            return _json
    return _JsonReader(column)


@dataclass(frozen=True, slots=True)
class _NotNull:
    """A reading that fails as usual, but for what spreadsheets and databases write
    where there is nothing, which is told as that.
    """

    read: Read
    rule: str

    def __call__(self, text: str, warn: Warn) -> Any:
        try:
            return self.read(text, warn)
        except CellProblem:
            check_undamaged(text.strip())
            if text.strip() in _DATABASE_NULLS:
                words = "is how a database writes that there is nothing: export an empty cell"
                raise problem_of(self.rule, text, words) from None
            raise


def _rule_type(type_name: str) -> str:
    """A type, as rules are called."""
    return {"list": "option", "decimal": "number"}.get(type_name, type_name)


def value_reader(column: Column, dates: DateFormat) -> Read:
    """What makes a value of what JSON or YAML has. It raises CellProblem."""
    if column.type in ("number", "decimal"):
        return _number_value
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
    if not text.isascii() and _SURROGATE.search(text):
        words = "holds a half of a surrogate pair: write the character itself"
        raise problem_of("record-cell", text, words)


def check_undamaged(text: str) -> None:
    """Raises CellProblem for what a spreadsheet has damaged beyond repair."""
    if text[:1] == "#" and text in _EXCEL_ERRORS:
        words = "is an error of a spreadsheet: mend its formula, and export it again"
        raise problem_of("record-excel-damage", text, words)
    if "E+" in text and _EXCEL_ROUNDED.fullmatch(text):
        words = "is what a spreadsheet leaves of a long number: format the column as text, and export it again"
        raise problem_of("record-excel-damage", text, words)


def _file_text(text: str, warn: Warn) -> str:
    """The text as it stands, unless it is damaged."""
    if text[:1] not in _SUSPECT and "E+" not in text:
        return text  # nearly all texts
    check_undamaged(text)
    if text in _DATABASE_NULLS:
        words = "is how a database writes that there is nothing, and is sent as text: export an empty cell"
        warn(problem_of("record-null", text, words))
    return text


_TO_LOOK_AT = frozenset((*_EXCEL_ERRORS, *_DATABASE_NULLS))


def stand_as_they_are(texts: Sequence[str]) -> bool:
    """Whether none of the cells of a text field is damaged, or holds what no cell can.
    Raises CellProblem when one does for sure.
    """
    joined = "".join(texts)
    if not joined.isascii() or not joined.isprintable():
        check_letters(joined)
    is_short = len(joined) <= LONGEST_CELL
    return is_short and "E+" not in joined and _TO_LOOK_AT.isdisjoint(texts)


@dataclass(frozen=True, slots=True)
class _NumberReader:
    decimal: DecimalMark

    def __call__(self, text: str, warn: Warn) -> int | float | str:
        short = short_number(text, self.decimal)
        if short is not None:
            return short
        exact = number_in(text, self.decimal)
        if has_leading_zeros(text):
            words = (
                f"is sent as {exact:f}: if zeros matter, the rows belong into a text field, "
                "and the type of this one cannot change: add one beside it"
            )
            warn(problem_of("record-leading-zeros", text, words))
        sent = sent_number(exact, text)
        if isinstance(sent, str):
            warn(many_digits(text))
        return sent


@dataclass(frozen=True, slots=True)
class _OptionReader:
    column: Column

    def __call__(self, text: str, warn: Warn) -> Any:
        for option in self.column.options:
            if str(option) == text:
                return option
        raise _no_option(text, self.column)


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


class _Twice(ValueError):
    """An object has a key twice."""


def _json(text: str, warn: Warn) -> Any:
    try:
        value = json.loads(
            text, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except _Twice:
        words = "has an object in which a key stands twice"
        raise problem_of("record-json", text, words) from None
    except (ValueError, RecursionError):
        words = 'is no JSON: a text in it needs double quotes, such as "blue"'
        raise problem_of("record-json", text, words) from None
    return _sendable(value, text)


def _sendable(value: Any, written: object) -> Any:
    """JSON that can be sent: text that UTF-8 has, and numbers that are finite."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        words = "holds a number that is too large, or a half of a surrogate pair"
        raise problem_of("record-json", written, words) from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _number_value(value: Any, warn: Warn) -> Any:
    """A number that JSON or YAML has, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise problem_of("record-number", value, "is no number")
    written = spelling_of(value) or str(value)
    sent = sent_number(number_in(written, "."), written)
    if isinstance(sent, str):
        warn(many_digits(written))
    return sent


@dataclass(frozen=True, slots=True)
class _JsonReader:
    """Of a value with a type of its own, which has to be the field's."""

    column: Column

    def __call__(self, value: Any, warn: Warn) -> Any:
        column = self.column
        if column.type in _TEXTS and not isinstance(value, str):
            raise _unquoted(value)
        try:
            read = typed(value, column.type, column.options)
        except NotQuoted:
            raise _unquoted(value) from None
        except ValueError:
            raise _unfit(value, column) from None
        return read if isinstance(read, str) else _sendable(read, value)


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
    written = spelling_of(value)
    told = f"quote it: {shown(value)} is no text, but a number or a flag"
    if isinstance(value, int | float) and written is not None:
        told = f"quote it: YAML has already made a number of {cut(written)}"
    elif written is not None:
        told = f"quote it: others may read {cut(written)} as a number, a flag or a day"
    discreet = (
        "quote it: it is read as a number, a flag or a day, and the field takes text"
    )
    return CellProblem("record-text", told, discreet)


def _unfit(value: Any, column: Column) -> CellProblem:
    rule = f"record-{_rule_type(column.type)}"
    if column.type == "list":
        return _no_option(value, column)
    words = _UNFIT.get(column.type, f"is no {column.type}")
    return problem_of(rule, value, words)


def _no_option(value: Any, column: Column) -> CellProblem:
    hint = did_you_mean(str(value), map(str, column.options))
    known = ", ".join(map(str, column.options[:10]))
    return CellProblem(
        "record-option",
        f"{shown(value)} is none of the options{hint or f' ({known})'}",
        f"the value is none of the options ({known})",
    )
