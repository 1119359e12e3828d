"""Who is in a segment."""

from __future__ import annotations

import pytest

from tests.sandbox.dashboard import documents

ATTRIBUTION, LOYALTY = (f"/custom-data-records/{number}" for number in (2, 3))


@pytest.fixture
def populated(dashboard):
    """Marie: Gold 1290, Paul: Silver 400, Léa: no account."""
    paul = {
        "contact_id": {"by": "id_customer", "value": "CUST-A4522"},
        "points_balance": 400,
        "tier": "Silver",
        "tier_since": "2024-01-01",
    }
    dashboard.post(LOYALTY, [documents.MARIES_ACCOUNT, paul])
    return dashboard


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({}, "Marie Paul Léa"),
        ({"LoyaltyAccount.tier": "Gold"}, "Marie"),
        ({"loyaltyaccount.tier": "gold"}, "Marie"),
        ({"LoyaltyAccount.tier": ["Gold", "Silver"]}, "Marie Paul"),
        ({"LoyaltyAccount.tier": {"operator": "IN", "value": ["Gold", "Silver"]}}, "Marie Paul"),
        ({"LoyaltyAccount.tier": {"operator": "IN", "value": ["Gold,Silver"]}}, ""),
        ({"LoyaltyAccount.tier": {"operator": "NOT_IN", "value": ["Gold"], "rows": None}}, "Paul"),
        ({"LoyaltyAccount.tier": {"operator": "NOT_EQUALS", "value": "Gold"}}, "Paul"),
        ({"LoyaltyAccount.points_balance": {"operator": "GREATER_THAN", "value": 400}}, "Marie"),
        ({"LoyaltyAccount.points_balance": {"operator": "BETWEEN", "value": [400, 500]}}, "Paul"),
        ({"LoyaltyAccount.points_balance": 400, "contact.first_name": "Paul"}, "Paul"),
        ({"LoyaltyAccount.points_balance": 400, "contact.first_name": "Marie"}, ""),
        ({"contact.first_name": "lea"}, "Léa"),
        ({"contact.email": {"operator": "STARTS_WITH", "value": "paul"}}, "Paul"),
        ({"contact.is_registered": True}, "Marie Paul Léa"),
        ({"contact.id_shop_contact": 2}, "Paul"),
        ({"LoyaltyAccount": {"rows": {}}}, "Marie Paul"),
        ({"LoyaltyAccount": {"rows": {"at_least": 2}}}, ""),
        ({"LoyaltyAccount": {"rows": {"since": "2025-06-01"}}}, "Marie"),
        ({"LoyaltyAccount": {"rows": {"since": "1y"}}}, "Marie"),
        ({"LoyaltyAccount": {"rows": {"since": "2y", "at_least": 1}}}, "Marie Paul"),
        ({"LoyaltyAccount.next_expiry_date": {"rows": {"since": "2y"}}}, "Marie"),
        ({"LoyaltyAccount": {"rows": {"at_least": 0}}}, "Marie Paul Léa"),
    ],
)
def test_criteria_choose_contacts(populated, where: dict, names: str) -> None:
    """Values compare as filters of the API do; all criteria have to be fulfilled."""
    populated.load(segment=[{"name": "S", "where": where}])
    assert names == " ".join(populated.members("S"))


@pytest.mark.parametrize(
    "where",
    [
        {"Nothing.x": 1},
        {"LoyaltyAccount.x": 1},
        {"LoyaltyAccount": "Gold"},
        {"ResponsableCommercial.first_name": "Alice"},
        {"ResponsableCommercial": {"rows": {"since": "1y"}}},
        {"contact.shoe_size": 1},
        {"contact.first_name": {"operator": "IS", "value": "Marie"}},
        {"LoyaltyAccount.points_balance": {"operator": "BETWEEN", "value": 3}},
    ],
)
def test_what_cannot_be_fulfilled_has_nobody_in_it(populated, where: dict) -> None:
    """The definition may come later; the segment is then alive at once."""
    populated.load(segment=[{"name": "S", "where": where}])
    assert [] == populated.members("S")
