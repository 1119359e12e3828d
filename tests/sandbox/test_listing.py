"""Listings: pages, order, filters and how values look."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

DEFINITIONS = "/custom-data-definitions"


def test_ten_rows_are_a_page_by_default(shop) -> None:
    """Without a limit a page holds ten and says that there is more."""
    for number in range(11):
        shop.define(f"D{number:02}")
    answer = shop.http.get(DEFINITIONS).json()
    expected = {
        "total_items": 11,
        "items_per_page": 10,
        "total_pages": 2,
        "current_page": 1,
        "offset": 0,
        "has_previous_page": False,
        "has_next_page": True,
        "next_page": 2,
        "previous_page": None,
    }
    assert (10, expected) == (len(answer["data"]), answer["meta"]["pagination"])


def test_a_limit_above_100_is_taken_as_10(shop) -> None:
    """The limit is not clamped to 100 but becomes 10."""
    for number in range(12):
        shop.define(f"D{number}")
    answer = shop.http.get(DEFINITIONS, params={"limit": 101}).json()
    assert (10, 10) == (len(answer["data"]), answer["meta"]["pagination"]["items_per_page"])


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "order=[", "filters=1", "fields=nope"])
def test_bad_parameters_are_refused(shop, query: str) -> None:
    """A parameter that makes no sense is a 400 with a list of messages."""
    answer = shop.http.get(f"{DEFINITIONS}?{query}")
    assert (400, list) == (answer.status_code, type(answer.json()["message"]))


def test_scalars_are_strings_in_listings_only(shop) -> None:
    """An id is text in a listing and a number when read alone."""
    made = shop.define()
    listed = shop.rows(DEFINITIONS)[0]
    single = shop.http.get(f"{DEFINITIONS}/{made['id_definition']}").json()["data"]
    assert ("1", "true", 1) == (listed["id_definition"], listed["fields"][0]["required"], single["id_definition"])


def test_scalars_keep_their_type_when_switched_off(open_shop: Callable) -> None:
    """``stringify_listings=off`` gives typed listings."""
    shop = open_shop("stringify_listings=off")
    shop.define()
    assert 1 == shop.rows(DEFINITIONS)[0]["id_definition"]


@pytest.mark.parametrize(
    "query",
    [
        "order[0][field]=name&order[0][type]=desc",
        'order=[{"field":"name","type":"desc"}]',
        'order={"field":"name","type":"DESC"}',
    ],
)
def test_order_is_read_in_brackets_and_json(shop, query: str) -> None:
    """Both encodings sort."""
    for name in ("b", "a", "C"):
        shop.define(name)
    rows = shop.http.get(f"{DEFINITIONS}?{query}").json()["data"]
    assert ["C", "b", "a"] == [row["name"] for row in rows]


def test_fields_pick_keys(shop) -> None:
    """Only the named keys come back."""
    shop.define("A")
    rows = shop.http.get(f"{DEFINITIONS}?fields=name,status").json()["data"]
    assert [{"name": "A", "status": "active"}] == rows


def test_unordered_rows_are_shuffled_on_demand(open_shop: Callable) -> None:
    """With ``shuffle_listings`` an unordered listing does not keep one order."""
    shop = open_shop("shuffle_listings=on")
    for number in range(8):
        shop.define(f"D{number}")
    orders = {tuple(row["name"] for row in shop.rows(DEFINITIONS)) for _ in range(10)}
    assert len(orders) > 1


def test_an_explicit_order_survives_shuffling(open_shop: Callable) -> None:
    """What the request orders stays ordered."""
    shop = open_shop("shuffle_listings=on")
    for name in "dbca":
        shop.define(name)
    rows = shop.rows(DEFINITIONS, order=json.dumps([{"field": "name", "type": "asc"}]))
    assert list("abcd") == [row["name"] for row in rows]
