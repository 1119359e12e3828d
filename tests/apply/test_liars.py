"""Servers that lie or are slow to show what they did, and shops where somebody else is at work."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.sandbox.faults import Action, Rule
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport

Forward = Callable[[httpx.Request], httpx.Response]
PATH = "/v1/custom-data-definitions"
FIELD = {"label": "a", "type": "text", "required": False}
NOBODY_KNOWS = [0.25, 0.5, 1.0, 2.0, 4.0, *[5.0] * 7, 2.25]
"""The seconds before each look when the outcome is open: 45 together."""
FAILED_ITSELF = [0.25, 0.5, 1.0, 2.0, 1.25]
"""When the server says that it is there: 5 together."""
UNTIL_SHOWN = [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
"""When something was accepted and does not show yet."""


def edited(answer: httpx.Response, change: Callable[[Any], Any]) -> httpx.Response:
    """The answer with its data changed."""
    body = answer.json()
    return httpx.Response(answer.status_code, json={**body, "data": change(body["data"])})


class Lagging:
    """Loses the first POST after it was carried out and hides what it made from so many looks at the listing."""

    def __init__(self, looks: int, status: int = 0) -> None:
        self.looks, self.lost = looks, False

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST" and not self.lost:
            self.lost = True
            raise httpx.ReadError("lost")
        if request.method == "GET" and self.lost and self.looks and request.url.path in (PATH, "/v1/events"):
            self.looks -= 1
            body = answer.json()
            body["meta"]["pagination"]["total_items"] = 0
            return httpx.Response(200, json={**body, "data": []})
        return answer


@pytest.mark.parametrize("looks", [0, 1, 4, 12, 13, 17])
@pytest.mark.parametrize("kind", ["definition", "event"])
def test_a_listing_that_lags_behind_is_waited_for(
    lab: Any, definition: Callable, event: Callable, apply: Callable, kind: str, looks: int
) -> None:
    """It is looked for longer than any request takes, and sent again then. The name is taken, so it must be there: it
    is looked for once more until it shows, and adopted."""
    lab.write(definition("A", "a") if kind == "definition" else event("a.b", "p"))
    pauses: list[float] = []
    outcome = apply(lab, Lagging(looks), rest=pauses.append)
    assert outcome.complete, outcome
    assert 1 + (looks > 12) == len(lab.writes())
    for_a_second_one = [5.0, 5.0, 5.0] if looks > 12 else []
    assert [*NOBODY_KNOWS, *FAILED_ITSELF][: looks + 1] + for_a_second_one == pauses
    counts = lab.store.counts()
    assert 1 == counts["definitions"] + counts["events"]


def test_a_listing_that_never_shows_it_is_given_up_after_bounded_looks(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """The server says that the name is taken and shows nobody: it may be ours, and its words are told."""
    lab.write(definition("A", "a"))
    outcome = apply(lab, Lagging(10**6))
    assert "already used" in outcome.unknown[0].error
    assert 2 == len(lab.writes())


@pytest.mark.parametrize("second", [429, 401, "unsent"])
def test_doubt_stays_doubt_when_the_second_attempt_is_turned_away(
    lab: Any, definition: Callable, apply: Callable, second: Any
) -> None:
    """The first attempt may still arrive, until the shop has shown nothing for longer than any request takes."""
    lab.write(definition("A", "a"))
    posts = 0

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal posts
        if request.method != "POST":
            return forward(request)
        posts += 1
        if posts == 1:
            raise httpx.ReadError("lost on the way")
        if second == "unsent":
            raise httpx.ConnectError("no route")
        return httpx.Response(second)

    outcome = apply(lab, hook)
    told = "POST /custom-data-definitions got no answer: lost on the way"
    (failed,) = outcome.failed
    assert f"it was not carried out: {told}, and 70 seconds later the shop has nothing under its name" == failed.error
    posts = 0
    told += ". It may have been carried out, or still be "
    (unknown,) = apply(lab, hook, verify=False).unknown
    assert unknown.error.startswith(told + "(after that: ")
    assert unknown.error.endswith("): wait a minute, then plan again to see")


@pytest.mark.parametrize("second", [429, 401, "unsent"])
def test_an_extension_in_doubt_stays_in_doubt(lab: Any, definition: Callable, apply: Callable, second: Any) -> None:
    """The same for PATCH, until the shop has shown for longer than any request takes that nothing was added."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b"))
    patches = 0

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal patches
        if request.method != "PATCH":
            return forward(request)
        patches += 1
        if patches == 1:
            raise httpx.ReadError("lost on the way")
        if second == "unsent":
            raise httpx.ConnectError("no route")
        return httpx.Response(second)

    (failed,) = apply(lab, hook).failed
    told = "it was not carried out: PATCH /custom-data-definitions/1/extend got no answer: lost on the way"
    assert f"{told}, and 70 seconds later the shop has it as it was before" == failed.error


