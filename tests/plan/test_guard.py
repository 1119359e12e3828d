"""Refusals hold the numbers and the way out."""

from collections.abc import Callable

import pytest

from reconciler.errors import Refused
from reconciler.model.address import Address
from reconciler.model.change import Accepted, Blocked, Delete, FieldChange, Update
from reconciler.model.plan import Asked, Exit, Git, Plan, Summary, TargetInfo, Tool
from reconciler.model.target import Guards
from reconciler.plan.guard import (
    check_blocked,
    check_breaking,
    check_guards,
    guard_refusals,
    items_of,
    refusals,
    unused_protection,
    words_of,
)


def plan(*changes: Update | Delete, blocked: tuple[Blocked, ...] = (), summary: Summary | None = None) -> Plan:
    return Plan(
        tool=Tool(name="t", version="0"),
        target=TargetInfo(name="shop", base_url="", key_fingerprint=""),
        created_at="",
        expires_at="",
        git=Git(),
        changes=changes,
        blocked=blocked,
        summary=summary or Summary(),
        exit=Exit(code=0, reason=""),
    )


def update(address: str, impact: str = "breaking") -> Update:
    field = FieldChange(path=("name",), op="changed", old="a", new="b")
    return Update.model_validate({"address": address, "impact": impact, "reason": "people lose it", "fields": (field,)})


def stopped(address: str) -> Blocked:
    return Blocked(address=address, rule="r", path=("x",), ways_out=(), message="m")


def refusal(check: Callable[..., object], *arguments: object, **options: object) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        check(*arguments, **options)
    return refused.value.reason, str(refused.value)


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_a_plan_over_a_limit_is_refused(action: str) -> None:
    """With both numbers and the setting's name."""
    expected = (
        f"The plan would {action} 3 resources and max_{action}s is 2: "
        f"split the change, or raise max_{action}s in reconciler.toml in a reviewed change."
    )
    too_much = plan(summary=Summary.model_validate({action: 3}))
    limits = Guards(**{f"max_{action}s": 2})  # type: ignore[arg-type]  # one of the limits
    assert ("guard", expected) == refusal(check_guards, too_much, limits)


def test_one_is_singular() -> None:
    """One resource."""
    refused = refusal(check_guards, plan(summary=Summary(create=1)), Guards(max_creates=0))
    assert refused[1].startswith("The plan would create 1 resource and max_creates is 0:")


def test_a_plan_at_its_limits_passes() -> None:
    """The limit is what may be done."""
    at_the_limit = plan(update("event/e"), summary=Summary(create=2, update=1, delete=0))
    check_guards(at_the_limit, Guards(max_creates=2, max_updates=1, max_deletes=0))


def test_without_limits_anything_passes() -> None:
    """None is no limit."""
    check_guards(plan(summary=Summary(create=9, update=9, delete=9)), Guards())


@pytest.mark.parametrize("pattern", ["event/e[1]", "event/*", "*"])
def test_a_breaking_change_of_something_protected_is_refused(pattern: str) -> None:
    """By pattern or by its own address, brackets and all."""
    expected = (
        "event/e[1] is protected and the plan has a breaking change for it (people lose it): "
        "take the change back, or take it off `protected` in reconciler.toml in a reviewed change."
    )
    guards = Guards(protected=("definition/other", pattern))
    assert ("guard", expected) == refusal(check_guards, plan(update("event/a", "safe"), update("event/e[1]")), guards)


@pytest.mark.parametrize(("impact", "pattern"), [("caution", "event/*"), ("breaking", "event/f"), ("breaking", "e")])
def test_other_changes_of_what_is_protected_pass(impact: str, pattern: str) -> None:
    """Only breaking ones of exactly what is named."""
    check_guards(plan(update("event/e", impact)), Guards(protected=(pattern,)))


@pytest.mark.parametrize("pattern", ["event/É", "EVENT/e", "event/*", "*/e"])
def test_what_is_protected_is_named_as_the_server_compares(pattern: str) -> None:
    """Case and accents do not get around a guard."""
    expected = refusal(check_guards, plan(update("event/é")), Guards(protected=("event/é",)))
    assert expected == refusal(check_guards, plan(update("event/é")), Guards(protected=(pattern,)))


