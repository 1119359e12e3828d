"""One fault at each write: nothing is lost, nothing is made twice, and what nobody can know is called unknown."""

import json
import random
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.apply.run import STOPPED
from reconciler.errors import Stopped
from reconciler.model.address import Address
from reconciler.model.event import Applied, Changed, Ending, Failed, Skipped, Unknown, Written
from reconciler.sandbox.faults import Action, Rule

Forward = Callable[[httpx.Request], httpx.Response]
FAULTS = [
    Rule(Action.LOSE_BEFORE),
    Rule(Action.LOSE_AFTER),
    Rule(Action.STATUS_BEFORE, status=500),
    Rule(Action.STATUS_AFTER, status=500),
    Rule(Action.STATUS_BEFORE, status=408),
    Rule(Action.STATUS_AFTER, status=503),
    Rule(Action.STATUS_BEFORE, status=429),
    Rule(Action.STATUS_BEFORE, status=429, retry_after=2),
    Rule(Action.BROKEN_JSON),
    Rule(Action.HANG_BEFORE, seconds=0.05),
    Rule(Action.HANG_AFTER, seconds=0.05),
    Rule(Action.DRIP, seconds=0.05),
]
OPERATIONS = {
    "create": ("POST", "/v1/custom-data-definitions"),
    "extend": ("PATCH", "/v1/custom-data-definitions"),
    "create event": ("POST", "/v1/events"),
    "update event": ("PATCH", "/v1/events"),
    "put override": ("PUT", "/v1/custom-data-definitions/overrides"),
}


@pytest.fixture
def all_kinds(lab: Any, definition: Callable, event: Callable, override: Callable, begin: Callable) -> Any:
    """A shop that is behind its manifests in every way there is."""
    priced = {"p": "products"}
    lab.write(definition("A", "n1", "p", to=priced) + "\n" + event("a.b", "p") + "\n" + override("A.n1"))
    begin(lab)
    lab.write(
        definition("A", "n1", "p", "n2", "more", to=priced, description="new") + "\n" + event("a.b", "p", "q")
        + "\n" + override("B.n1", "A.n2") + "\n" + definition("B", "n1", "p", to={"n1": "A.n1", **priced})
        + "\n" + event("c.d", "p") + "\n" + definition("C", "n1", to={"n1": "C.n1"})
    )  # fmt: skip
    lab.store.clear_requests()
    return lab


def counted(lab: Any) -> dict[str, int]:
    counts = lab.store.counts()
    return {name: counts[name] for name in ("definitions", "events", "overrides")}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda rule: f"{rule.action}-{rule.status}-{rule.retry_after}")
def test_one_fault_is_settled(all_kinds: Any, apply: Callable, fault: Rule, operation: str) -> None:
    """Everything is applied, once, and the second apply has nothing to do."""
    method, path = OPERATIONS[operation]
    values = {name: getattr(fault, name) for name in ("action", "status", "seconds", "retry_after")}
    all_kinds.faults.set([Rule(method=method, path=path, **values)])
    outcome = apply(all_kinds)
    assert (6, True) == (len(outcome.applied), outcome.complete), outcome
    assert {"definitions": 3, "events": 2, "overrides": 2} == counted(all_kinds)
    all_kinds.store.clear_requests()
    assert () == apply(all_kinds).applied
    assert [] == all_kinds.writes()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("action", [Action.LOSE_BEFORE, Action.LOSE_AFTER, Action.STATUS_BEFORE, Action.STATUS_AFTER])
def test_a_fault_that_stays_is_never_called_applied(
    all_kinds: Any, apply: Callable, action: Action, operation: str
) -> None:
    """Unless the shop shows that it was carried out; and two more runs put everything right."""
    method, path = OPERATIONS[operation]
    all_kinds.faults.set([Rule(action, method=method, path=path, count=999)])
    outcome = apply(all_kinds)
    settled_by_reading = action in (Action.LOSE_AFTER, Action.STATUS_AFTER)
    assert settled_by_reading == outcome.complete, outcome
    # What was created by this run, and not extended, is neither as planned nor as it was before.
    left = outcome.unknown if operation == "extend" else outcome.failed
    assert settled_by_reading or left
    all_kinds.faults.set([])
    apply(all_kinds)
    assert {"definitions": 3, "events": 2, "overrides": 2} == counted(all_kinds)
    assert () == all_kinds.plan()[0].changes