def test_an_extension_that_shows_late_is_not_refused(lab: Any, definition: Callable, apply: Callable) -> None:
    """It was carried out, its answer lost; 45 seconds show the old state and the second attempt is refused."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b"))
    reads: list[int] = []
    patched = False

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal patched
        answer = forward(request)
        if request.method == "PATCH" and not patched:
            patched = True
            raise httpx.ReadError("lost")
        if request.method == "GET" and request.url.path == f"{PATH}/1":
            reads.append(1)
            if 1 < len(reads) <= 15:
                return edited(answer, lambda data: {**data, "fields": data["fields"][:1]})
        return answer

    pauses: list[float] = []
    assert ["definition/A"] == list(map(str, apply(lab, hook, rest=pauses.append).applied))
    assert [*NOBODY_KNOWS, 0.25] == pauses
    look_before = 1
    assert look_before + 13 + look_before + 1 == len(reads)
    assert 3 == len(lab.writes())


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 520])
@pytest.mark.parametrize("grown", [False, True])
def test_a_gateway_that_gave_up_says_nothing_of_the_server_behind_it(
    lab: Any, definition: Callable, apply: Callable, status: int, grown: bool
) -> None:
    """What it still does is waited for before anything is sent again: servers take a field twice."""
    lab.write(definition("A", "a"))
    if grown:
        apply(lab)
        lab.write(definition("A", "a", "b"))
    behind: list[httpx.Request] = []
    sent = 0

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal sent
        if request.method == "GET":
            return forward(request)
        sent += 1
        if sent > 1:
            return forward(request)
        behind.append(request)
        return httpx.Response(status, text="<html>gone</html>")

    def late(seconds: float) -> None:
        """The server is done half a minute later."""
        pauses.append(seconds)
        if sum(pauses) - seconds < 30 <= sum(pauses):
            forward = SandboxTransport(lab.app).handle_request
            forward(behind[0]).read()

    pauses: list[float] = []
    assert ["definition/A"] == list(map(str, apply(lab, hook, rest=late).applied))
    assert 32.75 == sum(pauses)
    assert 1 == sent


@pytest.mark.parametrize("kind", ["definition", "event", "grown"])
@pytest.mark.parametrize("shows", [True, False])
def test_a_yes_that_nobody_understands_is_never_sent_again(
    lab: Any, definition: Callable, event: Callable, apply: Callable, kind: str, shows: bool
) -> None:
    """It is looked for, and what does not show is unknown."""
    lab.write(event("a.b", "p") if kind == "event" else definition("A", "a"))
    if kind == "grown":
        apply(lab)
        lab.write(definition("A", "a", "b"))
    before, pauses = len(lab.writes()), list[float]()

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        sent.append(request)
        if shows:
            forward(request)
        return httpx.Response(200, text="<html>done</html>")

    sent: list[httpx.Request] = []
    outcome = apply(lab, hook, rest=pauses.append)
    assert (1, 1 if shows else 0) == (len(sent), len(lab.writes()) - before)
    assert (1, 0) == (len(outcome.applied if shows else outcome.unknown), len(outcome.failed))
    assert (NOBODY_KNOWS[:1] if shows else [*NOBODY_KNOWS, 70.0]) == pauses


@pytest.mark.parametrize(
    "case",
    [
        ("definition", {"fields": [{**FIELD, "name": "a"}]}, "applied"),
        ("definition", {"fields": [{**FIELD, "name": "a"}, {**FIELD, "name": "z"}], "description": "x"}, "applied"),
        ("definition", {"fields": [{**FIELD, "name": "a", "type": "number"}]}, "fields.a.type"),
        ("definition", {"fields": [{**FIELD, "name": "z"}]}, "fields.a"),
        ("event", {"properties": {"metaData": [{"name": "p", "type": "text", "required": False}]}}, "applied"),
        ("event", {"properties": {"metaData": [{"name": "p", "type": "text", "required": False}],
                                  "customData": [{"name": "z", "type": "text", "required": True}]}}, "applied"),
        ("event", {"properties": {"metaData": [{"name": "p", "type": "number", "required": False}]}}, "p.type"),
        ("event", {}, "properties.metaData"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("answered", [True, False])
def test_what_somebody_else_made_meanwhile_is_adopted_when_it_fits(
    lab: Any, definition: Callable, event: Callable, apply: Callable, case: tuple[str, Any, str], answered: bool
) -> None:
    """And refused when it does not: it was never reviewed, and is not overwritten."""
    kind, theirs, ends = case
    lab.write(definition("A", "a") if kind == "definition" else event("a.b", "p"))
    done = False

    def first(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal done
        if request.method == "POST" and not done:
            done = True
            name = {"name": "a"} if kind == "definition" else {"name": "E", "code_name": "A.b"}
            lab.post(request.url.path.removeprefix("/v1"), {**name, **theirs})
            if not answered:
                raise httpx.ReadError("lost")
        return forward(request)

    before = len(lab.writes())
    outcome = apply(lab, first)
    if ends == "applied":
        assert outcome.complete, outcome
        assert any("is spelled" in warning for warning in outcome.warnings)
    else:
        assert "appeared meanwhile and is something else" in outcome.failed[0].error
        assert ends in outcome.failed[0].error
        assert "POST" in outcome.failed[0].request
    assert 1 + answered == len(lab.writes()) - before
    assert not [write for write in lab.writes() if write.startswith("PATCH")]


@pytest.mark.parametrize("status", [409, 400])
def test_a_taken_code_name_means_look(new_lab: Callable, event: Callable, apply: Callable, status: int) -> None:
    """Both answers are known (contract §13 row 18), and neither says that the event is as planned."""
    lab = new_lab(switches=Switches(duplicate_event_status=status))
    lab.write(event("a.b", "p"))

    def first(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            lab.post("/events", {"name": "E", "code_name": "a.b"})
        return forward(request)

    outcome = apply(lab, first)
    assert "event/a.b appeared meanwhile and is something else" in outcome.failed[0].error


def test_a_definition_in_the_making_is_adopted_when_it_is_complete(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """Its listing may lack parts at first."""
    lab.write(definition("A", "a", "b"))
    looks = 0
    lost = False

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal looks, lost
        answer = forward(request)
        if request.method == "POST":
            lost = True
            raise httpx.ReadError("lost")
        if lost and request.url.path == PATH:
            looks += 1
            if looks <= 3:
                return edited(answer, lambda rows: [{**rows[0], "status": "creating", "fields": rows[0]["fields"][:1]}])
        return answer

    pauses: list[float] = []
    assert ["definition/A"] == list(map(str, apply(lab, hook, rest=pauses.append).applied))
    assert [NOBODY_KNOWS[0], *UNTIL_SHOWN[:3]] == pauses
    assert 1 == len(lab.writes())


def test_an_adopted_definition_in_the_making_is_waited_for(
    new_lab: Callable, definition: Callable, apply: Callable
) -> None:
    """It is complete; its dependent is sent when it is active."""
    now = [1_700_000_000.0]
    lab = new_lab(store=Store(":memory:", clock=lambda: now[0]), switches=Switches(creating_seconds=2.5))
    lab.write(definition("A", "n1") + "\n" + definition("B", "n1", to={"n1": "A.n1"}))
    lab.faults.set([Rule(Action.LOSE_AFTER, method="POST")])

    def pause(seconds: float) -> None:
        now[0] += 1.0

    assert 2 == len(apply(lab, rest=pause).applied)
    assert 2 == len([asked for asked in lab.requests() if asked.path == f"{PATH}/1"])


def test_everything_that_reads_back_different_is_told(lab: Any, event: Callable, apply: Callable) -> None:
    """Place by place, what is there and what should be."""
    lab.post("/events", {"name": "Old", "code_name": "a.b"})
    lab.write(event("a.b", "p", name="New"))

    def lie(request: httpx.Request, forward: Forward) -> httpx.Response:
        return forward(request) if request.method == "GET" else httpx.Response(200, json={})

    told = apply(lab, lie).failed[0].error
    assert told.startswith("the API accepted it, but it reads back different: properties.metaData")
    assert told.endswith(", name is 'Old', not 'New'")


def test_a_definition_that_stays_in_the_making_and_differs_is_refused(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """After a bounded number of looks."""
    lab.write(definition("A", "a", "b"))
    looks: list[int] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            raise httpx.ReadError("lost")
        if request.url.path == PATH and answer.json()["data"]:
            looks.append(1)
            if len(looks) == 2:
                body = answer.json()
                body["meta"]["pagination"]["total_items"] = 0
                return httpx.Response(200, json={**body, "data": []})
            return edited(answer, lambda rows: [{**rows[0], "status": "creating", "fields": rows[0]["fields"][:1]}])
        return answer

    assert "something else (fields.b)" in apply(lab, hook).failed[0].error
    assert 1 + 7 == len(looks)


def test_settling_without_sight_is_unknown(lab: Any, definition: Callable, apply: Callable) -> None:
    """The POST was lost, and so is every look."""
    lab.write(definition("A", "a"))
    lost = False

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal lost
        lost = lost or request.method == "POST"
        if lost:
            raise httpx.ReadError("dark")
        return forward(request)

    outcome = apply(lab, hook)
    assert ["POST /custom-data-definitions"] == [unknown.request for unknown in outcome.unknown]


@pytest.mark.parametrize("status", [0, 400, 500])
def test_an_extension_that_cannot_be_looked_at_is_unknown(
    lab: Any, definition: Callable, apply: Callable, status: int
) -> None:
    """A 400 on a read proves nothing either."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b"))

    is_sent = False

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal is_sent
        is_sent = is_sent or request.method == "PATCH"
        if request.method == "PATCH" or (is_sent and not status):
            raise httpx.ReadError("dark")
        return httpx.Response(status) if is_sent else forward(request)

    assert ["PATCH /custom-data-definitions/1/extend"] == [u.request for u in apply(lab, hook).unknown]


