"""What was sent twice, what was found instead of being made, and what is still being made is told as such."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.model.address import Address
from reconciler.plan.drift import drift_of
from reconciler.report.plan_text import plan_text
from reconciler.report.sentence import plain_sentence
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport
from tests.apply.conftest import Between

Forward = Callable[[httpx.Request], httpx.Response]
EVENTS = "/v1/events"
SECOND_ID: dict[str, dict[str, object]] = {"definition": {"id_definition": "90"}, "event": {"id": 90, "id_event": 90}}


def once(status: int) -> Callable[..., httpx.Response]:
    """The first POST is answered with that status and not carried out."""
    asked: list[int] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            asked.append(1)
            if len(asked) == 1:
                return httpx.Response(status)
        return forward(request)

    return hook


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("status", [408, 429, 500, 503, 504])
def test_a_create_that_was_sent_twice_is_told(
    lab: Any, event: Callable, apply: Callable, status: int, verify: bool
) -> None:
    """It is applied, and somebody should know that there may be two."""
    lab.write(event("a.b", "p"))
    rested: list[float] = []
    outcome = apply(lab, once(status), rest=rested.append, verify=verify)
    assert (2, 0) == (len(lab.writes()) + 1, outcome.exit().code)
    (warning,) = outcome.warnings
    assert warning.startswith("event/a.b was sent twice, because nobody could tell")
    assert (70.0 if status == 429 else 45.0) + 15.0 * verify == sum(rested)


def test_a_second_one_that_comes_late_is_named(lab: Any, event: Callable, apply: Callable) -> None:
    """The first attempt is carried out when everything else is done."""
    lab.write(event("a.b", "p"))
    rested: list[float] = []
    hook = once(503)

    def doubled(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = hook(request, forward)
        if request.method == "GET" and request.url.path == EVENTS and sum(rested) > 52:
            body = answer.json()
            rows = [*body["data"], {**body["data"][0], "id": 90, "id_event": 90}]
            return httpx.Response(200, json={**body, "data": rows})
        return answer

    outcome = apply(lab, doubled, rest=rested.append)
    assert "it lives more than once" in outcome.failed[0].error
    assert 5 == outcome.exit().code


def test_what_was_there_already_is_told(lab: Any, event: Callable, apply: Callable) -> None:
    """The answer was lost; who made it is not known."""
    lab.write(event("a.b", "p"))

    def lost(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            raise httpx.ReadError("lost")
        return answer

    assert ("event/a.b was there already when it was looked for, and is as planned",) == apply(lab, lost).warnings


@pytest.mark.parametrize("is_done", [True, False])
def test_what_is_still_being_made_is_not_applied_unread(
    new_lab: Callable, definition: Callable, apply: Callable, is_done: bool
) -> None:
    """Without a read-back too."""
    now = [1_700_000_000.0]
    lab = new_lab(store=Store(":memory:", clock=lambda: now[0]), switches=Switches(creating_seconds=2.5))
    lab.write(definition("A", "a"))

    def rest(seconds: float) -> None:
        now[0] += is_done

    outcome = apply(lab, rest=rest, verify=False)
    assert (is_done, 0 if is_done else 5) == (outcome.complete, outcome.exit().code)
    assert is_done or "is still making it; the shop is done by itself or never" in outcome.unknown[0].error


@pytest.mark.parametrize("number", [777, 1])
@pytest.mark.parametrize("is_listed", [True, False])
def test_an_event_with_another_id_is_found_by_its_name(
    lab: Any, event: Callable, apply: Callable, number: int, is_listed: bool
) -> None:
    """The answer named an id that nobody has, or somebody else's."""
    lab.write(event("a.b", "p"))
    made: list[int] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            stranger = {"code_name": "z.z", "name": "Z", "properties": {}}
            lab.post("/events", stranger)
            answer = forward(request)
            made.append(1)
            body = answer.json()
            return httpx.Response(200, json={**body, "data": {**body["data"], "id": number, "id_event": number}})
        answer = forward(request)
        if made and not is_listed and request.url.path == EVENTS:
            body = answer.json()
            rows = [row for row in body["data"] if row["code_name"] != "a.b"]
            return httpx.Response(200, json={**body, "data": rows})
        return answer

    outcome = apply(lab, hook)
    assert is_listed == outcome.complete, outcome


def test_a_name_that_cannot_be_looked_for_changes_nothing(lab: Any, event: Callable, apply: Callable) -> None:
    """It stays unknown."""
    lab.write(event("a.b", "p"))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            body = forward(request).json()
            return httpx.Response(200, json={**body, "data": {**body["data"], "id": 777, "id_event": 777}})
        if lab.writes() and "created_at" in str(request.url):
            raise httpx.ReadError("dark")
        return forward(request)

    (unknown,) = apply(lab, hook).unknown
    assert "cannot be read back" in unknown.error


@pytest.mark.parametrize("kind", ["definition", "event"])
@pytest.mark.parametrize("managed", [True, False])
def test_what_lives_twice_is_not_in_sync(
    lab: Any, definition: Callable, event: Callable, kind: str, managed: bool
) -> None:
    """The plan says so, with the way out; drift ends with 2. Once the second one is deleted, all is well."""
    path = {"definition": "custom-data-definitions", "event": "events"}[kind]
    make = {"definition": definition, "event": event}[kind]
    lab.write(make("A", "n1"))
    assert lab.apply().complete
    if not managed:
        lab.write(make("B", "n1"))
        assert lab.apply().complete

    def doubled(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.url.path != f"/v1/{path}":
            return answer
        body = answer.json()
        (row,) = [each for each in body["data"] if each.get("code_name", each["name"]) == "A"]
        rows = [*body["data"], {**row, **SECOND_ID[kind]}]
        return httpx.Response(200, json={**body, "data": rows})

    plan, live = lab.plan(Between(SandboxTransport(lab.app), doubled))
    twin = Address(kind, "A")
    assert ((twin,) if managed else (twin, twin)) == plan.unmanaged
    assert ((twin,) if managed else ()) == plan.doubled
    assert managed == ("and not in sync: more than one resource lives under 1 name" in plan_text(plan))
    assert managed == ("under one name of these files more than one thing lives" in plain_sentence(plan))
    assert f"Rename or delete what is not needed in the shop, or send DELETE /{path}/90" in plan.warnings[0]
    drift = drift_of(plan, lab.load().desired, live)
    assert (2, 1, 2 if managed else 3) == (
        drift.exit.code, drift.coverage[kind].managed, drift.coverage[kind].live
    )  # fmt: skip
    plan, live = lab.plan()
    assert () == plan.doubled == plan.warnings
    assert (0 if managed else 2) == drift_of(plan, lab.load().desired, live).exit.code
