"""Payloads that are wrong, one mistake a file, each with place, rule and words that must come of it (V1)."""

import json
from collections.abc import Callable

import pytest

from reconciler.events.rules import PAYLOAD_RULES
from reconciler.model.source import Finding
from tests.events.conftest import BAD

EXPECTED = (BAD / "expected.txt").read_text(encoding="utf-8").splitlines()
UNREADABLE = {"payload-file"}
"""Broken in test_hostile_payloads.py."""


def test_every_finding_has_its_place_its_rule_and_its_words(bad_payloads: list[Finding], figure: Callable) -> None:
    """Line and column are those of the key or value that is wrong."""
    assert EXPECTED == [f"{found.source} {found.rule}: {found.message}" for found in bad_payloads]
    files = {found.source.file for found in bad_payloads}
    figure("V1", f"{len(files)} files of bad payloads: {len(bad_payloads)} findings, each with file:line and rule")
    assert len(files) >= 40


def test_every_file_of_the_corpus_has_a_finding(bad_payloads: list[Finding]) -> None:
    """None of them is there for nothing."""
    there = {str(file.relative_to(BAD)) for file in (BAD / "samples").rglob("*.json*")}
    assert there == {found.source.file for found in bad_payloads}


def test_every_rule_about_payloads_is_broken(bad_payloads: list[Finding]) -> None:
    """By a file of the corpus."""
    assert {rule.id for rule in PAYLOAD_RULES} - UNREADABLE == {found.rule for found in bad_payloads}


def test_the_command_tells_them_all(run: Callable) -> None:
    """In a document as well, and ends with 1."""
    ended = run("events", "check", "samples", "--manifests", ".", "--format", "json", folder=BAD)
    document = json.loads(ended.out)
    told = [f"{each['file']}:{each['line']}:{each['column']} {each['rule']}" for each in document["findings"]]
    assert [line.partition(": ")[0] for line in EXPECTED] == told
    assert (1, {"code": 1, "reason": "invalid-payloads"}) == (ended.code, document["exit"])
    assert {"payloads": 58, "errors": len(EXPECTED), "warnings": 0, "infos": 0} == document["summary"]


@pytest.mark.parametrize("form", ["github", "junit", "sarif"])
def test_every_format_of_findings_is_there(run: Callable, form: str) -> None:
    """As `validate` has them."""
    ended = run("events", "check", "samples/no-target.json", "--manifests", ".", "--format", form, folder=BAD)
    assert (1, True) == (ended.code, "payload-no-target" in ended.out), ended


@pytest.mark.parametrize("rule", [rule for rule in PAYLOAD_RULES if rule.example.beside], ids=lambda rule: rule.id)
def test_the_example_of_a_rule_breaks_it_and_no_other(rule: object, schemas: Callable) -> None:
    """What `explain` shows is what is found; the way out leads out."""
    from reconciler.events.text import Naming, TextCheck

    example = rule.example  # type: ignore[attr-defined]  # the parametrisation has rules only
    known = schemas(example.beside)
    broken = [TextCheck(text, known, Naming(names=("visit",))).mistakes() for text in (example.before, example.after)]
    before, after = ([each.mistake.rule for each in found] for found in broken)
    assert ([rule.id], []) == (before, after)  # type: ignore[attr-defined]  # as above


def test_a_line_that_names_somebody_is_not_shown(bad_payloads: list[Finding]) -> None:
    """Reports are read by more people than payloads; other lines are shown."""
    shown = [found.excerpt.text for found in bad_payloads if found.excerpt]
    assert len(shown) > 40
    assert [] == [text for text in shown if "@" in text or '"id"' in text]
