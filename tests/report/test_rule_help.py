"""What code scanning shows of a rule: what it means, the ways out, an example, and a link that leads somewhere."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from reconciler.published import REPOSITORY
from reconciler.report.fates import fates_of_outcome, fates_of_refusal
from reconciler.report.rule_help import RuleHelp, rule_help, rule_markdown
from reconciler.report.rule_text import rule_text
from reconciler.report.sarif import fates_sarif, findings_sarif, plan_sarif
from reconciler.rules import RULES
from tests.report.hostile import PAYLOADS
from tests.report.plans import (
    DELETED,
    ORDINARY,
    TOOL,
    hostile_findings,
    hostile_outcome,
    hostile_plan,
    hostile_refusals,
)

README = Path(__file__).parents[2] / "README.md"
OTHERS = (
    "max_creates",
    "max_updates",
    "max_deletes",
    "protected",
    "defect",
    "apply-failed",
    "apply-moved",
    "apply-key",
)
READER = MarkdownIt("gfm-like")
LONGEST = 1024
"""Characters that GitHub shows of a description."""


def _headings() -> set[str]:
    """The anchors of the README, as GitHub makes them."""
    lines = re.findall(r"^#+ (.+)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("rule", [*OTHERS, "from-another-version"])
def test_what_is_no_rule_of_manifests_has_help_too(rule: str) -> None:
    """Guards, refusals and failures; what only another version knows is told in its words."""
    told = rule_help(rule, "It is [so](x).")
    assert rule_help(rule, "It is otherwise.").about != told.about if rule == "from-another-version" else told.about
    assert told.ways_out
    assert all(way in told.text and way in told.markdown for way in told.ways_out)
    assert "[so](" not in told.text


def test_every_link_leads_to_a_heading() -> None:
    """Of every rule that any output can name."""
    links = {rule_help(rule, "x").link for rule in (*RULES, *OTHERS)}
    anchors = {link.removeprefix(f"{REPOSITORY}#") for link in links}
    assert set() == anchors - _headings()
    assert len(anchors) > 3


def test_the_help_is_what_explain_prints() -> None:
    """The text to the letter, and every part of it in Markdown; no example breaks out of its block."""
    for rule in RULES.values():
        told = rule_help(rule.id, "")
        assert rule_text(rule) == told.text
        blocks = [token.content for token in READER.parse(told.markdown) if token.type == "fence"]
        example = rule.example
        shown = () if example.in_words else (example.lives, example.beside, example.before, example.after)
        assert [text.rstrip() for text in shown if text] == [block.rstrip() for block in blocks]
        assert f"`reconciler explain {rule.id}`" in rule_markdown(rule)


def test_levels_are_those_of_the_rule() -> None:
    """As validate and plan show them."""
    found = {rule.severity: rule_help(rule.id, "").level for rule in RULES.values()}
    expected = {"error": "error", "warning": "warning", "info": "note", "blocked": "error", "breaking": "warning"}
    assert expected == found
    assert ("error", "warning") == (rule_help("apply-failed", "").level, rule_help("apply-skipped", "").level)


def _applies(payload: str) -> list[str]:
    plan = hostile_plan(payload)
    fates = [fates_of_outcome(plan, hostile_outcome(payload))]
    fates += [fates_of_refusal(plan, why) for why in hostile_refusals(payload)]
    return [fates_sarif(each, TOOL) for each in fates]


def _documents() -> list[dict[str, Any]]:
    texts = [plan_sarif(ORDINARY), plan_sarif(DELETED)]
    for payload in PAYLOADS[::10]:
        texts += [plan_sarif(hostile_plan(payload)), findings_sarif(hostile_findings(payload), TOOL)]
        texts += _applies(payload)
    return [json.loads(text)["runs"][0] for text in texts]


def test_every_rule_of_a_document_has_help_and_a_link() -> None:
    """And every result points at its own rule; nothing is longer than what GitHub shows."""
    for run in _documents():
        rules = run["tool"]["driver"]["rules"]
        for rule in rules:
            assert rule["help"]["text"]
            assert rule["help"]["markdown"]
            assert rule["helpUri"].startswith(f"{REPOSITORY}#")
            assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
            assert "shopimind" in rule["properties"]["tags"]
            assert max(len(rule[f"{kind}Description"]["text"]) for kind in ("short", "full")) <= LONGEST
        for result in run["results"]:
            assert result["ruleId"] == rules[result["ruleIndex"]]["id"]


def test_no_stranger_writes_markdown_in_the_help() -> None:
    """A saved plan may name a rule and its reason as it likes."""
    for payload in PAYLOADS:
        told: RuleHelp = rule_help(payload, payload)
        tokens = [child for token in READER.parse(told.markdown) for child in (token, *(token.children or ()))]
        kinds = {token.type for token in tokens}
        assert not kinds & {"link_open", "image", "html_block", "html_inline", "fence", "heading_open"}, told.markdown