def test_blocked_items_refuse_the_plan() -> None:
    """Each address once."""
    blocked = (stopped("definition/A"), stopped("definition/A"), stopped("definition/B"))
    expected = (
        "2 blocked: definition/A, definition/B. Nothing was sent. Take a way out that the plan names, "
        "or apply the rest with --keep-going."
    )
    assert ("blocked", expected) == refusal(check_blocked, plan(blocked=blocked, summary=Summary(blocked=2)))


def test_nothing_blocked_passes() -> None:
    """There is nothing to say."""
    check_blocked(plan())


def test_breaking_changes_need_permission() -> None:
    """Only these are named."""
    breaking = plan(update("event/a"), update("event/b", "caution"), update("event/c"))
    expected = (
        "2 breaking: event/a, event/c. Nothing was sent. Allow it with --allow breaking, "
        "or have it accepted in its manifest (`accept:`)."
    )
    assert ("breaking", expected) == refusal(check_breaking, breaking, allowed=False)
    check_breaking(breaking, allowed=True)


def test_other_changes_need_none() -> None:
    """Caution is for readers."""
    check_breaking(plan(update("event/b", "caution"), update("event/c", "safe")), allowed=False)


@pytest.mark.parametrize(("kind", "path"), [("definition", "name"), ("event", "code_name")])
def test_what_is_protected_is_not_renamed_away(kind: str, path: str) -> None:
    """Its old name is the one that the guard knows."""
    field = FieldChange(path=(path,), op="changed", old="Old", new="New")
    rename = Update(address=f"{kind}/New", impact="breaking", reason="r", fields=(field,))
    assert "guard" == refusal(check_guards, plan(rename), Guards(protected=(f"{kind}/old",)))[0]
    check_guards(plan(rename), Guards(protected=(f"{kind}/other",)))


def test_every_refusal_is_told() -> None:
    """A pipeline asks before somebody approves; what is permitted is none."""
    gone = Delete(address="definition/A", impact="breaking", reason="r")
    bad = plan(update("event/a"), gone, blocked=(stopped("definition/B"),), summary=Summary(delete=1, blocked=1))
    guards = Guards(max_deletes=0)
    assert ["blocked", "guard", "destroy", "breaking"] == [
        refused.reason for refused in refusals(bad, guards, breaking=False, deletes=False)
    ]
    assert ["blocked"] == [refused.reason for refused in refusals(bad, Guards(), breaking=True, deletes=True)]
    (told,) = guard_refusals(bad, guards)
    assert str(told).startswith("The plan would delete 1 resource and max_deletes is 0:")
    assert [] == list(guard_refusals(bad, Guards()))


@pytest.mark.parametrize("pattern", ["event/tier", "EVENT/*", "*/tier", "e*"])
def test_protection_of_what_was_not_read_is_not_called_useless(pattern: str) -> None:
    """A plan of definitions does not read the events, so nobody knows whether it is misspelt."""
    known = plan(update("definition/A"))
    guards = Guards(protected=(pattern, "definition/Clinik"))
    assert ["`protected` names definition/Clinik, and nothing has that address"] == list(
        unused_protection(known, guards, {"event"})
    )
    assert 2 == len(list(unused_protection(known, guards)))


def test_protection_of_nothing_is_told() -> None:
    """A pattern that fits no change, no blocked, unchanged or unmanaged address is likely misspelt."""
    known = plan(update("event/a"), blocked=(stopped("definition/B"),)).model_copy(
        update={"unchanged": (Address("event", "c"),), "unmanaged": (Address("definition", "D"),)}
    )
    patterns = ("EVENT/a", "definition/b", "event/c", "definition/*", "definition/Clinik")
    picked = known.model_copy(update={"asked": Asked(only="event/*")})
    assert [] == list(unused_protection(picked, Guards(protected=patterns)))  # it does not speak of all there is
    assert ["`protected` names definition/Clinik, and nothing has that address"] == list(
        unused_protection(known, Guards(protected=patterns))
    )


def lost(*accepted: str) -> Update:
    """An event that loses two properties."""
    parts = [
        FieldChange(path=("properties", "metaData", name), op="removed", old={"type": "text", "required": False})
        for name in ("a", "b")
    ]
    agreed = [Accepted(change=f"properties.metaData.{name}", reason="r", until="2030-01-01") for name in accepted]
    return Update(
        address="event/e", impact="breaking", reason="r", fields=tuple(parts), accepted=tuple(agreed), source="m.yaml:1"
    )