def test_a_refused_extension_that_cannot_be_looked_at_is_a_failure(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """A no is a no, when nothing is seen that says otherwise."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b"))
    is_sent = False

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal is_sent
        is_sent = is_sent or request.method == "PATCH"
        return httpx.Response(400) if is_sent else forward(request)

    outcome = apply(lab, hook)
    assert ["PATCH /custom-data-definitions/1/extend"] == [failed.request for failed in outcome.failed]
    assert 1 == outcome.exit().code


def test_a_field_that_somebody_added_with_another_type_is_a_failure(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """It cannot be changed, so trying again is of no use."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b", "c", description="new"))
    done = False

    def first(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal done
        if request.method == "PATCH" and not done:
            done = True
            lab.send(
                "PATCH", "/custom-data-definitions/1/extend", {"fields": [{**FIELD, "name": "b", "type": "number"}]}
            )
        return forward(request)

    outcome = apply(lab, first, verify=False)
    assert "appeared meanwhile and is something else (fields.b.label, fields.b.type)" in outcome.failed[0].error
    assert "PATCH" in outcome.failed[0].request
    assert 3 == len(lab.writes())


def test_what_somebody_added_already_is_not_sent_again(lab: Any, definition: Callable, apply: Callable) -> None:
    """The refused extension is cut down to what is missing."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b", "c"))
    bodies: list[Any] = []

    def first(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "PATCH":
            bodies.append([field["name"] for field in json.loads(request.content)["fields"]])
            if len(bodies) == 1:
                b = {**FIELD, "name": "b", "label": "b"}
                lab.send("PATCH", "/custom-data-definitions/1/extend", {"fields": [b]})
        return forward(request)

    assert ["definition/A"] == list(map(str, apply(lab, first).applied))
    assert [["b", "c"], ["c"]] == bodies


@pytest.mark.parametrize("first", [400, 500])
def test_an_extension_that_is_overtaken_again_and_again_is_given_up(
    lab: Any, definition: Callable, apply: Callable, first: int
) -> None:
    """Somebody adds one field before each attempt, and takes it away again for the look. What was in doubt stays so."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b", "c"))
    turn = 0

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal turn
        if request.method == "PATCH":
            turn += 1
            return httpx.Response(first if turn == 1 else 400)
        if request.url.path == f"{PATH}/1" and turn:
            name = "bc"[turn % 2]
            extra = {**FIELD, "name": name, "label": name}
            return edited(forward(request), lambda data: {**data, "fields": [*data["fields"], extra]})
        return forward(request)

    outcome = apply(lab, hook)
    if first == 400:
        assert "changes faster than it can be extended" in outcome.failed[0].error
    else:
        assert "was answered 500. It may have been carried out" in outcome.unknown[0].error
    assert 4 == turn


