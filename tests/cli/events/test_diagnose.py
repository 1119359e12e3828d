"""`events diagnose`: the table, the document, and the exit code."""

import json
import re

import pytest

from tests.cli.events.conftest import CODE, EVENT, MARIE, Desk

ASKED = ("diagnose", CODE, "--contact", f"email={MARIE}")
UNKNOWN_CONTACT = """\
 1 event type     ok        live, equal to manifests/events.yaml:2
 2 landed         ok        1 in the last 24 h, the latest TIME (histories, filter code_name)
 3 payload        ok        previous_tier, new_tier as declared
 4 target         FAILED    "marie.dupont@example.com" was not resolved to a contact
 5 contact        –         unknown e-mail: the contact does not exist in this shop (contacts come from customers)
 6 reachable      –         not looked at
 7 scenario       unknown   scenario/Gold upgrade is declared active; whether the dashboard agrees the API does not say
 8 message        –         not looked at
 9 order          –         not looked at
Because of 4 nothing was sent. Push the customer first (POST /customers), wait until the contact exists, then send the \
event again:
  reconciler events send loyalty.tier_upgraded --contact email=…
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop with the event type."""
    desk.apply()
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
