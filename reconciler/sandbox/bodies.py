"""Reading JSON as a Node server would: no NaN, no infinite numbers, lone surrogates
replaced.
"""

from __future__ import annotations

import json
import math
from typing import NoReturn

from reconciler.sandbox.envelopes import Refusal


def parse_json(text: bytes | str) -> object:
    """Decode JSON; ValueError when it is not."""
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("JSON is nested too deeply") from None
    escaped = b"\\ud" if isinstance(text, bytes) else "\\ud"
    return _clean(value) if escaped in text.lower() else value  # type: ignore[operator]  # both sides have one type


def parse_body(body: bytes) -> object:
    """Decode a request body; a missing one counts as an empty object, as NestJS passes
    it on.
    """
    if not body.strip():
        return {}
    try:
        return parse_json(body)
    except ValueError as error:
        raise Refusal(400, f"Invalid JSON: {error}") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"number {text[:20]} is out of range")
    return number


def _clean(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_clean(item) for item in value]
        case dict():
            return {_clean(key): _clean(item) for key, item in value.items()}
        case _:
            return value
