"""One spelling per value: what the server turns into strings, re-cases or pads is the
same value (contract §2).

A text that cannot be read as the field's type is kept as it is: it then differs, and is
shown.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from reconciler.form.texts import canonical_text

MOST_DIGITS = 40
"""Numbers with more digits than this are kept as text."""
_EXACT = 15
"""Digits that every float holds."""
_SURE = 10**_EXACT
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_MIDNIGHT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?(Z|\+00:?00)?", re.ASCII
)
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(?P<power>[eE][-+]?[0-9]+)?")
"""Without `_` and the digits of other alphabets, which Python takes for numbers too."""


def canonical(value: Any, type_name: str) -> Any:
    """`value` in the one spelling that `type_name` has; None stays None, unknown types
    stay as they are.
    """
    if value is None:
        return None
    return _BY_TYPE.get(type_name, _unchanged)(value)


def truth(value: Any) -> bool:
    """A flag that may have arrived as text or number; what cannot be read counts as
    false.
    """
    return _BOOLEANS.get(str(value).strip().lower(), False)


def _unchanged(value: Any) -> Any:
    return value


def _bool(value: Any) -> Any:
    return _BOOLEANS.get(str(value).strip().lower(), value)


def _number(value: Any) -> Any:
    if type(value) in (int, float) and 1 / _SURE < abs(value) < _SURE:
        return int(value) if value == int(value) else value
    text = str(value).strip()
    found = _NUMBER.fullmatch(text)
    if isinstance(value, bool) or not found:
        # Not a number is no number, and equal to itself.
        return text if isinstance(value, float) else value
    if len(text) <= _EXACT and not found["power"]:
        number = float(text)
        return int(number) if number.is_integer() else number
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return value
    # 1e999999999 is a short text and a number that fills the memory.
    if abs(exact.adjusted()) > MOST_DIGITS:
        return str(value)
    if exact == exact.to_integral_value():
        return int(exact)
    rounded = float(exact)
    if Decimal(repr(rounded)) == exact:
        return rounded
    # More digits than a float holds: two such numbers must not become one.
    return format(exact, "f").rstrip("0")


def _text(value: Any) -> str:
    """As JSON has it: flags in small letters, whole numbers without a fraction. A text
    in its canonical form.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return canonical_text(str(value))


def _date(value: Any) -> Any:
    text = str(value).strip()
    # A day may come back padded, as the moment at which it begins.
    midnight = _MIDNIGHT.fullmatch(text)
    return midnight[1] if midnight else text


def _datetime(value: Any) -> Any:
    text = str(value).strip()
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return text


def _json(value: Any) -> Any:
    """JSON as one text with sorted keys, so that it stays one leaf and compares
    exactly.
    """
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        read = _as_texts(json.loads(text, parse_float=_number))
        return json.dumps(read, sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return value


def _as_texts(value: Any) -> Any:
    """Listings turn scalars into text at any depth (contract §2), so 1 and "1" are one
    value.
    """
    if value is None:
        return None
    if isinstance(value, dict):
        return {key: _as_texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_texts(inner) for inner in value]
    return _text(value)


_BY_TYPE: dict[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "number": _number,
    "decimal": _number,
    "text": _text,
    "longtext": _text,
    "list": _text,
    "date": _date,
    "datetime": _datetime,
    "json": _json,
    "geolocation": _json,
}
