"""Deletes, renames and switches: in their order, settled like everything else, and read back."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

import reconciler
from reconciler.api.connection import Connection, ReadConnection
from reconciler.api.shop import HttpShop
from reconciler.apply.run import Options
from reconciler.model.address import Address
from reconciler.model.event import Applied, Failed, Moved, Skipped, Unknown, Written
from reconciler.model.plan import Asked
from reconciler.sandbox.faults import Action, Rule
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport
from tests.conftest import OCCASION

Forward = Callable[[httpx.Request], httpx.Response]
PATH = "/v1/custom-data-definitions"
FAULTS = [
    Rule(Action.LOSE_BEFORE),
    Rule(Action.LOSE_AFTER),
    Rule(Action.STATUS_BEFORE, status=500),
    Rule(Action.STATUS_AFTER, status=500),
    Rule(Action.STATUS_BEFORE, status=429),
    Rule(Action.BROKEN_JSON),
    Rule(Action.HANG_AFTER, seconds=0.05),
]
OPERATIONS = {
    "rename": ("PATCH", f"{PATH}/1/extend"),
    "rename event": ("PATCH", "/v1/events"),
    "deactivate": ("PATCH", f"{PATH}/3/deactivate"),
    "activate": ("PATCH", f"{PATH}/4/activate"),
    "clear override": ("PUT", f"{PATH}/overrides"),
    "delete definition": ("DELETE", f"{PATH}/2"),
    "delete event": ("DELETE", "/v1/events/2"),
}


def event(code_name: str, **more: Any) -> str:
    return "---\n" + json.dumps({"kind": "event", "code_name": code_name, "name": "E", **more})


@pytest.fixture
def leaving(lab: Any, definition: Callable, override: Callable, begin: Callable) -> Any:
    """A shop from which something of every kind has to go, or to change its name or status."""
    priced = {"p": "products"}
    lab.write(
        definition("A", "n1") + "\n" + definition("B", "n1", "p", to={**priced, "n1": "A.n1"}) + "\n"
        + definition("C", "n1") + "\n" + definition("D", "n1") + "\n" + event("a.a") + "\n" + event("a.b") + "\n"
        + override("B.n1")
    )  # fmt: skip
    begin(lab)
    lab.send("PATCH", "/custom-data-definitions/4/deactivate")
    lab.write(
        definition("A2", "n1", renamed_from="A") + "\n" + definition("B", "n1", ensure="absent") + "\n"
        + definition("C", "n1", ensure="inactive") + "\n" + definition("D", "n1", ensure="active") + "\n"
        + event("a.c", renamed_from="a.a") + "\n" + event("a.b", ensure="absent") + "\n" + override()
    )  # fmt: skip
    lab.store.clear_requests()
    return lab


def test_everything_leaves_in_order_and_nothing_is_left_to_do(leaving: Any, apply: Callable) -> None:
    """What still points at something lets go first; ids stay through a rename."""
    outcome = apply(leaving, parallelism=1)
    assert (7, True) == (len(outcome.applied), outcome.complete), outcome
    assert [
        f"PATCH {PATH}/1/extend", f"PATCH {PATH}/3/deactivate", f"PATCH {PATH}/4/activate", "PATCH /v1/events",
        f"PUT {PATH}/overrides?target_system_schema=products&system_field_name=price",
        f"DELETE {PATH}/2", "DELETE /v1/events/2",
    ] == leaving.writes()  # fmt: skip
    plan, live = leaving.plan()
    assert () == plan.changes
    assert {"definition/A2": 1, "definition/C": 3, "definition/D": 4, "event/a.c": 1} == {
        str(address): number for address, number in live.ids.items()
    }
    leaving.store.clear_requests()
    assert () == apply(leaving).applied
    assert [] == leaving.writes()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda rule: f"{rule.action}-{rule.status}")
def test_one_fault_is_settled(leaving: Any, apply: Callable, fault: Rule, operation: str) -> None:
    """Everything is applied, and the second apply has nothing to do."""
    method, path = OPERATIONS[operation]
    leaving.faults.set([replace(fault, method=method, path=path)])
    outcome = apply(leaving)
    assert (7, True) == (len(outcome.applied), outcome.complete), outcome
    leaving.store.clear_requests()
    assert () == apply(leaving).applied
    assert [] == leaving.writes()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("action", [Action.LOSE_BEFORE, Action.LOSE_AFTER, Action.STATUS_BEFORE, Action.STATUS_AFTER])
def test_a_fault_that_stays_is_settled_by_a_look(leaving: Any, apply: Callable, action: Action, operation: str) -> None:
    """Carried out and never told is applied; what the shop has as it was before is not; the next run puts it right."""
    method, path = OPERATIONS[operation]
    leaving.faults.set([Rule(action, method=method, path=path, count=999)])
    outcome = apply(leaving)
    carried_out = action in (Action.LOSE_AFTER, Action.STATUS_AFTER)
    assert carried_out == outcome.complete, outcome
    assert carried_out or outcome.failed
    assert () == outcome.unknown
    leaving.faults.set([])
    assert apply(leaving).complete
    assert () == leaving.plan()[0].changes


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_refusal_is_a_failure_and_stops_what_depends_on_it(leaving: Any, apply: Callable, operation: str) -> None:
    """A look shows that it was not done; the definition that the override still names stays."""
    method, path = OPERATIONS[operation]
    leaving.faults.set([Rule(Action.STATUS_BEFORE, method=method, path=path, status=400, count=99)])
    outcome = apply(leaving)
    assert 1 == len(outcome.failed), outcome
    assert outcome.failed[0].request.startswith(method)
    stays = (Skipped(Address("definition", "B"), "override/products.price did not end well"),)
    assert (stays if operation == "clear override" else ()) == outcome.skipped


def test_deletes_go_dependents_first(lab: Any, definition: Callable, apply: Callable) -> None:
    """Whatever their names; a circle is opened at its first name."""
    lab.write(definition("A", "n1") + "\n" + definition("B", "n1", to={"n1": "A.n1"}) + "\n"
              + definition("C", "n1", to={"n1": "B.n1"}) + "\n" + definition("X", "n1", to={"n1": "Y.n1"}) + "\n"
              + definition("Y", "n1", to={"n1": "X.n1"}))  # fmt: skip
    apply(lab)
    lab.write("\n".join(definition(name, "n1", ensure="absent") for name in "ABCXY"))
    lab.store.clear_requests()
    plan, _ = lab.plan()
    order = ["definition/C", "definition/B", "definition/A", "definition/X", "definition/Y"]
    assert order == [str(change.address) for change in plan.changes]
    assert [(), ("definition/C",), ("definition/B",)] == [
        tuple(map(str, change.depends_on)) for change in plan.changes[:3]
    ]
    assert order == list(map(str, apply(lab, parallelism=1).applied))


def test_deletes_wait_for_everything_else(lab: Any, definition: Callable, apply: Callable) -> None:
    """However many threads there are."""
    lab.write("\n".join(definition(f"Old{n}", "n1") for n in range(5)))
    apply(lab)
    lab.write("\n".join([*(definition(f"Old{n}", "n1", ensure="absent") for n in range(5)),
                         *(definition(f"New{n}", "n1") for n in range(20))]))  # fmt: skip
    lab.store.clear_requests()
    assert 25 == len(apply(lab, parallelism=8).applied)
    assert ["POST"] * 20 + ["DELETE"] * 5 == [write.split()[0] for write in lab.writes()]


def test_an_override_that_is_pruned_is_cleared(lab: Any, definition: Callable, override: Callable) -> None:
    """There is nothing else to delete about it."""
    lab.write(definition("A", "n1", "p", to={"p": "products"}) + "\n" + override("A.n1"))
    lab.apply()
    lab.write(definition("A", "n1", "p", to={"p": "products"}))
    when = replace(OCCASION, asked=Asked(prune=True))
    plan, live = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), when)
    assert ["override/products.price"] == [str(change.address) for change in plan.changes]
    events = list(reconciler.run_plan(plan, live, HttpShop(lab.connect(Connection)), Options()))
    assert [Written, Applied] == [type(each) for each in events]
    assert 0 == lab.store.counts()["overrides"]


def test_prune_and_only_delete_what_the_pattern_picks(lab: Any, definition: Callable) -> None:
    """The rest of what is unmanaged stays unmanaged."""
    lab.write("\n".join(definition(name, "n1") for name in ("Keep", "Old1", "Old2")))
    lab.apply()
    lab.write(definition("Keep", "n1"))

    def deletes(**asked: Any) -> tuple[list[str], tuple[str, ...]]:
        when = replace(OCCASION, asked=Asked(**asked))
        plan, _ = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), when)
        return [str(change.address) for change in plan.changes], tuple(map(str, plan.unmanaged))

    assert (["definition/Old1", "definition/Old2"], ()) == deletes(prune=True)
    assert ([], ("definition/Old1", "definition/Old2")) == deletes()
    lab.write(definition("Keep", "n1") + "\n" + definition("Old3", "n1"))
    assert (["definition/Old3", "definition/Old1", "definition/Old2"], ()) == deletes(
        prune=True, only="definition/Old*"
    )
    assert (["definition/Old3"], ("definition/Old1", "definition/Old2")) == deletes(prune=True, only="definition/Old3")


def test_a_delete_that_does_nothing_is_a_failure(leaving: Any, apply: Callable) -> None:
    """A yes is not taken for the deed."""

    def polite(request: httpx.Request, forward: Forward) -> httpx.Response:
        return httpx.Response(200, json={}) if request.method == "DELETE" else forward(request)

    assert {"definition/B", "event/a.b"} == {str(failed.address) for failed in apply(leaving, polite).failed}


def test_an_event_that_stays_listed_as_deleted_is_gone(leaving: Any, apply: Callable) -> None:
    """Whether the API deletes event types softly is not known (contract §13 row 33)."""

    def soft(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "GET" and request.url.path == "/v1/events" and "DELETE /v1/events/2" in leaving.writes():
            body = answer.json()
            body["data"].append({"id_event": 2, "code_name": "a.b", "name": "E", "status": "deleted"})
            return httpx.Response(200, json=body)
        return answer

    assert Address("event", "a.b") in apply(leaving, soft).applied


def test_what_is_created_inactive_is_switched_off(lab: Any, definition: Callable, apply: Callable) -> None:
    """After its last request: a definition that is not active may not take any."""
    lab.write(definition("A", "n1", to={"n1": "A.n1"}, ensure="inactive"))
    plan, _ = lab.plan()
    assert 3 == plan.changes[0].requests
    assert apply(lab).complete
    assert ["POST", "PATCH", "PATCH"] == [write.split()[0] for write in lab.writes()]
    assert lab.writes()[-1].endswith("/deactivate")
    assert () == lab.plan()[0].changes
    lab.write(definition("A", "n1", to={"n1": "A.n1"}))
    assert "is inactive" in lab.plan()[0].warnings[0]


def test_what_is_created_active_needs_no_switch(lab: Any, definition: Callable, apply: Callable) -> None:
    """A create makes it so (contract §3.2)."""
    lab.write(definition("A", "n1", ensure="active"))
    assert apply(lab).complete
    assert [f"POST {PATH}"] == lab.writes()


def test_activate_answered_409_is_looked_at(leaving: Any, apply: Callable) -> None:
    """It says that it is active already (contract §13 row 7), and only a look knows."""

    def refusing(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.url.path.endswith("/activate"):
            return httpx.Response(409, json={"message": "already active"})
        return forward(request)

    def faster(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        return httpx.Response(409, json={"message": "x"}) if request.url.path.endswith("/activate") else answer

    assert ["definition/D"] == [str(failed.address) for failed in apply(leaving, refusing).failed]
    assert apply(leaving, faster).complete


def test_a_definition_in_transition_counts_as_active(new_lab: Callable, definition: Callable) -> None:
    """It is on its way (contract §3.1); another status than inactive is no reason to switch."""
    lab = new_lab(store=Store(":memory:", clock=lambda: 1_700_000_000.0), switches=Switches(creating_seconds=9.0))
    lab.write(definition("A", "n1"))
    lab.apply()
    lab.write(definition("A", "n1", ensure="active"))
    assert () == lab.plan()[0].changes


def test_a_rename_and_an_addition_are_one_request(lab: Any, definition: Callable, apply: Callable) -> None:
    """Others that point at it stay as they are."""
    lab.write(definition("A", "n1") + "\n" + definition("B", "n1", to={"n1": "A.n1"}))
    lab.apply()
    lab.write(definition("A2", "n1", "n2", renamed_from="A") + "\n" + definition("B", "n1", to={"n1": "A2.n1"}))
    lab.store.clear_requests()
    assert ["definition/A2"] == list(map(str, apply(lab).applied))
    assert [f"PATCH {PATH}/1/extend"] == lab.writes()
    assert () == lab.plan()[0].changes


def moved_in_between(lab: Any, apply: Callable, path: str, hand: Callable[[], object]) -> Any:
    """Applies with re-check; somebody's hand is in before the first write, after everything has been read."""
    done: list[int] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if not done and request.method == "GET" and request.url.path == path:
            done.append(1)
            hand()
        return forward(request)

    return apply(lab, hook, parallelism=1)


