"""`events diagnose`: the table, the document, and the exit code."""

import json
import re

import pytest

from tests.cli.events.conftest import CODE, EVENT, MARIE, SCENARIO, TEMPLATE, Desk

ASKED = ("diagnose", CODE, "--contact", f"email={MARIE}")
UNKNOWN_CONTACT = """\
 1 event type     ok        live, equal to manifests/events.yaml:2
 2 landed         ok        1 in the last 24 h, the latest TIME (histories, filter code_name)
 3 payload        ok        previous_tier, new_tier as declared
 4 target         FAILED    "marie.dupont@example.com" was not resolved to a contact
 5 contact        –         unknown e-mail: the contact does not exist in this shop (contacts come from customers)
 6 reachable      –         not looked at
 7 scenario       unknown   scenario/Gold upgrade is declared active; whether the dashboard agrees the API does not say
 8 message        ok        template/gold-upgrade: 2 variables, all resolve
 9 order          –         not looked at
Because of 4 nothing was sent. Push the customer first (POST /customers), wait until the contact exists, then send the \
event again:
  reconciler events send loyalty.tier_upgraded --contact email=…
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop with the event type."""
    desk.make_live(EVENT)
    return desk


def test_an_unknown_contact_is_explained_word_for_word(shop: Desk) -> None:
    """The table of the specification; which shop was looked at stands on stderr."""
    shop.fire()
    ran = shop.events(*ASKED)
    assert 1 == ran.code
    assert UNKNOWN_CONTACT == re.sub(r"\d\d:\d\d:\d\d", "TIME", ran.out)
    assert "Looked at target sandbox" in ran.err


def test_the_document_holds_every_step(shop: Desk) -> None:
    """With the cause as the reason of the exit, and the command to type."""
    shop.fire()
    document = json.loads(shop.events(*ASKED, "--format", "json").out)
    assert {"code": 1, "reason": "target-not-resolved"} == document["exit"]
    assert list(range(1, 10)) == [step["step"] for step in document["steps"]]
    assert "failed" == document["steps"][3]["state"]
    assert "sandbox" == document["target"]["name"]
    assert document["next"]["command"].startswith("reconciler events send ")


def test_a_known_contact_has_nothing_wrong(shop: Desk) -> None:
    """Exit 0, and it says what only the dashboard shows."""
    shop.customer()
    shop.fire()
    ran = shop.events(*ASKED)
    assert 0 == ran.code, ran.out
    assert " 6 reachable      ok        e-mail: opted in" in ran.out
    assert "Nothing was found wrong." in ran.out


def test_a_contact_by_phone_is_the_one_of_the_history(shop: Desk) -> None:
    """The API finds nobody by phone, and the row says whom it was resolved to: that contact is looked at."""
    shop.customer(phone_number="+33612345678")
    said = {"previous_tier": "silver", "new_tier": "gold"}
    shop.post(f"/events/trigger/{CODE}", {"contact": {"phone": "+33612345678"}, "metaData": said})
    ran = shop.events("diagnose", CODE, "--contact", "phone=+33612345678")
    assert 0 == ran.code, ran.out
    assert " 5 contact        ok        contact 1\n 6 reachable      ok        e-mail: opted in\n" in ran.out


def test_an_event_type_that_was_never_applied(desk: Desk) -> None:
    """Exit 1 with the command that makes it live; what cannot have been sent is not looked at."""
    document = json.loads(desk.events(*ASKED, "--format", "json").out)
    assert {"code": 1, "reason": "event-type-missing"} == document["exit"]
    assert f"reconciler apply --only event/{CODE}" == document["next"]["command"]


def test_a_changed_event_type_is_named_with_its_differences(shop: Desk) -> None:
    """As a sender would notice them."""
    shop.manifests(EVENT.replace("bonus, type: number", "bonus, type: text"))
    ran = shop.events(*ASKED)
    assert 1 == ran.code
    assert (
        "FAILED    live, and different from manifests/events.yaml:2: metaData.bonus is number and not text" in ran.out
    )


def test_whom_it_is_about_has_to_be_said(desk: Desk) -> None:
    """A diagnosis is about one contact."""
    assert 64 == desk.events("diagnose", CODE).code


ACCOUNT = """
kind: definition
name: LoyaltyAccount
unique_keys: [contact_id]
fields:
  - {name: contact_id, label: Contact, type: number, required: true}
  - {name: points_balance, label: Points, type: number, required: true}
  - {name: manager_id, label: Manager, type: text, required: false}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts, targetField: id_contact}
  - {sourceField: manager_id, targetSchemaType: custom, targetSchema: Manager, targetField: code}
"""
MANAGER = """
kind: definition
name: Manager
unique_keys: [code]
fields:
  - {name: code, label: Code, type: text, required: true}
  - {name: phone, label: Phone, type: text, required: false}
"""
MESSAGE = TEMPLATE.replace("now.", "now, {var=LoyaltyAccount.points_balance} {var=LoyaltyAccount.manager.phone}")


@pytest.fixture
def with_rows(desk: Desk) -> Desk:
    """A shop whose message reads the contact's row, and the manager that it names; with an event."""
    desk.manifests(EVENT, SCENARIO, MESSAGE, ACCOUNT, MANAGER)
    desk.apply()
    desk.customer()
    desk.fire()
    return desk


def _save(desk: Desk, name: str, **row: object) -> None:
    listed = desk.other.get("/custom-data-definitions").json()["data"]
    (number,) = (each["id_definition"] for each in listed if each["name"] == name)
    desk.post(f"/custom-data-records/{number}", [row])


def _message(desk: Desk) -> tuple[int, str]:
    ran = desk.events(*ASKED)
    return ran.code, next(line[28:] for line in ran.out.splitlines() if line.startswith(" 8 message "))


def test_a_message_is_followed_to_its_values(with_rows: Desk) -> None:
    """Each step of the way may end it, and the first that does is named."""
    desk = with_rows
    begin = "template/gold-upgrade: {var=LoyaltyAccount."
    code, told = _message(desk)
    assert (1, True) == (code, told.startswith(f"{begin}points_balance}}: the contact has no row of LoyaltyAccount"))
    _save(desk, "LoyaltyAccount", contact_id=1, points_balance=3)
    assert (1, f"{begin}manager.phone}}: manager_id is empty") == _message(desk)
    _save(desk, "LoyaltyAccount", contact_id=1, points_balance=3, manager_id="M1")
    assert (1, f"{begin}manager.phone}}: no row of Manager is the one that manager_id names") == _message(desk)
    _save(desk, "Manager", code="M1")
    assert (1, f"{begin}manager.phone}}: Manager.phone is empty") == _message(desk)
    _save(desk, "Manager", code="M1", phone="+33 1")
    assert (0, "template/gold-upgrade: 4 variables, all resolve") == _message(desk)


def test_a_variable_that_the_manifests_prove_wrong_is_named(with_rows: Desk) -> None:
    """Whatever the contact has."""
    desk = with_rows
    desk.manifests(EVENT, SCENARIO, MESSAGE.replace("points_balance", "point_balance"), ACCOUNT, MANAGER)
    code, told = _message(desk)
    assert 1 == code
    assert "LoyaltyAccount has no field point_balance" in told


def test_for_nobody_it_says_what_a_contact_needs(with_rows: Desk) -> None:
    """As the specification shows it."""
    with_rows.fire("nobody@example.com")
    ran = with_rows.events("diagnose", CODE, "--contact", "email=nobody@example.com")
    assert "template/gold-upgrade: 4 variables, all resolve for contacts with a LoyaltyAccount row" in ran.out
