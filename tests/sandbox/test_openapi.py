"""The published document, and schemathesis against it: every check, and whole sequences of requests."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi.checks import AcceptedNegativeData, RejectedPositiveData

from reconciler.sandbox.app import create_app
from reconciler.sandbox.operations import OPERATIONS
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport

STORE = Store(":memory:")
KEY = STORE.ensure_shop().key
APP = create_app(STORE, Switches.parse(["rate_limit=0", "async_delay=0", "not_found_status=404"]))
HEADERS = {"spm-api-key": KEY}
BEYOND_A_SCHEMA = re.compile(
    # What two parts of a body say of each other, or a body of what the shop holds.
    r"is already used\.|already exists$|is not a declared field$|already has a relationship$|elements must be unique$"
    r"|id is reserved$| not found$|must be one of the following values: contacts, products$|is used more than once$"
    r"|is not a field of |must be of a numeric type$|has no relationship to products$"
    r"|^contact or visitor should not be empty$|^contact must have at least one of: |its records are read-only$"
    # What a definition or an event type says of rows and payloads.
    r"|^row: |^(metaData|customData|contact\.customData|visitor\.customData)\."
)
schemathesis.checks.load_all_checks()
CHECKS = schemathesis.checks.CHECKS.get_all()
schema = schemathesis.openapi.from_asgi("/api-json", APP)
schema.config.update(headers=HEADERS)
asked: collections.Counter[str] = collections.Counter()
QUICK = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=5
)
MANY = settings(QUICK, max_examples=50)


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Store]:
    """A shop with something in it, so that ids are found now and then."""
    with httpx.Client(transport=SandboxTransport(APP), base_url="http://sandbox/v1", headers=HEADERS) as client:
        field = {"name": "a", "label": "A", "type": "number", "required": False}
        client.post("/custom-data-definitions", json={"name": "A", "fields": [field]})
        client.post("/events", json={"name": "E", "code_name": "e"})
        client.post("/custom-data-records/1", json=[{"a": 1}])
    yield STORE
    figures = f"{asked['requests']} requests × {len(CHECKS)} checks, {asked['beyond']} refused for what no schema says"
    print(f"\nschemathesis: {figures}")


def test_the_document_needs_no_key() -> None:
    """Every operation is in it."""
    document = described()
    assert len(OPERATIONS) == sum(len(methods) for methods in document["paths"].values())


@pytest.mark.parametrize(("size", "most"), [("50", 50), ("20", 20)])
def test_the_document_tells_the_switch(size: str, most: int) -> None:
    """How many rows a batch may hold is what the server holds to."""
    body = described(f"max_records_batch={size}")["paths"]["/v1/custom-data-records/{id_definition}"]["post"][
        "requestBody"
    ]
    assert most == body["content"]["application/json"]["schema"]["maxItems"]


LABELS = [found.ok().label for found in schema.get_all_operations()]


@pytest.mark.parametrize("label", LABELS)
def test_every_operation_keeps_to_the_document(label: str, fuzzed: Store) -> None:
    """Each generated request, valid or not, is answered as the document says, by every check there is."""
    assert fuzzed is STORE
    keeps_to_the_document(label, settings(QUICK, phases=[Phase.generate]))


@pytest.mark.campaign
@pytest.mark.parametrize("label", LABELS)
def test_every_operation_keeps_to_the_document_at_length(label: str, fuzzed: Store) -> None:
    """The same with ten times as many requests, and those that try each part of an operation in turn."""
    assert fuzzed is STORE
    keeps_to_the_document(label, settings(MANY, phases=[Phase.explicit, Phase.generate]))


def keeps_to_the_document(label: str, how: settings) -> None:
    """So many requests to one operation."""

    @how
    def judged(case: schemathesis.Case) -> None:
        judge(case, case.call(headers=HEADERS))

    one = schema.include(name=label)
    # `schema.parametrize` would make up the requests of all operations when tests are collected, in each worker.
    (found,) = get_all_tests(schema=one, test_func=judged, settings=None, given_kwargs=None)
    operation, test = found.ok()
    before = asked["requests"]
    test()
    assert label == operation.label
    assert asked["requests"] > before


Machine: Any = schema.as_state_machine()


class Sequences(Machine):
    """Requests that follow from the answers before them: what was made is there, what was deleted is not."""

    def validate_response(self, response: Any, case: Any, **_: Any) -> None:
        """Every check, after every step."""
        judge(case, response)


def test_sequences_of_requests_keep_to_the_document(fuzzed: Store) -> None:
    """The stateful phase: along the links that the document names."""
    assert fuzzed is STORE
    Sequences.run(settings=settings(QUICK, stateful_step_count=8))


def judge(case: schemathesis.Case, response: Any) -> None:
    """Raises what schemathesis finds, less what no schema can say."""
    asked["requests"] += 1
    try:
        case.validate_response(response, checks=CHECKS, headers=HEADERS)
    except FailureGroup as found:
        serious = [failure for failure in found.exceptions if not is_beyond_a_schema(failure, response)]
        asked["beyond"] += len(found.exceptions) - len(serious)
        if serious:
            raise FailureGroup(serious) from None


def is_beyond_a_schema(failure: Failure, response: Any) -> bool:
    """A refusal for every reason of which no schema knows, a bulk write that took the valid items alone, or "random
    bytes" of which there are none: no body is an empty object.
    """
    answer = response.json()
    if isinstance(failure, AcceptedNegativeData):
        return bool(answer.get("rejected_count")) or not (response.request.body or b"").strip()
    if not isinstance(failure, RejectedPositiveData):
        return False
    return all(BEYOND_A_SCHEMA.search(message) for message in reasons(answer, response.request.url))


def reasons(answer: Any, url: str) -> list[str]:
    """Why something was refused; what is said of a row of records is marked as such."""
    rows = [message for item in answer.get("rejected_items", ()) for message in item["errors"]]
    if rows:
        return [f"row: {message}" for message in rows] if "/custom-data-records/" in url else rows
    said = answer["message"]
    return [said] if isinstance(said, str) else said


def described(*switches: str) -> Any:
    """The document of a sandbox."""
    app = create_app(Store(":memory:"), Switches.parse(switches))
    with httpx.Client(transport=SandboxTransport(app), base_url="http://sandbox") as client:
        return client.get("/api-json").json()
