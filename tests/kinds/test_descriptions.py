"""Every key of every kind is described once: for editors by the JSON Schema, for people by `explain`."""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.kinds.descriptions import DESCRIPTIONS, about
from reconciler.kinds.explained import Key, all_keys, explained_key, explained_kind
from reconciler.kinds.models import all_models, keys_of
from reconciler.kinds.registry import KINDS
from reconciler.kinds.schemas import schema_of
from reconciler.manifest.yaml import documents
from reconciler.report.key_text import key_text, kind_text

DESCRIBED = [(model, key, each) for model, keys in DESCRIPTIONS.items() for key, each in keys.items()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_of_the_schema_has_a_description(kind: str) -> None:
    """An editor shows it beside the key."""
    models = list(all_models(KINDS[kind].model))
    assert [] == [key for model in models for key in keys_of(model) if not about(model, key).means]
    schema = schema_of(kind)
    parts = [schema, *schema.get("$defs", {}).values()]
    lacking = [
        f"{part['title']}.{key}"
        for part in parts
        for key, each in part.get("properties", {}).items()
        if not each["description"]
    ]
    assert [] == lacking


def test_nothing_is_described_that_there_is_not(figure: Any) -> None:
    """A key that has gone takes its words with it."""
    bases: set[Any] = {base for kind in KINDS.values() for model in all_models(kind.model) for base in model.__mro__}
    known = {base.__name__: base for base in bases if base.__name__ in DESCRIPTIONS}
    assert DESCRIPTIONS.keys() == known.keys()
    for name, model in known.items():
        assert set(DESCRIPTIONS[name]) <= set(keys_of(model))
    figure("keys of manifests", f"{len(list(all_keys()))}, each with a description and an example")


@pytest.mark.parametrize(("model", "key", "each"), DESCRIBED, ids=[f"{model}.{key}" for model, key, _ in DESCRIBED])
def test_an_example_shows_the_key_itself(model: str, key: str, each: Any) -> None:
    """As YAML, in lines that fit a terminal behind four blanks."""
    [document] = documents(each.example)
    assert [key] == list(document.data)
    assert 76 >= max(map(len, each.example.splitlines()))
    assert each.means.endswith(".")


@pytest.mark.parametrize(
    ("key", "allowed", "required"),
    [
        ("definition.fields.required", "true or false", False),
        ("override.sources.priority", "a whole number from 1 to 3", True),
        ("definition.accept.until", "a day, such as 2026-12-31", True),
        ("event.properties.contact.customData.name", "text", True),
        ("records.csv.delimiter", 'one of ",", ";", "\\t", "|"', False),
        ("scenario.trigger.on", "a list, each one of created, updated", False),
    ],
)
def test_a_key_says_what_it_may_hold(key: str, allowed: str, required: bool) -> None:
    """From the model itself."""
    found = explained_key(key)
    assert (allowed, required) == (found.allowed, found.is_required)


def test_a_key_that_there_is_not_is_an_error() -> None:
    """The command looks for a near one."""
    with pytest.raises(KeyError, match=r"definition\.fields\.typ"):
        explained_key("definition.fields.typ")


def test_texts_fit_80_columns() -> None:
    """Of every kind and key."""
    texts = [kind_text(explained_kind(kind)) for kind in KINDS]
    texts += map(key_text, _keys())
    assert 80 >= max(len(line) for text in texts for line in text.splitlines())


def _keys() -> Iterator[Key]:
    waiting = [key for kind in KINDS for key in explained_kind(kind).keys]
    while waiting:
        key = waiting.pop()
        yield key
        waiting += key.below
