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

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?(Z|\+00:?00)?")


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
    if isinstance(value, bool):
        return value
    try:
        exact = Decimal(str(value).strip())
    except InvalidOperation:
        return value
    if not exact.is_finite() or abs(exact.adjusted()) > 40:
        return str(value)
    if exact == exact.to_integral_value():
        return int(exact)
    rounded = float(exact)
    return (
        rounded if Decimal(repr(rounded)) == exact else format(exact, "f").rstrip("0")
    )


def _text(value: Any) -> str:
    """As JSON has it: flags in small letters, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        str(int(value))
        if isinstance(value, float) and value.is_integer()
        else str(value)
    )


def _date(value: Any) -> Any:
    midnight = _MIDNIGHT.fullmatch(str(value).strip())
    return midnight[1] if midnight else str(value).strip()


def _datetime(value: Any) -> Any:
    text = str(value).strip()
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return text


def _json(value: Any) -> Any:
    """JSON as one text with sorted keys, so that it stays one leaf and compares
    exactly.
    """
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        return json.dumps(
            _as_texts(json.loads(text, parse_float=_number)),
            sort_keys=True,
            ensure_ascii=False,
        )
    except (ValueError, RecursionError):
        return value


def _as_texts(value: Any) -> Any:
    """Listings turn scalars into text at any depth (contract §2), so 1 and "1" are one
    value.
    """
    match value:
        case dict():
            return {key: _as_texts(inner) for key, inner in value.items()}
        case list():
            return [_as_texts(inner) for inner in value]
        case None:
            return None
        case _:
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
