"""Whom a change breaks, and what a rename leaves to edit in the dashboard."""

from dataclasses import replace
from typing import Any

from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event
from reconciler.model.address import Address
from reconciler.model.change import FieldChange, UsedBy
from reconciler.model.plan import DashboardEdit, Plan
from reconciler.model.source import Source
from reconciler.model.usage import Use
from reconciler.plan.draft import Draft
from reconciler.plan.guard import permission_refusals
from reconciler.plan.impact import breaking, not_accepted, wholly_accepted
from reconciler.plan.usage import with_users
from tests.manifests import desired
from tests.plan.test_build import definition, live, lives, planned

EVENT = Address("event", "visit")
TEXT = {"type": "text", "required": False}
PLACE = LiveProperty("place", "text", False, "")


def use(address: Address, field: str = "", line: int = 1, how: str = "{var=metaData.place}") -> Use:
    """By the message hello, in this line of its text."""
    return Use(address, field, "template/hello", Source("hello.txt", line, 3), how)


def user(change: str, line: int = 1, how: str = "{var=metaData.place}") -> UsedBy:
    """The same, as a change has it."""
    return UsedBy(change=change, by="template/hello", source=f"hello.txt:{line}", how=how)


def visit(**more: Any) -> Event:
    """An event without properties in its payload."""
    written = {"code_name": "visit", "name": "E", "properties": {"metaData": []}, **more}
    return Event.model_validate(written)


def plan_of(*uses: Use, **more: Any) -> Plan:
    """The plan that takes place away from the event that lives."""
    there = live(others={EVENT: LiveEvent(1, "visit", "E", {"metaData": (PLACE,)})})
    return planned(desired(visit(**more)), there, uses=uses)


def test_a_property_that_goes_away_breaks_who_uses_it() -> None:
    """Others, and what is used as a whole, are not concerned."""
    path = "properties.metaData.place"
    others = (use(EVENT, "properties.metaData.places", 2), use(EVENT, "", 3), use(Address("event", "other"), path, 4))
    (change,) = plan_of(use(EVENT, path), *others).changes
    assert ("breaking", (user(path),)) == (change.impact, change.used_by)
    assert "senders and messages lose metaData.place" == change.reason


def test_what_is_used_of_a_part_goes_with_it() -> None:
    """A variable may go into a json value."""
    (change,) = plan_of(use(EVENT, "properties.metaData.place.city")).changes
    assert 1 == len(change.used_by)


def test_another_type_breaks_and_another_description_does_not() -> None:
    """Whoever prints a text prints something else then."""
    parts = [
        FieldChange(path=("properties", "metaData", "place", name), op="changed", old="text", new="date")
        for name in ("type", "description")
    ]
    draft = Draft(EVENT, "update", "breaking", "why", tuple(parts))
    found = with_users({EVENT: draft}, [use(EVENT, "properties.metaData.place")])[EVENT]
    assert (user("properties.metaData.place.type"),) == found.used_by


def test_a_use_makes_a_change_breaking_that_was_safe() -> None:
    """And has to be accepted like any other."""
    part = FieldChange(path=("name", "fr"), op="removed", old="Visite")
    draft = Draft(EVENT, "update", "safe", "changes a name", (part,))
    found = with_users({EVENT: draft}, [use(EVENT, "name.fr")])[EVENT]
    assert ("breaking", "changes a name; somebody uses what goes away") == (found.impact, found.reason)
    assert ("name.fr",) == breaking(found) == not_accepted(found, ())
    assert () == breaking(draft)
    assert draft == with_users({EVENT: draft}, [use(EVENT, "name.de")])[EVENT]


def test_a_create_breaks_nobody() -> None:
    """Also when a message waits for it."""
    (change,) = planned(desired(visit()), uses=(use(EVENT, "properties.metaData.place"),)).changes
    assert ("safe", ()) == (change.impact, change.used_by)


def test_a_delete_breaks_everybody() -> None:
    """Whatever they use of it, in whatever case they name it."""
    uses = (use(Address("event", "VISIT")), use(EVENT, "properties.metaData.place", 2))
    (change,) = plan_of(*uses, ensure="absent").changes
    assert (user("delete"), user("delete", 2)) == change.used_by


def test_an_acceptance_covers_whom_it_breaks() -> None:
    """It names the same path."""
    path = "properties.metaData.place"
    accept = [{"change": path, "reason": "agreed", "until": "2026-12-31"}]
    (change,) = plan_of(use(EVENT, path), accept=accept).changes
    assert wholly_accepted(change)


