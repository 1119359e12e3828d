"""What rows are that point at rows which are pushed before them."""

import pytest

from reconciler.records.compared import Compared
from reconciler.records.waiting import Waiting, waiting_rows
from tests.records.pushing import Unfiltered, new_shop, table

CLINIC = {
    "name": "Clinic",
    "unique_keys": ["name"],
    "fields": [{"name": "name", "label": "n", "type": "text", "required": True}],
}
END = {"sourceField": "clinic_id", "targetSchemaType": "custom", "targetSchema": "Clinic", "targetField": "id"}
PRICE = {
    "name": "Price",
    "unique_keys": ["code"],
    "fields": [
        {"name": "clinic_id", "label": "c", "type": "number"},
        {"name": "code", "label": "k", "type": "text", "required": True},
    ],
    "relationships": [END],
}
BAG = {**PRICE, "name": "Bag", "unique_keys": []}


@pytest.mark.parametrize("around", [lambda inner: inner, Unfiltered], ids=["filters", "ignores filters"])
def test_what_lives_under_their_keys_is_found(around: type) -> None:
    """Of three rows that wait one lives; a mirror keeps it."""
    with new_shop(definition=CLINIC, around=around) as shop:
        shop.use(PRICE)
        shop.save({"code": "P1"}, {"code": "P9"})
        text = table("clinic_id.name,code", ("Est", "p1"), ("Est", "P2"), ("Ouest", "P3"))
        with shop.comparer(text, mode="mirror", scope={"code": ["P1", "P9"]}) as comparer:
            compared = comparer.run()
            found = waiting_rows(comparer, {"clinic_id"}, 2)
            assert Waiting(rows=3, living=1, held=frozenset([1])) == found
            assert Waiting() == waiting_rows(comparer, {"another"}, 2)
            told = found.among(compared, "mirror")
        assert (2, 1, 0, 1) == (told.create, told.update, told.refused, told.delete)


def test_rows_without_a_key_are_new() -> None:
    """They are compared by all that they hold, which nobody knows yet."""
    with new_shop(definition=CLINIC) as shop:
        shop.use(BAG)
        shop.save({"code": "P1"})
        with shop.comparer(table("clinic_id.name,code", ("Est", "P1")), mode="insert-once") as comparer:
            assert Waiting(rows=1) == waiting_rows(comparer, {"clinic_id"}, comparer.run().live or 0)


@pytest.mark.parametrize(
    ("mode", "counts"),
    [("upsert", (5, 3, 1)), ("update", (0, 5, 4))],
)
def test_rows_that_wait_are_what_they_can_become(mode: str, counts: tuple[int, int, int]) -> None:
    """Of eight rows three live and two may: an update refuses what does not, and creates none."""
    found = Waiting(rows=8, unsure=2, living=3).among(Compared(rows=9, refused=9), mode)
    assert counts == (found.create, found.update, found.refused)
    assert 9 == found.create + found.update + found.refused
    assert found.rows == 9


def test_nothing_changes_when_nothing_waits() -> None:
    """The very same."""
    compared = Compared(rows=1, refused=1)
    assert compared is Waiting().among(compared, "update")
