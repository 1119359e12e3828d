"""Typing the values of records and event payloads.

Contract §13 row 29 leaves this open and settles on lenient coercion: what MySQL would
convert is converted (numeric text, 0/1 for bool), what it could not is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.sandbox.validation import is_time, moment


def stored(field: Mapping[str, Any], value: object) -> object:
    """Convert a value to the type of its field; ValueError holds the message without
    the name of the field.
    """
    if field["type"] == "list" and field.get("options"):
        return _option(field["options"], value)
    return _READERS[field["type"]](value)


def _number(value: object) -> object:
    if isinstance(value, str):
        value = _from_text(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number conforming to the specified constraints")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _from_text(text: str) -> object:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(text) if text.lstrip("+-").isdecimal() else number


def _truth(value: object) -> object:
    known = {"true": True, "1": True, "false": False, "0": False}
    text = str(value).lower()
    if not isinstance(value, bool | int | str) or text not in known:
        raise ValueError("must be a boolean value")
    return known[text]


def _text(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a string")
    return str(value)


def _date(value: object) -> object:
    """Accept a date, or a time of which the date is kept."""
    return moment(str(_datetime(value))).date().isoformat()


def _datetime(value: object) -> object:
    if not isinstance(value, str) or not is_time(value):
        raise ValueError("must be a valid ISO 8601 date string")
    return value


def _option(options: Sequence[object], value: object) -> object:
    for option in options:
        if str(option) == str(value):
            return option
    raise ValueError(
        f"must be one of the following values: {', '.join(map(str, options))}"
    )


def _place(value: object) -> object:
    if not isinstance(value, str | dict | list):
        raise ValueError("must be a geolocation")
    return value


_READERS: Mapping[str, Callable[[object], object]] = {
    "bool": _truth,
    "text": _text,
    "longtext": _text,
    "number": _number,
    "decimal": _number,
    "list": _text,
    "date": _date,
    "datetime": _datetime,
    "json": lambda value: value,
    "geolocation": _place,
}
