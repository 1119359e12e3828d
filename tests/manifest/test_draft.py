"""One mistake does not hide the others: what can be read of a document that is not valid is checked like the rest."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.kinds.registry import KINDS
from reconciler.manifest.draft import MOST_MENDED, draft_of
from reconciler.model.resource import Unreadable
from tests.campaigns.generated import documents_of

WRONG_EVERYWHERE = """\
kind: definition
name: Visit
unique_keys: [cod]
colour: red
fields:
  - {name: code, type: nmber}
  - {name: shop, type: text, default: 3, extra: 1}
  - {name: size, type: list, options: [s, m], default: l}
relationships:
  - {sourceField: shop, targetSchemaType: custom, targetSchema: Shop, targetField: code}
  - {sourceField: size, targetSchemaType: custom, targetSchema: Nowhere}
---
kind: definition
name: Shop
fields: [{name: code, type: date}]
---
kind: override
target: products.price
sources: [{definition: Visit, field: shop, priority: 7}]
"""


def rules(check: Callable, text: str) -> list[tuple[int, str]]:
    """(line, rule) of every finding, in order."""
    return [(found.source.line, found.rule) for found in check(text).findings]


def test_all_findings_come_in_one_run(check: Callable) -> None:
    """Keys and values that are wrong, and all that the references, unique keys and types around them say."""
    assert [
        (3, "unique-key-not-a-field"),
        (4, "unknown-key"),
        (6, "unknown-value"),
        (7, "unknown-key"),
        (8, "default-outside-options"),
        (10, "relation-type-mismatch"),
        (11, "dangling-reference"),
        (19, "override-without-product"),
        (19, "override-field-not-numeric"),
        (19, "out-of-bounds"),
    ] == rules(check, WRONG_EVERYWHERE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The field may be the one whose name cannot be read, so nothing is said of it.
        ("unique_keys: [b]\nfields: [{nmae: b, type: text}]", ["unknown-key", "missing-key"]),
        ("unique_keys: [b]\nfields: [{name: 3, type: text}]", ["wrong-type"]),
        ("unique_keys: [b]\nfeilds: [{name: b, type: text}]", ["missing-key", "unknown-key"]),
        ("unique_keys: [b]\nfields: {name: b, type: text}", ["wrong-type"]),
        # The type cannot be read, so it is not compared with another one.
        ("fields: [{name: b, type: nmber, default: x, options: [y]}]", ["unknown-value"]),
        ("fields: [{name: b, type: list, options: x}]", ["wrong-type"]),
        ("unique_keys: [3]\nfields: [{name: b, type: text}]", ["wrong-type"]),
        ("fields: [a, 3]", ["wrong-type", "wrong-type"]),
        ("fields: [{name: 1, type: text}, {name: 2, type: text}]", ["wrong-type", "wrong-type"]),
        (
            "fields: [{name: b, type: text}]\n"
            "relationships: [{sourceField: b, targetSchemaType: custm, targetSchema: Nobody}]",
            ["unknown-value"],
        ),
        ("fields: [{name: b, type: text}]\naccept: [{change: x, reason: y, until: soon}]", ["wrong-type"]),
        ("ensure: gone\nfields: [{name: b, type: text}]", ["unknown-value"]),
        ("fields: [{name: '{{ vars.nothing }}', type: text}]\nunique_keys: [b]", ["template"]),
    ],
)
def test_nothing_is_said_that_only_follows_from_what_cannot_be_read(
    check: Callable, text: str, expected: list[str]
) -> None:
    """A finding that goes away with another one is no finding."""
    found = rules(check, f"kind: definition\nname: A\n{text}\n")
    assert sorted(expected) == sorted(rule for _, rule in found)


def test_a_manifest_without_a_name_is_checked_too(check: Callable) -> None:
    """Two of them are not one address, and nobody can refer to them."""
    text = """\
