"""What was sent twice, what was found instead of being made, and what is still being made is told as such."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches

Forward = Callable[[httpx.Request], httpx.Response]
EVENTS = "/v1/events"


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
    assert 45.0 + 15.0 * verify == sum(rested)


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
