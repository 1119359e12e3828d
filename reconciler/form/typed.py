"""What a manifest writes as a value of a field's type: what passes here is what is sent.

It takes what JSON has for the type, or a text that says exactly that. What live values
may look like is wider, and is told in `scalars`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, NoReturn

from reconciler.form.scalars import MOST_DIGITS
from reconciler.form.spelling import did_you_mean, shown
from reconciler.model.unquoted import UnquotedText, octal_words, spelling_of

JSON_NUMBER = re.compile(
    r"-?(0|[1-9][0-9]{0,400})(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,4})?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[-+][0-9]{2}:?[0-9]{2})?"
)
_LATITUDES = ("lat", "latitude")
_LONGITUDES = ("lng", "lon", "longitude")


class NotQuoted(ValueError):
    """Text is wanted, and what is written may be taken for something else."""


class NoOption(ValueError):
    """The value is none of the options of its list."""


def typed(value: Any, type_name: str, options: Sequence[Any] = ()) -> Any:
    """The value as it is sent for a field of that type, and a list of these `options`.
    None stays None. Raises ValueError for what is no value of the type.
    """
    if value is None:
        return None
    if type_name == "list":
        return _option(value, options)
    return _READERS[type_name](value)


def plain(value: Any) -> Any:
    """The same without the memory of how it was written."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    for scalar in (str, int, float):
        if isinstance(value, scalar) and not isinstance(value, bool):
            return scalar(value)
    return value


def unquoted_words(spelling: str) -> str:
    """What is wrong with a scalar in a place for text."""
    called = shown(spelling).strip("'")
    return (
        f"{called} stands in no quotes, and may be read as a number, a flag or a day: "
        "where text is wanted, put it in quotes"
    )


def _refuse(_: object = None) -> NoReturn:
    raise ValueError


def _text(value: Any) -> str:
    _check_quoted(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        _refuse()
    return str(value)


def _check_quoted(value: Any) -> None:
    spelling = spelling_of(value)
    if spelling is not None:
        raise NotQuoted(unquoted_words(spelling))


def _option(value: Any, options: Sequence[Any]) -> Any:
    """The option that is meant: 1 and "1" are one, since listings turn numbers into text
    (contract §2).
    """
    _check_quoted(value)
    if not options and isinstance(value, str | int | float):
        return value  # a list without options is a finding of its own
    for option in options:
        if str(option) == str(value):
            return option
    hint = did_you_mean(str(value), map(str, options))
    raise NoOption(f"the default {shown(value)} is none of the options{hint}")


def _bool(value: Any) -> bool:
    flags = {"true": True, "1": True, "false": False, "0": False}
    flag = flags.get((spelling_of(value) or str(value)).lower())
    if flag is None or isinstance(value, float):
        _refuse()
    return flag


def _number(value: Any) -> int | float:
    """A number that keeps all of its digits on the way."""
    exact = _exact(value)
    if abs(exact.adjusted()) > MOST_DIGITS:
        _refuse()
    if exact == exact.to_integral_value():
        return int(exact)
    number = float(exact)
    _check_digits(number, exact)
    return number


def _check_digits(number: float, exact: Decimal) -> None:
    if Decimal(repr(number)) != exact:
        raise ValueError(f"{shown(exact)} has more digits than a number can carry")


def _exact(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        _refuse()
    if isinstance(value, str):
        if not JSON_NUMBER.fullmatch(value):
            _refuse()
        return Decimal(value)
    if told := octal_words(value):
        raise ValueError(told)
    if not isfinite(value):
        _refuse()
    if isinstance(value, int):
        return Decimal(value)
    # The digits that were written, not those that are left of them.
    return Decimal(spelling_of(value) or repr(value))


def _date(value: Any) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        _refuse()
    date.fromisoformat(value)
    return str(value)


def _datetime(value: Any) -> str:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        _refuse()
    datetime.fromisoformat(value)
    return str(value)


def _json(value: Any) -> Any:
    """Any JSON, perhaps in a text."""
    _check_json(value)
    return plain(value)


def _check_json(value: Any) -> None:
    """Raises ValueError for a scalar somewhere in it that JSON would have in quotes, or
    that would lose digits.
    """
    if isinstance(value, Mapping):
        for inner in value.values():
            _check_json(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_json(inner)
    elif isinstance(value, UnquotedText) or not _is_json_number(value):
        _check_quoted(value)
    elif isinstance(value, float):
        _check_digits(value, Decimal(spelling_of(value) or repr(value)))


def _is_json_number(value: Any) -> bool:
    spelling = spelling_of(value)
    return spelling is None or JSON_NUMBER.fullmatch(spelling) is not None


def _json_in(text: str) -> Any:
    """The JSON in a text. Raises ValueError, also for the numbers that JSON has not."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        _refuse()


def _place(value: Any) -> Any:
    """A latitude and a longitude: `48.85,2.35`, a list, or a mapping with both. The API
    says nothing of the form (contract §13 row 29).
    """
    found = value
    if isinstance(value, str):
        is_json = value.strip()[:1] in ("{", "[")
        found = _json_in(value) if is_json else value.split(",")
    latitude, longitude = _coordinates(found)
    if abs(_coordinate(latitude)) > 90 or abs(_coordinate(longitude)) > 180:
        _refuse()
    return plain(value)


def _coordinates(found: Any) -> tuple[Any, Any]:
    if isinstance(found, list | tuple) and len(found) == 2:
        return found[0], found[1]
    if not isinstance(found, Mapping):
        _refuse()
    if "coordinates" in found:  # GeoJSON has the longitude first
        longitude, latitude = _coordinates(found["coordinates"])
        return latitude, longitude
    latitudes = [found[key] for key in _LATITUDES if key in found]
    longitudes = [found[key] for key in _LONGITUDES if key in found]
    if len(latitudes) != 1 or len(longitudes) != 1:
        _refuse()
    return latitudes[0], longitudes[0]


def _coordinate(value: Any) -> int | float:
    return _number(value.strip() if isinstance(value, str) else value)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "text": _text,
    "longtext": _text,
    "number": _number,
    "decimal": _number,
    "date": _date,
    "datetime": _datetime,
    "json": _json,
    "geolocation": _place,
}
