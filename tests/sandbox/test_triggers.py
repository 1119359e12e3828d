"""Firing events, and their histories."""

from __future__ import annotations

import json

import pytest

PAYLOAD = {"contact": {"email": "marie@example.com"}, "metaData": {"amount": 5}}
FIRE = "/events/trigger/loyalty.earned"


@pytest.fixture
def listening(shop):
    """An event type with one required property."""
    properties = {
        "metaData": [
            {"name": "amount", "type": "number", "required": True},
            {"name": "note", "type": "text", "required": False},
        ]
    }
    shop.http.post("/events", json={"name": "E", "code_name": "loyalty.earned", "properties": properties})
    return shop


def test_a_firing_shows_in_the_histories_later(listening) -> None:
    """Triggering is queued."""
    listening.http.post(FIRE, json=PAYLOAD)
    before = listening.rows("/events/histories")
    listening.settle()
    row = listening.rows("/events/histories")[0]
    assert ([], "loyalty.earned", {"amount": "5"}) == (before, row["code_name"], row["payload"]["metaData"])


def test_an_unknown_contact_is_logged_and_not_resolved(listening) -> None:
    """The call succeeds all the same."""
    status = listening.http.post(FIRE, json=PAYLOAD).status_code
    listening.settle()
    assert (200, "target_not_found") == (status, listening.rows("/events/histories")[0]["status"])


def test_a_known_contact_is_resolved(listening) -> None:
    """E-mails match whatever their case."""
    listening.http.post("/customers", json=[listening.customer()])
    listening.settle()
    listening.http.post(FIRE, json=PAYLOAD)
    listening.settle()
    row = listening.rows("/events/histories")[0]
    assert ("processed", "1") == (row["status"], row["target"]["id_contact"])


@pytest.mark.parametrize(
    "body",
    [
        {"metaData": {"amount": 5}},
        {"contact": {}, "metaData": {"amount": 5}},
        {"contact": {"id_customer": "C1"}, "metaData": {"amount": 5}},
        {"contact": {"email": "a@b"}},
        {"contact": {"email": "a@b"}, "metaData": {"amount": "many"}},
        {"contact": {"email": "a@b"}, "metaData": {"amount": 1, "other": 1}},
        {**PAYLOAD, "other": 1},
    ],
)
def test_a_wrong_payload_is_refused(listening, body: dict) -> None:
    """A target is mandatory, and the payload must fit the declared properties."""
    assert 400 == listening.http.post(FIRE, json=body).status_code


def test_a_visitor_is_a_target(listening) -> None:
    """A visitor needs an id, and nothing else."""
    assert 200 == listening.http.post(FIRE, json={"visitor": {"id": 7}, "metaData": {"amount": 5}}).status_code


def test_an_unknown_code_name_is_404(shop) -> None:
    """There is nothing to fire."""
    assert 404 == shop.http.post(FIRE, json=PAYLOAD).status_code


def test_a_code_name_may_need_encoding(shop) -> None:
    """A slash inside the code_name does not split the path."""
    shop.http.post("/events", json={"name": "E", "code_name": "a/b c"})
    assert 200 == shop.http.post("/events/trigger/a%2Fb%20c", json={"contact": {"id": 1}}).status_code


def test_histories_are_newest_first_and_filterable(listening) -> None:
    """The default order is by date, descending."""
    for amount in (1, 2):
        listening.http.post(FIRE, json={**PAYLOAD, "metaData": {"amount": amount}})
        listening.settle()
    wanted = json.dumps({"filter": [{"field": "code_name", "operator": "EQUALS", "values": "loyalty.earned"}]})
    rows = listening.http.get("/events/histories", params={"settings": wanted}).json()["data"]
    assert ["2", "1"] == [row["payload"]["metaData"]["amount"] for row in rows]