def test_creating_is_waited_for_before_others_build_on_it(
    new_lab: Callable, definition: Callable, apply: Callable
) -> None:
    """The clock of the shop moves with our pauses; the dependent is sent when its target is active."""
    now = [1_700_000_000.0]
    lab = new_lab(store=Store(":memory:", clock=lambda: now[0]), switches=Switches(creating_seconds=3.0))
    lab.write(definition("A", "n1") + "\n" + definition("B", "n1", to={"n1": "A.n1"}))
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += 1.0

    assert 2 == len(apply(lab, rest=pause).applied)
    assert UNTIL_SHOWN[:3] * 2 == pauses
    order = [
        asked.path.partition("?")[0]
        for asked in lab.requests()
        if asked.method == "POST" or asked.path[-2:] in ("/1", "/2")
    ]
    assert [PATH, f"{PATH}/1", f"{PATH}/1", f"{PATH}/1", PATH, f"{PATH}/2", f"{PATH}/2", f"{PATH}/2"] == order


def test_creating_for_ever_is_unknown_after_bounded_looks(
    new_lab: Callable, definition: Callable, apply: Callable
) -> None:
    """It may be there in a minute: that is no failure."""
    lab = new_lab(store=Store(":memory:", clock=lambda: 1_700_000_000.0), switches=Switches(creating_seconds=9.0))
    lab.write(definition("A", "a"))
    pauses: list[float] = []
    outcome = apply(lab, rest=pauses.append)
    assert "it is still creating" in outcome.unknown[0].error
    assert UNTIL_SHOWN * 2 == pauses
    assert 5 == outcome.exit().code