@pytest.mark.parametrize(
    ("address", "path", "what", "body"),
    [
        ("definition/A2", f"{PATH}/1", "/custom-data-definitions/1/extend", {"description": "mine"}),
        ("event/a.c", "/v1/events/1", "/events", {"id_event": 1, "name": "mine"}),
        ("definition/B", f"{PATH}/2", "/custom-data-definitions/2/extend", {"description": "mine"}),
        ("event/a.b", "/v1/events/2", "/events", {"id_event": 2, "name": "mine"}),
        ("definition/C", f"{PATH}/3", "/custom-data-definitions/3/extend", {"description": "mine"}),
    ],
)
def test_what_moves_right_before_its_write_is_left_alone(
    leaving: Any, apply: Callable, address: str, path: str, what: str, body: object
) -> None:
    """A saved plan says what it found; nothing else is overwritten."""
    outcome = moved_in_between(leaving, apply, path, lambda: leaving.send("PATCH", what, body))
    told = "it has been changed since the plan was made; nothing was sent, plan again"
    assert (Moved(Address.parse(address), told),) == outcome.skipped
    assert 6 == len(outcome.applied)


def test_what_is_gone_right_before_its_write_is_told(leaving: Any, apply: Callable) -> None:
    """A 400 proves nothing (contract §3.2), and is reason enough not to write."""
    outcome = moved_in_between(
        leaving, apply, f"{PATH}/1", lambda: leaving.send("DELETE", "/custom-data-definitions/1")
    )
    assert "it cannot be read any more since" in outcome.skipped[0].because


