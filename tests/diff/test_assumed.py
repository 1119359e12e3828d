"""Manifests as if they were applied."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.diff.assumed import as_live, before_with
from reconciler.diff.compare import compare
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.manifest import Event
from reconciler.model.manifest import Desired
from tests.campaigns.generated import documents_of, grown
from tests.manifests import desired


def _desired(lab: Any, documents: list[dict[str, Any]]) -> Desired:
    lab.write("\n---\n".join(json.dumps(document) for document in documents))
    found: Desired = lab.load().desired
    return found


@pytest.mark.parametrize("seed", range(12))
def test_manifests_compare_equal_to_themselves_applied(lab: Any, seed: int) -> None:
    """Cycles, self references, events and overrides included."""
    desired = _desired(lab, documents_of(seed))
    comparison = compare(desired, as_live(desired))
    assert sorted(desired.manifests) == list(comparison.unchanged)
    assert () == comparison.unmanaged + comparison.warnings


@pytest.mark.parametrize("seed", range(6))
def test_what_was_assumed_is_what_an_apply_makes(lab: Any, new_lab: Callable[..., Any], seed: int) -> None:
    """The same changes follow from the manifests before as from a shop that has them."""
    before = documents_of(seed)
    offline = new_lab()
    assumed = as_live(_desired(offline, before))
    _desired(lab, before)
    assert lab.apply().complete
    after = _desired(lab, grown(before, seed))
    plan, _ = lab.plan()
    comparison = compare(after, assumed)
    assert {change.address for change in plan.changes} == {*comparison.new, *comparison.changed}


def test_a_definition_without_a_manifest_keeps_its_name(lab: Any) -> None:
    """It can be referred to, it is compared by its address, and it is not unmanaged."""
    lab.write(
        json.dumps(
            {
                "kind": "definition",
                "name": "A",
                "fields": [{"name": "x", "type": "number"}],
                "relationships": [{"sourceField": "x", "targetSchemaType": "custom", "targetSchema": "Elsewhere"}],
            }
        )
    )
    desired = lab.load().desired
    live = as_live(desired)
    assert ["definition/Elsewhere"] == list(map(str, live.referred.values()))
    assert () == compare(desired, live).unmanaged


def test_an_override_without_sources_does_not_live(lab: Any) -> None:
    """As on the server."""
    lab.write(json.dumps({"kind": "override", "target": "products.price", "sources": []}))
    assert {} == as_live(lab.load().desired).resources


def test_what_is_deleted_or_renamed_without_a_history_is_assumed_to_live() -> None:
    """An earlier revision cannot know; what it knows stays as it is."""
    field = [{"name": "a", "type": "text"}]
    before = desired(Definition.model_validate({"name": "Known", "fields": field}))
    after = desired(
        Definition.model_validate({"name": "Known", "ensure": "absent"}),
        Definition.model_validate({"name": "Legacy", "ensure": "absent"}),
        Definition.model_validate({"name": "New", "renamed_from": "Old", "fields": field}),
        Event.model_validate({"code_name": "n", "renamed_from": "o", "name": "E"}),
    )
    assumed = before_with(before, after)
    assert ["definition/Known", "definition/Legacy", "definition/Old", "event/o"] == [str(a) for a in assumed.manifests]
    live = as_live(assumed)
    assert assumed.manifests.keys() == live.resources.keys()
    found = compare(after, live)
    assert ["definition/Known", "definition/Legacy"] == [str(address) for address in found.gone]
    renames = {str(address): [".".join(part.path) for part in parts] for address, parts in found.changed.items()}
    assert {"definition/New": ["name"], "event/n": ["code_name"]} == renames


def test_a_spelling_of_before_is_told_as_such() -> None:
    """Nobody has looked at a shop."""
    before, after = (
        desired(Definition.model_validate({"name": name, "fields": [{"name": "a", "type": "text"}]}))
        for name in ("Foo", "foo")
    )
    (warning,) = compare(after, as_live(before)).warnings
    assert warning == (
        'definition/foo was spelled "Foo" before, and senders and messages may tell the two apart: '
        'leave the spelling as it was, or write `renamed_from: "Foo"` to change it in the shop too'
    )
