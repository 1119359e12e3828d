"""One spelling per value: what the server turns into strings, re-cases or pads is the same value (contract §2).

A text that cannot be read as the field's type is kept as it is: it then differs, and is shown.
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
    """`value` in the one spelling that `type_name` has; None stays None, unknown types stay as they are."""
    if value is None:
        return None
    return _BY_TYPE.get(type_name, _unchanged)(value)


def truth(value: Any) -> bool:
    """A flag that may have arrived as text or number; what cannot be read counts as false."""
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
    return rounded if Decimal(repr(rounded)) == exact else format(exact.normalize(), "f")


def _date(value: Any) -> Any:
    midnight = _MIDNIGHT.fullmatch(str(value).strip())
    return midnight[1] if midnight else str(value).strip()


def _datetime(value: Any) -> Any:
    text = str(value).strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


def _json(value: Any) -> Any:
    """JSON as one text with sorted keys, so that it stays one leaf and compares exactly."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


_BY_TYPE: dict[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "number": _number,
    "decimal": _number,
    "text": str,
    "longtext": str,
    "list": str,
    "date": _date,
    "datetime": _datetime,
    "json": _json,
    "geolocation": _json,
}