def test_what_cannot_be_read_once_more_is_not_written(leaving: Any, apply: Callable) -> None:
    """Nothing was sent, so nothing is unknown."""
    leaving.faults.set([Rule(Action.LOSE_BEFORE, method="GET", path="/v1/events/1", count=99)])
    outcome = apply(leaving)
    assert ["event/a.c"] == [str(failed.address) for failed in outcome.failed]
    assert outcome.failed[0].error.startswith("it could not be read once more, so nothing was sent: GET /events/1")
    assert "PATCH /v1/events" not in leaving.writes()


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_settles_nothing(leaving: Any, apply: Callable, status: int) -> None:
    """It was not carried out, and a look would be refused as well."""
    method, path = OPERATIONS["rename event"]
    leaving.faults.set([Rule(Action.STATUS_BEFORE, method=method, path=path, status=status, count=99)])
    outcome = apply(leaving, parallelism=1)
    assert ["event/a.c"] == [str(failed.address) for failed in outcome.failed]
    assert [status] == [row.status for row in leaving.requests() if row.method == "PATCH" and row.path == path]


def test_an_override_that_moved_is_left_alone(
    lab: Any, definition: Callable, override: Callable, apply: Callable
) -> None:
    """It would be replaced whole; also one that was not there before."""
    priced = {"p": "products"}
    both = definition("A", "n1", "p", to=priced) + "\n" + definition("B", "n1", "p", to=priced)
    lab.write(both)
    lab.apply()
    # Both are created at once, so which one has which number differs from run to run.
    other = lab.plan()[1].ids[Address.parse("definition/B")]
    lab.write(both + "\n" + override("A.n1"))
    body = {"overrides": [{"id_custom_data_definition": other, "custom_field_name": "n1", "priority": 1}]}
    seen: list[int] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.url.path.endswith("/overrides"):
            seen.append(1)
            if len(seen) == 2:
                lab_put(lab, body)
        return forward(request)

    outcome = apply(lab, hook)
    assert ["override/products.price"] == [str(moved.address) for moved in outcome.skipped]
    assert 4 == outcome.exit().code


