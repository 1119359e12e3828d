"""A server made of one function, behind the real client."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from reconciler.api.connection import Access, Connection, ConnectionOptions, Policy, ReadConnection
from reconciler.api.limiter import Limiter

KEY = "canary-7f3a9b1c2d4e5f60"
Answering = Callable[[httpx.Request], httpx.Response]


@dataclass
class Faked:
    """A connection to a function, what it asked, and what happened besides."""

    connection: Any
    asked: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    traced: list[str] = field(default_factory=list)
    waits: list[tuple[str, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def expect(self, more: int) -> None:
        """Nobody looks at how far the reading is."""

    def advance(self) -> None:
        """Nobody looks at how far the reading is."""

    def wait(self, why: str, seconds: float) -> None:
        """What a user would be told."""
        self.waits.append((why, int(seconds)))

    def note(self, told: str) -> None:
        """What a user would be told once."""
        self.notes.append(told)


@pytest.fixture
def key() -> str:
    """What must be seen in a header and nowhere else."""
    return KEY


@pytest.fixture
def fake(key: str) -> Iterator[Callable[..., Faked]]:
    """Connects to a function that answers requests; waiting is noted and not done."""
    opened: list[ReadConnection] = []

    def connect(answer: Answering, *, kind: type[ReadConnection] = Connection, policy: Policy | None = None) -> Faked:
        faked = Faked(None)

        def answering(request: httpx.Request) -> httpx.Response:
            faked.asked.append(request)
            return answer(request)

        options = ConnectionOptions(
            httpx.MockTransport(answering), policy or Policy(), Limiter(10**6), faked.slept.append, faked.traced.append
        )
        options = replace(options, progress=faked)
        faked.connection = kind(Access("http://localhost/v1", SecretStr(key), "THE_VARIABLE"), options)
        opened.append(faked.connection)
        return faked

    yield connect
    for connection in opened:
        connection.__exit__()


@dataclass
class Shelf:
    """Listings by path, served as the contract says, with the habits that are set."""

    rows: dict[str, list[Any]]
    limit: int = 100
    meta: bool = True
    more: bool = True
    always_more: bool = False
    total: int | None = None
    ignores_offset: bool = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The page that was asked for."""
        rows = self.rows.get(request.url.path.removeprefix("/v1"), [])
        limit = min(int(request.url.params["limit"]), self.limit)
        offset = 0 if self.ignores_offset else int(request.url.params["offset"])
        told: dict[str, Any] = {
            "total_items": len(rows) if self.total is None else self.total,
            "items_per_page": limit,
        }
        if self.more:
            told["has_next_page"] = self.always_more or offset + limit < len(rows)
        body: dict[str, Any] = {"statusCode": 200, "data": rows[offset : offset + limit]}
        if self.meta:
            body["meta"] = {"pagination": told}
        return httpx.Response(200, json=body)


@pytest.fixture
def shelf() -> type[Shelf]:
    """A server of listings."""
    return Shelf
