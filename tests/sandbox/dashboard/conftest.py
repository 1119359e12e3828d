"""A shop as both documents leave it, with its dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.sandbox.dashboard import material, outbox, segments
from reconciler.sandbox.dashboard.loading import load
from reconciler.sandbox.dashboard.outbox import Message
from reconciler.sandbox.dashboard.view import View
from tests.sandbox.conftest import Shop
from tests.sandbox.dashboard import documents

CUSTOMERS = (
    ("CUST-A4521", "marie.dupont@example.com", "Marie"),
    ("CUST-A4522", "paul.petit@example.com", "Paul"),
    ("CUST-A4523", "lea.blanc@example.com", "Léa"),
)


@dataclass
class Dashboard:
    """A shop over HTTP, and what its merchant sees."""

    shop: Shop

    def load(self, **items: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        """Replace the dashboard by `kind=items`."""
        return load(self.shop.store, 1, items)

    def post(self, path: str, body: object) -> None:
        """Send, and wait until it is visible."""
        answer = self.shop.http.post(path, json=body)
        assert 200 == answer.status_code, answer.text
        self.shop.settle()
        self.shop.store.settle()

    def outbox(self) -> list[Message]:
        """All messages, the oldest first."""
        self.shop.store.settle()
        with self.shop.store.reading() as db:
            return outbox.after(db, 1, 0)

    def bodies(self) -> list[str]:
        """What was sent."""
        return [message.body for message in self.outbox()]

    def members(self, name: str) -> list[str]:
        """The first names of who is in a segment."""
        self.shop.store.settle()
        with self.shop.store.reading() as db:
            view = View(db, 1)
            where = next(each.where for each in material.segments(db, 1) if each.name == name)
            found = segments.members(view, where, self.shop.clock.now)
            contacts = [view.contact(number) for number in found.contacts]
        return [str(each.values["contact_first_name"]) for each in contacts if each]


@pytest.fixture
def dashboard(shop: Shop) -> Dashboard:
    """The documents' definitions, event type and customers, and an empty dashboard."""
    made = Dashboard(shop)
    for definition in (documents.MANAGERS, documents.ATTRIBUTION, documents.LOYALTY):
        made.post("/custom-data-definitions", definition)
    made.post("/events", documents.TIER_UPGRADED)
    made.post(
        "/customers",
        [
            shop.customer(customer_id=number, email=email, first_name=name, phone_number=f"+33 6 0{index}")
            for index, (number, email, name) in enumerate(CUSTOMERS)
        ],
    )
    return made


@pytest.fixture
def documented(dashboard: Dashboard) -> Callable[[], Dashboard]:
    """Load what the documents configure in the dashboard."""

    def load_it() -> Dashboard:
        dashboard.load(
            template=documents.TEMPLATES,
            segment=[documents.ALICES_PORTFOLIO],
            scenario=[documents.ON_UPGRADE, documents.ON_ASSIGNMENT],
        )
        return dashboard

    return load_it
