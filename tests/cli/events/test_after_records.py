"""`events send --after-records`: the message reads rows, and those are waited for."""

import pytest

from tests.cli.events.conftest import CODE, EVENT, GOLD, MARIE, SCENARIO, TEMPLATE, Desk

ACCOUNT = """
kind: definition
name: LoyaltyAccount
unique_keys: [contact_id]
fields:
  - {name: contact_id, label: Contact, type: number, required: true}
  - {name: points_balance, label: Points, type: number, required: true}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts, targetField: id_contact}
"""
ROWS = """
kind: records
definition: LoyaltyAccount
file: accounts.csv
"""
MESSAGE = TEMPLATE.replace("now.", "now, with {var=LoyaltyAccount.points_balance} points.")
SEND = ("send", CODE, "--contact", f"email={MARIE}", *GOLD, "--after-records", "--auto-approve")


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop whose contact is to have 1,240 points."""
    desk.write(
        "manifests/accounts.csv", "contact_id.id_customer,points_balance\nC9,7\nMARIE,1240\n".replace("MARIE", MARIE)
    )
    desk.manifests(EVENT, SCENARIO, MESSAGE, ACCOUNT)
    desk.apply()
    desk.customer()
    desk.manifests(EVENT, SCENARIO, MESSAGE, ACCOUNT, ROWS)
    return desk


def _points(desk: Desk, points: int) -> None:
    number = desk.other.get("/custom-data-definitions").json()["data"][0]["id_definition"]
    desk.post(f"/custom-data-records/{number}", [{"contact_id": 1, "points_balance": points}])


def test_a_row_with_an_old_balance_is_waited_for(shop: Desk) -> None:
    """What the record set says is not what can be read: nothing is sent."""
    _points(shop, 990)
    ran = shop.events(*SEND, "--wait", "0")
    assert 1 == ran.code
    assert "LoyaltyAccount: points_balance is not as it should be, for this contact" in ran.err
    assert "Nothing was sent. Push the row first: reconciler records apply LoyaltyAccount" in ran.err
    assert [] == shop.histories()


def test_the_event_is_sent_once_the_row_can_be_read(shop: Desk) -> None:
    """The row of the record set names the contact by the id of the customer."""
    _points(shop, 1240)
    ran = shop.events(*SEND)
    assert 0 == ran.code, ran.err
    assert 1 == len(shop.histories())


def test_without_a_declared_row_any_row_will_do(shop: Desk) -> None:
    """Nobody can know then what its values should be."""
    shop.manifests(EVENT, SCENARIO, MESSAGE, ACCOUNT)
    ran = shop.events(*SEND, "--wait", "0")
    assert "LoyaltyAccount: there is no row, for this contact" in ran.err
    _points(shop, 3)
    assert 0 == shop.events(*SEND).code


def test_a_message_without_rows_waits_for_nothing(shop: Desk) -> None:
    """It is said."""
    shop.manifests(EVENT, SCENARIO, TEMPLATE, ACCOUNT, ROWS)
    ran = shop.events(*SEND)
    assert 0 == ran.code
    assert "No message of this event reads rows: nothing is waited for." in ran.err


def test_a_definition_that_does_not_live_stops_it(shop: Desk) -> None:
    """Its rows cannot be read."""
    shop.manifests(
        EVENT, SCENARIO, MESSAGE.replace("LoyaltyAccount", "Other"), ACCOUNT.replace("LoyaltyAccount", "Other")
    )
    ran = shop.events(*SEND)
    assert 1 == ran.code
    assert "definition/Other does not live in this shop." in ran.err


@pytest.mark.parametrize("contact", ["email=nobody@example.com", "phone=+33612345678"])
def test_a_contact_that_is_not_found_stops_it(shop: Desk, contact: str) -> None:
    """Whether there is none or the API finds nobody by a phone: it says what to name."""
    ran = shop.events("send", CODE, "--contact", contact, *GOLD, "--after-records", "--auto-approve")
    assert 1 == ran.code
    assert "Name one that exists, by id or e-mail: the API finds nobody by phone." in ran.err
    assert [] == shop.histories()
