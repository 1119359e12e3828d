"""`events history`: the rows of the histories, as they are."""

import json
from collections.abc import Callable

import pytest

from tests.cli.events.conftest import CODE, EVENT, MARIE, Desk

OTHER = EVENT.replace("loyalty.tier_upgraded", "loyalty.other")


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop with two event types, and a contact who has events."""
    desk.manifests(EVENT, OTHER)
    desk.make_live(EVENT, OTHER)
    desk.customer()
    for tier in ("bronze", "silver", "gold"):
        desk.fire(new_tier=tier)
    desk.fire("nobody@example.com")
    said = {"previous_tier": "a", "new_tier": "b"}
    desk.post("/events/trigger/loyalty.other", {"contact": {"email": MARIE}, "metaData": said})
    return desk


def test_the_rows_equal_those_of_the_shop(shop: Desk, figure: Callable) -> None:
    """Each as the API shows it, filtered by code name."""
    document = json.loads(shop.events("history", "--code", CODE, "--since", "1h", "--format", "json").out)
    wanted = [row for row in shop.histories() if row["code_name"] == CODE]
    assert wanted == document["histories"]
    assert {"code": 0, "reason": "read"} == document["exit"]
    figure("histories", f"{len(wanted)} of {len(shop.histories())} rows asked for by code name, equal to the shop's")


def test_a_contact_is_found_in_the_rows(shop: Desk) -> None:
    """Case does not count in an e-mail, and an id means the contact that it was resolved to."""
    for contact in (f"email={MARIE.upper()}", "id=1"):
        document = json.loads(shop.events("history", "--contact", contact, "--format", "json").out)
        assert [CODE] * 3 == [row["code_name"] for row in document["histories"][1:]]


def test_what_came_before_is_left_out(shop: Desk) -> None:
    """`--since` counts from now."""
    with shop.store.writing() as db:
        db.execute("UPDATE history SET date_creation = '2020-01-01T00:00:00.000Z' WHERE id < 3")
    document = json.loads(shop.events("history", "--since", "7d", "--format", "json").out)
    assert ["5", "4", "3"] == [row["id"] for row in document["histories"]]


def test_the_limit_takes_the_newest(shop: Desk) -> None:
    """More are not shown."""
    document = json.loads(shop.events("history", "--limit", "2", "--format", "json").out)
    assert ["5", "4"] == [row["id"] for row in document["histories"]]


def test_more_rows_than_a_page_come_once(shop: Desk) -> None:
    """They are read page by page."""
    shop.store.settle()
    with shop.store.writing() as db:
        for _ in range(6):
            db.execute(
                "INSERT INTO history (shop_id, id_event, code_name, status, target, payload, date_creation)"
                " SELECT shop_id, id_event, code_name, status, target, payload, date_creation FROM history"
            )
    document = json.loads(shop.events("history", "--limit", "1000", "--format", "json").out)
    ids = [row["id"] for row in document["histories"]]
    assert (320, 320) == (len(ids), len(set(ids)))


def test_text_says_what_became_of_each(shop: Desk) -> None:
    """One line a row."""
    lines = shop.events("history", "--code", CODE).out.splitlines()
    assert 4 == len(lines)
    assert "nobody@example.com  target_not_found (no contact)" in lines[0]
    assert f"{CODE}  {MARIE}  processed (contact 1)  " in lines[1]
    assert lines[1].endswith('{"metaData": {"previous_tier": "silver", "new_tier": "gold"}}')


def test_no_row_is_said_to_be_none(shop: Desk) -> None:
    """What `events send` tells people to wait for."""
    ran = shop.events("history", "--code", "pos_sale", "--since", "10m")
    assert (0, "") == (ran.code, ran.out)
    assert "There is no row of pos_sale in the last 10 min." in ran.err


@pytest.mark.parametrize("span", ["1", "h", "1w", "-1h", "0m", ""])
def test_a_span_is_a_number_and_a_unit(desk: Desk, span: str) -> None:
    """Everything else is a mistake on the command line."""
    assert 64 == desk.events("history", "--since", span).code