kind: definition
nmae: A
fields: [{name: a, type: text}]
relationships: [{sourceField: a, targetSchemaType: custom, targetSchema: Nowhere}]
"""
    expected = ["missing-key", "unknown-key", "dangling-reference"]
    found = [rule for _, rule in rules(check, f"{text}---\n{text}")]
    assert sorted(expected * 2) == sorted(found)


def test_a_draft_is_described_and_not_desired(check: Callable) -> None:
    """What refers to it is not dangling; a plan never sees it."""
    checked = check(
        """\
kind: definition
name: A
extra: 1
fields: [{name: a, type: text}]
---
kind: definition
name: B
fields: [{name: a, type: text}]
relationships: [{sourceField: a, targetSchemaType: custom, targetSchema: A, targetField: a}]
"""
    )
    assert ["unknown-key"] == [found.rule for found in checked.findings]
    assert ["definition/B"] == [str(address) for address in checked.resolved.desired.manifests]


def test_positions_stay_when_items_cannot_be_read(check: Callable) -> None:
    """The second item is the second item."""
    text = """\
kind: definition
name: A
fields:
  - 3
  - {name: a, type: list}
  - {name: a, type: text}
"""
    assert [(4, "wrong-type"), (5, "list-without-options"), (6, "duplicate-field")] == rules(check, text)


def test_a_document_that_is_wrong_throughout_is_not_mended() -> None:
    """It would cost more than it tells."""
    fields = [{"name": f"f{number}", "type": "nonsense"} for number in range(MOST_MENDED + 1)]
    kind = KINDS["definition"]
    assert draft_of(kind, {"kind": "definition", "name": "A", "fields": fields}, "?") is None
    assert draft_of(kind, {"kind": "definition", "name": "A", "fields": fields[1:]}, "?") is not None


def test_what_stands_for_a_value_is_nobody_elses() -> None:
    """No manifest can write it, and no two are equal."""
    assert Unreadable("?") != Unreadable("?")
    assert "?" != Unreadable("?")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from(["text", "custom", "a", "absent"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["name", "code_name", "target", "fields", "relationships", "unique_keys", "properties", "sources", "accept",
        "ensure", "renamed_from", "description", "contact", "metaData"]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5))
def test_any_document_is_read_in_part_or_not_at_all(kind: str, data: dict[str, object]) -> None:
    """Never a crash, and the data that was given stays as it is."""
    before = repr(data)
    draft = draft_of(KINDS[kind], {"kind": kind, **data}, "nobody")
    assert before == repr(data)
    if draft:
        KINDS[kind].address_of(draft.resource)
        draft.new_problems()


WRONG_VALUES: list[Any] = [{"a": [1]}, [[3]], 7.5, {}, [], None, True, "no such thing"]
OF_SHAPE = {"unknown-key", "unknown-value", "missing-key", "wrong-type", "unknown-kind"}


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from _places(inner, (*path, key))


def _spoiled(chance: random.Random, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents with one key misspelled, or one value replaced."""
    spoiled = deepcopy(documents)
    place: Any = chance.choice(spoiled)
    *way, last = chance.choice(list(_places(place)))
    for key in way:
        place = place[key]
    if isinstance(last, str) and chance.random() < 0.5:
        place[f"{last}x"] = place.pop(last)
    else:
        place[last] = chance.choice(WRONG_VALUES)
    return spoiled


def test_one_mistake_of_shape_is_not_told_twice(check: Callable, figure: Callable) -> None:
    """What holds no mistake but one has no other finding, except that what lost its name is missed elsewhere."""
    spoiled = 0
    for seed in range(400):
        chance = random.Random(seed)
        documents = _spoiled(chance, documents_of(seed % 20))
        found = {finding.rule for finding in check("\n---\n".join(map(json.dumps, documents))).findings}
        if found & OF_SHAPE:
            spoiled += 1
            assert found - OF_SHAPE <= {"dangling-reference"}, f"seed {seed}: {found}"
    figure("one mistake of shape", f"{spoiled} mistakes, 0 findings that only follow from one")
    assert spoiled > 300
