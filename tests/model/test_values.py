"""The plain values: places, changes, plans, outcomes, live state."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest
from pydantic import ValidationError

from reconciler.kinds.definition.live import LiveDefinition
from reconciler.kinds.event.live import LiveEvent
from reconciler.kinds.override.manifest import LiveOverride, LiveSource
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Create, FieldChange, Update
from reconciler.model.event import Applied, Failed, Progress, Skipped, Unknown, Written
from reconciler.model.live import Live
from reconciler.model.outcome import Outcome, fold
from reconciler.model.plan import Exit, Plan, TargetInfo, Tool
from reconciler.model.plan import Git as State
from reconciler.model.source import Excerpt, Finding, Source
from reconciler.model.target import Guards, Target

A, B, C, D, E = (Address("event", name) for name in "abcde")
CHANGE = FieldChange(path=("fields", "a", "description"), op="added", new="x")
PLAN = Plan(
    tool=Tool(name="t", version="0"),
    target=TargetInfo(name="t", base_url="https://x.example/v1", key_fingerprint=""),
    created_at="2026-01-01T00:00:00Z",
    expires_at="2026-01-02T00:00:00Z",
    git=State(),
    changes=(
        Create(address="event/a", impact="safe", reason="new", fields=(CHANGE,)),
        Update(address="event/b", impact="caution", reason="new", fields=(CHANGE,), depends_on=("event/a",)),
    ),
    blocked=(Blocked(address="event/c", rule="x", path=("a",), ways_out=("wait",), message="no"),),
    exit=Exit(code=2, reason="pending"),
)


def test_a_source_reads_like_an_editor_wants_it() -> None:
    """`file:line:column`, and `file:line` in plans."""
    source = Source("a.yaml", 3, 7)
    assert ("a.yaml:3:7", "a.yaml:3") == (str(source), source.short)


def test_findings_are_ordered_by_place_then_rule_then_message() -> None:
    """Lines as numbers, so that equal places have an order too."""
    findings = [
        Finding(Source("a", 2), "a", "a"),
        Finding(Source("a", 10), "a", "a"),
        Finding(Source("a", 10), "a", "b"),
        Finding(Source("a", 10), "b", "a", "error"),
        Finding(Source("a", 10), "b", "a", "warning"),
        Finding(Source("b", 1), "a", "a"),
    ]
    mixed = findings[3:] + findings[:3]
    assert findings == sorted(mixed)


def test_the_excerpt_of_a_finding_is_no_part_of_what_it_says() -> None:
    """Two readings of one file find the same."""
    finding = Finding(Source("a"), "x", "odd")
    assert finding == replace(finding, excerpt=Excerpt(1, "a", 1, 1))


def test_a_finding_reads_like_a_compilers() -> None:
    """Place, severity, message, rule."""
    assert "a:1:1: warning: odd [x]" == str(Finding(Source("a"), "x", "odd", "warning"))


def test_the_path_of_a_field_change_is_dotted() -> None:
    """For people."""
    assert "fields.a.description" == kind_of(Address("definition", "a")).dotted(CHANGE.path)


def test_an_update_changes_something() -> None:
    """An empty one would be no change."""
    with pytest.raises(ValidationError, match="at least 1 item"):
        Update(address="event/a", impact="safe", reason="", fields=())


@pytest.mark.parametrize("value", [CHANGE, PLAN, PLAN.changes[0], PLAN.blocked[0]])
def test_plan_values_are_frozen_and_closed(value: object) -> None:
    """Nothing is changed or added afterwards."""
    name = next(iter(type(value).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(value, name, getattr(value, name))
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(value).model_validate({**value.model_dump(), "more": 1})


def test_a_plan_reads_back_from_its_document() -> None:
    """Through JSON, each change as the class it was."""
    assert PLAN == Plan.model_validate_json(json.dumps(PLAN.document()))


def test_a_change_is_known_by_its_action() -> None:
    """Nothing else is one."""
    with pytest.raises(ValidationError, match="does not match any of the expected tags"):
        Plan.model_validate({**PLAN.document(), "changes": [{**PLAN.document()["changes"][0], "action": "drop"}]})


def test_an_outcome_is_a_fold_over_the_events() -> None:
    """Endings by their class, in order; what is only written has not ended."""
    events: list[Progress] = [
        Written(A),
        Applied(A),
        Failed(B, "no"),
        Written(C),
        Skipped(D, "event/b"),
        Unknown(C, "?"),
        Applied(E),
    ]
    assert Outcome(
        applied=(A, E), failed=(Failed(B, "no"),), skipped=(Skipped(D, "event/b"),), unknown=(Unknown(C, "?"),)
    ) == fold(iter(events))


@pytest.mark.parametrize(
    ("outcome", "blocked", "code", "reason"),
    [
        (Outcome(), 0, 0, "in-sync"),
        (Outcome(applied=(A,)), 0, 0, "applied"),
        (Outcome(applied=(A,)), 1, 5, "blocked-left-out"),
        (Outcome(), 1, 5, "blocked-left-out"),
        (Outcome(applied=(A,), failed=(Failed(B, ""),)), 0, 5, "partial"),
        (Outcome(applied=(A,), unknown=(Unknown(B, ""),)), 2, 5, "partial"),
        (Outcome(failed=(Failed(B, ""),)), 0, 1, "failed"),
        (Outcome(skipped=(Skipped(B, ""),)), 0, 1, "failed"),
        (Outcome(applied=(A,), interrupted=True), 1, 130, "interrupted"),
    ],
)
def test_the_exit_code_says_how_it_ended(outcome: Outcome, blocked: int, code: int, reason: str) -> None:
    """Never 0 with something missing."""
    assert Exit(code=code, reason=reason) == outcome.exit(blocked)


def test_live_knows_everything_that_lives() -> None:
    """Definitions and events have ids; an override is its target."""
    definition = LiveDefinition(7, "A", "active", None, (), (), ())
    event = LiveEvent(8, "a", "A", {})
    override = LiveOverride("products.price", (LiveSource(7, "a", 1),))
    live = Live(
        {
            Address("definition", "A"): definition,
            Address("event", "a"): event,
            Address("override", "products.price"): override,
        }
    )
    assert {"definition/A": definition, "event/a": event, "override/products.price": override} == {
        str(address): resource for address, resource in live.resources.items()
    }
    assert {"definition/A": 7, "event/a": 8} == {str(address): number for address, number in live.ids.items()}


def test_a_target_without_settings_has_no_limits() -> None:
    """And no variables."""
    target = Target("t")
    assert (Guards(), {}, (), None) == (target.guards, dict(target.vars), target.env, target.guards.max_deletes)


@pytest.mark.parametrize(
    "value", [Source("a"), Address("event", "a"), Target("t"), Guards(), Live(), Outcome(), Applied(A)]
)
def test_values_are_frozen(value: object) -> None:
    """Whoever holds one can rely on it."""
    name = next(iter(type(value).__dataclass_fields__))
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)


@pytest.mark.parametrize(
    ("kind", "path", "dotted"),
    [
        ("event", ("properties", "metaData", "x", "type"), "properties.metaData.x.type"),
        ("event", ("properties", "metaData", "x.type"), 'properties.metaData."x.type"'),
        ("event", ("properties", "contact.customData", "x"), "properties.contact.customData.x"),
        ("override", ("sources", "Vet.price", "priority"), "sources.Vet.price.priority"),
        ("definition", ("name",), "name"),
        ("definition", ("fields", "a.b", "type"), 'fields."a.b".type'),
    ],
)
def test_no_two_paths_read_the_same(kind: str, path: tuple[str, ...], dotted: str) -> None:
    """An acceptance names one of them."""
    assert dotted == KINDS[kind].dotted(path)
