"""A mirror deletes the rows of its scope that are not listed: last, and only when everything else went well."""

from reconciler.records.options import PushOptions
from tests.records.pushing import RowShop, managers, new_shop, table

SCOPE = {"level": [1]}


def _shop(shop: RowShop, count: int = 60) -> None:
    shop.save(*({"code": f"M{i}", "name": f"Name {i}", "level": 1 + i % 2} for i in range(count)))


def _codes(shop: RowShop) -> set[str]:
    return {row["code"] for row in shop.live()}


def _kept(*numbers: int) -> str:
    return table("code,name,level", *((f"M{i}", f"Name {i}", 1) for i in numbers))


def test_rows_of_the_scope_that_are_not_listed_are_deleted() -> None:
    """Twenty at a time; rows outside the scope stay."""
    with new_shop() as shop:
        _shop(shop)
        shop.store.clear_requests()
        pushed = shop.push(_kept(0, 2, 4), mode="mirror", scope=SCOPE)
        assert (27, 3, 0) == (pushed.outcome.deleted, pushed.outcome.unchanged, pushed.outcome.exit.code)
        assert {"M0", "M2", "M4", *(f"M{i}" for i in range(1, 60, 2))} == _codes(shop)
        assert 2 == len(shop.writes())


def test_a_row_that_somebody_took_out_of_the_scope_stays() -> None:
    """Each row is read again right before."""
    with new_shop() as shop:
        _shop(shop)

        def somebody() -> None:
            shop.save({"code": "M6", "name": "Name 6", "level": 2})

        pushed = shop.push(_kept(0, 2, 4), mode="mirror", scope=SCOPE, between=somebody)
        assert (26, 1, 5) == (pushed.outcome.deleted, pushed.outcome.not_deleted, pushed.outcome.exit.code)
        assert "M6" in _codes(shop)


def test_nothing_is_deleted_when_a_row_was_not_stored() -> None:
    """A row that cannot be written may be the new spelling of one that would be deleted."""
    with new_shop() as shop:
        _shop(shop)
        shop.fail(action="status_before", status=500, method="POST", count=100)
        pushed = shop.push(_kept(0, 2, 100), mode="mirror", scope=SCOPE)
        assert (0, 28, 1) == (pushed.outcome.deleted, pushed.outcome.not_deleted, pushed.outcome.unknown)
        assert 60 == len(shop.live())


def test_nothing_is_deleted_when_a_row_is_refused() -> None:
    """The sum holds, and the exit code is not 0."""
    with new_shop() as shop:
        _shop(shop)
        text = table("code,name,level", ("M0", "Name 0", "1"), ("M2", "Name 2", "x"))
        pushed = shop.push(text, mode="mirror", scope=SCOPE)
        assert (0, 1, 5) == (pushed.outcome.deleted, pushed.outcome.refused, pushed.outcome.exit.code)
        assert 60 == len(shop.live())


def test_nothing_is_deleted_after_the_first_rows_only() -> None:
    """`--first` leaves rows: what they are is not known to be there."""
    with new_shop() as shop:
        _shop(shop)
        pushed = shop.push(_kept(*range(0, 10, 2), 100, 102), mode="mirror", scope=SCOPE, options=PushOptions(first=1))
        assert (0, 1, 1, 2) == (
            pushed.outcome.deleted,
            pushed.outcome.created,
            pushed.outcome.not_sent,
            pushed.outcome.exit.code,
        )


def test_a_delete_without_an_answer_is_looked_at() -> None:
    """Whatever happens to the request: the rows are gone, and nothing else is."""
    for action in ("lose_before", "lose_after", "status_before", "status_after", "broken_json"):
        with new_shop() as shop:
            _shop(shop)
            shop.fail(action=action, method="POST")
            pushed = shop.push(_kept(0, 2), mode="mirror", scope=SCOPE)
            assert (28, 0) == (pushed.outcome.deleted, pushed.outcome.exit.code), action
            assert 32 == len(shop.live())


def test_a_shop_that_fails_while_deleting_ends_with_a_sum() -> None:
    """What was deleted is told, and what was not."""
    with new_shop() as shop:
        _shop(shop)
        shop.fail(action="lose_before", skip=4, count=10_000)
        pushed = shop.push(_kept(0, 2), mode="mirror", scope=SCOPE)
        outcome = pushed.outcome
        assert 28 == outcome.deleted + outcome.not_deleted + outcome.delete_unknown
        assert 0 != outcome.exit.code


def test_keys_that_fold_are_no_reason_to_delete() -> None:
    """Another spelling of a key is the same row."""
    with new_shop() as shop:
        shop.save({"code": "Été", "name": "a", "level": 1}, {"code": "b", "name": "b", "level": 1})
        pushed = shop.push(table("code,name,level", ("ete ", "a", 1)), mode="mirror", scope=SCOPE)
        assert (1, 1) == (pushed.outcome.deleted, pushed.outcome.updated)
        assert managers(0) in managers(1)
