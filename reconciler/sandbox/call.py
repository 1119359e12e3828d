"""What a handler gets."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.sandbox.bodies import parse_body
from reconciler.sandbox.envelopes import Answer, Refusal, iso
from reconciler.sandbox.switches import Switches

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Call:
    """One authenticated request, inside a transaction: of one snapshot for GET, of a
    write otherwise.
    """

    db: sqlite3.Connection
    shop: int
    now: float
    switches: Switches
    method: str
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    body: bytes

    def json(self) -> object:
        """Decode the body; Refusal 400 when it is no JSON."""
        return parse_body(self.body)

    def id(self, name: str) -> int:
        """Read a numeric path segment; Refusal 400 as NestJS' ParseIntPipe gives it."""
        return numeric_id(self.path[name])

    def parameter(self, name: str) -> str | None:
        """Return the first query parameter of that name."""
        return next((value for key, value in self.query if key == name), None)

    def today(self) -> str:
        """Return the moment of the call as ISO text."""
        return iso(self.now)

    def queue(self, kind: str, payload: object) -> None:
        """Accept a write that becomes visible after ``async_delay`` (contract §1)."""
        self.db.execute(
            "INSERT INTO pending (shop_id, due, kind, payload) VALUES (?, ?, ?, ?)",
            (
                self.shop,
                self.now + self.switches.async_delay,
                kind,
                json.dumps(payload),
            ),
        )


Handler = Callable[[Call], Answer]


def numeric_id(text: str) -> int:
    """Read an id; what is beyond the database's integers is answered as any unknown
    id.
    """
    if not re.fullmatch(r"-?[0-9]+", text):
        raise Refusal(400, "Validation failed (numeric string is expected)")
    number = int(text) if len(text) <= len(str(LARGEST_ID)) else LARGEST_ID
    return max(-1, min(number, LARGEST_ID))
