"""Kinds and their keys, explained: what each means, what it may hold, and an example."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter

from reconciler.kinds.descriptions import About, about
from reconciler.kinds.models import keys_of, models_in
from reconciler.kinds.registry import KINDS
from reconciler.model.resource import DAY_PATTERN

_SHARED = ("ensure", "renamed_from", "accept")
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a manifest. `allowed` is what it may hold, in words; `below` are the keys
    of the mapping, or of each item of the list, that it holds.
    """

    path: str
    about: About
    allowed: str
    is_required: bool
    below: tuple["Key", ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedKind:
    """A kind with its keys, in the order of its model."""

    name: str
    means: str
    keys: tuple[Key, ...]


def explained_kind(name: str) -> ExplainedKind:
    """Raises KeyError for a kind that there is not."""
    model = KINDS[name].model
    means = " ".join((model.__doc__ or "").split())
    return ExplainedKind(name, means, tuple(_keys_in(model, name)))


def explained_key(dotted: str) -> Key:
    """`definition.fields.type`. Raises KeyError for a key that there is not."""
    kind, *rest = dotted.split(".")
    keys = explained_kind(kind).keys
    path = kind
    while rest:
        # A slot of an event has a dot in its name.
        found = next(each for each in _named(keys, path, rest))
        consumed = found.path.removeprefix(f"{path}.").count(".") + 1
        rest, path, keys = rest[consumed:], found.path, found.below
    return found


def _named(keys: tuple[Key, ...], path: str, rest: list[str]) -> Iterator[Key]:
    wanted = f"{path}.{'.'.join(rest)}."
    yield from (each for each in keys if wanted.startswith(f"{each.path}."))
    raise KeyError(wanted.removesuffix("."))


def all_keys() -> Iterator[str]:
    """The paths of all keys of all kinds."""
    for name in KINDS:
        waiting = list(explained_kind(name).keys)
        while waiting:
            key = waiting.pop()
            yield key.path
            waiting += key.below


def _keys_in(model: type[BaseModel], path: str) -> Iterator[Key]:
    schema = TypeAdapter(model).json_schema(by_alias=True)
    # What all kinds have in common comes last.
    keys = sorted(keys_of(model).items(), key=lambda key: key[0] in _SHARED)
    for name, field in keys:
        inner = next(models_in(field.annotation), None)
        here = f"{path}.{name}"
        below = tuple(_keys_in(inner, here)) if inner else ()
        allowed = ", or ".join(_allowed(schema["properties"][name], schema))
        yield Key(here, about(model, name), allowed, field.is_required(), below)


def _allowed(part: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """What a value may be, in words, each once."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        part = schema["$defs"][name]
    if "anyOf" in part:
        found = [words for each in part["anyOf"] for words in _allowed(each, schema)]
        yield from dict.fromkeys(found)
    elif "const" in part:
        yield str(part["const"])
    elif "enum" in part:
        yield f"one of {', '.join(map(_choice, part['enum']))}"
    elif part.get("type") == "array" and "items" in part:
        items = ", or ".join(_allowed(part["items"], schema))
        yield f"a list, each {items}"
    else:
        yield _plain_words(part)


def _plain_words(part: dict[str, Any]) -> str:
    if "maximum" in part:
        return f"a whole number from {part['minimum']} to {part['maximum']}"
    if part.get("pattern") == DAY_PATTERN:
        return "a day, such as 2026-12-31"
    return _TYPES.get(part.get("type", ""), "any value")


def _choice(value: Any) -> str:
    """Signs are quoted: nobody would see a tab."""
    text = str(value)
    return text if text[:1].isalnum() else json.dumps(text)
