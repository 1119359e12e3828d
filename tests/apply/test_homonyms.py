"""Names that people take for one, from the plan to the shop: every request goes to the id that is meant."""

from dataclasses import replace
from typing import Any

import pytest

import reconciler
from reconciler.api.connection import ReadConnection
from reconciler.errors import Stale
from reconciler.kinds.definition.live import LiveDefinition
from reconciler.model.address import Address
from reconciler.plan.document import check_unmoved
from reconciler.sandbox.faults import Action, Rule
from tests.conftest import OCCASION, Lab

DEFINITIONS = "/custom-data-definitions"
FIELDS = [{"name": "a", "label": "a", "type": "text", "required": False}]
FAULTS = [None, Action.LOSE_BEFORE, Action.LOSE_AFTER, Action.STATUS_AFTER]
Named = dict[int, tuple[str, str]]


def make(lab: Lab, kind: str, *names: str) -> list[int]:
    """Ids of what somebody else made."""
    if kind == "event":
        made = [lab.post("/events", {"code_name": name, "name": "Old"}) for name in names]
        return [int(str(each["id_event"])) for each in made]
    made = [lab.post(DEFINITIONS, {"name": name, "description": "Old", "fields": FIELDS}) for name in names]
    return [int(str(each["id_definition"])) for each in made]


def manifest(kind: str, name: str, text: str = "New", **more: str) -> str:
    keys = "".join(f'{key}: "{value}"\n' for key, value in more.items())
    if kind == "event":
        return f'kind: event\ncode_name: "{name}"\nname: {text}\n{keys}'
    return f'kind: definition\nname: "{name}"\nfields: [{{name: a, type: text}}]\ndescription: {text}\n{keys}'


def lives(lab: Lab, kind: str) -> Named:
    """Name and description (or title) of what lives, by id."""
    _, live = lab.plan()
    found: dict[int, Any] = {each.id: each for each in live.of_kind(kind).values() if each.id}
    if kind == "event":
        return {number: (each.code_name, each.name) for number, each in found.items()}
    return {number: (each.name, each.description) for number, each in found.items()}


