"""The read-back sees what nobody sent and what was dropped; what is still being made is not in sync."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import reconciler
from reconciler.api.connection import ReadConnection
from reconciler.plan.drift import drift_of
from reconciler.plan.judgement import Judgement
from reconciler.plan.scope import scope_of_all
from reconciler.report.plan_text import plan_text
from reconciler.report.sentence import plain_sentence
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from tests.conftest import OCCASION

Forward = Callable[[httpx.Request], httpx.Response]
PATH = "/v1/custom-data-definitions"
FIELD = {"name": "z", "label": "z", "type": "text", "required": False}
Change = Callable[[dict[str, Any]], object]


def after_writes(lab: Any, count: int, change: Change) -> Callable[..., httpx.Response]:
    """A server that stores something else: its listings show it once so many writes were made."""

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method != "GET" or len(lab.writes()) < count:
            return answer
        body = answer.json()
        for row in body["data"] if isinstance(body["data"], list) else [body["data"]]:
            change(row)
        return httpx.Response(200, json=body)

    return hook


CREATED: dict[str, tuple[Change, str]] = {
    "a default": (lambda row: row["fields"][0].update(default=0), "fields.n1.default is 0, which was not sent"),
    "an option": (lambda row: row["fields"][0].update(options=["x"]), "fields.n1.options is x, which was not sent"),
    "words": (lambda row: row["fields"][0].update(description="auto"), "fields.n1.description is auto"),
    "a description": (lambda row: row.update(description="made by us"), "description is made by us, which was not"),
    "unique keys": (lambda row: row.update(unique_keys=["n1"]), "unique_keys is"),
    "a field": (lambda row: row["fields"].append(FIELD), "fields.z is"),
    "a relationship": (lambda row: row["relationships"].append(
        {"sourceField": "p", "targetSchemaType": "system", "targetSchema": "products"}), "relationships.p is"),
    "another target field": (lambda row: row["relationships"][0].update(targetField="email"),
        "relationships.n1.targetField is email, which was not sent"),
    "no field": (lambda row: row["fields"].pop(), "fields.p is nothing, not"),
    "no relationship": (lambda row: row.update(relationships=[]), "relationships.n1 is nothing, not"),
}  # fmt: skip


@pytest.mark.parametrize("what", CREATED)
def test_what_a_create_brings_beyond_what_was_sent_is_told(
    lab: Any, definition: Callable, apply: Callable, what: str
) -> None:
    """One write, stored differently: the shop has changed, and its exit is 5."""
    change, told = CREATED[what]
    lab.write(definition("A", "n1", "p", to={"n1": "contacts"}))
    outcome = apply(lab, after_writes(lab, 1, change))
    assert f"the API accepted it, but it reads back different: {told}" in outcome.failed[0].error
    assert (5, "partial") == (outcome.exit().code, outcome.exit().reason)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row["fields"][0].update(default=None, options=[], description=""),
        lambda row: row["relationships"][0].update(targetField="id_contact"),
        lambda row: row.update(description="", unique_keys=None, created_by=7),
    ],
)
def test_what_stands_for_nothing_or_comes_by_itself_is_no_difference(
    lab: Any, definition: Callable, apply: Callable, change: Change
) -> None:
    """The target field too (contract §3.1)."""
    lab.write(definition("A", "n1", to={"n1": "contacts"}))
    assert apply(lab, after_writes(lab, 1, change)).complete


GROWN: dict[str, tuple[Change, str]] = {
    "a default of what is new": (lambda row: row["fields"][1].update(default=1), "fields.n2.default is 1"),
    "a relationship of what is new": (lambda row: row["relationships"].append(
        {"sourceField": "n2", "targetSchemaType": "system", "targetSchema": "products"}), "relationships.n2 is"),
    "another target field of an old one": (lambda row: row["relationships"][0].update(targetField="email"),
        "relationships.n1.targetField is not what it was before"),
    "a relationship of an old field": (lambda row: row["relationships"].append(
        {"sourceField": "n1x", "targetSchemaType": "system", "targetSchema": "products"}),
        "relationships.n1x is → products, which was not sent"),
    "a field": (lambda row: row["fields"].append(FIELD), "fields.z is text, label z, which was not sent"),
    "unique keys": (lambda row: row.update(unique_keys=["n1"]), "unique_keys is"),
    "a description": (lambda row: row.update(description="auto"), "description is auto, which was not sent"),
    "an old relationship less": (lambda row: row.update(relationships=[]), "relationships.n1 is not what it was"),
    "an old field less": (lambda row: row["fields"].pop(0), "fields.n1 is not what it was before"),
    "an old label": (lambda row: row["fields"][0].update(label="else"), "fields.n1.label is not what it was before"),
}  # fmt: skip


@pytest.mark.parametrize("what", GROWN)
def test_what_an_extension_brings_or_drops_is_told(lab: Any, definition: Callable, apply: Callable, what: str) -> None:
    """It adds, and changes nothing of what was there."""
    change, told = GROWN[what]
    lab.write(definition("A", "n1", to={"n1": "contacts"}))
    apply(lab)
    lab.write(definition("A", "n1", "n2", to={"n1": "contacts"}))
    outcome = apply(lab, after_writes(lab, 2, change))
    assert told in outcome.failed[0].error
    assert 5 == outcome.exit().code


def test_another_target_field_of_an_added_relationship_is_told(lab: Any, definition: Callable, apply: Callable) -> None:
    """The server fills in one of its own when none is sent (contract §3.1), and this is another one."""
    lab.write(definition("A", "n1"))
    apply(lab)
    lab.write(definition("A", "n1", "n2", to={"n2": "contacts"}))
    outcome = apply(lab, after_writes(lab, 2, lambda row: row["relationships"][0].update(targetField="email")))
    assert "relationships.n2.targetField is email, which was not sent" in outcome.failed[0].error


@pytest.mark.parametrize("verb", ["update", "rename"])
def test_what_was_there_before_is_no_news(lab: Any, definition: Callable, apply: Callable, verb: str) -> None:
    """Nobody sends again what a manifest does not declare."""
    lab.write(
        definition("A", "n1", "n3", to={"n1": "contacts.email", "n3": "products"}, description="d", unique_keys=["n1"])
    )
    apply(lab)
    changed = {"update": ("A", {}), "rename": ("B", {"renamed_from": "A"})}
    name, more = changed[verb]
    lab.write(definition(name, "n2", **more))
    assert apply(lab).complete


def test_what_somebody_did_before_us_may_be_more(lab: Any, definition: Callable, apply: Callable) -> None:
    """Nothing was sent, so that nothing is there that was not."""
    lab.write(definition("A", "n1"))
    apply(lab)
    lab.write(definition("A", "n1", "n2"))
    plan, live = lab.plan()
    n2 = {**FIELD, "name": "n2", "label": "n2", "type": "number"}
    lab.send("PATCH", "/custom-data-definitions/1/extend", {"fields": [n2, FIELD]})
    writes = lab.writes()
    assert lab.run(plan, live).complete
    assert writes == lab.writes()


def test_what_is_adopted_may_have_more(lab: Any, definition: Callable, apply: Callable) -> None:
    """Nobody knows who made it."""
    lab.write(definition("A", "n1"))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            n1 = {**FIELD, "name": "n1", "label": "n1", "type": "number"}
            lab.post("/custom-data-definitions", {"name": "A", "fields": [n1, FIELD]})
        return forward(request)

    assert apply(lab, hook).complete


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda row: row["properties"]["metaData"][0].update(description="auto"), "properties.metaData.p.description"),
        (lambda row: row["properties"].update(customData=[FIELD]), "properties.customData.z is"),
    ],
)
def test_an_event_brings_no_more_than_was_sent(
    lab: Any, event: Callable, apply: Callable, change: Change, told: str
) -> None:
    """In the slot that was sent, and beside it."""
    lab.write(event("a.b", "p"))
    outcome = apply(lab, after_writes(lab, 1, change))
    assert outcome.failed, outcome
    assert told in outcome.failed[0].error


EVENT_GROWN: dict[str, tuple[Change, str]] = {
    "a required property in another slot": (lambda row: row["properties"].update(
        customData=[{"name": "z", "type": "text", "required": True}]),
        "properties.customData.z is text, required, which was not sent"),
    "another language": (lambda row: row.update(name={"fr": "E", "en": "X"}), "name.en is X, which was not sent"),
    "words of an old property": (lambda row: row["properties"]["metaData"][0].update(description="auto"),
        "properties.metaData.p.description is auto, which was not sent"),
    "an unknown key": (lambda row: row["properties"]["metaData"][0].update(format="x"),
        "properties.metaData.p.format is x, which was not sent"),
}  # fmt: skip


@pytest.mark.parametrize("what", EVENT_GROWN)
def test_what_an_update_of_an_event_brings_is_told(lab: Any, event: Callable, apply: Callable, what: str) -> None:
    """Once each, in the slot that was written and beside it."""
    change, told = EVENT_GROWN[what]
    lab.write(event("a.b", "p", name={"fr": "E"}))
    apply(lab)
    lab.write(event("a.b", "p", "q", name={"fr": "E"}))
    outcome = apply(lab, after_writes(lab, 2, change))
    assert f"the API accepted it, but it reads back different: {told}" == outcome.failed[0].error
    assert 5 == outcome.exit().code


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("kind", ["definition", "event"])
def test_another_spelling_of_a_new_name_is_told(
    lab: Any, definition: Callable, event: Callable, apply: Callable, kind: str, verify: bool
) -> None:
    """Senders and messages may tell the two apart; without a read-back, the answer to the create says it."""
    lab.write({"definition": definition("a.b", "n1"), "event": event("a.b", "p")}[kind])

    def respelled(row: dict[str, Any]) -> None:
        row[{"definition": "name", "event": "code_name"}[kind]] = "A.b"

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            body = answer.json()
            respelled(body["data"])
            return httpx.Response(200, json=body)
        return after_writes(lab, 1, respelled)(request, lambda _: answer)

    outcome = apply(lab, hook, verify=verify)
    assert "it is called A.b now" in outcome.failed[0].error
    assert 5 == outcome.exit().code


def test_a_blank_at_the_end_of_a_new_name_is_told(lab: Any, event: Callable, apply: Callable) -> None:
    """Nobody sees it, and what compares names to the letter tells the two apart."""
    lab.write(event("a.b", "p"))
    outcome = apply(lab, after_writes(lab, 1, lambda row: row.update(code_name="a.b ")))
    assert 'it is called "a.b " now' in outcome.failed[0].error


def test_an_update_in_part_is_5(lab: Any, definition: Callable, apply: Callable) -> None:
    """The field is there and the switch was refused: that is not nothing."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b", ensure="inactive"))

    def refuse(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.url.path.endswith("deactivate"):
            return httpx.Response(400, json={"message": "no"})
        return forward(request)

    outcome = apply(lab, refuse)
    assert (1, 5) == (len(outcome.failed), outcome.exit().code)


# Still being made


@pytest.fixture
def stuck(new_lab: Callable, definition: Callable, apply: Callable) -> Any:
    """A shop that never comes to an end with a definition."""
    now = [1_700_000_000.0]
    lab = new_lab(store=Store(":memory:", clock=lambda: now[0]), switches=Switches(creating_seconds=60.0))
    lab.write(definition("A", "n1"))
    outcome = apply(lab)
    assert "it is still creating" in outcome.unknown[0].error
    assert 5 == outcome.exit().code
    lab.now = now
    return lab


@pytest.mark.parametrize(("detailed", "code"), [(True, 2), (False, 0)])
def test_a_plan_of_what_is_still_being_made_is_not_in_sync(stuck: Any, detailed: bool, code: int) -> None:
    """Nothing is to be sent, and the shop is not as wanted."""
    judgement = Judgement(detailed=detailed)
    plan, _ = reconciler.build_plan(stuck.load(), stuck.connect(ReadConnection), OCCASION, judgement)
    assert (code, "unsettled") == (plan.exit.code, plan.exit.reason)
    assert ("definition/A is not active yet: the shop is still creating it",) == plan.warnings
    assert "in sync:" not in plan_text(plan)
    assert plan_text(plan).endswith("nothing to send, and not in sync yet: the shop is still making what it was sent\n")
    assert "still making" in plain_sentence(plan)


def test_drift_shows_what_is_still_being_made(stuck: Any) -> None:
    """It ends with 2."""
    desired = stuck.load().desired
    plan, live = reconciler.build_plan(
        stuck.load(), stuck.connect(ReadConnection), OCCASION, scope=scope_of_all(desired)
    )
    drift = drift_of(plan, desired, live)
    (part,) = drift.drifted[0].fields
    assert (2, "creating", "active") == (drift.exit.code, part.old, part.new)


@pytest.mark.parametrize("verify", [True, False])
def test_an_apply_with_nothing_to_send_waits_for_what_is_still_being_made(
    stuck: Any, apply: Callable, verify: bool
) -> None:
    """A bounded time; then it says so and ends with 5. It sends nothing."""
    before = stuck.writes()
    waited: list[float] = []
    outcome = apply(stuck, verify=verify, rest=waited.append)
    (unknown,) = outcome.unknown
    assert "still" in unknown.error
    assert "wait a minute, then plan again" in unknown.error
    assert (5, before, 17.75 if verify else 0) == (outcome.exit().code, stuck.writes(), sum(waited))


def test_an_apply_that_sees_it_done_is_in_sync(stuck: Any, apply: Callable) -> None:
    """Nothing was changed, and so nothing is called applied."""

    def rest(seconds: float) -> None:
        stuck.now[0] += 30.0

    outcome = apply(stuck, rest=rest)
    assert ((), 0, "in-sync") == (outcome.applied, outcome.exit().code, outcome.exit().reason)


def test_what_is_applied_beside_it_is_applied(
    stuck: Any, event: Callable, definition: Callable, apply: Callable
) -> None:
    """In part: 5."""
    stuck.write(definition("A", "n1") + "\n" + event("a.b", "p"))
    outcome = apply(stuck)
    assert (["event/a.b"], ["definition/A"]) == (
        list(map(str, outcome.applied)), [str(unknown.address) for unknown in outcome.unknown]
    )  # fmt: skip
    assert 5 == outcome.exit().code
