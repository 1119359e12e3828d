"""The outbox: the messages that scenarios have sent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """A message as it was sent. `started_by` is `{event, history}`, `{record, id,
    moment}` or `{segment}`; `holes` are variables that came out empty.
    """

    id: int
    scenario: str
    template: str
    contact: int
    recipient: str | None
    subject: str
    body: str
    started_by: Mapping[str, object]
    holes: tuple[str, ...]
    sent_at: str

    @property
    def cause(self) -> str:
        """What started it, in words."""
        by = self.started_by
        if "event" in by:
            return f"event {by['event']}"
        if "record" in by:
            return f"row {by['id']} of {by['record']}, {by['moment']}"
        return f"entering the segment {by['segment']}"


def put(db: sqlite3.Connection, shop: int, message: Message) -> None:
    """Add a message; its id is given here."""
    db.execute(
        "INSERT INTO outbox (shop_id, scenario, template, contact_id, recipient, subject,"
        " body, started_by, holes, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            shop,
            message.scenario,
            message.template,
            message.contact,
            message.recipient,
            message.subject,
            message.body,
            json.dumps(message.started_by),
            json.dumps(message.holes),
            message.sent_at,
        ),
    )


def after(db: sqlite3.Connection, shop: int, seen: int) -> list[Message]:
    """The messages with a higher id, the oldest first."""
    found = db.execute(
        "SELECT * FROM outbox WHERE shop_id = ? AND id > ? ORDER BY id", (shop, seen)
    )
    return [message_of(row) for row in found]


def message_of(row: sqlite3.Row) -> Message:
    """Read a message."""
    return Message(
        id=row["id"],
        scenario=row["scenario"],
        template=row["template"],
        contact=row["contact_id"],
        recipient=row["recipient"],
        subject=row["subject"],
        body=row["body"],
        started_by=json.loads(row["started_by"]),
        holes=tuple(json.loads(row["holes"])),
        sent_at=row["sent_at"],
    )