@pytest.mark.parametrize("kind", ["definition", "event"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("name", "more", "left"),
    [
        ("Foo", {}, ("Foo", "New")),
        ("Bar", {"renamed_from": "Foo"}, ("Bar", "New")),
        ("Foo", {"ensure": "absent"}, None),
    ],
)
def test_only_what_is_spelled_exactly_so_is_touched(
    lab: Lab, kind: str, fault: Action | None, name: str, more: dict[str, str], left: tuple[str, str] | None
) -> None:
    """Also when the first answer is lost, and a look has to tell whether it was carried out."""
    theirs, ours = make(lab, kind, " Foo", "Foo")
    if fault:
        lab.faults.set([Rule(fault, method="DELETE" if left is None else "PATCH", count=99)])
    lab.write(manifest(kind, name, **more))
    done = lab.apply()
    if fault is Action.LOSE_BEFORE:
        assert done.unknown or done.failed
        lab.faults.set([])
        done = lab.apply()
    assert (True, (Address(kind, name),)) == (done.complete, done.applied)
    lab.faults.set([])
    lab.write(manifest(kind, "Other"))
    assert {theirs: (" Foo", "Old"), **({ours: left} if left else {})} == lives(lab, kind)


@pytest.mark.parametrize("kind", ["definition", "event"])
@pytest.mark.parametrize(
    ("old", "new"), [("Foo.a", "foo.a"), ("É", "é"), (" Foo", "Foo"), ("Foo ", "Foo"), ("Foo", "foo\u0301")]
)
def test_a_spelling_is_corrected_in_the_shop(lab: Lab, kind: str, old: str, new: str) -> None:
    """The id stays, and the next plan is empty, with the entry and without it."""
    (number,) = make(lab, kind, old)
    lab.write(manifest(kind, new, renamed_from=old))
    assert lab.apply().complete
    assert {number: (new, "New")} == lives(lab, kind)
    for more in ({"renamed_from": old}, {}):
        lab.write(manifest(kind, new, **more))
        plan, _ = lab.plan()
        assert ((), (), ()) == (plan.changes, plan.blocked, plan.warnings)


@pytest.mark.parametrize("kind", ["definition", "event"])
@pytest.mark.parametrize("name", [" Foo", "Foo ", "fOO", "Foo\u200b"])
def test_a_name_that_is_not_to_be_changed_may_stay_as_it_was(lab: Lab, kind: str, name: str) -> None:
    """What was changed beside it is as planned."""
    (number,) = make(lab, kind, name)
    lab.write(manifest(kind, "Foo"))
    done = lab.apply()
    assert (True, (Address(kind, "Foo"),)) == (done.complete, done.applied)
    assert {number: (name, "New")} == lives(lab, kind)


@pytest.mark.parametrize("kind", ["definition", "event"])
def test_another_run_that_changes_the_same_resource_may_leave_its_name(lab: Lab, kind: str) -> None:
    """What it did is what this change wants."""
    (number,) = make(lab, kind, " Foo")
    lab.write(manifest(kind, "Foo"))
    plan, live = lab.plan()
    assert lab.apply().complete
    assert lab.run(plan, live).complete
    assert {number: (" Foo", "New")} == lives(lab, kind)


def test_a_create_is_not_taken_for_done_because_of_a_leading_blank(lab: Lab) -> None:
    """The server takes ` Foo` for another name: what was not carried out is sent again."""
    lab.write(manifest("definition", "Foo"))
    plan, live = lab.plan()
    (theirs,) = make(lab, "definition", " Foo")
    lab.faults.set([Rule(Action.STATUS_BEFORE, method="POST", status=500)])
    done = lab.run(plan, live)
    assert done.complete
    assert 2 == len(lives(lab, "definition"))
    assert (" Foo", "Old") == lives(lab, "definition")[theirs]


@pytest.mark.parametrize("written", ["Team", "tEam"])
def test_a_reference_names_what_is_spelled_exactly_so(lab: Lab, written: str) -> None:
    """Also of what lives without a manifest; when nothing is, the oldest is meant and a reader is told."""
    oldest, second = make(lab, "definition", " Team", "Team")
    relation = {"targetSchemaType": "custom", "targetSchema": str(oldest)}
    fields = [*FIELDS, {"name": "b", "label": "b", "type": "number", "required": False}]
    relations = [{**relation, "sourceField": "a", "targetField": "a"}]
    lab.post(DEFINITIONS, {"name": "User", "fields": fields, "relationships": relations})
    lab.write(
        "kind: definition\nname: User\nfields: [{name: a, type: text}, {name: b, type: number}]\nrelationships:\n"
        "  # reconciler: ignore[dangling-reference] lives in the shop\n"
        f"  - {{sourceField: b, targetSchemaType: custom, targetSchema: {written}}}\n"
    )
    plan, _ = lab.plan()
    assert lab.apply().complete
    _, live = lab.plan()
    user = live.resources[Address("definition", "User")]
    assert isinstance(user, LiveDefinition)
    assert {"a": oldest, "b": second} == {each.source_field: each.target_id for each in user.relationships}
    told = [warning for warning in plan.warnings if "may mean" in warning]
    assert (written != "Team") == bool(told)


def test_a_saved_plan_is_stale_when_a_nearer_name_appears(lab: Lab) -> None:
    """What it rests on is not what is meant any more."""
    make(lab, "event", "foo")
    lab.write(manifest("event", "Foo"))
    occasion = replace(OCCASION, saved=True)
    saved, _ = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), occasion)
    lab.send("PATCH", "/events", {"id_event": 1, "code_name": " foo"})
    make(lab, "event", "Foo")
    again, _ = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), occasion)
    with pytest.raises(Stale, match="event/Foo has changed in the shop"):
        check_unmoved(saved, again)
