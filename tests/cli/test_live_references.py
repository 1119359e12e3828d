"""References to definitions that live in the shop and have no manifest."""

from typing import Any

import pytest

from reconciler.errors import InvalidManifests
from reconciler.model.address import Address

VISIT = """kind: definition
name: Visit
fields: [{name: vet, type: number}]
relationships:
  - {sourceField: vet, targetSchemaType: custom, targetSchema: %s}
"""
SILENCED = VISIT.replace("  - {", "  # reconciler: ignore[dangling-reference] made by the old integration\n  - {")
VETS = {"name": "OldVets", "fields": [{"name": "code", "label": "Code", "type": "text", "required": False}]}


@pytest.mark.parametrize("name", ["OldVets", "oldvets", "OLDVETS"])
@pytest.mark.parametrize("text", [VISIT, SILENCED])
def test_they_resolve_in_any_case(lab: Any, text: str, name: str) -> None:
    """The shop's spelling is the one that counts, as everywhere."""
    lab.post("/custom-data-definitions", VETS)
    lab.write(text % repr(name))
    visit, vets = Address("definition", "Visit"), Address("definition", "OldVets")
    assert (visit,) == lab.apply().applied
    plan, _ = lab.plan()
    assert ((visit,), (vets,)) == (plan.unchanged, plan.unmanaged)


@pytest.mark.parametrize("text", [VISIT, SILENCED])
def test_one_that_lives_nowhere_is_a_finding_before_anything_is_sent(lab: Any, text: str) -> None:
    """Also when the line is silenced offline: the shop has the last word."""
    lab.write(text % "Nowhere")
    with pytest.raises(InvalidManifests, match="dangling-reference"):
        lab.apply()
    assert [] == lab.writes()
