"""What messages read of a shop that does not answer as asked."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.api.connection import ReadConnection
from reconciler.api.contacts import contacts_with_phone, count_contacts
from reconciler.api.messages import ReadMessages
from reconciler.cli.render import NoContact, find_contact
from reconciler.errors import NotUnderstood
from reconciler.events.target import parse_target
from reconciler.kinds.definition.live import LiveDefinition

VISIT = LiveDefinition(7, "Visit", "active", None, (), (), ())


@pytest.fixture
def shop(lab: Any) -> Callable[..., ReadConnection]:
    """A connection to a shop that answers every listing with the same rows."""

    def make(rows: list[dict[str, Any]], **pagination: object) -> ReadConnection:
        content = {"statusCode": 200, "data": rows, "meta": {"pagination": pagination}}
        transport = httpx.MockTransport(lambda request: httpx.Response(200, text=json.dumps(content)))
        connection = lab.connect(ReadConnection, transport)
        assert isinstance(connection, ReadConnection)
        return connection

    return make


def test_rows_that_were_not_asked_for_are_not_taken(shop: Callable) -> None:
    """A server that ignores filters would put somebody else's row into the message."""
    reads = ReadMessages(shop([{"id": "3", "contact_id": "2"}], total_items=1))
    with pytest.raises(NotUnderstood, match="GET /custom-data-records/7: the shop does not filter its rows"):
        reads.rows(VISIT, {"contact_id": ("1",)})
    reads = ReadMessages(shop([{"product_id": "P2"}], total_items=1))
    with pytest.raises(NotUnderstood, match="does not filter its products"):
        reads.product("P1")
    with pytest.raises(NotUnderstood, match="holds contacts that were not asked for"):
        contacts_with_phone(shop([{"id_shop_contact": "1", "contact_data_sms": "+33 2"}], total_items=1), "+33 1")


def test_a_row_and_how_many_there_are(shop: Callable) -> None:
    """The oldest first, with its number, and the total of the listing."""
    rows = [{"id": "4", "contact_id": "1"}, {"id": "3", "contact_id": 1}]
    found = ReadMessages(shop(rows, total_items=250)).rows(VISIT, {"contact_id": ("1",)})
    assert (250, [3, 4]) == (found.total, [row["id"] for row in found.first])
    assert "GET /custom-data-records/7" == found.request


def test_contacts_are_counted_by_the_total(shop: Callable) -> None:
    """Where the listing says none, one page alone is counted, and more are not guessed."""
    one = [{"id_shop_contact": "1"}]
    assert 180_000 == count_contacts(shop(one, total_items=180_000))
    assert 1 == count_contacts(shop(one, has_next_page=False))
    with pytest.raises(NotUnderstood, match="does not say how many contacts there are"):
        count_contacts(shop(one, has_next_page=True))
    assert 0 == ReadMessages(shop([], total_items=0)).contact("no number").total


def test_of_several_contacts_with_one_phone_none_is_guessed(shop: Callable) -> None:
    """Their ids are named, to choose from."""
    rows = [{"id_shop_contact": number, "contact_data_sms": "+33 6 01"} for number in ("7", "9")]
    with pytest.raises(NoContact, match=r"2 contacts of this shop have a phone ending in 01. Choose .*: id=7, id=9"):
        find_contact(shop(rows, total_items=2), parse_target("phone=+33 6 01"))