@pytest.mark.parametrize("action", [Action.LOSE_BEFORE, Action.STATUS_BEFORE])
def test_what_never_shows_was_not_carried_out_and_names_its_request(
    lab: Any, definition: Callable, apply: Callable, action: Action
) -> None:
    """Sent twice, looked for each time, and never seen."""
    lab.faults.set([Rule(action, method="POST", count=999)])
    lab.write(definition("A", "a"))
    outcome = apply(lab)
    assert ["definition/A"] == [str(failed.address) for failed in outcome.failed]
    assert "POST /custom-data-definitions" == outcome.failed[0].request
    assert outcome.failed[0].error.startswith("it was not carried out: POST /custom-data-definitions ")
    assert outcome.failed[0].error.endswith(", and 70 seconds later the shop has nothing under its name")
    assert 2 == len(lab.writes())


@pytest.mark.parametrize("status", [400, 401, 403, 409, 422])
def test_a_refusal_is_a_failure_and_not_in_doubt(lab: Any, definition: Callable, apply: Callable, status: int) -> None:
    """The API said no: what it said is in the report."""
    lab.faults.set([Rule(Action.STATUS_BEFORE, method="POST", status=status, count=999)])
    lab.write(definition("A", "a"))
    outcome = apply(lab)
    assert ["definition/A"] == [str(failed.address) for failed in outcome.failed]
    assert str(status) in outcome.failed[0].error
    assert "POST /custom-data-definitions" == outcome.failed[0].request
    assert 1 == len(lab.writes())


def test_a_refused_update_is_a_failure(all_kinds: Any, apply: Callable) -> None:
    """Whichever kind it is."""
    all_kinds.faults.set(
        [Rule(Action.STATUS_BEFORE, method=method, status=400, count=999) for method in ("PATCH", "PUT")]
    )
    outcome = apply(all_kinds)
    addresses = [str(failed.address) for failed in outcome.failed]
    assert ["definition/A", "definition/C", "event/a.b"] == addresses
    assert ["override/products.price"] == [str(skipped.address) for skipped in outcome.skipped][-1:]


