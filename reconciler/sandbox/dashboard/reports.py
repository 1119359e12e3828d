"""What the dashboard shows, as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from reconciler.sandbox.dashboard import material, outbox
from reconciler.sandbox.dashboard.segments import members
from reconciler.sandbox.dashboard.view import View
from reconciler.sandbox.store import Store


def messages(store: Store, shop: int, after: int) -> list[dict[str, Any]]:
    """The messages with a higher id, the oldest first; `cause` says in words what
    started each.
    """
    store.settle()
    with store.reading() as db:
        found = outbox.after(db, shop, after)
    return [{**asdict(each), "cause": each.cause} for each in found]


def segments(store: Store, shop: int) -> list[dict[str, Any]]:
    """Each segment `{name, problems, contacts: [{id, email, first_name, last_name}]}`."""
    store.settle()
    with store.reading() as db:
        view = View(db, shop)
        return [
            _segment(view, each, store.clock()) for each in material.segments(db, shop)
        ]


def _segment(view: View, segment: material.Segment, now: float) -> dict[str, Any]:
    found = members(view, segment.where, now)
    return {
        "name": segment.name,
        "problems": list(found.problems),
        "contacts": [_contact(view, number) for number in found.contacts],
    }


def _contact(view: View, number: int) -> dict[str, Any]:
    row = view.contact(number)
    assert row
    return {
        "id": number,
        "email": row.values["contact_data_email"],
        "first_name": row.values["contact_first_name"],
        "last_name": row.values["contact_last_name"],
    }
