"""Rows that somebody else changes between the comparison and the push."""

from collections.abc import Callable

from reconciler.records.options import PushOptions
from tests.records.pushing import RowShop, managers, new_shop


def test_rows_that_somebody_changed_meanwhile_are_not_overwritten(figure: Callable[[str, str], None]) -> None:
    """R13: another writer, and a minute passes: the row is moved, and the others are stored."""
    moved = {}
    for on_moved in ("skip", "overwrite", "stop"):
        with new_shop() as shop:
            shop.push(managers(30))

            def somebody(shop: RowShop = shop) -> None:
                shop.save({"code": "M7", "name": "Somebody", "level": 9}, {"code": "M8", "name": "Name 8", "level": 2})
                shop.clock.now += 61

            pushed = shop.push(managers(30, level=2), between=somebody, options=PushOptions(on_moved=on_moved))
            moved[on_moved] = pushed.outcome.moved
            names = {row["code"]: row["name"] for row in shop.live()}
            match on_moved:
                case "skip":
                    assert (28, 1, 1) == (pushed.outcome.updated, pushed.outcome.unchanged, pushed.outcome.moved)
                    assert "Somebody" == names["M7"]
                    assert 5 == pushed.outcome.exit.code
                    assert [9] == [each.line for each in pushed.outcome.not_stored]
                case "overwrite":
                    assert (29, 0) == (pushed.outcome.updated, pushed.outcome.moved)
                    assert "Name 7" == names["M7"]
                case "stop":
                    assert (0, 1) == (pushed.outcome.updated, pushed.outcome.moved)
                    assert "Somebody" == names["M7"]
    figure("R13", f"another writer between diff and push, rows moved: {moved}")


def test_a_row_that_somebody_deleted_or_made_meanwhile_is_seen() -> None:
    """Both are moved: neither was known when the rows were compared."""
    with new_shop() as shop:
        shop.push(managers(5))
        number = int(shop.live()[2]["id"])

        def somebody() -> None:
            shop.post(f"/custom-data-records/{shop.number}/bulk-delete", [number])
            shop.save({"code": "M6", "name": "made", "level": 1})
            shop.clock.now += 61

        pushed = shop.push(managers(8, level=2), between=somebody)
        assert (4, 2, 2) == (pushed.outcome.updated, pushed.outcome.created, pushed.outcome.moved)


def test_rows_that_are_looked_at_again_cost_a_request_for_a_hundred() -> None:
    """Also where a shop takes twenty rows at once."""
    with new_shop(max_records_batch=20) as shop:
        shop.push(managers(200))
        shop.store.clear_requests()

        def later() -> None:
            shop.clock.now += 61
            shop.store.clear_requests()

        shop.push(managers(200, level=2), between=later, options=PushOptions(batch=20))
        asked = shop.asked()
        before = asked[: max(i for i, said in enumerate(asked) if said.startswith("POST"))]
        assert 2 == len([said for said in before if said.startswith("GET")])
        assert 10 == len(shop.writes())