@pytest.mark.parametrize("status", [401, 403])
def test_an_extension_that_is_turned_away_is_a_failure(
    lab: Any, definition: Callable, apply: Callable, status: int
) -> None:
    """Nothing of it was carried out, and nobody needs to look."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b"))
    lab.faults.set([Rule(Action.STATUS_BEFORE, method="PATCH", status=status, count=999)])
    lab.store.clear_requests()
    assert ["PATCH /custom-data-definitions/1/extend"] == [failed.request for failed in apply(lab).failed]
    plan, look_before = 1, 1
    assert plan + look_before == len(lab.requests()) - len(lab.writes())


@pytest.mark.parametrize("kind", ["create", "extend"])
def test_a_plain_refusal_is_looked_at_once(lab: Any, definition: Callable, apply: Callable, kind: str) -> None:
    """Only a name that must be there is looked for again."""
    if kind == "extend":
        lab.write(definition("A", "a"))
        apply(lab)
    lab.write(definition("A", "a", "b"))
    lab.faults.set([Rule(Action.STATUS_BEFORE, method=method, status=400, count=99) for method in ("POST", "PATCH")])
    lab.store.clear_requests()
    pauses: list[float] = []
    assert 1 == len(apply(lab, rest=pauses.append).failed)
    assert [] == pauses
    looks_before = kind == "extend"
    assert 1 + looks_before + 1 + 1 == len(lab.requests())


@pytest.mark.parametrize("error", [httpx.ConnectError("no route"), httpx.ReadError("lost")], ids=repr)
def test_what_needs_something_in_doubt_is_skipped(
    lab: Any, definition: Callable, override: Callable, apply: Callable, error: Exception
) -> None:
    """Nothing is built on what may not be there, whichever way it went wrong."""
    priced = {"p": "products"}
    lab.write(definition("A", "n1", "p", to=priced))
    apply(lab)
    lab.write(
        definition("A", "n1", "p", "n2", to=priced) + "\n" + definition("B", "n1", to={"n1": "A.n2"})
        + "\n" + definition("C", "n1", "p", to=priced) + "\n" + override("C.n1")
    )  # fmt: skip

    def lose(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        raise error

    outcome = apply(lab, lose)
    assert [
        Skipped(Address("definition", "B"), "definition/A did not end well"),
        Skipped(Address("override", "products.price"), "definition/C did not end well"),
    ] == list(outcome.skipped)
    assert 2 == len(outcome.failed) + len(outcome.unknown)


def test_never_sent_is_a_failure_and_not_in_doubt(lab: Any, definition: Callable, apply: Callable) -> None:
    """Nothing reached the shop, for certain."""

    def cut(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ConnectError("no route")
        return forward(request)

    lab.write(definition("A", "a"))
    outcome = apply(lab, cut)
    assert ["definition/A"] == [str(failed.address) for failed in outcome.failed]
    assert "cannot be reached" in outcome.failed[0].error


def test_one_failure_does_not_stop_the_others(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable
) -> None:
    """What needs it is skipped with the reason, all the way down; the rest is applied."""
    lab.write(
        "\n".join([
            definition("A", "n1", "p", to={"p": "products"}), definition("B", "n1", to={"n1": "A.n1"}),
            definition("C", "n1", to={"n1": "B.n1"}), definition("X", "n1"), definition("Y", "n1", to={"n1": "X.n1"}),
            event("a.b", "p"), override("A.n1"),
        ])
    )  # fmt: skip

    def refuse(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST" and json.loads(request.content)["name"] == "A":
            return httpx.Response(400, json={"message": "no A today"})
        return forward(request)

    outcome = apply(lab, refuse)
    assert ["definition/X", "definition/Y", "event/a.b"] == list(map(str, outcome.applied))
    assert [Failed(Address("definition", "A"), "POST /custom-data-definitions was answered 400: no A today",
                   "POST /custom-data-definitions")] == list(outcome.failed)  # fmt: skip
    assert {
        "definition/B": "definition/A did not end well",
        "definition/C": "definition/B did not end well",
        "override/products.price": "definition/A did not end well",
    } == {str(skipped.address): skipped.because for skipped in outcome.skipped}


def test_what_is_skipped_names_the_first_of_several_reasons(lab: Any, definition: Callable, apply: Callable) -> None:
    """By name, and never itself."""
    lab.write(
        definition("A", "n1") + "\n" + definition("B", "n1")
        + "\n" + definition("M", "n1", "n2", "n3", to={"n1": "A.n1", "n2": "B.n1", "n3": "M.n1"})
    )  # fmt: skip

    def refuse(request: httpx.Request, forward: Forward) -> httpx.Response:
        return forward(request) if request.method == "GET" else httpx.Response(400)

    outcome = apply(lab, refuse)
    assert (Skipped(Address("definition", "M"), "definition/A did not end well"),) == outcome.skipped
    assert 2 == len(outcome.failed)


def test_a_postponed_relationship_whose_target_failed_is_a_failure(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """The definition is there, and incomplete."""
    lab.write(definition("A", "n1", to={"n1": "B.n1"}) + "\n" + definition("B", "n1", to={"n1": "A.n1"}))

    def refuse(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST" and json.loads(request.content)["name"] == "B":
            return httpx.Response(400)
        return forward(request)

    outcome = apply(lab, refuse)
    assert (
        Changed(Address("definition", "A"), "it lacks its relationship to definition/B: definition/B did not end well"),
    ) == outcome.failed[:1]
    assert 5 == outcome.exit().code
    assert () == outcome.skipped
    assert {"definitions": 1, "events": 0, "overrides": 0} == counted(lab)


def test_an_update_sent_in_half_is_a_failure_and_not_skipped(lab: Any, definition: Callable, apply: Callable) -> None:
    """Its field was added; "skipped" would say that nothing was sent."""
    lab.write(definition("A", "n1"))
    apply(lab)
    lab.write(definition("A", "n1", "n2", to={"n1": "B.n1"}) + "\n" + definition("B", "n1", to={"n1": "A.n2"}))

    def refuse(request: httpx.Request, forward: Forward) -> httpx.Response:
        return httpx.Response(400) if request.method == "POST" else forward(request)

    outcome = apply(lab, refuse)
    assert ["definition/A", "definition/B"] == sorted(str(failed.address) for failed in outcome.failed)
    assert "it lacks its relationship to definition/B" in str(outcome.failed)


def test_a_relationship_to_itself_that_fails_is_named(lab: Any, definition: Callable, apply: Callable) -> None:
    """The second of two requests was refused."""
    lab.write(definition("A", "n1", to={"n1": "A.n1"}))
    lab.faults.set([Rule(Action.STATUS_BEFORE, method="PATCH", status=400, count=99)])
    outcome = apply(lab)
    assert ["PATCH /custom-data-definitions/1/extend"] == [failed.request for failed in outcome.failed]


@pytest.mark.parametrize("action", [None, Action.LOSE_BEFORE, Action.LOSE_AFTER])
def test_a_description_that_is_emptied_is_sent(
    lab: Any, definition: Callable, apply: Callable, action: Action | None
) -> None:
    """Nothing is a value like any other, also after an answer that got lost."""
    lab.write(definition("A", "n1", description="x"))
    apply(lab)
    lab.write(definition("A", "n1", description=""))
    lab.faults.set([Rule(action, method="PATCH")] if action else [])
    lab.store.clear_requests()
    assert ["definition/A"] == list(map(str, apply(lab).applied))
    assert (2 if action == Action.LOSE_BEFORE else 1) == len(lab.writes())
    assert () == lab.plan()[0].changes


def test_stopping_lets_what_is_under_way_finish(lab: Any, definition: Callable, apply: Callable) -> None:
    """Two were sent; they are read back; the rest is skipped."""
    lab.write("\n".join(definition(f"D{n}", "a") for n in range(6)))
    sent: list[str] = []

    def note(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            sent.append(json.loads(request.content)["name"])
        return answer

    outcome = apply(lab, note, parallelism=1, stop=lambda: len(sent) >= 2)
    assert ["definition/D0", "definition/D1"] == list(map(str, outcome.applied))
    assert {"the run was stopped before it was sent"} == {skipped.because for skipped in outcome.skipped}
    assert 4 == len(outcome.skipped)
    assert 2 == len(lab.writes())


def test_how_each_change_stands_is_known_at_any_time(lab: Any, definition: Callable, apply: Callable) -> None:
    """One was accepted, one refused, one is under way, and one was not sent."""
    lab.write("\n".join(definition(f"D{n}", "a") for n in range(4)))
    watched: list[Callable[[], list[Ending]]] = []
    seen: list[Ending] = []

    def look(request: httpx.Request, forward: Forward) -> httpx.Response:
        name = json.loads(request.content)["name"] if request.method == "POST" else ""
        if name == "D1":
            return httpx.Response(400, json={"message": "no"})
        if name == "D2":
            seen.extend(watched[0]())
        return forward(request)

    apply(lab, look, parallelism=1, watch=watched.append)
    assert [Applied, Failed, Unknown, Skipped] == list(map(type, seen))
    assert [f"definition/D{n}" for n in range(4)] == [str(each.address) for each in seen]


def test_a_write_that_waits_for_its_turn_at_the_stop_is_skipped(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """It has not failed, and neither has what needs it."""
    lab.write(definition("A", "n1") + "\n" + definition("B", "n1", to={"n1": "A.n1"}) + "\n" + definition("C", "n1"))
    is_c_sent, is_stopped = threading.Event(), threading.Event()

    def refuse_a(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST" and json.loads(request.content)["name"] == "A":
            assert is_c_sent.wait(10)
            is_stopped.set()
            raise Stopped("POST /x was not sent: the run was stopped")
        if request.method == "POST":
            is_c_sent.set()
        return forward(request)

    outcome = apply(lab, refuse_a, parallelism=2, stop=is_stopped.is_set)
    assert (["definition/C"], ()) == (list(map(str, outcome.applied)), outcome.failed)
    assert [("definition/A", STOPPED), ("definition/B", STOPPED)] == [
        (str(skipped.address), skipped.because) for skipped in outcome.skipped
    ]


def test_what_was_sent_in_part_at_the_stop_has_failed(lab: Any, definition: Callable, apply: Callable) -> None:
    """The field is there, the status is not."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b", ensure="inactive"))
    stopped: list[str] = []

    def refuse_the_switch(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method != "GET" and not request.url.path.endswith("/extend"):
            stopped.append(request.url.path)
            raise Stopped("PATCH /x was not sent: the run was stopped")
        return forward(request)

    outcome = apply(lab, refuse_the_switch, stop=lambda: bool(stopped))
    assert [("definition/A", "PATCH /x was not sent: the run was stopped")] == [
        (str(failed.address), failed.error) for failed in outcome.failed
    ]


@pytest.mark.parametrize(
    ("target", "words"), [("A", "itself: the run was stopped"), ("B", "definition/B: the run was stopped")]
)
def test_stopping_between_two_requests_of_one_change(
    lab: Any, definition: Callable, apply: Callable, target: str, words: str
) -> None:
    """The definition is there without its relationship, and that is said."""
    lab.write(definition("A", "n1", to={"n1": f"{target}.n1"}) + "\n" + definition("B", "n1", to={"n1": "A.n1"}))
    outcome = apply(lab, parallelism=1, stop=lambda: bool(lab.writes()))
    assert f"it lacks its relationship to {words} before it was sent" == outcome.failed[0].error
    assert ["definition/B"] == [str(skipped.address) for skipped in outcome.skipped]


def test_stopped_at_once_nothing_is_sent(lab: Any, definition: Callable, apply: Callable) -> None:
    """Every change still has its ending."""
    lab.write(definition("A", "a") + "\n" + definition("B", "n1", to={"n1": "B.n1"}))
    assert 2 == len(apply(lab, stop=lambda: True).skipped)
    assert [] == lab.writes()


@pytest.mark.parametrize("parallelism", [1, 4])
def test_a_defect_leaves_its_change_unknown_and_the_others_are_applied(
    lab: Any, definition: Callable, apply: Callable, parallelism: int
) -> None:
    """An error that is no answer of the API is told, and what was written is still in the outcome."""
    relation = definition("User", "n1", to={"n1": "D3.n1"})
    lab.write("\n".join([*(definition(f"D{n}", "n1") for n in range(6)), relation]))

    def broken(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST" and json.loads(request.content)["name"] == "D3":
            raise ZeroDivisionError("a defect")
        return forward(request)

    told: list[str] = []

    def explain(defect: BaseException) -> str:
        told.append(str(defect))
        return "Report it."

    outcome = apply(lab, broken, parallelism=parallelism, explain=explain)
    assert ["a defect"] == told
    assert [f"definition/D{n}" for n in (0, 1, 2, 4, 5)] == list(map(str, outcome.applied))
    assert [("definition/D3", "it may or may not have been carried out. Report it.")] == [
        (str(unknown.address), unknown.error) for unknown in outcome.unknown
    ]
    assert [("definition/User", "definition/D3 did not end well")] == [
        (str(skipped.address), skipped.because) for skipped in outcome.skipped
    ]


def test_a_defect_in_the_read_back_leaves_unknown_what_was_written(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """It was sent: a report that only says what broke would lose it."""
    lab.write(definition("A", "a") + "\n" + definition("B", "a"))

    def broken(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET" and lab.writes():
            raise ZeroDivisionError("a defect")
        return forward(request)

    outcome = apply(lab, broken, explain=lambda defect: "Report it.")
    assert ["written, but not read back. Report it."] * 2 == [unknown.error for unknown in outcome.unknown]
    assert ["definition/A", "definition/B"] == [str(unknown.address) for unknown in outcome.unknown]


@pytest.mark.parametrize("parallelism", [1, 2])
def test_a_defect_between_two_requests_leaves_an_ending_for_each_change(
    lab: Any, definition: Callable, apply: Callable, parallelism: int
) -> None:
    """What was sent is unknown, what waited is skipped, what was done before is applied."""
    lab.write("\n".join(definition(f"D{n}", "a") for n in range(5)))

    def stop() -> bool:
        if len(lab.writes()) >= 2:
            raise ZeroDivisionError("a defect")
        return False

    outcome = apply(lab, parallelism=parallelism, stop=stop, explain=lambda defect: "Report it.")
    endings = [*outcome.applied, *(each.address for each in (*outcome.unknown, *outcome.skipped))]
    assert [f"definition/D{n}" for n in range(5)] == sorted(map(str, endings))
    assert len(lab.writes()) == len(outcome.applied) + len(outcome.unknown)
    assert {"Report it."} == {skipped.because for skipped in outcome.skipped}


def test_threads_that_cannot_be_started_are_not_needed(lab: Any, definition: Callable, apply: Callable) -> None:
    """With none at all, one change after the other is sent, and a stop is still obeyed."""
    lab.write("\n".join(definition(f"D{n}", "a") for n in range(6)))
    before = threading.stack_size()

    def begin(*_: object) -> None:
        threading.stack_size(2**46)  # no system gives a thread that much

    try:
        outcome = apply(lab, stop=lambda: len(lab.writes()) >= 4, verify=False, begin=begin)
    finally:
        threading.stack_size(before)
    assert (4, 2) == (len(outcome.applied), len(outcome.skipped))


@pytest.mark.parametrize("seed", range(25))
def test_any_weather(
    new_lab: Callable, definition: Callable, event: Callable, override: Callable, apply: Callable, seed: int
) -> None:
    """Faults at random: one ending per change in plan order, nothing twice, and good weather puts it right."""
    chance = random.Random(seed)
    lab = new_lab()
    texts = [
        definition(f"D{n}", "n1", "n2", "p", to={"n1": f"D{chance.randrange(6)}.n2", "p": "products"}) for n in range(6)
    ]
    lab.write("\n".join([*texts, event("a.b", "p"), event("a.c", "p"), override("D1.n1", "D2.n2")]))
    plan = [str(change.address) for change in lab.plan()[0].changes]
    lab.faults.set(
        Rule(chance.choice(list(Action)), at=at, seconds=0.01, status=chance.choice([429, 500, 503, 408, 400]))
        for at in chance.sample(range(4, 40), 12)
    )
    events = apply(lab, events=True, parallelism=chance.choice([1, 3, 8]))
    endings = [told for told in events if not isinstance(told, Written)]
    assert plan == [str(ending.address) for ending in endings]
    lab.faults.set([])
    apply(lab)
    assert {"definitions": 6, "events": 2, "overrides": 2} == counted(lab)
    lab.store.clear_requests()
    assert [] == apply(lab, events=True)
    assert [] == lab.writes()


def test_the_endings_of_a_storm_are_honest(all_kinds: Any, apply: Callable) -> None:
    """Nothing gets through: nothing is applied, and nothing that was sent is called skipped."""
    all_kinds.faults.set([Rule(Action.LOSE_BEFORE, method=method, count=9999) for method in ("POST", "PATCH", "PUT")])
    outcome = apply(all_kinds)
    assert () == outcome.applied
    assert all(failed.error.startswith("it was not carried out: ") for failed in outcome.failed)
    assert {"override/products.price"} == {str(skipped.address) for skipped in outcome.skipped}
    assert 6 == len(outcome.failed) + len(outcome.skipped)
