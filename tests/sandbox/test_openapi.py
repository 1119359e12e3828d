"""The published document, and schemathesis against it."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from reconciler.sandbox.app import create_app
from reconciler.sandbox.operations import OPERATIONS
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport

STORE = Store(":memory:")
KEY = STORE.ensure_shop().key
APP = create_app(STORE, Switches.parse(["rate_limit=0", "async_delay=0"]))
CHECKS = ("not_a_server_error", "status_code_conformance", "response_schema_conformance")
schemathesis.checks.load_all_checks()
schema = schemathesis.openapi.from_asgi("/api-json", APP)


def test_the_document_needs_no_key() -> None:
    """Every operation is in it."""
    with httpx.Client(transport=SandboxTransport(create_app(Store(":memory:"))), base_url="http://sandbox") as client:
        document = client.get("/api-json").json()
    assert len(OPERATIONS) == sum(len(methods) for methods in document["paths"].values())


@pytest.fixture(scope="module")
def fuzzed() -> Store:
    """A shop with something in it, so that ids are found now and then."""
    with httpx.Client(
        transport=SandboxTransport(APP), base_url="http://sandbox/v1", headers={"spm-api-key": KEY}
    ) as client:
        field = {"name": "a", "label": "A", "type": "number", "required": False}
        client.post("/custom-data-definitions", json={"name": "A", "fields": [field]})
        client.post("/events", json={"name": "E", "code_name": "e"})
        client.post("/custom-data-records/1", json=[{"a": 1}])
    return STORE


@schema.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_to_the_document(case: schemathesis.Case, fuzzed: Store) -> None:
    """No generated request makes a 5xx, an undocumented status or an answer of another shape."""
    assert fuzzed is STORE
    case.call_and_validate(
        headers={"spm-api-key": KEY},
        checks=[schemathesis.checks.CHECKS.get_one(name) for name in CHECKS],
    )