def lab_put(lab: Any, body: object) -> None:
    """Somebody sets the price override by hand."""
    with httpx.Client(transport=SandboxTransport(lab.app), base_url="http://localhost/v1") as client:
        answer = client.put(
            "/custom-data-definitions/overrides?target_system_schema=products&system_field_name=price",
            json=body, headers={"spm-api-key": lab.key},
        )  # fmt: skip
    assert answer.is_success, answer.text


def test_nothing_is_read_again_when_nothing_moved(leaving: Any, apply: Callable) -> None:
    """A re-check finds values as they are, whether listings turn them into text or not."""
    outcome = apply(leaving)
    assert (7, True) == (len(outcome.applied), outcome.complete), outcome


def test_the_second_request_of_a_change_is_not_checked_again(lab: Any, definition: Callable, apply: Callable) -> None:
    """The first one of our own has moved it."""
    lab.write(definition("A", "n1") + "\n" + definition("B", "n1"))
    lab.apply()
    lab.write(definition("A", "n1", "n2", to={"n2": "B.n2"}) + "\n" + definition("B", "n1", "n2", to={"n2": "A.n2"}))
    assert apply(lab).complete
    assert () == lab.plan()[0].changes


def test_failed_unknown_and_skipped_are_told_apart() -> None:
    """Moved is a kind of skipped: nothing was sent."""
    moved: object = Moved(Address("definition", "A"), "b")
    assert isinstance(moved, Skipped)
    assert not isinstance(moved, Failed | Unknown)


def test_a_stranger_under_the_new_name_is_no_rename(lab: Any, apply: Callable) -> None:
    """It has the same content, and another id."""
    lab.write(event("a.b"))
    lab.apply()
    lab.write(event("c.d", renamed_from="a.b"))

    def taken(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "PATCH":
            lab.post("/events", {"code_name": "c.d", "name": "E"})
        return forward(request)

    outcome = apply(lab, taken, verify=False)
    assert ((), ["event/c.d"]) == (outcome.applied, [str(failed.address) for failed in outcome.failed])


def test_a_create_needs_no_look_before(lab: Any, definition: Callable, apply: Callable) -> None:
    """The server refuses a second live name: the reads are those of the plan and of the read-back."""
    lab.write(definition("A", "n1") + "\n" + event("a.b"))
    assert apply(lab).complete
    assert 2 + 2 == len(lab.requests()) - len(lab.writes())