@pytest.mark.parametrize("status", [400, 500])
def test_a_wait_that_cannot_see_leaves_the_judgement_to_the_read_back(
    new_lab: Callable, definition: Callable, apply: Callable, status: int
) -> None:
    """The definition was created: that is not unknown because a later GET failed."""
    now = [1_700_000_000.0]
    lab = new_lab(store=Store(":memory:", clock=lambda: now[0]), switches=Switches(creating_seconds=1.0))
    lab.write(definition("A", "a") + "\n" + definition("B", "n1", to={"n1": "B.n1"}))
    lab.faults.set([Rule(Action.STATUS_BEFORE, path=f"{PATH}/1", status=status, count=99)])

    def pause(seconds: float) -> None:
        now[0] += 0.3

    assert 2 == len(apply(lab, rest=pause, parallelism=1).applied)


def test_editing_is_waited_for(new_lab: Callable, definition: Callable, apply: Callable) -> None:
    """After an extension, all of them together: a page of the listing a look, not one each."""
    now = [1_700_000_000.0]
    lab = new_lab(store=Store(":memory:", clock=lambda: now[0]), switches=Switches(rate_limit=0))
    lab.write("\n".join(definition(f"D{n}", "a") for n in range(30)))
    apply(lab)
    lab.app.state.sandbox.switches = Switches(rate_limit=0, creating_seconds=2.5)
    lab.write("\n".join(definition(f"D{n}", "a", "b") for n in range(30)))
    lab.store.clear_requests()

    def pause(seconds: float) -> None:
        now[0] += 1.0

    assert 30 == len(apply(lab, rest=pause).applied)
    assert 1 + 30 + 30 + 4 == len(lab.requests())


KINDS = ["create", "extend", "describe", "event", "update", "override"]
PLAN_READS = {"create": 1, "extend": 2, "describe": 2, "event": 1, "update": 2, "override": 3}
"""As many as there are kinds in the manifests."""


