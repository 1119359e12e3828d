"""A shop in memory on the test's own clock, with one event type and one contact, to fire events at."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import SecretStr

from reconciler.api.connection import Access, Connection, ConnectionOptions, Policy
from reconciler.api.limiter import Limiter
from reconciler.api.triggers import HttpEvents
from reconciler.events.send import Event, Pace, Sender
from reconciler.events.sent import SendOutcome
from reconciler.events.shop import Body
from reconciler.events.target import target_of
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import FaultRules, Rule
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport

BASE = "http://localhost/v1"
CODE = "loyalty.tier_upgraded"
MARIE = "marie.dupont@example.com"
METADATA = {"previous_tier": "silver", "new_tier": "gold"}
EVENT_TYPE = {
    "name": "Tier upgraded",
    "code_name": CODE,
    "properties": {
        "metaData": [
            {"name": "previous_tier", "type": "text", "required": True},
            {"name": "new_tier", "type": "text", "required": True},
        ]
    },
}


def body(email: str = MARIE, **meta: object) -> Body:
    """What is sent."""
    return {"contact": {"email": email}, "metaData": {**METADATA, **meta}}


@dataclass
class Clock:
    """Time that passes when somebody waits."""

    now: float = 1_795_687_331.0
    rested: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def rest(self, seconds: float) -> None:
        """Lets so much time pass."""
        self.rested.append(seconds)
        self.now += seconds

    def moment(self) -> datetime:
        """The same as a moment."""
        return datetime.fromtimestamp(self.now, UTC)


class EventShop:
    """`around` may stand between the tool and the shop."""

    def __init__(
        self,
        around: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda inner: inner,
        event_type: Mapping[str, Any] = EVENT_TYPE,
        **switches: Any,
    ) -> None:
        self.clock = Clock()
        self.store = Store(":memory:", self.clock)
        self.faults = FaultRules()
        app = create_app(self.store, Switches(**{"rate_limit": 0, **switches}), self.faults)
        key = self.store.ensure_shop().key
        self.transport = SandboxTransport(app)
        self.other = httpx.Client(transport=self.transport, base_url=BASE, headers={"spm-api-key": key})
        policy = Policy(first_delay=0.0, longest_delay=0.0, patience_for_limits=1.0, read_timeout=0.2)
        options = ConnectionOptions(around(self.transport), policy, Limiter(10**6), self.clock.rest)
        self.connection = Connection(Access(BASE, SecretStr(key)), options)
        self.shop = HttpEvents(self.connection)
        self.post("/events", event_type)
        self.customer(MARIE)

    def post(self, path: str, content: object) -> Any:
        """Somebody else writes to the shop, and all of it is visible afterwards."""
        answer = self.other.post(path, json=content)
        assert answer.is_success, answer.text
        self.clock.now += 60
        return answer.json()

    def customer(self, email: str, **more: object) -> None:
        """A customer, whom a contact comes from."""
        person = {
            "customer_id": email,
            "email": email,
            "first_name": "Marie",
            "last_name": "Dupont",
            "lang": "fr",
            "is_newsletter_subscribed": True,
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": "2024-01-01T00:00:00Z",
        }
        self.post("/customers", [{**person, **more}])

    def fire(self, content: Body | None = None) -> None:
        """Somebody else fires the event."""
        self.post(f"/events/trigger/{CODE}", content or body())

    def sender(self, content: Body | None = None, stop: Callable[[], bool] = lambda: False) -> Sender:
        """What sends one event."""
        sent = content or body()
        pace = Pace(self.clock.rest, stop, self.clock, self.clock.moment)
        return Sender(self.shop, Event(CODE, sent, target_of(sent)), pace)

    def send(self, content: Body | None = None) -> SendOutcome:
        """Sends one event."""
        return self.sender(content).run()

    def fail(self, **rule: Any) -> None:
        """Sets one fault rule; the count of requests begins anew."""
        self.fail_all([rule])

    def fail_all(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Sets these fault rules."""
        self.faults.set([Rule.parse(rule) for rule in rules])

    def histories(self) -> list[dict[str, Any]]:
        """What has landed, after a long time."""
        self.clock.now += 600
        self.store.settle()
        with self.store.reading() as db:
            return [dict(row) for row in db.execute("SELECT * FROM history ORDER BY id")]

    def triggers(self) -> int:
        """How often a trigger arrived at the shop, carried out or not."""
        return sum("/events/trigger/" in asked.path for asked in self.store.requests())

    def close(self) -> None:
        """Ends all that it is made of."""
        self.other.close()
        self.connection.__exit__()
        self.transport.close()
        self.store.close()


@contextmanager
def event_shop(**settings: Any) -> Iterator[EventShop]:
    """A shop that is closed afterwards."""
    shop = EventShop(**settings)
    try:
        yield shop
    finally:
        shop.close()


class Shown(httpx.BaseTransport):
    """Shows the rows of the histories as `change` makes them."""

    def __init__(self, inner: httpx.BaseTransport, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._inner, self._change = inner, change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        if "histories" not in request.url.path:
            return answer
        document = json.loads(answer.read())
        document["data"] = list(map(self._change, document["data"]))
        return httpx.Response(answer.status_code, json=document)


def showing(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[httpx.BaseTransport], httpx.BaseTransport]:
    """What stands around a transport for that."""
    return lambda inner: Shown(inner, change)


def renamed(row: dict[str, Any]) -> dict[str, Any]:
    """A row under names that nobody has seen."""
    return {f"x_{key}": value for key, value in row.items()}
