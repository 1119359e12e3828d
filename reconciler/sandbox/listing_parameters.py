"""The parameters of listings in the OpenAPI document (contract §2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.sandbox.conditions import COMPARISONS, OPERATORS, RANGES
from reconciler.sandbox.criteria import MAX_CONDITIONS
from reconciler.sandbox.shapes import TEXT, choice, closed
from reconciler.sandbox.validation import Shape

_LIMIT: Shape = {"type": "integer", "minimum": 1, "default": 10}
_OFFSET: Shape = {"type": "integer", "minimum": 0, "default": 0}


def listing_parameters(columns: Iterable[str]) -> list[dict[str, Any]]:
    """Describe limit, offset, order, filters and fields."""
    return [
        {"name": "limit", "in": "query", "schema": _LIMIT},
        {"name": "offset", "in": "query", "schema": _OFFSET},
        _as_json("order", _orders(columns)),
        _as_json("filters", _filters(columns)),
        fields_parameter(columns),
    ]


def fields_parameter(columns: Iterable[str]) -> dict[str, Any]:
    """Describe the names of the columns to show, separated by commas."""
    return {
        "name": "fields",
        "in": "query",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": choice(tuple(columns)), "minItems": 1},
    }


def settings_parameter(columns: Iterable[str]) -> dict[str, Any]:
    """Describe the one parameter of event listings that holds the others."""
    members: dict[str, Shape] = {
        "limit": _LIMIT,
        "offset": _OFFSET,
        "order": _orders(columns),
        "filter": _filters(columns),
    }
    return _as_json("settings", closed({}, members))


def _as_json(name: str, schema: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"name": name, "in": "query", "content": content}


def _orders(columns: Iterable[str]) -> Shape:
    item = closed({"field": choice(tuple(columns))}, {"type": choice(("asc", "desc"))})
    return {"type": "array", "items": item, "maxItems": MAX_CONDITIONS}


def _filters(columns: Iterable[str]) -> Shape:
    """Describe filters: most operators take one text or several, comparisons one,
    ranges two.
    """
    field = choice(tuple(columns))
    any_number = [name for name in OPERATORS if name not in (*COMPARISONS, *RANGES)]
    several = {"type": "array", "items": TEXT, "minItems": 1}
    two = {**several, "minItems": 2, "maxItems": 2}
    forms: tuple[tuple[Sequence[str], Shape], ...] = (
        (any_number, {"anyOf": [TEXT, several]}),
        (COMPARISONS, TEXT),
        (RANGES, {"anyOf": [two, {"type": "string", "pattern": "^[^,]*,[^,]*$"}]}),
    )
    items = [
        closed({"field": field, "operator": choice(names), "values": values}, {})
        for names, values in forms
    ]
    return {"type": "array", "items": {"anyOf": items}, "maxItems": MAX_CONDITIONS}
