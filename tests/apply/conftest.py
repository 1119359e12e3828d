"""A shop with somebody in between: what passes can be delayed, changed, lost or invented."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

import reconciler
from reconciler.api.connection import Access, Connection, ConnectionOptions, Policy
from reconciler.api.limiter import Limiter
from reconciler.api.shop import HttpShop
from reconciler.apply.run import Options
from reconciler.model.event import Progress
from reconciler.model.outcome import fold
from reconciler.model.plan import Git, TargetInfo, Tool
from reconciler.plan.build import Provenance
from reconciler.sandbox.transport import SandboxTransport

Forward = Callable[[httpx.Request], httpx.Response]
Hook = Callable[[httpx.Request, Forward], httpx.Response]
OCCASION = Provenance(
    Tool(name="x", version="0"),
    TargetInfo(name="x", base_url="", key_fingerprint=""),
    Git(),
    datetime(2026, 1, 1, tzinfo=UTC),
)


class Between(httpx.BaseTransport):
    """Lets a hook have every request, and the way on to the sandbox."""

    def __init__(self, inner: httpx.BaseTransport, hook: Hook) -> None:
        self.inner, self.hook = inner, hook

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Whole answers only, so that a hook can change them."""

        def forward(asked: httpx.Request) -> httpx.Response:
            answer = self.inner.handle_request(asked)
            return httpx.Response(answer.status_code, content=answer.read())

        return self.hook(request, forward)

    def close(self) -> None:
        self.inner.close()


@pytest.fixture
def apply() -> Iterator[Callable[..., Any]]:
    """Plans and applies what is in a lab, with a hook in between; the outcome."""
    opened: list[Connection] = []

    def run(
        lab: Any,
        hook: Hook = lambda request, forward: forward(request),
        *,
        events: bool = False,
        limiter: Limiter | None = None,
        **options: Any,
    ) -> Any:
        wiring = ConnectionOptions(
            Between(SandboxTransport(lab.app), hook),
            Policy(first_delay=0.0, longest_delay=0.0, read_timeout=2.0),
            limiter or Limiter(10**6),
            lambda seconds: None,
        )
        connection = Connection(Access("http://localhost/v1", SecretStr(lab.key)), wiring)
        opened.append(connection)
        plan, live = reconciler.build_plan(lab.load(), connection, OCCASION)
        options.setdefault("rest", lambda seconds: None)
        told: list[Progress] = list(reconciler.run_plan(plan, live, HttpShop(connection), Options(**options)))
        return told if events else fold(told)

    yield run
    for connection in opened:
        connection.__exit__()


@pytest.fixture(scope="session")
def begun() -> dict[str, bytes]:
    """What became of new shops by an apply, by their manifests."""
    return {}


@pytest.fixture
def begin(apply: Callable[..., Any], begun: dict[str, bytes]) -> Callable[[Any], None]:
    """Makes a new shop what its manifests say: by an apply, or as a copy when another test began so."""

    def begin(lab: Any) -> None:
        text = (lab.folder / "manifests.yaml").read_text(encoding="utf-8")
        if text not in begun:
            assert apply(lab, parallelism=1).complete  # one after the other, so that the ids are known
            begun[text] = lab.copy()
        lab.become(begun[text])

    return begin


@pytest.fixture
def definition() -> Callable[..., str]:
    """One definition as YAML; `to` maps a field to "Definition.field", or "Definition" for its id."""

    def text(name: str, *fields: str, to: dict[str, str] | None = None, **more: Any) -> str:
        relationships = []
        for source, target in (to or {}).items():
            schema, _, field = target.partition(".")
            system = schema in ("contacts", "products")
            relationship = {
                "sourceField": source,
                "targetSchema": schema,
                "targetSchemaType": "system" if system else "custom",
            }
            relationships.append({**relationship, **({"targetField": field} if field else {})})
        typed = [{"name": field, "type": "number" if field.startswith(("id", "n")) else "text"} for field in fields]
        return "---\n" + json.dumps(
            {"kind": "definition", "name": name, "fields": typed, "relationships": relationships, **more}
        )

    return text


@pytest.fixture
def event() -> Callable[..., str]:
    """One event type as YAML."""

    def text(code_name: str, *properties: str, name: str | dict[str, str] = "E", slot: str = "metaData") -> str:
        typed = [{"name": key, "type": "text"} for key in properties]
        return "---\n" + json.dumps(
            {"kind": "event", "code_name": code_name, "name": name, "properties": {slot: typed}}
        )

    return text


@pytest.fixture
def override() -> Callable[..., str]:
    """The sources of products.price, "Definition.field", by falling priority."""

    def text(*sources: str) -> str:
        rows = [
            {"definition": source.partition(".")[0], "field": source.partition(".")[2], "priority": place}
            for place, source in enumerate(sources, 1)
        ]
        return "---\n" + json.dumps({"kind": "override", "target": "products.price", "sources": rows})

    return text
