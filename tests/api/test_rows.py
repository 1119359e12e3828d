"""Rows over HTTP: what is asked, and what an answer is taken for."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.api.rows import HttpRows
from reconciler.errors import NotUnderstood, Rejected
from reconciler.records.shop import FilterIgnored, Refused, TooMany

Fake = Callable[..., Any]


def _listing(rows: list[dict[str, Any]], total: int | None = None) -> httpx.Response:
    count = len(rows) if total is None else total
    pagination = {"total_items": count, "items_per_page": 100, "has_next_page": count > len(rows)}
    return httpx.Response(200, json={"statusCode": 200, "data": rows, "meta": {"pagination": pagination}})


def _answering(status: int, **body: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, json={"statusCode": status, **body})


def test_pages_go_on_after_the_last_id(fake: Fake) -> None:
    """Rows that others delete meanwhile shift nothing."""

    def answer(request: httpx.Request) -> httpx.Response:
        after = int(request.url.params.get("filters[0][values]", "0"))
        rows = [{"id": str(n), "k": f"K{n}"} for n in range(after + 1, 251)]
        return _listing(rows[:100], len(rows))

    faked = fake(answer)
    shop = HttpRows(faked.connection)
    pages = list(shop.pages(7, {}, shop.head(7, {})))
    assert list(range(1, 251)) == [row.id for page in pages for row in page.rows]
    assert 3 == len(faked.asked) == shop.requests


def test_a_shop_that_knows_no_such_filter_is_read_by_offset(fake: Fake) -> None:
    """Twice, for rows move between pages; each row comes once."""

    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        rows = [{"id": str(n)} for n in range(1, 251)][offset : offset + 100]
        pagination = {"total_items": 250, "items_per_page": 100, "has_next_page": offset + 100 < 250}
        return httpx.Response(200, json={"statusCode": 200, "data": rows, "meta": {"pagination": pagination}})

    shop = HttpRows(fake(answer).connection)
    pages = list(shop.pages(7, {}, shop.head(7, {})))
    assert list(range(1, 251)) == [row.id for page in pages for row in page.rows]


def test_an_answer_to_another_question_is_no_answer(fake: Fake) -> None:
    """A row that was not asked for says that the filter was ignored."""
    shop = HttpRows(fake(lambda request: _listing([{"id": "1", "k": "A"}, {"id": "2", "k": "B"}])).connection)
    with pytest.raises(FilterIgnored, match="does not filter"):
        shop.among(7, {"k": ["A"]})


def test_a_row_without_an_id_is_not_understood(fake: Fake) -> None:
    """By it rows are told apart."""
    shop = HttpRows(fake(lambda request: _listing([{"k": "A"}])).connection)
    with pytest.raises(NotUnderstood):
        shop.head(7, {})


@pytest.mark.parametrize("status", [200, 400])
def test_rejected_items_are_read_from_both_answers(fake: Fake, status: int) -> None:
    """Contract §13 rows 4 and 20."""
    items = [{"position": 1, "payload": {"k": "B"}, "message": "no"}]
    faked = fake(_answering(status, rejected_count=1, rejected_items=items))
    rows = [{"k": "A"}, {"k": "B"}]
    assert (Refused(1, {"k": "B"}, ("no",)),) == HttpRows(faked.connection).save(7, rows)
    assert rows == json.loads(faked.asked[0].content)


def test_a_refusal_without_items_is_about_the_batch(fake: Fake) -> None:
    """A 400 that names no item; other refusals are what they are."""
    with pytest.raises(TooMany, match="Too many"):
        HttpRows(fake(_answering(400, message="Too many")).connection).save(7, [{}])
    with pytest.raises(Rejected):
        HttpRows(fake(_answering(403, message="No")).connection).save(7, [{}])


def test_a_count_of_refusals_without_items_is_not_passed_over(fake: Fake) -> None:
    """Nobody knows which rows are meant."""
    (refused,) = HttpRows(fake(_answering(200, rejected_count=1)).connection).save(7, [{}, {}])
    assert not refused.says_which


def test_more_refusals_than_items_are_not_understood(fake: Fake) -> None:
    """The answer belongs to something else."""
    items = [{"index": 0}, {"index": 1}, {"index": 2}]
    with pytest.raises(NotUnderstood):
        HttpRows(fake(_answering(200, rejected_items=items)).connection).save(7, [{}])


def test_a_contact_that_is_not_there_is_none(fake: Fake) -> None:
    """Only a 404 says so (contract §7)."""
    assert HttpRows(fake(_answering(404, message="Not Found")).connection).contact("email", "a@example.com") is None
    with pytest.raises(Rejected):
        HttpRows(fake(_answering(400, message="Bad")).connection).contact("email", "a@example.com")
