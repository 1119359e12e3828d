"""What a variable stands for."""

from __future__ import annotations

import pytest

from tests.sandbox.dashboard import documents

ATTRIBUTION, LOYALTY = (f"/custom-data-records/{number}" for number in (2, 3))


@pytest.fixture
def sent(dashboard):
    """Send a body to Marie, whose data is complete; give the message."""
    dashboard.post("/custom-data-records/1", documents.ALICE_AND_JOHN)
    dashboard.post(ATTRIBUTION, documents.ASSIGNMENTS)
    dashboard.post(LOYALTY, [documents.MARIES_ACCOUNT])

    def send(body: str):
        dashboard.load(template=[{"name": "gold-upgrade", "body": body}], scenario=[documents.ON_UPGRADE])
        dashboard.post("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
        return dashboard.outbox()[-1]

    return send


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{var=contact.first_name}", "Marie"),
        ("{var=contact.contact_first_name}", "Marie"),
        ("{var=contact.email}", "marie.dupont@example.com"),
        ("{var=contact.is_registered}", "true"),
        ("{var=metaData.new_tier}", "Gold"),
        ("{var=LoyaltyAccount.points_balance}", "1290"),
        ("{var=LoyaltyAccount.tier_since}", "2025-11-12"),
        ("{var=LoyaltyAccount.contact.first_name}", "Marie"),
        ("{var=Attribution.responsable.first_name}", "Alice"),
        ("{var=Attribution.responsable_id}", "COM-001"),
    ],
)
def test_a_variable_is_replaced(sent, body: str, text: str) -> None:
    """Contact, event, row, and what a relation leads to."""
    message = sent(f"<{body}>")
    assert (f"<{text}>", ()) == (message.body, message.holes)


@pytest.mark.parametrize(
    "path",
    [
        "contact.shoe_size",
        "contact.gender",
        "contact",
        "metaData.old_tier",
        "metaData.new_tier.x",
        "loyalty.points_balance",
        "loyaltyaccount.tier",
        "LoyaltyAccount.Tier",
        "LoyaltyAccount.responsable.first_name",
        "Attribution.responsable_id.first_name",
        "Attribution.ResponsableCommercial.first_name",
        "ResponsableCommercial.first_name",
    ],
)
def test_a_variable_without_a_value_leaves_a_hole(sent, path: str) -> None:
    """Names are exact (contract §13 row 22), and a hop is the source field without `_id` (row 23)."""
    message = sent(f"<{{var={path}}}>")
    assert ("<>", (path,)) == (message.body, message.holes)


@pytest.mark.parametrize(
    "text",
    [
        "{ var=contact.first_name}",
        "{Var=contact.first_name}",
        "{var =contact.first_name}",
        "{var=contact.first_name",
        "{var=contact.first_name.}",
        "{var=contact.first_name|you}",
        "{var:contact.first_name}",
        "{widget.key} {integration.key} {{ liquid }} p{color:red}",
        "&#123;var=contact.first_name&#125;",
    ],
)
def test_what_is_no_variable_is_sent_as_it_stands(sent, text: str) -> None:
    """The platform knows one form."""
    assert text == sent(text).body


def test_braces_around_a_variable_stay(sent) -> None:
    """Only the variable is replaced."""
    assert "{Marie} $Marie" == sent("{{var=contact.first_name}} ${var=contact.first_name}").body


def test_an_unassigned_contact_gets_no_data(dashboard) -> None:
    """No condition is needed in the template, says the document; the line is there without them."""
    dashboard.load(
        template=documents.TEMPLATES, scenario=[{**documents.ON_ASSIGNMENT, "trigger": {"record": "LoyaltyAccount"}}]
    )
    dashboard.post(LOYALTY, [documents.MARIES_ACCOUNT])
    (message,) = dashboard.outbox()
    assert "help:\n \n📞 \n✉️ " in message.body
    assert 4 == len(message.holes)


def test_a_definitions_name_may_hold_blanks(dashboard) -> None:
    """`POS profile` is one (contract §3.1)."""
    profile = {**documents.LOYALTY, "name": "POS profile"}
    dashboard.post("/custom-data-definitions", profile)
    dashboard.load(
        template=[{"name": "t", "body": "{var=POS profile.tier}"}],
        scenario=[{**documents.ON_UPGRADE, "template": "t"}],
    )
    dashboard.post("/custom-data-records/4", [documents.MARIES_ACCOUNT])
    dashboard.post("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
    assert ["Gold"] == dashboard.bodies()