def _setting(lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable, kind: str) -> str:
    """Brings the shop to the point before one change of that kind; its address."""
    priced = {"p": "products"}
    base = definition("A", "n1", "p", to=priced) + "\n" + event("a.b", "p")
    if kind not in ("create", "event"):
        lab.write(base)
        apply(lab)
    lab.write(
        {
            "create": definition("A", "n1", "p", to=priced),
            "extend": definition("A", "n1", "p", "z", to=priced) + "\n" + event("a.b", "p"),
            "describe": definition("A", "n1", "p", to=priced, description="new") + "\n" + event("a.b", "p"),
            "event": event("a.b", "p"),
            "update": definition("A", "n1", "p", to=priced) + "\n" + event("a.b", "p", "q"),
            "override": base + "\n" + override("A.n1"),
        }[kind]
    )  # fmt: skip
    return {"event": "event/a.b", "update": "event/a.b", "override": "override/products.price"}.get(
        kind, "definition/A"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_says_yes_and_stores_nothing_is_never_believed(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable, kind: str
) -> None:
    """What cannot be read back is not applied; the waiting is bounded."""
    address = _setting(lab, definition, event, override, apply, kind)

    def lie(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        return httpx.Response(200, json={"statusCode": 200, "data": {"id": 77, "status": "active"}})

    pauses: list[float] = []
    outcome = apply(lab, lie, rest=pauses.append)
    assert () == outcome.applied
    assert [address] == [str(ending.address) for ending in (*outcome.failed, *outcome.unknown)]
    assert UNTIL_SHOWN == pauses
    assert 5 == outcome.exit().code
    if kind in ("create", "event", "override"):
        assert "the API accepted it, but it cannot be read back" == outcome.unknown[0].error
    else:
        assert "the API accepted it, but it reads back different: " in outcome.failed[0].error


@pytest.mark.parametrize("kind", KINDS)
def test_without_verification_the_apis_word_is_taken(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable, kind: str
) -> None:
    """No read-back is sent; the plan reads the kinds that are declared."""
    address = _setting(lab, definition, event, override, apply, kind)
    lab.store.clear_requests()
    assert [address] == list(map(str, apply(lab, verify=False).applied))
    look_before = kind not in ("create", "event")
    assert PLAN_READS[kind] + look_before + 1 == len(lab.requests())


@pytest.mark.parametrize("kind", KINDS)
def test_what_somebody_changes_before_the_read_back_is_a_failure(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable, kind: str
) -> None:
    """The write went well, and the shop is not as planned."""
    address = _setting(lab, definition, event, override, apply, kind)

    def then(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method != "GET":
            _spoil(lab, address, answer)
        return answer

    outcome = apply(lab, then)
    assert [address] == [str(failed.address) for failed in outcome.failed], outcome
    assert "reads back different" in outcome.failed[0].error


def _spoil(lab: Any, address: str, answer: httpx.Response) -> None:
    """Somebody renames the definition, changes the event, or turns the sources round."""
    if address == "definition/A":
        lab.send("PATCH", "/custom-data-definitions/1/extend", {"name": "Renamed"})
    elif address == "event/a.b":
        lab.send("PATCH", "/events", {"id_event": 1, "properties": {"metaData": []}})
    else:
        lab.post("/custom-data-definitions", {
            "name": "Other", "fields": [{"name": "n1", "label": "n", "type": "number", "required": False}],
            "relationships": [{"sourceField": "n1", "targetSchemaType": "system", "targetSchema": "products"}],
        })  # fmt: skip
        row = {"id_custom_data_definition": 2, "custom_field_name": "n1", "priority": 1}
        with httpx.Client(transport=_transport(lab), base_url="http://localhost/v1") as client:
            client.put(
                "/custom-data-definitions/overrides?target_system_schema=products&system_field_name=price",
                json={"overrides": [row]}, headers={"spm-api-key": lab.key},
            ).raise_for_status()  # fmt: skip


def _transport(lab: Any) -> httpx.BaseTransport:
    from reconciler.sandbox.transport import SandboxTransport

    return SandboxTransport(lab.app)


def test_a_renamed_definition_is_named(lab: Any, definition: Callable, apply: Callable) -> None:
    """It is the right id, and nobody will find it under its name again."""
    lab.write(definition("A", "a"))

    def then(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            lab.send("PATCH", "/custom-data-definitions/1/extend", {"name": "Z"})
        return answer

    assert "it is called Z now" in apply(lab, then).failed[0].error


def test_a_renamed_event_is_named(lab: Any, event: Callable, apply: Callable) -> None:
    """Its senders would be cut off."""
    lab.write(event("a.b", "p"))

    def then(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            lab.send("PATCH", "/events", {"id_event": 1, "code_name": "a.z"})
        return answer

    assert "it is called a.z now" in apply(lab, then).failed[0].error


def test_a_definition_that_is_deleted_before_the_read_back(lab: Any, definition: Callable, apply: Callable) -> None:
    """Accepted, and not there."""
    lab.write(definition("A", "a"))

    def then(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            lab.send("DELETE", "/custom-data-definitions/1")
        return answer

    assert ["the API accepted it, but it cannot be read back"] == [u.error for u in apply(lab, then).unknown]


def test_what_refers_to_one_that_is_deleted_meanwhile_is_a_failure(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """It would read back as planned for ever."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a") + "\n" + definition("B", "b", to={"b": "A.a"}))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            lab.send("DELETE", "/custom-data-definitions/1")
        return answer

    (failed,) = apply(lab, hook).failed
    assert "definition/B" == str(failed.address)
    assert failed.error.endswith("what b refers to has been deleted meanwhile")


def test_a_relationship_that_was_stale_before_is_no_failure_of_what_is_written(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """The manifest does not declare it, so nobody promised anything."""
    lab.write(definition("A", "a") + "\n" + definition("B", "b", to={"b": "A.a"}))
    apply(lab)
    lab.send("DELETE", "/custom-data-definitions/1")
    lab.write(definition("B", "b", "c"))
    assert ["definition/B"] == list(map(str, apply(lab).applied))


def test_what_refers_to_one_that_never_came_to_be_is_not_applied(
    lab: Any, definition: Callable, override: Callable, apply: Callable
) -> None:
    """The server made up an id. When it does not show what has it, nothing is built on it."""
    lab.write(definition("A", "n1", "p", to={"p": "products"}) + "\n" + override("A.n1"))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"statusCode": 200, "data": {"id_definition": 777, **named}})
        if request.method == "PUT":
            stored.extend(json.loads(request.content)["overrides"])
            return httpx.Response(200, json={"statusCode": 200, "data": {}})
        if request.url.path.endswith("/overrides"):
            pair = {"target_system_schema": "products", "system_field_name": "price"}
            rows = [{**pair, **source} for source in stored]
            meta = {"pagination": {"total_items": len(rows)}}
            return httpx.Response(200, json={"statusCode": 200, "data": rows, "meta": meta})
        if named and request.url.path == f"{PATH}/777":
            return httpx.Response(200, json={"statusCode": 200, "data": {"id_definition": 777, **named}})
        return forward(request)

    stored: list[dict[str, Any]] = []
    named: dict[str, str] = {}
    outcome = apply(lab, hook)
    assert ["definition/A"] == [str(unknown.address) for unknown in outcome.unknown]
    assert (["override/products.price"], []) == ([str(skipped.address) for skipped in outcome.skipped], stored)
    named["name"] = "A"
    outcome = apply(lab, hook)
    assert ["definition/A", "override/products.price"] == [str(unknown.address) for unknown in outcome.unknown]
    assert outcome.unknown[1].error.endswith("but it refers to definition/A, which cannot be read back")


@pytest.mark.parametrize("path", [PATH, "/v1/events", f"{PATH}/overrides"])
def test_a_read_back_that_fails_leaves_its_kind_unknown(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable, path: str
) -> None:
    """Written is not applied, and the reason is told; the other listings show their kinds."""
    lab.write(definition("A", "n1", "p", to={"p": "products"}) + "\n" + event("a.b", "p") + "\n" + override("A.n1"))

    def dark(request: httpx.Request, forward: Forward) -> httpx.Response:
        late = request.method == "GET" and request.url.path == path and len(lab.writes()) == 3
        return httpx.Response(503) if late else forward(request)

    outcome = apply(lab, dark)
    assert (1, 2) == (len(outcome.unknown), len(outcome.applied))
    assert {f"GET {path.removeprefix('/v1')}"} == {unknown.request for unknown in outcome.unknown}
    assert outcome.unknown[0].error.startswith("written, but reading it back failed: GET ")


def test_a_read_back_that_fails_once_is_tried_again(lab: Any, definition: Callable, apply: Callable) -> None:
    """A later look shows it."""
    lab.write(definition("A", "a"))
    dark: list[int] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET" and lab.writes() and len(dark) < 4:
            dark.append(1)
            return httpx.Response(503)
        return forward(request)

    pauses: list[float] = []
    assert ["definition/A"] == list(map(str, apply(lab, hook, rest=pauses.append).applied))
    assert UNTIL_SHOWN[:1] == pauses


@pytest.mark.parametrize("switch", [200, 409])
def test_one_that_came_out_inactive_is_activated(
    new_lab: Callable, definition: Callable, apply: Callable, switch: int
) -> None:
    """Only one that we created (contract §13 row 6); a 409 means that somebody was faster."""
    lab = new_lab(switches=Switches(activate_when_active=switch))
    lab.write(definition("A", "a"))

    def then(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.url.path.endswith("/activate") and switch == 409:
            lab.send("PATCH", "/custom-data-definitions/1/activate")
        answer = forward(request)
        if request.method == "POST":
            lab.send("PATCH", "/custom-data-definitions/1/deactivate")
        return answer

    assert ["definition/A"] == list(map(str, apply(lab, then).applied))
    asked = [row.status for row in lab.requests() if row.path.endswith("/activate")]
    assert {200: [200], 409: [200, 409]}[switch] == asked


@pytest.mark.parametrize(
    ("status", "words"),
    [(200, "it is still inactive"), (409, "it is still inactive"), (400, "it is inactive and stays so: ")],
)
def test_one_that_stays_inactive_is_a_failure(
    lab: Any, definition: Callable, apply: Callable, status: int, words: str
) -> None:
    """Whatever is said about the activation."""
    lab.write(definition("A", "a"))

    def then(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.url.path.endswith("/activate"):
            return httpx.Response(status, json={})
        answer = forward(request)
        if request.method == "POST":
            lab.send("PATCH", "/custom-data-definitions/1/deactivate")
        return answer

    assert words in apply(lab, then).failed[0].error


def test_a_live_definition_that_is_inactive_is_left_so(lab: Any, definition: Callable, apply: Callable) -> None:
    """Somebody meant it (contract §3.2)."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.send("PATCH", "/custom-data-definitions/1/deactivate")
    lab.write(definition("A", "a", "b"))
    lab.store.clear_requests()
    assert ["definition/A"] == list(map(str, apply(lab).applied))
    assert [f"PATCH {PATH}/1/extend"] == lab.writes()


def test_slots_that_are_not_declared_are_kept(lab: Any, event: Callable, apply: Callable) -> None:
    """The event is sent whole, because the server may replace what it has."""
    other = [{"name": "z", "type": "text", "required": True, "description": "d"}]
    lab.post("/events", {"name": "E", "code_name": "a.b", "properties": {"contact": {"customData": other}}})
    lab.write(event("a.b", "p"))
    assert ["event/a.b"] == list(map(str, apply(lab).applied))
    stored = _event(lab)["properties"]
    assert other == stored["contact"]["customData"]
    assert ["p"] == [row["name"] for row in stored["metaData"]]


def test_the_translations_of_an_events_name_are_kept(lab: Any, event: Callable, apply: Callable) -> None:
    """A change of its properties does not turn the map into one text."""
    lab.post("/events", {"name": {"fr": "Vente", "en": "Sale"}, "code_name": "a.b"})
    lab.write(event("a.b", "p", name="Vente"))
    assert ["event/a.b"] == list(map(str, apply(lab).applied))
    assert {"fr": "Vente", "en": "Sale"} == _event(lab)["name"]


def test_a_changed_name_of_an_event_is_sent(lab: Any, event: Callable, apply: Callable) -> None:
    """Together with all that it has."""
    lab.post("/events", {"name": "Old", "code_name": "a.b", "properties": {"customData": []}})
    lab.write(event("a.b", "p", name="New"))
    assert ["event/a.b"] == list(map(str, apply(lab).applied))
    assert "New" == _event(lab)["name"]


def test_an_event_without_properties_is_created(lab: Any, apply: Callable) -> None:
    """Its name is all there is."""
    lab.write("kind: event\ncode_name: a.b\nname: E\n")
    assert ["event/a.b"] == list(map(str, apply(lab).applied))
    assert () == lab.plan()[0].changes


def test_an_override_can_be_cleared(lab: Any, definition: Callable, override: Callable, apply: Callable) -> None:
    """No source is a wish like any other."""
    texts = definition("A", "n1", "p", to={"p": "products"}) + "\n"
    lab.write(texts + override("A.n1"))
    apply(lab)
    lab.write(texts + override())
    assert ["override/products.price"] == list(map(str, apply(lab).applied))
    assert 0 == lab.store.counts()["overrides"]
    assert () == lab.plan()[0].changes


@pytest.mark.parametrize("empty", [httpx.Response(204), httpx.Response(200)])
def test_a_server_that_answers_writes_with_nothing(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable, empty: httpx.Response
) -> None:
    """PATCH and PUT are done when they are; a POST without an id is looked for, and nothing is sent twice."""
    priced = {"p": "products"}
    lab.write(definition("A", "n1", "p", to=priced) + "\n" + event("a.b", "p"))

    def quiet(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        return answer if request.method == "GET" else empty

    assert 2 == len(apply(lab, quiet).applied)
    lab.write(definition("A", "n1", "p", "z", to=priced) + "\n" + event("a.b", "q") + "\n" + override("A.n1"))
    assert 3 == len(apply(lab, quiet).applied)
    assert 5 == len(lab.writes())


def _event(lab: Any) -> Any:
    with lab.store.reading() as db:
        row = db.execute("SELECT name, properties FROM event").fetchone()
        return {"name": json.loads(row["name"]), "properties": json.loads(row["properties"])}
