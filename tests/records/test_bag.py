"""Rows without a unique key: they are compared as a bag, and never doubled."""

from collections.abc import Callable

import pytest

from reconciler.records.options import PushOptions
from tests.records.pushing import RowShop, new_shop, table

VISIT = {
    "name": "Visit",
    "fields": [
        {"name": "code", "label": "k", "type": "text", "required": True},
        {"name": "at", "label": "a", "type": "date"},
    ],
}
ROWS = table("code,at", *((f"V{i % 170}", f"2026-01-{1 + i % 5:02}") for i in range(500)))


def _plain(shop: RowShop) -> list[tuple[str, str]]:
    return sorted((row["code"], row["at"]) for row in shop.live())


def _wanted() -> list[tuple[str, str]]:
    return sorted((line.split(",")[0], line.split(",")[1]) for line in ROWS.split()[1:])


def test_twice_the_same_rows_are_there_once(figure: Callable[[str, str], None]) -> None:
    """R19: 500 rows with true doubles among them, applied twice: the same 500 rows."""
    with new_shop(definition=VISIT) as shop:
        first = shop.push(ROWS, mode="insert-once")
        assert (500, 0) == (first.outcome.created, first.outcome.exit.code)
        assert _wanted() == _plain(shop)
        second = shop.push(ROWS, mode="insert-once")
        assert (500, 0) == (second.outcome.unchanged, second.outcome.stored)
        assert _wanted() == _plain(shop)
        doubles = 500 - len(set(_wanted()))
        figure("R19 insert-once, applied twice", f"500 rows, {doubles} of them doubles: {len(shop.live())} rows")


@pytest.mark.parametrize(
    ("action", "skip", "delay"),
    [
        ("lose_before", 0, 0.2),
        ("lose_after", 4, 5.0),
        ("status_after", 9, 0.2),
        ("status_before", 9, 5.0),
        ("broken_json", 4, 0.2),
        ("broken_json", 0, 5.0),
    ],
)
def test_a_lost_answer_doubles_nothing(action: str, skip: int, delay: float) -> None:
    """All is compared again before anything more is sent."""
    with new_shop(definition=VISIT, async_delay=delay) as shop:
        shop.fail(action=action, method="POST", skip=skip)
        pushed = shop.push(ROWS, mode="insert-once")
        assert (500, 0) == (pushed.outcome.created, pushed.outcome.exit.code)
        assert _wanted() == _plain(shop)


def test_what_was_over_the_limit_is_sent_once() -> None:
    """A 429 was not looked at."""
    with new_shop(definition=VISIT) as shop:
        shop.fail(action="status_before", status=429, method="POST", skip=3)
        pushed = shop.push(ROWS, mode="insert-once")
        assert (500, 0) == (pushed.outcome.created, pushed.outcome.exit.code)
        assert _wanted() == _plain(shop)


def test_a_smaller_batch_is_learnt_for_a_bag_too() -> None:
    """Nothing is sent twice."""
    with new_shop(definition=VISIT, max_records_batch=20) as shop:
        pushed = shop.push(ROWS, mode="insert-once")
        assert (500, 20) == (pushed.outcome.created, pushed.outcome.batch)
        assert _wanted() == _plain(shop)


def test_a_shop_that_never_answers_leaves_no_doubt_unsaid() -> None:
    """Every POST is lost: what is not there is not stored, and the sum holds."""
    with new_shop(definition=VISIT) as shop:
        shop.fail(action="lose_before", method="POST", count=1000)
        pushed = shop.push(ROWS, mode="insert-once")
        assert (0, 500) == (pushed.outcome.created, pushed.outcome.left_over)
        assert pushed.outcome.exit.code in (1, 5)


def test_the_first_rows_of_a_bag_only() -> None:
    """`--first 10`: ten are stored, the others were not sent, and nobody waits for them."""
    with new_shop(definition=VISIT) as shop:
        pushed = shop.push(ROWS, mode="insert-once", options=PushOptions(first=10))
        outcome = pushed.outcome
        assert (10, 490, 0, 2) == (outcome.created, outcome.not_sent, outcome.unknown, outcome.exit.code)
        assert 10 == len(shop.live())
        assert sum(shop.clock.rested) < 5


@pytest.mark.parametrize("skip", [1, 3, 5])
def test_a_bag_that_cannot_be_read_back_is_unknown(skip: int) -> None:
    """What nobody has seen is not called stored."""
    with new_shop(definition=VISIT) as shop:
        shop.fail(action="lose_before", method="GET", skip=skip, count=100_000)
        pushed = shop.push(ROWS, mode="insert-once", options=PushOptions(wait=3))
        outcome = pushed.outcome
        assert (0, 500, 5) == (outcome.created, outcome.unknown, outcome.exit.code)
        assert "could not be read back" in outcome.notes[0]
