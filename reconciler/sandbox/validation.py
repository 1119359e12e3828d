"""Checking a body against its shape, with the messages of NestJS' class-validator
(contract §12).

A shape is a JSON Schema of few words, so that the OpenAPI document publishes exactly
what is checked.  As with ``@IsOptional()``, null counts as absent for a property that
is not required.  Two words are ours: ``notNull`` names what may be left out and not be
null, and ``oneNeeded``, of which at least one has to be there, is checked where a body is
understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from reconciler.sandbox.envelopes import Refusal

Shape = Mapping[str, Any]


def checked(shape: Shape, value: object) -> dict[str, Any]:
    """Return the body when it fits; Refusal 400 with every message otherwise."""
    if messages := problems(shape, value):
        raise Refusal(400, messages)
    assert isinstance(value, dict)
    return value


def problems(shape: Shape, value: object, path: str = "") -> list[str]:
    """List what is wrong with a value; ``path`` is its dotted place, empty for the
    whole body.
    """
    name = path or "body"
    if "anyOf" in shape:
        fits = any(not problems(choice, value, path) for choice in shape["anyOf"])
        return [] if fits else [f"{name} must be {shape['description']}"]
    if "type" not in shape:
        return []
    fits_type, article = _TYPES[shape["type"]]
    if not fits_type(value):
        empty = [f"{name} should not be empty"] if value is None else []
        return [f"{name} must be {article}", *empty]
    return [*_limits(shape, value, name), *_members(shape, value, path)]


def _limits(shape: Shape, value: Any, name: str) -> list[str]:
    messages: list[str] = []
    if "enum" in shape and value not in shape["enum"]:
        allowed = ", ".join(map(str, shape["enum"]))
        messages.append(f"{name} must be one of the following values: {allowed}")
    if isinstance(value, str):
        messages += _text_limits(shape, value, name)
    elif isinstance(value, list):
        messages += _size_limits(shape, value, name)
    elif not isinstance(value, dict):
        messages += _number_limits(shape, value, name)
    return messages


def _text_limits(shape: Shape, value: str, name: str) -> Iterator[str]:
    if shape.get("minLength") and not value:
        yield f"{name} should not be empty"
    if "pattern" in shape and not re.search(shape["pattern"], value):
        yield f"{name} must match {shape['pattern']}"
    if "format" in shape:
        fits, words = FORMATS[shape["format"]]
        if not fits(value):
            yield f"{name} must be {words}"


def _size_limits(shape: Shape, value: list[Any], name: str) -> Iterator[str]:
    if "minItems" in shape and len(value) < shape["minItems"]:
        yield f"{name} must contain at least {shape['minItems']} elements"
    if "maxItems" in shape and len(value) > shape["maxItems"]:
        yield f"{name} must contain no more than {shape['maxItems']} elements"


def _number_limits(shape: Shape, value: float, name: str) -> Iterator[str]:
    if "minimum" in shape and value < shape["minimum"]:
        yield f"{name} must not be less than {shape['minimum']}"
    if "maximum" in shape and value > shape["maximum"]:
        yield f"{name} must not be greater than {shape['maximum']}"


def _members(shape: Shape, value: Any, path: str) -> list[str]:
    if shape["type"] == "array":
        return [
            m
            for i, item in enumerate(value)
            for m in problems(shape["items"], item, _join(path, str(i)))
        ]
    if shape["type"] == "object":
        return [*_unknown(shape, value, path), *_properties(shape, value, path)]
    return []


def _unknown(shape: Shape, value: Mapping[str, object], path: str) -> list[str]:
    """Refuse unknown properties of a closed object (contract §1, strict bodies); check
    the others of an open one.
    """
    if shape.get("additionalProperties") is not False:
        rest = shape.get("additionalProperties", {})
        others = {
            key: item
            for key, item in value.items()
            if key not in shape.get("properties", ())
        }
        return [
            message
            for key, item in others.items()
            for message in problems(rest, item, _join(path, key))
        ]
    prefix = f"{path}." if path else ""
    return [
        f"{prefix}property {key} should not exist"
        for key in value
        if key not in shape["properties"]
    ]


def _properties(shape: Shape, value: Mapping[str, object], path: str) -> list[str]:
    given = [name for name in shape.get("notNull", ()) if name in value]
    checked_always = (*shape.get("required", ()), *given)
    return [
        message
        for name, member in shape.get("properties", {}).items()
        if name in checked_always or value.get(name) is not None
        for message in problems(member, value.get(name), _join(path, name))
    ]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def moment(text: str) -> datetime:
    """Read a time as RFC 3339 or ISO 8601 writes it: with a leap second, or parts of a
    second finer than ours; ValueError otherwise.
    """
    whole = re.sub(r"(:[0-9]{2}):60", r"\1:59", text.strip().upper())
    return datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", whole))


def is_time(text: str) -> bool:
    """Tell whether ``moment`` reads the text."""
    try:
        moment(text)
    except ValueError:
        return False
    return True


def _is_email(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and domain) and not re.search(r"\s", domain)


FORMATS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "email": (_is_email, "an email"),
    "date-time": (is_time, "a valid ISO 8601 date string"),
}
"""The formats of JSON Schema that are used, with what the message calls them."""


def _is_integer(value: object) -> bool:
    if isinstance(value, float):  # JSON does not know 1 from 1.0
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "string": (lambda value: isinstance(value, str), "a string"),
    "integer": (_is_integer, "an integer number"),
    "number": (_is_number, "a number conforming to the specified constraints"),
    "boolean": (lambda value: isinstance(value, bool), "a boolean value"),
    "array": (lambda value: isinstance(value, list), "an array"),
    "object": (lambda value: isinstance(value, dict), "an object"),
}
