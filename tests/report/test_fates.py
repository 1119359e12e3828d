"""How an apply ended, or why it was refused, for browsers and for CI servers."""

import json
from xml.etree import ElementTree

import pytest

from reconciler.errors import Refused, Stale
from reconciler.model.event import Failed, Skipped, Unknown
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Exit
from reconciler.report.fates import fates_of_outcome, fates_of_refusal
from reconciler.report.github import fates_annotations
from reconciler.report.html import outcome_html, refusal_html
from reconciler.report.junit import fates_junit
from reconciler.report.outcome_text import outcome_text
from reconciler.report.refusal_text import refusal_text
from reconciler.report.sarif import fates_sarif
from tests.report.plans import BLOCKED, CREATE, DELETE, ORDINARY, TOOL, at, plan_of

OUTCOME = Outcome(
    applied=(CREATE.address,),
    failed=(Failed(DELETE.address, "the API said no", "DELETE /x/1"),),
    skipped=(Skipped(at("event/a"), "it was stopped"),),
    unknown=(Unknown(at("event/b"), "no answer"),),
    warnings=("look here",),
    requests=1,
)
PLAN = plan_of((CREATE, DELETE), (BLOCKED,))
BLOCKED_EXIT = Exit(code=3, reason="blocked")
REFUSED = Refused("1 blocked. Nothing was sent.", reason="blocked", items=(BLOCKED,))


def junit(text: str) -> dict[str, list[str]]:
    """The name of each case, and what is in it."""
    return {case.attrib["name"]: [part.tag for part in case] for case in ElementTree.fromstring(text).iter("testcase")}


def test_an_apply_has_one_test_case_per_change() -> None:
    """What was applied passes, what is blocked is among them, and the counts say the same."""
    text = fates_junit(fates_of_outcome(PLAN, OUTCOME), OUTCOME.exit(1))
    expected = {
        DELETE.address.name: ["failure"],
        "b": ["error"],
        "a": ["skipped"],
        "Manager": ["failure"],
        CREATE.address.name: [],
    }
    assert expected == junit(text)
    counts = ElementTree.fromstring(text).attrib
    assert ("5", "2", "1", "1") == tuple(counts[key] for key in ("tests", "failures", "errors", "skipped"))


def test_an_apply_without_changes_passes() -> None:
    """CI servers take a file without a test case for a failure."""
    assert {"nothing to do": []} == junit(fates_junit([], Outcome().exit()))


def test_a_refusal_fails_as_a_whole_and_item_by_item() -> None:
    """With the rule and the ways out of each."""
    text = fates_junit(fates_of_refusal(PLAN, REFUSED), BLOCKED_EXIT)
    assert {"apply": ["failure"], "Manager": ["failure"]} == junit(text)
    assert all(word in text for word in ("field-type-frozen", "keep text", "1 blocked. Nothing was sent."))


def test_annotations_of_an_apply_stand_at_the_manifests() -> None:
    """What failed is an error, what was not begun a warning, and what was applied needs none."""
    lines = fates_annotations(fates_of_outcome(PLAN, OUTCOME), OUTCOME.warnings).splitlines()
    assert ["error", "error", "warning", "error", "notice"] == [line.replace(":", " ").split()[0] for line in lines]
    assert lines[0].endswith(f"::{DELETE.address} failed: the API said no (DELETE /x/1)")
    place = "file=manifests/account-manager.yaml,line=2,title=field-type-frozen"
    assert lines[3].startswith(f"::error {place}::definition/Manager is blocked")


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (["apply-blocked", "field-type-frozen"], REFUSED),
        (["apply-approval", "apply-approval", "apply-approval"], Refused("no", reason="approval")),
        (["apply-moved", "apply-moved"], Stale("moved", reason="moved", moved=["definition/A changed"])),
        (["apply-digest"], Stale("another digest", reason="digest")),
    ],
)
def test_a_refusal_names_all_that_it_refuses(rules: list[str], why: Refused | Stale) -> None:
    """First the reason, then each item: for code scanning and in annotations alike."""
    fates = fates_of_refusal(PLAN, why)
    results = json.loads(fates_sarif(fates, TOOL))["runs"][0]["results"]
    assert [(rule, "error") for rule in rules] == [(each["ruleId"], each["level"]) for each in results]
    assert len(rules) == fates_annotations(fates).count("::error ")


def test_pages_of_an_apply_say_what_became_of_it() -> None:
    """Each part has its heading."""
    page = outcome_html(PLAN, OUTCOME)
    for word in (
        "Failed",
        "Nobody knows",
        "Not started",
        "Left out: blocked",
        "Worth knowing",
        "Applied",
        "1 request,",
    ):
        assert word in page
    page = refusal_html(None, Stale("It was edited.", reason="edited"), "shop")
    assert all(word in page for word in ("Nothing was changed in the shop.", "It was edited.", "shop"))
    assert "1 blocked" in refusal_html(ORDINARY, REFUSED)


def test_long_names_are_cut_in_every_text() -> None:
    """A shop may hold names of 100,000 letters."""
    name = at(f"definition/{'x' * 100_000}")
    long = "y" * 100_000
    item = BLOCKED.model_copy(update={"address": name, "message": long, "path": (), "ways_out": (long,)})
    outcome = Outcome(applied=(name,), failed=(Failed(name, long, long),), warnings=(long,))
    refused = Refused(long, reason="blocked", items=(item,))
    plan = plan_of((CREATE,), (item,))
    for text in (
        outcome_text(outcome, plan.blocked),
        refusal_text(refused),
        fates_annotations(fates_of_outcome(plan, outcome)),
        fates_junit(fates_of_refusal(plan, refused), BLOCKED_EXIT),
        outcome_html(plan, outcome),
        fates_sarif(fates_of_outcome(plan, outcome), TOOL),
    ):
        assert 40_000 > len(text)


def test_a_page_tells_many_changes_of_one_reason_together() -> None:
    """Each with its place below the reason; it ends with what to do next."""
    said = [{"address": at(f"event/e{n}"), "source": f"a.yaml:{n + 1}"} for n in range(4)]
    changes = tuple(CREATE.model_copy(update=each) for each in said)
    unknown = tuple(Unknown(each.address, "PUT /events/7 was answered 429") for each in changes)
    page = outcome_html(plan_of(changes), Outcome(unknown=unknown))
    assert 1 == page.count("PUT /events/7 was answered 429")
    assert "<h3>4 changes</h3>" in page
    assert all(f"<code>event/e{n}</code>" in page and f"a.yaml:{n + 1}" in page for n in range(4))
    assert "Next: reconciler plan shows what is left" in page
    assert "Next: " not in outcome_html(plan_of((CREATE,)), Outcome(applied=(CREATE.address,)))