def test_a_refusal_holds_what_breaks_and_is_not_accepted() -> None:
    """Each part with its path, both values, the place and the ways out."""
    made = plan(lost("a"))
    (refused,) = refusals(made, Guards(), breaking=False, deletes=False)
    (item,) = items_of([refused])
    assert ("breaking", "breaking-update", ("properties", "metaData", "b")) == (item.reason, item.rule, item.path)
    assert ({"type": "text", "required": False}, None, "m.yaml:1") == (item.old, item.new, item.source)
    assert "apply it with --allow breaking" == item.ways_out[-1]


def test_a_guard_stops_what_is_accepted_too() -> None:
    """And its refusal names all guards, with their items."""
    made = plan(lost("a", "b"), summary=Summary(update=1))
    (refused,) = guard_refusals(made, Guards(max_updates=0, protected=("event/*",)))
    found = [(item.rule, item.path[-1:]) for item in items_of([refused])]
    assert [("max_updates", ()), ("protected", ("a",)), ("protected", ("b",))] == found
    assert (
        "The plan would update 1 resource and max_updates is 0: split the change, or raise max_updates in "
        "reconciler.toml in a reviewed change. event/e is protected and the plan has a breaking change for it (r): "
        "take the change back, or take it off `protected` in reconciler.toml in a reviewed change."
    ) == str(refused)


def test_all_that_is_protected_is_named() -> None:
    """In one sentence, with the ways out once."""
    made = plan(update("event/a"), update("event/b"), update("event/c", "safe"))
    (refused,) = guard_refusals(made, Guards(protected=("event/*",)))
    assert str(refused).startswith(
        "2 are protected and the plan has breaking changes for them: "
        "event/a (people lose it), event/b (people lose it): "
    )
    assert 2 == len(refused.items)


def test_what_is_blocked_is_in_its_refusal() -> None:
    """It has a place of its own in a plan, so it is no item that was refused."""
    made = plan(blocked=(stopped("definition/A"),), summary=Summary(blocked=1))
    (refused,) = refusals(made, Guards(), breaking=False, deletes=False)
    assert (stopped("definition/A"),) == refused.items
    assert () == items_of([refused])


@pytest.mark.parametrize(
    ("expected", "guards", "impact", "permitted"),
    [
        (", or apply the rest with --keep-going.", Guards(), "safe", False),
        (", or apply the rest with --keep-going --allow breaking.", Guards(), "breaking", False),
        (", or apply the rest with --keep-going.", Guards(), "breaking", True),
        ("; the rest is refused, too. The plan would update 1 ", Guards(max_updates=0), "breaking", False),
        ("; the rest is refused, too. event/e is protected ", Guards(protected=("event/*",)), "breaking", True),
    ],
)
def test_what_is_blocked_proposes_what_lets_the_rest_pass(
    expected: str, guards: Guards, impact: str, permitted: bool
) -> None:
    """Permissions, and no way around a guard."""
    stuck = plan(update("event/e", impact), blocked=(stopped("definition/A"),), summary=Summary(update=1, blocked=1))
    first, *_ = refusals(stuck, guards, breaking=permitted, deletes=False)
    assert f"Take a way out that the plan names{expected}" in str(first)


def test_what_is_blocked_names_the_permission_to_delete() -> None:
    """The rest needs it, too."""
    change = Delete(address="event/e", impact="breaking", reason="gone")
    stuck = plan(change, blocked=(stopped("definition/A"),), summary=Summary(delete=1, blocked=1))
    first, *_ = refusals(stuck, Guards(), breaking=False, deletes=False)
    assert ", or apply the rest with --keep-going --allow-destroy." in str(first)


def test_that_nothing_was_sent_is_said_once() -> None:
    """However many reasons there are."""
    gone = Delete.model_validate({"address": "event/f", "impact": "breaking", "reason": "it goes", "fields": ()})
    made = plan(update("event/e"), gone, summary=Summary(update=1, delete=1))
    found = [*refusals(made, Guards(max_updates=0), breaking=False, deletes=False)]
    assert {"guard", "destroy", "breaking"} == {each.reason for each in found}
    assert 1 == words_of(found).count("Nothing was sent.")
    assert words_of(found).endswith("or have it accepted in its manifest (`accept:`).")