def test_a_rename_breaks_users_and_lists_the_edits() -> None:
    """One for each place that has the old name, however often it uses the definition there."""
    old, new = Address("definition", "Old name"), Address("definition", "New")
    variable = "{var=old name.a}"
    uses = (
        use(old, "fields.a", 1, variable),
        use(old, "fields.b", 1, variable),
        use(old, "", 2, "OLD NAME"),
        use(new, "fields.a", 3, "New.a"),
        replace(use(old, "", 4, "no such name"), is_broken=True),
    )
    wanted = definition("New").model_copy(update={"renamed_from": "Old name"})
    plan = planned(desired(wanted), live(lives(1, "Old name")), uses=uses)
    (change,) = plan.changes
    assert [1, 1, 2, 3, 4] == [int(each.source.partition(":")[2]) for each in change.used_by]
    assert {"name"} == {each.change for each in change.used_by}
    by = {"by": "template/hello"}
    assert (
        DashboardEdit(source="hello.txt:1", old=variable, new="{var=New.a}", **by),
        DashboardEdit(source="hello.txt:2", old="OLD NAME", new="New", **by),
    ) == plan.edits


def test_edits_stand_in_the_order_of_the_files() -> None:
    """Whoever makes them goes through one text after the other; a name with dots is replaced as a whole."""
    old = Address("definition", "Old.name")
    uses = (use(old, "fields.a", 3, "{var=Old.name.a}"), use(old, "fields.b", 2, "{var=Old.name.b}"))
    wanted = definition("New").model_copy(update={"renamed_from": "Old.name"})
    plan = planned(desired(wanted), live(lives(1, "Old.name")), uses=uses)
    assert ["{var=New.b}", "{var=New.a}"] == [each.new for each in plan.edits]
    (change,) = plan.changes
    assert ["hello.txt:2", "hello.txt:3"] == [each.source for each in change.used_by]


def test_a_rename_breaks_nobody_who_comes_over_a_relationship() -> None:
    """The message says the field that leads there, not the name; without the definition, it is broken."""
    old = Address("definition", "Old name")
    uses = (replace(use(old, "fields.a"), is_named=False),)
    wanted = definition("New").model_copy(update={"renamed_from": "Old name"})
    plan = planned(desired(wanted), live(lives(1, "Old name")), uses=uses)
    assert ((), ()) == (plan.changes[0].used_by, plan.edits)


def test_places_of_users_are_no_part_of_what_a_plan_does() -> None:
    """A message that gains a line leaves the digest; whoever uses it, too: it explains."""
    path = "properties.metaData.place"
    plans = [plan_of(*uses) for uses in ((use(EVENT, path),), (use(EVENT, path, 2),), ())]
    assert 1 == len({plan.digest for plan in plans})
    documents = [plan.document() for plan in plans]
    assert ["hello.txt:1", "hello.txt:2"] == [each["changes"][0]["used_by"][0]["source"] for each in documents[:2]]
    assert "used_by" not in documents[2]["changes"][0]
    assert "edits" not in documents[2]


def test_what_is_blocked_names_who_uses_it() -> None:
    """Whoever replaces the definition has to think of them."""
    tier = Address("definition", "D")
    wanted = Definition.model_validate({"name": "D", "fields": [{"name": "a", "type": "number"}]})
    uses = (
        use(tier, "fields.a", 1, "{var=D.a}"),
        use(tier, "fields.b", 2),
        use(Address("definition", "E"), "fields.a"),
    )
    plan = planned(desired(wanted), live(lives(1, "D")), uses=uses)
    (item,) = plan.blocked
    assert (user("fields.a.type", 1, "{var=D.a}"),) == item.used_by
    assert "used_by" in plan.document()["blocked"][0]
    (alone,) = planned(desired(wanted), live(lives(1, "D"))).document()["blocked"]
    assert "used_by" not in alone


def test_a_refusal_names_who_uses_the_part_that_is_refused() -> None:
    """And a delete all of them."""
    path = "properties.metaData.place"
    (refused,) = permission_refusals(plan_of(use(EVENT, path)), breaking=False, deletes=False)
    (item,) = refused.items
    assert (user(path),) == item.used_by
    assert [user(path).model_dump()] == item.document()["used_by"]
    (refused,) = permission_refusals(plan_of(use(EVENT), ensure="absent"), breaking=False, deletes=False)
    (item,) = refused.items
    assert (user("delete"),) == item.used_by
