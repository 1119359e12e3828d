"""A sandbox per test: in memory, on a clock that the test turns, reached over HTTP through the in-process transport."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import FaultRules
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport

START = 1_750_000_000.0


@dataclasses.dataclass
class Clock:
    """Time that stands still until a test lets it pass."""

    now: float = START

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@dataclasses.dataclass
class Shop:
    """What a test needs: a client with the shop's key, the clock, the store and the fault rules."""

    http: httpx.Client
    clock: Clock
    store: Store
    faults: FaultRules

    def define(self, name: str = "Loyalty", **more: object) -> dict[str, Any]:
        """Create a definition with a text field ``code`` and a number field ``points``."""
        fields = [
            {"name": "code", "label": "Code", "type": "text", "required": True},
            {"name": "points", "label": "Points", "type": "number", "required": False},
        ]
        answer = self.http.post("/custom-data-definitions", json={"name": name, "fields": fields, **more})
        assert 200 == answer.status_code, answer.text
        return dict(answer.json()["data"])

    def settle(self) -> None:
        """Wait until queued writes are visible."""
        self.clock.wait(1)

    def customer(self, **more: object) -> dict[str, object]:
        """Give a valid customer."""
        times = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
        return {"customer_id": "C1", "email": "Marie@example.com", "lang": "fr", **times, **more}

    def rows(self, path: str, **parameters: str) -> list[dict[str, Any]]:
        """List up to 100 rows."""
        answer = self.http.get(path, params={"limit": "100", **parameters})
        assert 200 == answer.status_code, answer.text
        return list(answer.json()["data"])


@pytest.fixture
def open_shop() -> Iterator[Callable[..., Shop]]:
    """Open sandboxes with given switches (``name=value``); all are closed at the end."""
    opened: list[Shop] = []

    def make(*settings: str, path: Path | str = ":memory:", name: str = "default") -> Shop:
        clock, faults = Clock(), FaultRules()
        store = Store(path, clock)
        key = store.ensure_shop(name).key
        transport = SandboxTransport(create_app(store, Switches.parse(settings), faults))
        client = httpx.Client(transport=transport, base_url="http://sandbox/v1", headers={"spm-api-key": key})
        opened.append(Shop(client, clock, store, faults))
        return opened[-1]

    yield make
    for shop in opened:
        shop.http.close()
        shop.store.close()


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """A sandbox with the default switches."""
    return open_shop()
