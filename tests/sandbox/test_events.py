"""Event types: immediate, keyed by code_name."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

EVENT = {
    "name": "Points earned",
    "code_name": "loyalty.points_earned",
    "properties": {"metaData": [{"name": "amount", "type": "number", "required": True}]},
}


def test_an_event_is_created_at_once(shop) -> None:
    """The answer holds the id and what was stored."""
    made = shop.http.post("/events", json=EVENT).json()["data"]
    assert {"id_event": 1, **EVENT} == {key: made[key] for key in ("id_event", *EVENT)}


def test_a_name_may_be_a_language_map(shop) -> None:
    """The API takes a map of strings as well."""
    name = {"fr": "Points gagnés", "en": "Points earned"}
    assert name == shop.http.post("/events", json={**EVENT, "name": name}).json()["data"]["name"]


@pytest.mark.parametrize("status", [409, 400])
def test_a_duplicate_code_name_is_refused(open_shop: Callable, status: int) -> None:
    """The status of a duplicate is a switch."""
    shop = open_shop(f"duplicate_event_status={status}")
    shop.http.post("/events", json=EVENT)
    answer = shop.http.post("/events", json=EVENT)
    assert (status, True) == (answer.status_code, "already exists" in answer.json()["message"])


def test_patch_takes_the_id_from_the_body(shop) -> None:
    """Given properties are replaced, what is not sent stays."""
    shop.http.post("/events", json=EVENT)
    properties = {"customData": [{"name": "shop", "type": "text", "required": False}]}
    made = shop.http.patch("/events", json={"id_event": 1, "properties": properties}).json()["data"]
    assert (EVENT["name"], EVENT["code_name"], properties) == (made["name"], made["code_name"], made["properties"])


def test_patch_of_an_unknown_event_is_404(shop) -> None:
    """Only definitions answer 400."""
    assert 404 == shop.http.patch("/events", json={"id_event": 7, "name": "x"}).status_code


@pytest.mark.parametrize(
    "properties",
    [
        {"metaData": [{"name": "a", "type": "list", "required": True}]},
        {"metaData": [{"name": "a", "type": "text", "required": True}] * 2},
        {"other": []},
        {"contact": {"metaData": []}},
        [],
    ],
)
def test_wrong_properties_are_refused(shop, properties: object) -> None:
    """Slots and types are known ones, names are not repeated."""
    assert 400 == shop.http.post("/events", json={**EVENT, "properties": properties}).status_code


def test_a_deleted_event_is_gone(shop) -> None:
    """Deletion is hard, and the code_name is free again."""
    shop.http.post("/events", json=EVENT)
    statuses = [shop.http.delete("/events/1"), shop.http.get("/events/1"), shop.http.post("/events", json=EVENT)]
    assert [200, 404, 200] == [answer.status_code for answer in statuses]


def test_one_event_may_be_read_in_part(shop) -> None:
    """``fields`` works on a single event."""
    shop.http.post("/events", json=EVENT)
    assert {"code_name": EVENT["code_name"]} == shop.http.get("/events/1?fields=code_name").json()["data"]


def test_settings_page_sort_and_filter(shop) -> None:
    """Event listings take one JSON parameter, with ``filter`` in the singular."""
    for number in range(4):
        shop.http.post("/events", json={**EVENT, "code_name": f"e{number}"})
    settings = {
        "limit": 2,
        "order": [{"field": "code_name", "type": "desc"}],
        "filter": [{"field": "code_name", "operator": "NOT_EQUALS", "values": "e3"}],
    }
    answer = shop.http.get("/events", params={"settings": json.dumps(settings)}).json()
    assert (["e2", "e1"], 3) == (
        [row["code_name"] for row in answer["data"]],
        answer["meta"]["pagination"]["total_items"],
    )


def test_standard_parameters_work_for_events_too(shop) -> None:
    """Both ways of listing are accepted."""
    for number in range(3):
        shop.http.post("/events", json={**EVENT, "code_name": f"e{number}"})
    answer = shop.http.get('/events?limit=1&offset=1&order=[{"field":"id_event","type":"desc"}]').json()
    assert ["e1"] == [row["code_name"] for row in answer["data"]]
