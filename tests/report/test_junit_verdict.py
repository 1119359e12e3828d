"""Something in a JUnit document has failed exactly when the exit code says that the command has."""

from collections.abc import Iterator
from itertools import product
from xml.etree import ElementTree

import pytest

from reconciler.errors import DONE_WELL, ExitCode, Interrupted, Refused, Stale
from reconciler.model.change import Refusal
from reconciler.model.event import Applied, Changed, Ending, Failed, Moved, Skipped, Unknown
from reconciler.model.outcome import Outcome, fold
from reconciler.model.plan import Exit, Plan, SettingChange
from reconciler.model.source import Finding, Source
from reconciler.report.formats import FORMATS, FindingsView, OutcomeView, PlanView, RefusalView, View
from tests.report.plans import BLOCKED, CREATE, DELETE, DELETED, ORDINARY, UPDATE, at, plan_of

JUNIT = next(form for form in FORMATS if form.name == "junit")
GUARD = Refusal(
    address=CREATE.address, reason="guard", rule="max_creates", path=(), message="too many", ways_out=(), source="a:1"
)
PLANS = {
    "nothing": plan_of(),
    "changes": plan_of((CREATE, UPDATE)),
    "breaking": plan_of((DELETE,)),
    "accepted": DELETED,
    "blocked": plan_of((CREATE,), (BLOCKED,)),
    "guarded": plan_of((CREATE,), refused=(GUARD,)),
    "settings": plan_of(settings=(SettingChange(name="guards.max_deletes", old="5"),)),
    "incomplete": plan_of((CREATE,), incomplete=("the older files cannot be read",)),
    "everything": ORDINARY,
}
ERROR = Finding(Source("a.yaml", 3, 5), "unknown-key", "no such key")
WARNING = Finding(Source("a.yaml", 9, 1), "no-description", "a description helps", "warning")
ENDINGS: tuple[Ending, ...] = (
    Applied(at("event/a")),
    Failed(at("event/b"), "the API said no"),
    Changed(at("event/c"), "it reads back different"),
    Skipped(at("event/d"), "it was stopped"),
    Moved(at("event/e"), "somebody has changed it"),
    Unknown(at("event/f"), "no answer"),
)


def has_failed(text: str) -> bool:
    """Whether a CI server shows it in red; the counts say what the cases say."""
    tree = ElementTree.fromstring(text.encode())
    cases = [
        case for case in tree.iter("testcase") if case.find("failure") is not None or case.find("error") is not None
    ]
    counted = int(tree.attrib["failures"]) + int(tree.attrib["errors"])
    assert len(cases) == counted
    return counted > 0


def agree(view: View, code: int) -> bool:
    """Whether the document and the code say the same."""
    return has_failed(JUNIT.render(view)) == (code not in DONE_WELL)


@pytest.mark.parametrize("code", list(ExitCode), ids=lambda code: code.name)
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_fails_when_its_exit_code_does(plan: Plan, code: ExitCode) -> None:
    """2 says that there are changes; what breaks something is no failure of a plan that nobody asked to fail for it."""
    assert agree(PlanView(plan.model_copy(update={"exit": Exit(code=code, reason="any")})), code)


@pytest.mark.parametrize("code", list(ExitCode), ids=lambda code: code.name)
@pytest.mark.parametrize("findings", [(), (WARNING,), (ERROR,), (ERROR, WARNING)], ids=len)
def test_findings_fail_when_the_exit_code_does(findings: tuple[Finding, ...], code: ExitCode) -> None:
    """Also for a report that could not be written."""
    assert agree(FindingsView(findings, 1, code, "any", "0.1.0"), code)


def _outcomes() -> Iterator[Outcome]:
    """Every mixture of endings, stopped or not, with and without a defect."""
    for picked in product((False, True), repeat=len(ENDINGS)):
        ended = fold(ending for ending, is_in in zip(ENDINGS, picked, strict=True) if is_in)
        for interrupted, defects in product((False, True), ((), ("It broke.",))):
            yield Outcome(
                ended.applied, ended.failed, ended.skipped, ended.unknown, interrupted=interrupted, defects=defects
            )


def test_an_apply_fails_when_its_exit_code_does() -> None:
    """All that an apply can end like, with something blocked and without."""
    seen = set()
    for outcome, plan in product(_outcomes(), (plan_of((CREATE,)), plan_of((CREATE,), (BLOCKED,)))):
        ending = outcome.exit(plan.summary.blocked)
        seen.add(ending.code)
        assert agree(OutcomeView(plan, outcome, ending), ending.code), (outcome, ending)
    assert {0, 1, 4, 5, 130} == seen


@pytest.mark.parametrize(
    "why",
    [
        Refused("1 blocked.", reason="blocked", items=(BLOCKED,)),
        Refused("Not approved.", reason="approval"),
        Stale("It has moved.", reason="moved", moved=("event/a has moved",)),
        Interrupted(),
    ],
    ids=lambda why: why.reason,
)
def test_what_is_refused_has_failed(why: Refused | Stale) -> None:
    """With a plan and before there is one."""
    assert agree(RefusalView(None, why), why.exit_code)
    assert agree(RefusalView(plan_of((CREATE,)), why), why.exit_code)
