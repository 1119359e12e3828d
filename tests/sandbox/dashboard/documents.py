"""What the use-case documents send, and the messages they show, to the letter."""

from __future__ import annotations

from typing import Any

MANAGERS: dict[str, Any] = {
    "name": "ResponsableCommercial",
    "description": "Catalog of account managers",
    "unique_keys": ["responsable_id"],
    "fields": [
        {"name": "responsable_id", "label": "Manager ID", "type": "text", "required": True},
        {"name": "first_name", "label": "First name", "type": "text", "required": True},
        {"name": "last_name", "label": "Last name", "type": "text", "required": True},
        {"name": "email", "label": "Email", "type": "text", "required": True},
        {"name": "phone", "label": "Phone", "type": "text", "required": False},
        {"name": "photo_url", "label": "Photo URL", "type": "text", "required": False},
    ],
}
ATTRIBUTION: dict[str, Any] = {
    "name": "Attribution",
    "description": "Account manager assignment for a contact",
    "unique_keys": ["contact_id"],
    "fields": [
        {"name": "contact_id", "label": "Contact", "type": "number", "required": True},
        {"name": "responsable_id", "label": "Manager", "type": "text", "required": True},
        {"name": "assigned_at", "label": "Assigned at", "type": "date", "required": False},
    ],
    "relationships": [
        {
            "sourceField": "contact_id",
            "targetSchemaType": "system",
            "targetSchema": "contacts",
            "targetField": "id_contact",
        },
        {
            "sourceField": "responsable_id",
            "targetSchemaType": "custom",
            "targetSchema": "1",
            "targetField": "responsable_id",
        },
    ],
}
LOYALTY: dict[str, Any] = {
    "name": "LoyaltyAccount",
    "description": "Current state of the loyalty program for a contact",
    "unique_keys": ["contact_id"],
    "fields": [
        {"name": "contact_id", "label": "Contact", "type": "number", "required": True},
        {"name": "points_balance", "label": "Points balance", "type": "number", "required": True},
        {"name": "tier", "label": "Tier", "type": "text", "required": True},
        {"name": "tier_since", "label": "Tier since", "type": "date", "required": False},
        {"name": "next_expiry_date", "label": "Next expiry date", "type": "date", "required": False},
        {"name": "next_expiry_amount", "label": "Points at risk", "type": "number", "required": False},
    ],
    "relationships": [ATTRIBUTION["relationships"][0]],
}
TIER_UPGRADED: dict[str, Any] = {
    "name": "Loyalty — tier upgraded",
    "code_name": "loyalty.tier_upgraded",
    "properties": {
        "metaData": [
            {"name": "previous_tier", "type": "text", "required": True},
            {"name": "new_tier", "type": "text", "required": True},
        ]
    },
}
ALICE_AND_JOHN = [
    {
        "responsable_id": "COM-001",
        "first_name": "Alice",
        "last_name": "Durand",
        "email": "alice.durand@myshop.com",
        "phone": "+33 1 23 45 67 89",
        "photo_url": "https://myshop.com/team/alice.jpg",
    },
    {
        "responsable_id": "COM-002",
        "first_name": "John",
        "last_name": "Martin",
        "email": "john.martin@myshop.com",
        "phone": "+33 4 56 78 90 12",
        "photo_url": "https://myshop.com/team/john.jpg",
    },
]
ASSIGNMENTS = [
    {
        "contact_id": {"by": "id_customer", "value": "CUST-A4521"},
        "responsable_id": "COM-001",
        "assigned_at": "2024-03-15",
    },
    {
        "contact_id": {"by": "id_customer", "value": "CUST-A4522"},
        "responsable_id": "COM-001",
        "assigned_at": "2025-09-20",
    },
    {
        "contact_id": {"by": "id_customer", "value": "CUST-A4523"},
        "responsable_id": "COM-002",
        "assigned_at": "2025-11-08",
    },
]
MARIES_ACCOUNT = {
    "contact_id": {"by": "id_customer", "value": "CUST-A4521"},
    "points_balance": 1290,
    "tier": "Gold",
    "tier_since": "2025-11-12",
    "next_expiry_date": "2026-12-31",
    "next_expiry_amount": 320,
}
MARIE_IS_GOLD = {
    "contact": {"email": "marie.dupont@example.com"},
    "metaData": {"previous_tier": "Silver", "new_tier": "Gold"},
}
GOLD_UPGRADE = """\
Congratulations {var=contact.first_name}!
You've just reached {var=metaData.new_tier} status 🎉
You now benefit from:
- Free shipping on every order
- 10% permanent discount
- Early access to private sales
Your current balance: {var=LoyaltyAccount.points_balance} points"""
GOLD_UPGRADE_FOR_MARIE = """\
Congratulations Marie!
You've just reached Gold status 🎉
You now benefit from:
- Free shipping on every order
- 10% permanent discount
- Early access to private sales
Your current balance: 1290 points"""
YOUR_MANAGER = """\
Hi {var=contact.first_name},
(your content)
Your dedicated advisor is here to help:
{var=Attribution.responsable.first_name} {var=Attribution.responsable.last_name}
📞 {var=Attribution.responsable.phone}
✉️ {var=Attribution.responsable.email}"""
YOUR_MANAGER_FOR_MARIE = """\
Hi Marie,
(your content)
Your dedicated advisor is here to help:
Alice Durand
📞 +33 1 23 45 67 89
✉️ alice.durand@myshop.com"""
ON_UPGRADE: dict[str, Any] = {
    "name": "Gold upgrade",
    "trigger": {"event": "loyalty.tier_upgraded"},
    "template": "gold-upgrade",
    "status": "active",
}
ON_ASSIGNMENT: dict[str, Any] = {
    "name": "Meet your manager",
    "trigger": {"record": "Attribution", "on": ["created"]},
    "template": "your-manager",
    "status": "active",
}
ALICES_PORTFOLIO: dict[str, Any] = {"name": "Alice's portfolio", "where": {"Attribution.responsable_id": "COM-001"}}
TEMPLATES = [
    {"name": "gold-upgrade", "subject": "You're now {var=metaData.new_tier} 🎉", "body": GOLD_UPGRADE},
    {"name": "your-manager", "body": YOUR_MANAGER},
]
