"""The rows of the histories are read whatever their keys are called, as far as anybody would call them so."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from reconciler.api.connection import ReadConnection
from reconciler.api.contacts import contact_of
from reconciler.api.histories import history_row
from reconciler.errors import Unauthorized
from reconciler.events.payload import is_same_payload
from reconciler.events.shop import CannotLookUp, Channel, Target

PAYLOAD = {"metaData": {"new_tier": "gold"}}
SPELLINGS: Mapping[str, dict[str, Any]] = {
    "as the sandbox": {
        "id": "7",
        "code_name": "tier",
        "status": "processed",
        "target": {"id_contact": "42", "contact": {"email": "a@b.example"}, "visitor": None},
        "payload": {"metaData": {"new_tier": "gold"}, "customData": None},
        "date_creation": "2026-11-26T14:02:11.000Z",
    },
    "flat": {
        "id_history": 7,
        "event_code_name": "tier",
        "outcome": "ok",
        "id_contact": 42,
        "email": "a@b.example",
        "metaData": {"new_tier": "gold"},
        "created_at": "2026-11-26T14:02:11Z",
    },
    "camel case and JSON in text": {
        "id": 7,
        "event": {"codeName": "tier"},
        "contact": '{"email": "a@b.example", "idContact": "42"}',
        "data": '{"metaData": {"new_tier": "gold"}}',
        "dateCreation": "1795701731",
    },
    "an event by its name, a payload without slots": {
        "id": 7,
        "event": "tier",
        "recipient": {"contact_id": 42, "contact_data_email": "a@b.example"},
        "properties": {"new_tier": "gold"},
        "date": "2026-11-26 14:02:11",
    },
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_row_is_understood(spelling: str) -> None:
    """Code name, time, target, resolution and payload."""
    row = history_row(SPELLINGS[spelling])
    assert ("7", 7, "tier", True) == (row.identity, row.number, row.code, row.is_understood)
    assert (42, True, "a@b.example") == (row.contact, row.resolved, row.target.email)
    assert row.at is not None
    assert (14, 2, 11) == (row.at.hour, row.at.minute, row.at.second)
    assert row.payload is not None
    assert is_same_payload(PAYLOAD, row.payload)


@pytest.mark.parametrize(
    ("said", "resolved"),
    [
        ({"id_contact": None, "status": "processed"}, False),
        ({"status": "target_not_found"}, False),
        ({"status": "Contact not found"}, False),
        ({"status": "unresolved"}, False),
        ({"status": "processed"}, None),
        ({"id_contact": None, "status": "pending"}, None),
        ({"id_contact": "42", "status": "queued"}, True),
        ({}, None),
    ],
)
def test_what_a_row_says_of_its_target(said: dict[str, Any], resolved: bool | None) -> None:
    """Only a contact is a yes, and only a place without one or clear words are a no."""
    assert resolved is history_row({"id": 1, "code_name": "tier", **said}).resolved


@pytest.mark.parametrize("raw", [{}, {"x_id": 1, "x_code": "tier"}, {"code_name": "tier"}, {"payload": {"a": 1}}])
def test_a_row_of_other_keys_is_not_understood(raw: dict[str, Any]) -> None:
    """It says nothing of who was meant."""
    assert not history_row(raw).is_understood


def test_rows_without_an_id_are_told_apart_by_all_they_show() -> None:
    """Two alike are one."""
    one, same, other = ({"code_name": "a"}, {"code_name": "a"}, {"code_name": "b"})
    assert history_row(one).identity == history_row(same).identity != history_row(other).identity


def test_a_contact_is_read_with_its_channels(lab: Any) -> None:
    """Flags may be texts, and marks the time since when they hold."""
    answer = {
        "id_shop_contact": "42",
        "contact_data_email": "a@b.example",
        "optin_data_email": "1",
        "unsub_data_email": "2026-11-20T08:00:00Z",
        "reject_data_email": "0",
        "can_receive_email": "false",
    }
    connection = lab.connect(
        ReadConnection, httpx.MockTransport(lambda asked: httpx.Response(200, json={"statusCode": 200, "data": answer}))
    )
    found = contact_of(connection, Target(id=42))
    assert found is not None
    assert 42 == found.id
    assert Channel(True, True, False, False) == found.channels["email"]
    assert Channel(None, None, None, None) == found.channels["sms"]


def test_nobody_is_found_by_phone(lab: Any) -> None:
    """The API has no such lookup, and nothing is asked."""
    connection = lab.connect(ReadConnection)
    with pytest.raises(CannotLookUp):
        contact_of(connection, Target(phone="+33612345678"))
    assert 0 == connection.requests


def test_only_not_found_means_that_there_is_no_contact(lab: Any) -> None:
    """Any other refusal proves nothing."""
    assert contact_of(lab.connect(ReadConnection), Target(email="nobody@b.example")) is None
    refusing = httpx.MockTransport(lambda asked: httpx.Response(403, json={"message": "no"}))
    with pytest.raises(Unauthorized):
        contact_of(lab.connect(ReadConnection, refusing), Target(id=1))


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00", "now", "", True, None, [], 1e300])
def test_a_time_that_cannot_be_shown_is_none(time: object) -> None:
    """Nobody's clock has it, and the row is read all the same."""
    row = history_row({"id": 1, "code_name": "tier", "email": "a@b.example", "date_creation": time})
    assert (None, True) == (row.at, row.is_understood)


@pytest.mark.parametrize(("outcome", "resolved"), [("processed", None), (None, None), ("target_not_found", False)])
def test_a_visitor_need_not_be_a_contact(outcome: str | None, resolved: bool | None) -> None:
    """That a visitor's row has no contact does not say that nobody was found; its outcome may."""
    target = {"id_contact": None, "contact": None, "visitor": {"id": "12"}}
    row = history_row({"id": 7, "code_name": "tier", "status": outcome, "target": target})
    assert (resolved, 12) == (row.resolved, row.target.visitor)
