"""Customers, and the contacts that are derived from them (contract §7).

A customer is matched to a contact by e-mail, then by phone, then stays with the contact
it had; otherwise a new contact is made.  A contact shows the data of the customer that
was saved last.
"""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any

from reconciler.sandbox.folding import name_key
from reconciler.sandbox.rows import Accepted


def save(db: sqlite3.Connection, accepted: Accepted) -> None:
    """Insert or update customers on ``customer_id``; what an update does not send is
    kept.
    """
    for sent in accepted.payload:
        present = _present(db, accepted.shop, sent["customer_id"])
        _store(db, accepted, sent, present)


def change(db: sqlite3.Connection, accepted: Accepted) -> None:
    """Change customers that exist; one that has gone meanwhile is skipped."""
    for sent in accepted.payload:
        present = _present(db, accepted.shop, sent["customer_id"])
        if present is not None:
            _store(db, accepted, sent, present)


def _present(db: sqlite3.Connection, shop: int, key: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM customer WHERE shop_id = ? AND customer_id = ?", (shop, key)
    ).fetchone()
    return found


def _store(
    db: sqlite3.Connection,
    accepted: Accepted,
    sent: dict[str, Any],
    present: sqlite3.Row | None,
) -> None:
    item = {**json.loads(present["data"]), **sent} if present else sent
    contact = _contact(db, accepted, item, present["contact_id"] if present else None)
    db.execute(
        "INSERT INTO customer (shop_id, customer_id, contact_id, data) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (shop_id, customer_id) DO UPDATE SET contact_id = excluded.contact_id, data = excluded.data",
        (accepted.shop, item["customer_id"], contact, json.dumps(item)),
    )


def delete(db: sqlite3.Connection, accepted: Accepted) -> None:
    """Delete customers; unknown ids are skipped.  The contact stays: records and
    histories hang on it.
    """
    db.executemany(
        "DELETE FROM customer WHERE shop_id = ? AND customer_id = ?",
        [(accepted.shop, id_) for id_ in accepted.payload],
    )


def email_key(email: str) -> str:
    """Give what e-mails are matched on: case does not count (contract §7)."""
    return name_key(email.strip())


def phone_key(phone: str) -> str:
    """Give what phone numbers are matched on: the digits."""
    return re.sub(r"[^0-9+]", "", phone)


def find(db: sqlite3.Connection, shop: int, by: str, value: object) -> int | None:
    """Find a contact ``by`` id_contact, id_customer, email or phone; among several the
    oldest.
    """
    match by:
        case "id_contact":
            query, key = "SELECT id FROM contact WHERE shop_id = ? AND id = ?", value
        case "id_customer":
            query, key = (
                "SELECT contact_id FROM customer WHERE shop_id = ? AND customer_id = ?",
                str(value),
            )
        case "email":
            query, key = (
                "SELECT min(id) FROM contact WHERE shop_id = ? AND email_key = ?",
                email_key(str(value)),
            )
        case _:
            query, key = (
                "SELECT min(id) FROM contact WHERE shop_id = ? AND phone_key = ?",
                phone_key(str(value)),
            )
    row = db.execute(query, (shop, key)).fetchone()
    return row[0] if row else None


def _contact(
    db: sqlite3.Connection,
    accepted: Accepted,
    item: dict[str, Any],
    present: int | None,
) -> int:
    email, phone = email_key(item["email"]), phone_key(item.get("phone_number") or "")
    matched = find(db, accepted.shop, "email", item["email"])
    if matched is None and phone:
        matched = find(db, accepted.shop, "phone", phone)
    if matched is None:
        matched = present
    values = (email, phone or None, json.dumps(_profile(item, accepted.at)))
    if matched is None:
        cursor = db.execute(
            "INSERT INTO contact (email_key, phone_key, data, shop_id) VALUES (?, ?, ?, ?)",
            (*values, accepted.shop),
        )
        return cursor.lastrowid or 0
    # The profile keeps when it was first seen.
    db.execute(
        "UPDATE contact SET email_key = ?, phone_key = coalesce(?, phone_key),"
        " data = json_patch(data, json_remove(?, '$.created_at')) WHERE id = ?",
        (*values, matched),
    )
    return matched


def _profile(item: dict[str, Any], now: str) -> dict[str, object]:
    """Map a customer to the contact fields it determines; null ones stay unknown."""
    profile = {
        "id_customer_shop": item["customer_id"],
        "contact_data_email": item["email"],
        "contact_data_sms": item.get("phone_number"),
        "contact_first_name": item.get("first_name"),
        "contact_last_name": item.get("last_name"),
        "contact_birthday": item.get("birth_date"),
        "contact_lang": item["lang"],
        "optin_data_email": item.get("is_newsletter_subscribed"),
        "active": item.get("is_active", True),
        "is_registered": True,
        "created_on_shop_at": item["created_at"],
        "created_at": now,
        "updated_at": now,
    }
    return {key: value for key, value in profile.items() if value is not None}
