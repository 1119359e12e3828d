"""The parameters of a listing (contract §2): limit, offset, order, fields, filters; for
events also ``settings``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.bodies import parse_json
from reconciler.sandbox.brackets import decode
from reconciler.sandbox.call import Call
from reconciler.sandbox.envelopes import Refusal

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_OFFSET = 2**53
MAX_CONDITIONS = 50
MAX_VALUES = 1000


@dataclass(frozen=True)
class Filter:
    """One condition; ``values`` are texts, as a query string carries them."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """One sort key."""

    field: str
    descending: bool


@dataclass(frozen=True)
class Criteria:
    """What a listing was asked for; ``fields`` empty means all."""

    limit: int
    offset: int
    order: tuple[Order, ...]
    filters: tuple[Filter, ...]
    fields: tuple[str, ...]


def read_criteria(call: Call) -> Criteria:
    """Read the standard parameters; unknown query parameters are ignored (the contract
    is strict on bodies only).
    """
    return _criteria(decode(call.query), call.switches.limit_over_100)


def read_event_criteria(call: Call) -> Criteria:
    """Read the ``settings`` JSON of event listings, over the standard parameters
    (contract §2, §13 row 16).
    """
    asked = decode(call.query)
    # Wrong ones are refused, also those that the settings have others for.
    _criteria(asked, call.switches.limit_over_100)
    if "settings" in asked:
        settings = _json(asked["settings"], "settings")
        if not isinstance(settings, dict):
            raise Refusal(400, ["settings must be an object"])
        asked = {**asked, **settings}
    if "filter" in asked:
        asked["filters"] = asked["filter"]
    return _criteria(asked, call.switches.limit_over_100)


def _criteria(asked: Mapping[str, object], limit_over_100: int) -> Criteria:
    limit = _whole(asked.get("limit"), "limit", (1, DEFAULT_LIMIT))
    return Criteria(
        # Contract §2: silently another limit, not clamped to 100.
        limit=limit if limit <= MAX_LIMIT else limit_over_100,
        offset=_whole(asked.get("offset"), "offset", (0, 0)),
        order=tuple(
            _order(item, i)
            for i, item in enumerate(_items(asked.get("order"), "order"))
        ),
        filters=tuple(
            _filter(item, i)
            for i, item in enumerate(_items(asked.get("filters"), "filters"))
        ),
        fields=tuple(_names(asked.get("fields"))),
    )


def _whole(value: object, name: str, low_and_default: tuple[int, int]) -> int:
    low, default = low_and_default
    text = str(default if value is None else value)
    digits = text.removeprefix("-")
    if not re.fullmatch(r"0|[1-9][0-9]*", digits):
        raise Refusal(400, [f"{name} must be an integer number"])
    number = int(text) if len(digits) <= len(str(MAX_OFFSET)) else MAX_OFFSET + 1
    if text.startswith("-") or number < low:
        raise Refusal(400, [f"{name} must not be less than {low}"])
    return min(number, MAX_OFFSET)


def _json(value: object, name: str) -> object:
    try:
        return parse_json(value) if isinstance(value, str) else value
    except ValueError:
        raise Refusal(400, [f"{name} must be a valid JSON"]) from None


def _items(value: object, name: str) -> list[Mapping[str, Any]]:
    """Accept an array in brackets, one JSON array, or JSON objects one by one."""
    if value is None or value == "":
        return []
    decoded = _json(value, name)
    listed = [
        _json(item, name)
        for item in (decoded if isinstance(decoded, list) else [decoded])
    ]
    if not all(isinstance(item, dict) for item in listed):
        raise Refusal(400, [f"{name} must be an array of objects"])
    if len(listed) > MAX_CONDITIONS:
        raise Refusal(
            400, [f"{name} must contain no more than {MAX_CONDITIONS} elements"]
        )
    return listed  # type: ignore[return-value]  # checked just above


def _order(item: Mapping[str, Any], index: int) -> Order:
    direction = str(item.get("type", "asc")).lower()
    if direction not in ("asc", "desc"):
        raise Refusal(
            400, [f"order.{index}.type must be one of the following values: asc, desc"]
        )
    return Order(_text(item.get("field"), f"order.{index}.field"), direction == "desc")


def _filter(item: Mapping[str, Any], index: int) -> Filter:
    place = f"filters.{index}"
    values = item.get("values")
    listed = values if isinstance(values, list) else [values]
    if (
        values is None
        or len(listed) > MAX_VALUES
        or any(isinstance(value, dict | list) for value in listed)
    ):
        raise Refusal(400, [f"{place}.values must be a scalar or an array of scalars"])
    texts = tuple(_as_text(value) for value in listed)
    return Filter(
        _text(item.get("field"), f"{place}.field"),
        _text(item.get("operator"), f"{place}.operator"),
        texts,
    )


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Refusal(400, [f"{name} must be a string"])
    return value


def _names(value: object) -> list[str]:
    """Accept a comma-separated text, repeated parameters, or an array."""
    if isinstance(value, list):
        return [name for item in value for name in _names(item)]
    return [name.strip() for name in str(value or "").split(",") if name.strip()]
