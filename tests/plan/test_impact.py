"""What changes mean for those who use the resource."""

import pytest

from reconciler.model.address import Address
from reconciler.model.change import FieldChange, Impact
from reconciler.plan.impact import impact_of_update

DEFINITION, EVENT, OVERRIDE = Address("definition", "D"), Address("event", "e"), Address("override", "products.price")


def part(path: str, op: str, old: object = None, new: object = None) -> FieldChange:
    return FieldChange.model_validate({"path": tuple(path.split("/")), "op": op, "old": old, "new": new})


OPTIONAL, REQUIRED = {"type": "text", "required": False}, {"type": "text", "required": True}
CASES: list[tuple[Address, FieldChange, Impact, str]] = [
    (DEFINITION, part("fields/f", "added", new=OPTIONAL), "safe", "adds an optional field"),
    (DEFINITION, part("fields/f", "added", new=REQUIRED), "caution", "existing rows read null in the required field f"),
    (DEFINITION, part("relationships/f", "added", new={}), "safe", "adds a relationship"),
    (DEFINITION, part("description", "changed", "a", "b"), "safe", "changes the description"),
    (EVENT, part("name", "changed", "a", "b"), "safe", "changes the name shown in the dashboard"),
    (EVENT, part("properties/metaData/p", "removed", old=OPTIONAL), "breaking", "senders and messages lose metaData.p"),
    (
        EVENT,
        part("properties/metaData/p", "added", new=REQUIRED),
        "breaking",
        "senders that do not send metaData.p are refused",
    ),
    (EVENT, part("properties/customData/p", "added", new=OPTIONAL), "safe", "adds an optional property"),
    (
        EVENT,
        part("properties/metaData/p/required", "changed", False, True),
        "breaking",
        "senders that do not send metaData.p are refused",
    ),
    (EVENT, part("properties/metaData/p/required", "changed", True, False), "safe", "relaxes or describes metaData.p"),
    (
        EVENT,
        part("properties/metaData/p/type", "changed", "text", "date"),
        "breaking",
        "senders of metaData.p must send another type",
    ),
    (EVENT, part("properties/metaData/p/description", "changed", "a", "b"), "safe", "relaxes or describes metaData.p"),
    (OVERRIDE, part("sources/Vet.price", "removed", old={}), "breaking", "Vet.price no longer gives the price"),
    (
        OVERRIDE,
        part("sources/Vet.price/priority", "changed", 1, 2),
        "caution",
        "another source wins for contacts that have several",
    ),
    (OVERRIDE, part("sources/Vet.price", "added", new={}), "safe", "adds a source"),
]


@pytest.mark.parametrize(("address", "change", "impact", "reason"), CASES)
def test_each_change_has_its_impact(address: Address, change: FieldChange, impact: Impact, reason: str) -> None:
    """One line per kind of change."""
    assert (impact, reason) == impact_of_update(address, [change])


def test_the_worst_decides_and_only_its_reasons_are_told() -> None:
    """Each reason once, in the order of the changes."""
    changes = [change for address, change, _, _ in CASES if address is EVENT]
    expected = (
        "senders and messages lose metaData.p; senders that do not send metaData.p are refused; "
        "senders of metaData.p must send another type"
    )
    assert ("breaking", expected) == impact_of_update(EVENT, changes)


def test_caution_is_worse_than_safe() -> None:
    """Whatever comes first."""
    changes = [part("fields/a", "added", new=OPTIONAL), part("fields/b", "added", new=REQUIRED)]
    expected = ("caution", "existing rows read null in the required field b")
    assert expected == impact_of_update(DEFINITION, changes) == impact_of_update(DEFINITION, changes[::-1])
