"""Two shops side by side, ids left aside."""

from typing import Any

from reconciler.diff.shops import shop_differences
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.model.address import Address
from reconciler.model.live import Live


def definition(number: int, name: str, *relationships: LiveRelationship, **parts: Any) -> LiveDefinition:
    said = {"status": "active", "description": None, "unique_keys": (), "fields": (LiveField("a", "text", "a"),)}
    return LiveDefinition(id=number, name=name, relationships=relationships, **{**said, **parts})


def shop(*definitions: LiveDefinition) -> Live:
    return Live({Address("definition", each.name): each for each in definitions})


def to(number: int) -> LiveRelationship:
    return LiveRelationship("a", "custom", str(number), "id")


def differences(first: Live, second: Live) -> list[tuple[str, str, list[tuple[str, ...]]]]:
    return [
        (str(each.address), each.where, [part.path for part in each.fields]) for each in shop_differences(first, second)
    ]


def test_shops_that_differ_in_ids_alone_are_alike() -> None:
    """A relationship goes to a name; of names that the server takes for one, only the spelling differs."""
    first = shop(definition(1, "A"), definition(2, "B", to(1)))
    second = shop(definition(71, "A"), definition(72, "B", to(71)))
    assert [] == differences(first, second)
    spelled = differences(shop(definition(1, "Café")), shop(definition(9, "cafe")))
    assert [("definition/Café", "both", [("name",)])] == spelled


def test_what_is_alone_or_differs_is_told_in_the_order_of_addresses() -> None:
    """With the fields of what is in both."""
    first = shop(definition(1, "A"), definition(2, "B"), definition(3, "D"))
    second = shop(definition(1, "C"), definition(2, "B", description="other"), definition(3, "D"))
    assert [
        ("definition/A", "first", []),
        ("definition/B", "both", [("description",)]),
        ("definition/C", "second", []),
    ] == differences(first, second)
