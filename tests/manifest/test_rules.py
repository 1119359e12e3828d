"""Every rule is broken by its example and kept by the other half of it; some can be silenced, on one line and with
a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import reconciler
from reconciler.diff.assumed import as_live, before_with
from reconciler.diff.compare import compare
from reconciler.events.rules import PAYLOAD_RULES
from reconciler.kinds.records.rules import RECORD_RULES
from reconciler.kinds.template.message_rules import MESSAGE_RULES
from reconciler.manifest.load import load
from reconciler.manifest.resolve import resolve
from reconciler.manifest.template import Renderer
from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.plan.build import build
from reconciler.report.attention import attentions
from reconciler.rules import FILE_RULES, RULES, finding_severity, groups, table
from tests.conftest import OCCASION

D = "kind: definition\nname: D\nfields:\n  - {name: a, type: text}\n"
OF_TEXTS = {rule.id for rule in MESSAGE_RULES}
"""They are about the texts of messages; tests/manifest/test_messages.py breaks each."""
OF_MANIFESTS = [rule for rule in RULES.values() if rule.severity in ("error", "warning") and rule.id not in OF_TEXTS]
OF_ROWS = {rule.id for rule in (*RECORD_RULES, *PAYLOAD_RULES) if rule.example.in_words}
"""They are about other files; tests/records/test_corpus.py and tests/events break each."""
OF_DOUBTS = {"definition-without-keys"}
"""They are told of what is valid, by `validate` alone; tests/manifest/test_doubts.py breaks each."""
IN_WORDS = {rule.id for rule in OF_MANIFESTS if rule.example.in_words} - OF_ROWS
SHOWN = {
    rule.id: rule
    for rule in OF_MANIFESTS
    if not rule.example.in_words and not rule.example.beside and rule.id not in OF_DOUBTS
}
"""What stands beside an example is a manifest, and the example is another file: tests/events breaks those."""
OF_PLANS = {rule.id: rule for rule in RULES.values() if rule.severity in ("blocked", "breaking")}
SILENCEABLE = sorted(rule.id for rule in OF_MANIFESTS if rule.silenceable and rule.id not in OF_DOUBTS)


def found(check: Callable, text: str) -> set[str]:
    """The rules that a text breaks."""
    return {finding.rule for finding in check(text).findings}


@pytest.mark.parametrize("rule", SHOWN)
def test_the_example_breaks_its_rule_and_no_other(check: Callable, rule: str) -> None:
    """What `explain` shows is what `validate` finds."""
    assert {rule} == found(check, RULES[rule].example.before)


@pytest.mark.parametrize("rule", SHOWN)
def test_the_example_after_breaks_no_rule(check: Callable, rule: str) -> None:
    """The way out leads out."""
    assert set() == found(check, RULES[rule].example.after)


def test_the_rules_that_words_show_have_tests_of_their_own(check: Callable, tmp_path: Path) -> None:
    """They are about files and not about what is written in them."""
    assert {"no-manifests", "unreadable-file", "path-escape", "own-document"} == IN_WORDS
    assert ["no-manifests"] == [finding.rule for finding in check().findings]
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe9")
    assert ["unreadable-file"] == [finding.rule for finding in check().findings]
    (tmp_path / "latin.yaml").unlink()
    (tmp_path / "link.yaml").symlink_to("/etc/hostname")
    assert ["path-escape"] == [finding.rule for finding in check().findings]
    (tmp_path / "link.yaml").unlink()
    (tmp_path / "plan.json").write_text('{"format_version": "1.0"}')
    assert {"own-document", "no-manifests"} == {finding.rule for finding in check().findings}


@pytest.fixture
def desired(tmp_path: Path) -> Callable[[str], Desired]:
    """The manifests of a text that breaks no rule about manifests."""

    def read(text: str) -> Desired:
        (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
        resolved = resolve(load([str(tmp_path)], Renderer({}, {})), date(2026, 1, 1))
        assert [] == resolved.offline_findings
        return resolved.desired

    return read


def planned(live: Live, after: Desired) -> set[str]:
    """The rules that bring attention to the plan of these manifests, unless they are accepted."""
    plan = build(after, compare(after, live), OCCASION)
    return {item.rule for item in attentions(plan) if not item.accepted}


@pytest.mark.parametrize(
    "rule", sorted(set(OF_PLANS) - {"stale-relation", "ambiguous-name", "breaking-settings", "not-comparable"})
)
def test_the_example_of_a_change_is_stopped_by_its_rule(desired: Callable, rule: str) -> None:
    """With the engine of `diff --against`; what comes after is not."""
    example = RULES[rule].example
    lives, before, after = desired(example.lives), desired(example.before), desired(example.after)
    assert {rule} == planned(as_live(before_with(lives, before)), before)
    assert set() == planned(as_live(before_with(lives, after)), after)


def test_the_example_of_a_stale_relation_is_stopped_by_its_rule(desired: Callable) -> None:
    """What is created again has another id, and the relationship keeps the old one."""
    example = RULES["stale-relation"].example
    live, agencies = as_live(desired(example.lives)), Address("definition", "Agencies")
    again = replace(live.resources[agencies], id=99)
    live = replace(live, resources={**live.resources, agencies: again})
    assert {"stale-relation"} == planned(live, desired(example.before))
    assert set() == planned(live, desired(example.after))


def test_every_rule_says_what_it_is_about_and_the_ways_out() -> None:
    """A sentence, and phrases."""
    assert all(rule.about.endswith(".") and rule.ways_out for rule in RULES.values())
    assert not [way for rule in RULES.values() for way in rule.ways_out if way.endswith(".")]
    assert all(name == rule.id for name, rule in RULES.items())


def test_every_example_fits_a_terminal() -> None:
    """Which shows it behind four blanks."""
    texts = [text for rule in RULES.values() for text in (rule.example.lives, rule.example.before, rule.example.after)]
    assert 76 >= max(len(line) for text in texts for line in text.splitlines())


def test_every_rule_that_the_code_names_is_known() -> None:
    """Also those of findings that are made without a look at the table."""
    code = "".join(file.read_text(encoding="utf-8") for file in Path(reconciler.__file__).parent.rglob("*.py"))
    named = re.findall(r'(?:Problem|_note)\(\s*"([a-z-]+)"|"(breaking-[a-z]+)"|, "([a-z]+-[a-z-]+)", message\)', code)
    assert {"yaml-bounds", "yaml-tag", "no-manifests", "breaking-rename"} <= {name for names in named for name in names}
    assert {name for names in named for name in names if name} <= set(RULES)


def test_every_rule_stands_in_one_group() -> None:
    """Which is how they are listed."""
    assert sorted(RULES) == sorted(rule.id for rules in groups().values() for rule in rules)
    assert ["Files", "Manifests", "Blocked in a plan", "Breaking in a plan", "Payloads"] == list(groups())


def test_two_rules_of_one_id_are_refused() -> None:
    """One would hide the other."""
    with pytest.raises(ValueError, match="two rules are called no-manifests"):
        table(FILE_RULES, FILE_RULES[:1])


def test_a_rule_about_plans_makes_no_finding() -> None:
    """A finding is an error or a warning."""
    with pytest.raises(ValueError, match="field-type-frozen is no rule about manifests"):
        finding_severity("field-type-frozen")


@pytest.mark.parametrize("rule", SILENCEABLE)
def test_a_comment_with_a_reason_silences_its_line(check: Callable, rule: str) -> None:
    """Behind the value, or on a line of its own before it; with every line end."""
    text = RULES[rule].example.before
    (line,) = {found.source.line for found in check(text).findings if found.rule == rule}
    lines = text.splitlines()
    behind = [*lines[: line - 1], f"{lines[line - 1]}  # reconciler: ignore[{rule}] we know", *lines[line:]]
    before = [*lines[: line - 1], f"  # reconciler: ignore[{rule}] we know", *lines[line - 1 :]]
    for end in ("\n", "\r\n", "\r"):
        for silenced in (end.join(behind), end.join(before)):
            assert rule not in {finding.rule for finding in check(silenced).findings}


@pytest.mark.parametrize("rule", SILENCEABLE)
def test_a_comment_without_a_reason_is_a_finding(check: Callable, rule: str) -> None:
    """Where the other finding would be."""
    text = RULES[rule].example.before
    (line,) = {found.source.line for found in check(text).findings if found.rule == rule}
    lines = text.splitlines()
    lines[line - 1] += f" # reconciler: ignore[{rule}]"
    for end in ("\n", "\r\n", " \n"):
        silenced = check(end.join(lines) + end)
        assert [line] == [found.source.line for found in silenced.findings if found.rule == "ignore-without-reason"]
        assert rule not in {finding.rule for finding in silenced.findings}


def test_a_comment_silences_exactly_one_line(check: Callable) -> None:
    """The same mistake one line further down is a finding."""
    text = D + "".join(
        f"  - {{name: {name}, type: list}}{comment}\n"
        for name, comment in (("b", ""), ("c", " # reconciler: ignore[list-without-options] later"), ("d", ""))
    )
    assert ["5:5 list-without-options", "7:5 list-without-options"] == check(text).places


def test_a_comment_silences_exactly_one_rule(check: Callable) -> None:
    """Another mistake on the line is a finding."""
    text = D + "  - {name: b, type: number, options: [1], default: x} # reconciler: ignore[default-type] later\n"
    assert ["5:38 options-without-list"] == check(text).places


def test_comments_before_a_line_add_up(check: Callable) -> None:
    """One rule each; blank lines end them."""
    comments = (
        "  # reconciler: ignore[default-type] later\n  # because\n  # reconciler: ignore[options-without-list] later\n"
    )
    text = "  - {name: b, type: number, options: [1], default: x}\n"
    assert [] == check(D + comments + text).places
    assert 2 == len(check(D + comments + "\n" + text).places)


@pytest.mark.parametrize("rule", sorted(set(SHOWN) - set(SILENCEABLE)))
def test_the_other_rules_cannot_be_silenced(check: Callable, rule: str) -> None:
    """What they name leaves no manifest to work with."""
    before = RULES[rule].example.before
    text = "".join(f"{line}  # reconciler: ignore[{rule}] please\n" for line in before.splitlines())
    if rule == "ignore-without-reason":
        text = before
    assert rule in found(check, text)


@pytest.mark.parametrize(
    "comment",
    ["# ignore[list-without-options] x", "# reconciler: ignore[no-such-rule] x", "# reconciler: ignore[] x",
     "# reconciler: ignore list-without-options"],
)  # fmt: skip
def test_other_comments_mean_nothing(check: Callable, comment: str) -> None:
    """Only the exact form counts."""
    assert ["5:5 list-without-options"] == check(D + f"  - {{name: b, type: list}} {comment}\n").places


def test_the_comment_may_breathe(check: Callable) -> None:
    """Blanks around the words mean nothing."""
    assert [] == check(D + "  - {name: b, type: list}\t#reconciler:  ignore[list-without-options]\tlater \n").places


def test_the_shipped_manifests_break_no_rule(shipped: Path) -> None:
    """They are the user's example."""
    assert () == load([str(shipped)], Renderer({}, {})).findings


@pytest.mark.parametrize("blank", ["\u2028", "\x85", "\u00a0"])
def test_what_is_no_comment_to_yaml_silences_nothing(check: Callable, blank: str) -> None:
    """A comment begins a line or stands behind a blank or a tab."""
    text = D + f"  - label: 'x{blank}# reconciler: ignore[list-without-options] later'\n    name: b\n    type: list\n"
    assert ["5:5 list-without-options"] == check(text).places
