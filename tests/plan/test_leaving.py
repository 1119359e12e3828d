"""Deletes, renames, switches and acceptances in a plan."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reconciler.diff.compare import Comparison, compare
from reconciler.diff.matching import in_manifests_spelling
from reconciler.errors import Refused
from reconciler.kinds.definition.live import LiveDefinition, LiveField
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import LiveOverride, LiveSource, Override
from reconciler.model.address import Address
from reconciler.model.change import Accepted, Delete, FieldChange, Update
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.plan.build import build
from reconciler.plan.drift import drift_of
from reconciler.plan.fingerprint import of_live
from reconciler.plan.guard import check_breaking, check_deletes, not_permitted
from reconciler.plan.impact import breaking, impact_of_update, not_accepted
from reconciler.plan.judgement import Judgement
from tests.conftest import OCCASION
from tests.manifests import desired, shop_of

PRICE = Address("override", "products.price")


def definition(name: str, *fields: str, **more: Any) -> Definition:
    rows = [{"name": field, "type": "text"} for field in ("a", *fields)]
    return Definition.model_validate({"name": name, "fields": rows, **more})


def event(*properties: str, **more: Any) -> Event:
    rows = [{"name": name, "type": "text"} for name in properties]
    return Event.model_validate({"code_name": "e", "name": "E", "properties": {"metaData": rows}, **more})


def lives(number: int, name: str, status: str = "active") -> LiveDefinition:
    return LiveDefinition(number, name, status, None, (), (LiveField("a", "text", "a"),), ())


SHOP = shop_of(
    {Address("definition", name): lives(n, name) for n, name in enumerate(("A", "B", "C"), start=1)},
    {
        Address("event", "e"): LiveEvent(
            1, "e", "E", {"metaData": (LiveProperty("p", "text"), LiveProperty("q", "text"))}
        )
    },
    {PRICE: LiveOverride("products.price", (LiveSource(1, "a", 1), LiveSource(2, "a", 2)))},
)


def planned(*resources: Definition | Event | Override, shop: Live = SHOP) -> Plan:
    wanted = desired(*resources)
    there = in_manifests_spelling(wanted, shop)
    return build(wanted, compare(wanted, there), OCCASION)


def override(*sources: str) -> Override:
    rows = [{"definition": name, "field": "a", "priority": place} for place, name in enumerate(sources, start=1)]
    return Override.model_validate({"target": "products.price", "sources": rows})


def test_deletes_come_last_and_say_what_is_lost() -> None:
    """With the place that asks for them, after what lets go of them."""
    plan = planned(definition("A", ensure="absent"), override("B"), definition("New"))
    assert ["definition/New", "override/products.price", "definition/A"] == [str(one.address) for one in plan.changes]
    reason = "its records can no longer be reached, and there is no way back"
    expected = Delete(
        address="definition/A",
        impact="breaking",
        reason=reason,
        source="m.yaml:1",
        depends_on=("override/products.price",),
        live=of_live(Address("definition", "A"), lives(1, "A")),
    )
    assert expected == plan.changes[2]
    assert (1, 1, 1) == (plan.summary.create, plan.summary.update, plan.summary.delete)
    writes, looks_before, pages = 3, 2, 2
    assert writes + looks_before + pages == plan.forecast.requests


def test_the_digest_ties_a_delete_to_what_lives() -> None:
    """Another definition of that name is another delete."""
    other = shop_of(SHOP.resources, {Address("definition", "A"): lives(9, "A")})
    wanted = definition("A", ensure="absent")
    assert planned(wanted).digest != planned(wanted, shop=other).digest


def test_each_kind_of_delete_has_its_reason() -> None:
    """A reviewer who has never heard of events has to know."""
    chosen = (Address("definition", "A"), Address("event", "e"), PRICE)
    comparison = Comparison(gone={address: SHOP.resources[address] for address in chosen})
    plan = build(desired(), comparison, OCCASION)
    assert [
        "its records can no longer be reached, and there is no way back",
        "senders are refused, and its scenarios never start again",
        "the shop's own prices apply again",
    ] == [change.reason for change in plan.changes]
    assert [None] * 3 == [change.source for change in plan.changes]


def test_who_is_left_pointing_at_nothing_is_told() -> None:
    """What lets go, or goes itself, is not."""
    told = "override/products.price still points at definition/A, which is to be deleted: it will point at nothing"
    assert told in planned(definition("A", ensure="absent")).warnings
    assert told not in planned(definition("A", ensure="absent"), override("B")).warnings
    assert told not in planned(definition("A", ensure="absent"), override()).warnings
    still = planned(definition("A", ensure="absent"), override("A", "C"))
    assert told in still.warnings


def test_only_picks_deletes_too() -> None:
    """What was not picked is left alone."""
    wanted = desired(definition("A", ensure="absent"), definition("B", ensure="absent"))
    plan = build(wanted, compare(wanted, SHOP), OCCASION, only=[Address("definition", "B")])
    assert ["definition/B"] == [str(change.address) for change in plan.changes]


@pytest.mark.parametrize(
    ("address", "path", "old", "new", "impact", "reason"),
    [
        ("definition/B", "name", "A", "B", "breaking", "messages and segments that say A find nothing any more"),
        ("event/b", "code_name", "a", "b", "breaking", "senders of a are refused, and its scenarios no longer start"),
        ("definition/B", "status", "active", "inactive", "caution", "its records become read-only"),
        ("definition/B", "status", "inactive", "active", "caution", "its records become writable again"),
    ],
)
def test_what_a_new_name_or_status_means(address: str, path: str, old: str, new: str, impact: str, reason: str) -> None:
    """In words for those who use the resource."""
    change = FieldChange(path=(path,), op="changed", old=old, new=new)
    assert (impact, reason) == impact_of_update(Address.parse(address), [change])


@pytest.mark.parametrize(
    ("resource", "requests"),
    [
        (definition("A", ensure="inactive"), 1),
        (definition("A", "b", ensure="inactive"), 2),
        (definition("N", ensure="inactive"), 2),
        (definition("N", renamed_from="A"), 1),
        (definition("A", ensure="absent"), 1),
    ],
)
def test_a_switch_is_a_request_of_its_own(resource: Definition, requests: int) -> None:
    """It cannot go along with anything."""
    assert [requests] == [change.requests for change in planned(resource).changes]


def acceptance(change: str, until: str = "2026-12-31") -> dict[str, str]:
    return {"change": change, "reason": "agreed with the team", "until": until}


P, Q = "properties.metaData.p", "properties.metaData.q"


def test_an_acceptance_covers_one_breaking_change() -> None:
    """It is in the plan with its reason, and the change is still called breaking."""
    (change,) = planned(event("q", accept=[acceptance(P)])).changes
    assert ("breaking", (Accepted(change=P, reason="agreed with the team", until="2026-12-31"),)) == (
        change.impact,
        change.accepted,
    )
    assert ((P,), ()) == (breaking(change), not_accepted(change, change.accepted))


def test_what_is_not_accepted_needs_permission() -> None:
    """All of it has to be accepted."""
    half = planned(event(accept=[acceptance(P)]))
    assert (Q,) == not_accepted(half.changes[0], half.changes[0].accepted)
    assert half.changes == not_permitted(half)
    whole = planned(event(accept=[acceptance(P), acceptance(Q)]))
    assert () == not_permitted(whole)
    check_breaking(whole, allowed=False)


def test_a_delete_is_accepted_as_a_whole_and_allowed_on_its_own() -> None:
    """In a review `accept` is enough; to apply it, somebody has to mean it."""
    plan = planned(event(ensure="absent", accept=[acceptance("delete")]))
    assert () == not_permitted(plan)
    check_breaking(plan, allowed=False)
    with pytest.raises(Refused) as refused:
        check_deletes(plan, allowed=False)
    told = "1 to delete: event/e. Nothing was sent. Allow it with --allow-destroy."
    assert ("destroy", told) == (refused.value.reason, str(refused.value))
    check_deletes(plan, allowed=True)
    check_deletes(planned(event("p", "q")), allowed=False)
    assert planned(event(ensure="absent")).changes == not_permitted(planned(event(ensure="absent")))


def test_an_acceptance_of_nothing_is_told() -> None:
    """It is for one time: what is left over could accept something later that nobody has looked at."""
    told = f"event/e: nothing breaks at {P}, so its acceptance can be removed"
    assert (told,) == planned(event("p", "q", accept=[acceptance(P)])).warnings
    new = planned(event("p", accept=[acceptance(P)]), shop=Live())
    assert ((told,), ()) == (new.warnings, new.changes[0].accepted)
    assert (told,) == planned(event("p", "q", "r", accept=[acceptance(P)])).warnings


def test_a_misspelt_acceptance_is_helped() -> None:
    """The plan speaks of metaData.p in its reasons, and of the whole path beside them."""
    close = f"event/e: nothing breaks at metaData.p – did you mean {P}?"
    assert (close,) == planned(event("q", accept=[acceptance("metaData.p")])).warnings
    other = f"event/e: nothing breaks at x (what breaks is {P}), so its acceptance can be removed"
    assert (other,) == planned(event("q", accept=[acceptance("x")])).warnings


def test_an_acceptance_is_judged_with_its_change_only() -> None:
    """Nothing is said of what was not picked, or is blocked for now."""
    wanted = desired(event("p", "q", accept=[acceptance(P)]), definition("New", "b"))
    assert () == build(wanted, compare(wanted, SHOP), OCCASION, only=[Address("definition", "New")]).warnings
    blocked = definition("A", fields=[{"name": "a", "type": "date"}], accept=[acceptance("name")])
    assert () == planned(blocked).warnings


@pytest.mark.parametrize(("until", "good"), [("2026-01-01", True), ("2025-12-31", False)])
def test_an_acceptance_ends_with_its_day(until: str, good: bool) -> None:
    """That day included; afterwards it says so and accepts nothing."""
    assert date(2026, 1, 1) == OCCASION.now.date()
    plan = planned(event("q", accept=[acceptance(P, until)]))
    assert good == bool(plan.changes[0].accepted)
    assert (() if good else (f"event/e: the acceptance of {P} ended on 2025-12-31",)) == plan.warnings


def test_a_breaking_change_without_known_parts_needs_permission() -> None:
    """Whatever a plan says is breaking is not let through because of what its parts look like."""
    field = FieldChange(path=("name",), op="changed", old="a", new="b")
    odd = Update(address="event/e", impact="breaking", reason="r", fields=(field,))
    plan = planned(event("p", "q")).model_copy(update={"changes": (odd,)})
    assert (odd,) == not_permitted(plan)


def test_drift_is_the_plan_from_the_other_side() -> None:
    """Changed, missing, still there, not declared, not managed; each kind is counted."""
    retyped = [{"name": "a", "type": "number"}, {"name": "x", "type": "text"}]
    absent = definition("B", ensure="absent")
    wanted = desired(definition("A", "b"), absent, definition("N"), event("p"), definition("F", fields=retyped))
    fields = (LiveField("a", "text", "a"), LiveField("x", "date", "x"), LiveField("y", "text", "y"))
    shop = shop_of(SHOP.resources, {Address("definition", "F"): replace(lives(9, "F"), fields=fields)})
    plan = build(wanted, compare(wanted, shop), OCCASION)
    drift = drift_of(plan, wanted, shop)
    assert [
        ("definition/A", "changed", ["fields.b"]),
        ("definition/B", "still-there", []),
        ("definition/F", "changed", ["fields.a.type", "fields.x.type"]),
        ("definition/N", "missing", []),
        ("event/e", "changed", ["properties.metaData.q"]),
    ] == [(str(each.address), each.state, [".".join(part.path) for part in each.fields]) for each in drift.drifted]
    assert [("definition/F", ("fields", "y"))] == [(str(each.address), each.path) for each in drift.undeclared]
    assert ["definition/C", "override/products.price"] == list(map(str, drift.unmanaged))
    assert {"definition": (3, 4), "event": (1, 1), "override": (0, 1)} == {
        kind: (count.managed, count.live) for kind, count in drift.coverage.items()
    }
    assert (2, "drift") == (drift.exit.code, drift.exit.reason)
    assert "m.yaml:5" == drift.drifted[2].source
    assert "1.0" == drift.document()["format_version"]


def test_without_drift_there_is_none() -> None:
    """What lives is what is declared, and nothing else lives."""
    shop = Live({Address("definition", "A"): lives(1, "A")})
    wanted = desired(definition("A"))
    drift = drift_of(build(wanted, compare(wanted, shop), OCCASION), wanted, shop)
    assert ((), (), ()) == (drift.drifted, drift.undeclared, drift.unmanaged)
    assert (0, "in-sync") == (drift.exit.code, drift.exit.reason)


def test_one_unmanaged_resource_is_drift() -> None:
    """So is one undeclared field."""
    shop = Live({Address("definition", "A"): lives(1, "A")})
    assert 2 == drift_of(build(desired(), compare(desired(), shop), OCCASION), desired(), shop).exit.code


def test_a_name_is_waited_for_until_a_rename_frees_it() -> None:
    """The server compares without case and accents."""
    shop = Live({Address("definition", "Café"): lives(1, "Café"), Address("definition", "Zoo"): lives(2, "Zoo")})
    plan = planned(definition("Shop", renamed_from="Café"), definition("CAFE"), shop=shop)
    assert [("definition/Shop", []), ("definition/CAFE", ["definition/Shop"])] == [
        (str(change.address), list(map(str, change.depends_on))) for change in plan.changes
    ]
    plan = planned(definition("Shop", renamed_from="Café"), definition("Cafe", renamed_from="Zoo"), shop=shop)
    assert ["definition/Shop"] == list(map(str, plan.changes[1].depends_on))


def test_what_needs_a_field_of_something_blocked_waits_in_vain() -> None:
    """--keep-going sends the rest; a field that lives already is no reason."""
    blocked = definition("B", fields=[{"name": "a", "type": "date"}, {"name": "new", "type": "text"}])

    def user(field: str) -> Definition:
        rel = {"sourceField": "b", "targetSchemaType": "custom", "targetSchema": "B", "targetField": field}
        return definition("A", "b", relationships=[rel])

    assert (Address("definition", "B"),) == planned(blocked, user("new")).changes[0].depends_on
    assert () == planned(blocked, user("a")).changes[0].depends_on
    assert () == planned(blocked, user("id")).changes[0].depends_on


def test_a_rename_by_an_accent_only_frees_no_name() -> None:
    """The shop compares without accents, so nothing else could take the old name."""
    (change,) = planned(definition("Á", renamed_from="A")).changes
    assert ("definition/Á", ()) == (str(change.address), change.depends_on)


def test_a_review_says_what_has_lost_its_manifest() -> None:
    """Whoever removes a manifest may believe that this deletes."""
    wanted = desired(definition("A"))
    plan = build(wanted, compare(wanted, SHOP), OCCASION, Judgement(offline=True))
    assert "definition/B is no longer declared; it stays in the shop" in plan.warnings
    assert "definition/B is no longer declared; it stays in the shop" not in planned(definition("A")).warnings


def test_drift_repeats_what_is_to_be_known_of_a_resource() -> None:
    """An inactive definition is no difference, as long as the manifest does not say what it should be."""
    wanted, shop = desired(definition("A")), shop_of({Address("definition", "A"): lives(1, "A", "inactive")})
    drift = drift_of(planned(definition("A"), shop=shop), wanted, shop)
    said = "definition/A is inactive: its records cannot be written until the shop activates it"
    assert [said] == [warning for warning in drift.warnings if "inactive" in warning]
