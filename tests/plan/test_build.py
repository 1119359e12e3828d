"""From a comparison to a plan."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.diff.compare import Comparison, compare
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.live import LiveEvent
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import LiveOverride, LiveSource, Override
from reconciler.model.address import Address
from reconciler.model.change import Create, FieldChange, Update
from reconciler.model.live import Live, LiveResource
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.plan import Exit, Forecast, Git, Plan, SettingChange, Summary, TargetInfo, Tool
from reconciler.model.source import Source
from reconciler.model.target import Guards
from reconciler.plan.build import Provenance, build
from reconciler.plan.judgement import Judgement
from reconciler.plan.seal import digest
from tests.manifests import shop_of

OCCASION = Provenance(
    Tool(name="shopimind-reconciler", version="0"),
    TargetInfo(name="shop", base_url="https://example.test/v1", key_fingerprint="f00"),
    Git(head="abc", dirty=True),
    datetime(2026, 1, 31, 12, 30, tzinfo=UTC),
)


def address(text: str) -> Address:
    return Address.parse(text)


def definition(
    name: str, *targets: str, label: str | None = None, more: tuple[str, ...] = (), field: str = "a"
) -> Definition:
    rows = [
        {"sourceField": one, "targetSchemaType": "custom", "targetSchema": one, "targetField": field} for one in targets
    ]
    fields = [{"name": one, "type": "text", "label": label} for one in ("a", *targets, *more)]
    return Definition.model_validate({"name": name, "fields": fields, "relationships": rows})


def event(name: str) -> Event:
    return Event(code_name=name, name="E")


def override(*sources: str) -> Override:
    rows = [{"definition": name, "field": "a", "priority": place} for place, name in enumerate(sources, start=1)]
    return Override.model_validate({"target": "products.price", "sources": rows})


def desired(*resources: Definition | Event | Override) -> Desired:
    manifests = {}
    for line, resource in enumerate(resources, start=1):
        name = getattr(resource, "code_name", None) or getattr(resource, "target", None) or resource.name  # type: ignore[union-attr]  # a definition
        key = Address(resource.kind, name)
        manifests[key] = Manifest(key, resource, Source("m.yaml", line))
    return Desired(manifests)


def lives(number: int, name: str, *fields: str) -> LiveDefinition:
    rows = tuple(LiveField(one, "text", one) for one in ("a", *fields))
    return LiveDefinition(number, name, "active", None, (), rows, ())


def live(*definitions: LiveDefinition, others: Mapping[Address, LiveResource] | None = None, **rest: Any) -> Live:
    return shop_of({Address("definition", one.name): one for one in definitions}, others or {}, **rest)


def named(addresses: Iterable[Address]) -> tuple[str, ...]:
    return tuple(map(str, addresses))


def waits(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    """(address, what must be done before) of every change."""
    return [(str(change.address), named(change.depends_on)) for change in plan.changes]


def planned(wanted: Desired, there: Live | None = None, **options: Any) -> Plan:
    return build(wanted, compare(wanted, there or live()), OCCASION, **options)


def test_a_create_holds_everything_and_says_where_it_was_written() -> None:
    """Its reason is that it does not live."""
    fields = (FieldChange(path=("name",), op="added", new="E"),)
    expected = Create(address="event/e", impact="safe", reason="not live", fields=fields, source="m.yaml:1")
    assert (expected,) == planned(desired(event("e"))).changes


def test_an_update_is_judged() -> None:
    """Impact and reason come from what changes."""
    there = live(others={address("event/e"): LiveEvent(1, "e", "Old", {})})
    fields = (FieldChange(path=("name",), op="changed", old="Old", new="E"),)
    expected = Update(
        address="event/e",
        impact="safe",
        reason="changes the name shown in the dashboard",
        fields=fields,
        source="m.yaml:2",
    )
    assert (expected,) == planned(desired(event("new"), event("e")), there).changes[:1]


def test_the_frame_of_a_plan() -> None:
    """Who, where, when, and for how long it holds."""
    plan = planned(desired(event("e")))
    assert (OCCASION.tool, OCCASION.target, OCCASION.git) == (plan.tool, plan.target, plan.git)
    assert ("2026-01-31T12:30:00Z", "2026-02-01T12:30:00Z") == (plan.created_at, plan.expires_at)


def test_every_address_is_counted_once() -> None:
    """The lists and the summary agree."""
    fields = (LiveField("a", "date", "other"),)
    there = live(
        lives(1, "Same"),
        replace(lives(2, "Blocked"), fields=fields),
        lives(3, "More"),
        lives(4, "Unmanaged"),
        lives(5, "Unmanaged too"),
        warnings=("w",),
    )
    wanted = desired(
        definition("Same"), definition("Blocked"), definition("More", more=("b",)), definition("New"), event("new")
    )
    plan = planned(wanted, there)
    assert Summary(create=2, update=1, blocked=1, unchanged=1, unmanaged=2) == plan.summary
    assert ["definition/Blocked"] * 2 == [str(item.address) for item in plan.blocked]
    assert ("definition/Same",) == named(plan.unchanged)
    assert ("definition/Unmanaged", "definition/Unmanaged too") == named(plan.unmanaged)
    assert "w" == plan.warnings[0]


def test_changes_are_in_an_order_in_which_they_can_be_sent() -> None:
    """With what each waits for."""
    plan = planned(desired(definition("A", "B"), definition("B", "C"), definition("C"), override("C", "A")))
    expected = [
        ("definition/C", ()),
        ("definition/B", ("definition/C",)),
        ("definition/A", ("definition/B",)),
        ("override/products.price", ("definition/A", "definition/C")),
    ]
    assert expected == waits(plan)
    assert [1, 1, 1, 1] == [change.requests for change in plan.changes]


def test_an_update_that_brings_the_field_comes_first() -> None:
    """A relationship to a field that is added needs it."""
    wanted = desired(definition("A", "B", field="code"), definition("B", more=("code",)))
    plan = planned(wanted, live(lives(1, "A"), lives(2, "B")))
    assert ["definition/B", "definition/A"] == [str(change.address) for change in plan.changes]
    assert ("definition/B",) == named(plan.changes[1].depends_on)


def test_a_cycle_costs_one_more_request() -> None:
    """The first is created without the relationship that closes it."""
    plan = planned(desired(definition("A", "B"), definition("B", "A")))
    expected = [("definition/A", 2, ()), ("definition/B", 1, ("definition/A",))]
    assert expected == [(str(one.address), one.requests, named(one.depends_on)) for one in plan.changes]


def test_a_reference_to_itself_costs_one_more_request() -> None:
    """Its id is known after the first."""
    plan = planned(desired(definition("A", "A")))
    assert [(2, ())] == [(change.requests, change.depends_on) for change in plan.changes]


RELATIONSHIP = {"targetSchemaType": "custom", "targetField": "x"}


def to(name: str) -> FieldChange:
    """A new relationship to the field `x` of a definition."""
    return FieldChange(path=("relationships", "a"), op="added", new={**RELATIONSHIP, "targetSchema": name})


ADDS_X = FieldChange(path=("fields", "x"), op="added", new={"type": "text", "required": False})


def test_an_update_in_a_cycle_costs_one_more_request() -> None:
    """Both bring the field that the other one names."""
    changed = {
        address("definition/A"): (ADDS_X, to("definition/B")),
        address("definition/B"): (ADDS_X, to("definition/A")),
    }
    plan = build(desired(definition("A"), definition("B")), Comparison(changed=changed), OCCASION)
    assert [("definition/A", 2), ("definition/B", 1)] == [(str(one.address), one.requests) for one in plan.changes]


def test_an_update_that_brings_nothing_is_never_postponed() -> None:
    """Nobody waits for it, so it closes no cycle."""
    changed = {address("definition/A"): (to("definition/B"),), address("definition/B"): (ADDS_X, to("definition/A"))}
    plan = build(desired(definition("A"), definition("B")), Comparison(changed=changed), OCCASION)
    assert [("definition/B", 1), ("definition/A", 1)] == [(str(one.address), one.requests) for one in plan.changes]


BLOCKED = replace(lives(1, "Vet"), fields=(LiveField("a", "date", "a"),))


def test_an_override_waits_for_a_blocked_definition() -> None:
    """Whose field may not be what the override needs."""
    plan = planned(desired(definition("Vet"), override("Vet")), live(BLOCKED))
    assert [("override/products.price", ("definition/Vet",))] == waits(plan)


def test_a_relationship_does_not_wait_for_a_blocked_definition_that_lives() -> None:
    """It has an id."""
    plan = planned(desired(definition("Vet"), definition("A", "Vet")), live(BLOCKED))
    assert [("definition/A", ())] == waits(plan)


def test_a_relationship_waits_for_a_definition_with_an_accent_conflict() -> None:
    """It has no id."""
    plan = planned(desired(definition("Vet"), definition("A", "Vet"), definition("B")), live(lives(1, "Vét")))
    expected = [("definition/A", ("definition/Vet",)), ("definition/B", ())]
    assert expected == waits(plan)


def test_only_the_picked_addresses_are_planned() -> None:
    """The others are neither changed nor counted; what is unmanaged stays so."""
    wanted = desired(
        definition("A"),
        definition("Vet"),
        definition("Same"),
        definition("More", more=("b",)),
        event("new"),
        event("e"),
    )
    there = live(BLOCKED, lives(2, "Same"), lives(3, "More"), lives(4, "Other"))
    plan = planned(wanted, there, only={address("event/e")})
    assert ["event/e"] == [str(change.address) for change in plan.changes]
    assert ((), (), ("definition/Other",)) == (plan.blocked, plan.unchanged, named(plan.unmanaged))
    assert Summary(create=1, unmanaged=1) == plan.summary


def test_an_empty_pick_plans_nothing() -> None:
    """It is not the same as no pick."""
    plan = planned(desired(event("e")), only=[])
    assert ((), Exit(code=0, reason="in-sync")) == (plan.changes, plan.exit)


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (desired(event("e")), live(), Exit(code=0, reason="changes")),
        (desired(definition("A")), live(lives(1, "A")), Exit(code=0, reason="in-sync")),
        (desired(definition("Vet"), event("e")), live(BLOCKED), Exit(code=3, reason="blocked")),
    ],
)
def test_the_exit_says_how_it_stands(wanted: Desired, there: Live, expected: Exit) -> None:
    """Blocked before changes before in sync."""
    assert expected == planned(wanted, there).exit


def events(count: int) -> list[Event]:
    return [event(f"e{number:04}") for number in range(count)]


@pytest.mark.parametrize(
    ("wanted", "requests", "seconds"),
    [
        ([], 0, 0.0),
        ([event("e")], 2, 0.4),
        ([definition("A"), event("e")], 4, 0.8),
        ([definition("A", "A")], 3, 0.6),
        ([definition("A"), override("A")], 6, 1.2),
        (events(100), 101, 20.2),
        (events(101), 103, 20.6),
        (events(594), 600, 120.0),
        (events(2000), 2020, 404.0),
    ],
)
def test_the_forecast_counts_writes_and_the_pages_that_read_them_back(
    wanted: list[Any], requests: int, seconds: float
) -> None:
    """One listing per kind, a hundred rows a page; a set of prices, and an id that others are built on, are
    looked at before.
    """
    assert Forecast(requests=requests, seconds=seconds) == planned(desired(*wanted)).forecast


def test_the_document_has_the_keys_that_are_promised() -> None:
    """No more and no less, at every level."""
    wanted = desired(event("e"), definition("Vet"))
    document = planned(wanted, live(BLOCKED)).document()
    assert {
        "format_version",
        "tool",
        "target",
        "created_at",
        "expires_at",
        "git",
        "changes",
        "blocked",
        "unchanged",
        "unmanaged",
        "warnings",
        "summary",
        "forecast",
        "digest",
        "exit",
        "live",
        "asked",
        "rests_on",
        "checksum",
    } == set(document)
    assert {"paths", "only", "prune"} == set(document["asked"])
    assert {"name", "version"} == set(document["tool"])
    assert {"name", "base_url", "key_fingerprint"} == set(document["target"])
    assert {"head", "dirty"} == set(document["git"])
    change = {"address", "action", "impact", "reason", "fields", "depends_on", "source", "requests", "accepted"}
    assert change == set(document["changes"][0])
    assert {"path", "op", "old", "new"} == set(document["changes"][0]["fields"][0])
    difference = {"address", "rule", "path", "old", "new", "ways_out", "message", "source"}
    assert difference == set(document["blocked"][0])
    assert {"create", "update", "delete", "blocked", "unchanged", "unmanaged"} == set(document["summary"])
    assert {"requests", "seconds"} == set(document["forecast"])
    assert {"code", "reason"} == set(document["exit"])
    assert "1.0" == document["format_version"]


def test_no_id_is_in_the_document() -> None:
    """References are addresses, and stored ids are told in words."""
    relationship = LiveRelationship("B", None, 987654, "a")
    there = live(
        replace(lives(876543, "A", "B"), relationships=(relationship,)),
        lives(765432, "Other"),
        others={address("override/products.price"): LiveOverride("products.price", (LiveSource(654321, "a", 1),))},
        lost={987654: "(deleted) B"},
    )
    plan = planned(desired(definition("A", "B"), definition("B"), override("B")), there)
    text = json.dumps(plan.document())
    assert 2 == len(plan.changes)
    assert 1 == len(plan.blocked)
    assert not [number for number in ("987654", "876543", "765432", "654321") if number in text]


def test_the_digest_is_that_of_what_would_be_done() -> None:
    """Same inputs, shuffled inputs, other times, tools and commits: the same digest."""
    wanted = desired(definition("A", "B"), definition("B", "A"), event("e"), override("A"))
    there = live(lives(1, "Z"), lives(2, "Y"))
    other = Provenance(Tool(name="x", version="9"), OCCASION.target, Git(), OCCASION.now + timedelta(days=3))
    shuffled = Desired({one: wanted.manifests[one] for one in reversed(list(wanted.manifests))})
    back = Live({one: there.resources[one] for one in reversed(list(there.resources))})
    first = planned(wanted, there)
    second = build(shuffled, compare(shuffled, back), other)
    assert first.digest == second.digest == digest(first.document())
    assert first.changes == second.changes
    assert first.digest.startswith("sha256:")
    assert 71 == len(first.digest)


def test_the_digest_leaves_out_how_it_ended() -> None:
    """`--detailed-exitcode` does the same to the same shop."""
    plan = planned(desired(definition("É")))
    assert plan.digest == digest(
        plan.model_copy(update={"digest": "", "exit": Exit(code=2, reason="changes")}).document()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": "1.1"},
        {"target": TargetInfo(name="other", base_url="https://example.test/v1", key_fingerprint="f00")},
        {"target": TargetInfo(name="shop", base_url="https://example.test/v2", key_fingerprint="f00")},
        {"target": TargetInfo(name="shop", base_url="https://example.test/v1", key_fingerprint="f01")},
        {"changes": ()},
        {"blocked": ()},
        {"unchanged": ()},
        {"unmanaged": ()},
        {"warnings": ("w",)},
        {"summary": Summary()},
        {"forecast": Forecast()},
    ],
)
def test_the_digest_is_another_when_anything_differs(change: dict[str, Any]) -> None:
    """Whatever a reviewer saw."""
    wanted = desired(event("e"), definition("Vet"), definition("Same"))
    plan = planned(wanted, live(BLOCKED, lives(2, "Same"), lives(3, "Other")))
    assert plan.digest != digest(plan.model_copy(update=change).document())


@pytest.mark.parametrize("wanted", [desired(event("f")), desired(definition("e")), desired(event("e"), event("f"))])
def test_other_manifests_have_another_digest(wanted: Desired) -> None:
    """Or another place in a file."""
    assert planned(desired(event("e"))).digest != planned(wanted).digest


def test_protection_of_kinds_that_were_not_read_is_not_called_useless() -> None:
    """A plan of definitions does not read the events; of what was read a misspelt name is told."""
    there = replace(live(lives(1, "A")), read=frozenset({"definition"}))
    judgement = Judgement(Guards(protected=("event/tier", "definition/Clinik")))
    plan = planned(desired(definition("A")), there, judgement=judgement)
    assert ("`protected` names definition/Clinik, and nothing has that address",) == plan.warnings


def test_ten_thousand_creates_can_be_planned() -> None:
    """A chain as long as that, in order."""
    names = [f"D{number:05}" for number in range(10_000)]
    part = {"targetSchemaType": "custom", "targetSchema": ""}
    new = {
        Address("definition", name): (
            FieldChange(path=("relationships", "a"), op="added", new={**part, "targetSchema": f"definition/{after}"}),
        )
        for name, after in zip(names, [*names[1:], "live"], strict=True)
    }
    resource = definition("any")
    wanted = Desired({one: Manifest(one, resource, Source("m.yaml")) for one in new})
    plan = build(wanted, Comparison(new=new), OCCASION)
    assert [f"definition/{name}" for name in reversed(names)] == [str(change.address) for change in plan.changes]


def test_rules_that_change_are_part_of_what_is_reviewed() -> None:
    """And so of the digest."""
    wanted = desired(definition("A"))
    comparison = compare(wanted, live(warnings=("w",)))
    rules = (SettingChange(name="guards.max_deletes", old="0"),)
    plan = build(wanted, comparison, OCCASION)
    more = build(wanted, comparison, OCCASION, Judgement(settings=rules))
    assert ((), rules) == (plan.settings, more.settings)
    assert ("w",) == plan.warnings == more.warnings
    assert digest(more.document()) == more.digest != plan.digest
