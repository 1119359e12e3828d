"""Manifests as if they were applied."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.diff.assumed import as_live
from reconciler.diff.compare import compare
from reconciler.model.address import Address
from reconciler.model.state import Desired
from tests.campaigns.generated import documents_of, grown


def _desired(lab: Any, documents: list[dict[str, Any]]) -> Desired:
    lab.write("\n---\n".join(json.dumps(document) for document in documents))
    desired: Desired = lab.load().desired
    return desired


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
    assert {change.address for change in plan.changes} == {str(a) for a in [*comparison.new, *comparison.changed]}


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
    assert ["definition/Elsewhere"] == list(live.others.values())
    assert () == compare(desired, live).unmanaged


def test_an_override_without_sources_does_not_live(lab: Any) -> None:
    """As on the server."""
    lab.write(json.dumps({"kind": "override", "target": "products.price", "sources": []}))
    assert {} == as_live(lab.load().desired).overrides


def test_something_may_be_assumed_to_live_besides() -> None:
    """What is to be deleted and never had a manifest; its id is nobody else's."""
    also = [Address("definition", "Legacy"), Address("event", "old")]
    live = as_live(Desired({}), also)
    assert also == list(live.resources)
    assert 2 == len(set(live.ids.values()))
