"""The exit code of a plan, and what its guards say."""

from dataclasses import replace

import pytest

from reconciler.model.change import Blocked, Delete, FieldChange, Update
from reconciler.model.plan import Exit, Git, Plan, SettingChange, Summary, TargetInfo, Tool
from reconciler.model.target import Guards
from reconciler.plan.judgement import FailOn, Judgement

PART = FieldChange(path=("name",), op="changed", old="a", new="b")
SAFE = Update(address="event/a", impact="safe", reason="r", fields=(PART,))
BREAKING = Update(address="event/b", impact="breaking", reason="r", fields=(PART,))
DELETE = Delete(address="event/c", impact="breaking", reason="r")
STOPPED = Blocked(address="definition/D", rule="r", path=("x",), ways_out=(), message="m")


def plan(*changes: Update | Delete, blocked: bool = False) -> Plan:
    return Plan(
        tool=Tool(name="t", version="0"),
        target=TargetInfo(name="shop", base_url="", key_fingerprint=""),
        created_at="",
        expires_at="",
        git=Git(),
        changes=changes,
        blocked=(STOPPED,) if blocked else (),
        summary=Summary(
            update=len(changes), delete=sum(each.action == "delete" for each in changes), blocked=int(blocked)
        ),
        exit=Exit(code=0, reason=""),
    )


@pytest.mark.parametrize(
    ("fail_on", "made", "code", "reason"),
    [
        ("never", plan(BREAKING, blocked=True), 0, "blocked"),
        ("blocked", plan(), 0, "in-sync"),
        ("blocked", plan(BREAKING), 0, "changes"),
        ("blocked", plan(SAFE, blocked=True), 3, "blocked"),
        ("breaking", plan(SAFE), 0, "changes"),
        ("breaking", plan(BREAKING), 3, "breaking"),
        ("breaking", plan(DELETE), 3, "destroy"),
        ("breaking", plan(BREAKING, blocked=True), 3, "blocked"),
        ("refused", plan(SAFE), 0, "changes"),
        ("refused", plan(DELETE), 3, "destroy"),
        ("refused", plan(BREAKING), 3, "breaking"),
    ],
)
def test_what_fails_is_asked_for(fail_on: FailOn, made: Plan, code: int, reason: str) -> None:
    """The reason is the first that apply would refuse it for."""
    assert Exit(code=code, reason=reason) == Judgement(fail_on=fail_on).exit(made)


def test_what_is_allowed_is_not_refused() -> None:
    """As the same options would have it in an apply; `breaking` asks for a review all the same."""
    allowed = Judgement(breaking=True, deletes=True, fail_on="refused")
    assert Exit(code=0, reason="changes") == allowed.exit(plan(BREAKING, DELETE))
    reviewed = Judgement(breaking=True, deletes=True, fail_on="breaking")
    assert Exit(code=3, reason="breaking") == reviewed.exit(plan(BREAKING, DELETE))


@pytest.mark.parametrize(("fail_on", "code"), [("breaking", 3), ("blocked", 0), ("never", 0)])
def test_a_change_of_the_rules_is_breaking(fail_on: FailOn, code: int) -> None:
    """Nothing else may change, and no manifest and no option can accept it."""
    rules = (SettingChange(name="guards.max_deletes", old="0"),)
    judgement = Judgement(fail_on=fail_on, offline=True, breaking=True, settings=rules)
    assert Exit(code=code, reason="breaking" if code else "changes") == judgement.exit(plan())


def test_a_guard_is_a_refusal() -> None:
    """With its warning, which says what apply will do."""
    judgement = Judgement(Guards(max_updates=0), fail_on="refused")
    assert Exit(code=3, reason="guard") == judgement.exit(plan(SAFE))
    (told,) = judgement.warnings(plan(SAFE))
    assert told.startswith("apply will refuse this: The plan would update 1 resource and max_updates is 0:")


def test_changes_have_a_code_of_their_own_when_asked_for() -> None:
    """Unless something else decides."""
    detailed = Judgement(detailed=True)
    assert Exit(code=2, reason="changes") == detailed.exit(plan(SAFE))
    assert Exit(code=0, reason="in-sync") == detailed.exit(plan())
    assert Exit(code=3, reason="blocked") == detailed.exit(plan(SAFE, blocked=True))


@pytest.mark.parametrize(
    ("fail_on", "made", "code", "reason"),
    [
        ("blocked", plan(blocked=True), 3, "blocked"),
        ("never", plan(blocked=True), 0, "in-sync"),
        ("never", plan(SAFE, blocked=True), 0, "changes"),
        ("breaking", plan(DELETE), 3, "breaking"),
        ("breaking", plan(BREAKING, blocked=True), 3, "blocked"),
    ],
)
def test_offline_nothing_can_be_refused(fail_on: FailOn, made: Plan, code: int, reason: str) -> None:
    """A review of manifests knows what is blocked or breaks, and no shop."""
    assert Exit(code=code, reason=reason) == Judgement(fail_on=fail_on, offline=True).exit(made)


@pytest.mark.parametrize(
    ("fail_on", "blocked", "code", "reason"),
    [
        ("blocked", False, 3, "nothing-compared"),
        ("breaking", False, 3, "nothing-compared"),
        ("breaking", True, 3, "blocked"),
        ("never", False, 0, "changes"),
    ],
)
def test_a_review_that_compared_nothing_has_not_passed(fail_on: FailOn, blocked: bool, code: int, reason: str) -> None:
    """Everything looks new then, and nothing blocked or breaking."""
    judgement = Judgement(fail_on=fail_on, offline=True, incomplete=("why",))
    assert Exit(code=code, reason=reason) == judgement.exit(plan(SAFE, blocked=blocked))


def test_offline_protection_of_nothing_is_not_told() -> None:
    """What it protects may live in the shop."""
    guards = Guards(protected=("event/nothing",))
    assert [] == list(Judgement(guards, offline=True).warnings(plan()))
    assert ["`protected` names event/nothing, and nothing has that address"] == list(Judgement(guards).warnings(plan()))


def test_what_decides_is_told_item_by_item() -> None:
    """Guards in any case; permissions when it is them that fail the plan."""
    made = plan(SAFE, BREAKING, DELETE)
    permitted = Judgement(breaking=True, deletes=True)
    judged = {
        "blocked": Judgement(),
        "guard": Judgement(Guards(max_deletes=0, protected=("event/b",))),
        "breaking": replace(permitted, fail_on="breaking"),
        "refused": Judgement(fail_on="refused"),
        "permitted": replace(permitted, fail_on="refused"),
    }
    found = {
        name: [(item.reason, str(item.address), item.rule) for item in judgement.refused(made)]
        for name, judgement in judged.items()
    }
    for_permissions = [("destroy", "event/c", "breaking-delete"), ("breaking", "event/b", "breaking-update")]
    assert {
        "blocked": [],
        "guard": [("guard", "event/c", "max_deletes"), ("guard", "event/b", "protected")],
        "breaking": for_permissions,
        "refused": for_permissions,
        "permitted": [],
    } == found
