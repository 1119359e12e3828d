"""Every rule can be broken, and some can be silenced, on one line and with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.manifest.load import load
from reconciler.manifest.rules import RULES
from reconciler.manifest.template import Renderer

D = "kind: definition\nname: D\nfields:\n  - {name: a, type: text}\n"
R = "relationships:\n  - {sourceField: "
O = "---\nkind: override\ntarget: products.price\nsources:\n"  # noqa: E741 - an override, beside D and R
CUSTOM = "a, targetSchemaType: custom, targetSchema: "

BREAKS: dict[str, str | bytes] = {
    "no-manifests": "# nothing\n",
    "unreadable-file": b"\xff",
    "path-escape": "",
    "yaml-syntax": "[",
    "yaml-bounds": "[" * 99,
    "yaml-tag": "!x 1",
    "yaml-key": "? [1]\n: 2",
    "duplicate-key": "{a: 1, a: 2}",
    "template": "'{{ x }}'",
    "not-a-manifest": "1",
    "unknown-kind": "kind: x",
    "missing-key": "kind: event",
    "unknown-key": D + "x: 1\n",
    "unknown-value": D + "  - {name: b, type: x}\n",
    "wrong-type": D + "description: 1\n",
    "out-of-bounds": D + "unique_keys: ['']\n",
    "duplicate-address": f"{D}---\n{D}",
    "duplicate-field": D + "  - {name: A, type: text}\n",
    "reserved-field": D + "  - {name: ID, type: number}\n",
    "unique-key-not-a-field": D + "unique_keys: [b]\n",
    "source-field-not-a-field": D + R + "b, targetSchemaType: system, targetSchema: contacts}\n",
    "duplicate-relationship": D
    + R
    + CUSTOM
    + "D, targetField: a}\n  - {sourceField: "
    + CUSTOM
    + "D, targetField: a}\n",
    "unknown-system-schema": D + R + "a, targetSchemaType: system, targetSchema: x}\n",
    "dangling-reference": D + R + CUSTOM + "X}\n",
    "target-field-missing": D + R + CUSTOM + "D, targetField: x}\n",
    "relation-type-mismatch": D + R + CUSTOM + "D}\n",
    "list-without-options": D + "  - {name: b, type: list}\n",
    "options-without-list": D + "  - {name: b, type: text, options: [x]}\n",
    "default-outside-options": D + "  - {name: b, type: list, options: [x], default: y}\n",
    "default-type": D + "  - {name: b, type: number, default: x}\n",
    "override-field-missing": D + O + "  - {definition: D, field: x, priority: 1}\n",
    "override-field-not-numeric": D + O + "  - {definition: D, field: a, priority: 1}\n",
    "override-without-product": D + O + "  - {definition: D, field: a, priority: 1}\n",
    "duplicate-priority": D + O + "  - {definition: D, field: a, priority: 1}\n" * 2,
    "duplicate-source": D + O + "  - {definition: D, field: a, priority: 1}\n" * 2,
    "reference-to-absent": f"{D}ensure: absent\n---\n" + D.replace("D", "E") + R + CUSTOM + "D, targetField: a}\n",
    "reference-to-renamed": f"{D}renamed_from: X\n---\n" + D.replace("D", "E") + R + CUSTOM + "X, targetField: a}\n",
    "rename-conflict": D + "renamed_from: d\n",
    "accept-expired": D + "accept:\n  - {change: delete, reason: r, until: 2025-12-31}\n",
    "ignore-without-reason": D + "  - {name: b, type: list} # reconciler: ignore[list-without-options]\n",
}
SILENCEABLE = sorted(rule.id for rule in RULES.values() if rule.silenceable)


def test_every_rule_has_a_case_here() -> None:
    """And every case a rule."""
    assert sorted(RULES) == sorted(BREAKS)


def test_every_rule_says_what_it_is_about_and_the_way_out() -> None:
    """In sentences."""
    assert all(rule.about.endswith(".") and rule.way_out.endswith(".") for rule in RULES.values())
    assert all(name == rule.id for name, rule in RULES.items())


@pytest.mark.parametrize("rule", BREAKS)
def test_every_rule_can_be_broken(check: Callable, tmp_path: Path, rule: str) -> None:
    """By at least one manifest."""
    text = BREAKS[rule]
    if rule == "path-escape":
        (tmp_path / "x.yaml").symlink_to("/etc/hostname")
    if isinstance(text, bytes):
        (tmp_path / "x.yaml").write_bytes(text)
        text = ""
    assert rule in {finding.rule for finding in check(text).findings}


@pytest.mark.parametrize("rule", SILENCEABLE)
def test_a_comment_with_a_reason_silences_its_line(check: Callable, rule: str) -> None:
    """Behind the value, or on a line of its own before it; with every line end."""
    text = str(BREAKS[rule])
    (line,) = {found.source.line for found in check(text).findings if found.rule == rule}
    lines = text.splitlines()
    behind = [*lines[: line - 1], f"{lines[line - 1]}  # reconciler: ignore[{rule}] we know", *lines[line:]]
    before = [*lines[: line - 1], f"  # reconciler: ignore[{rule}] we know", *lines[line - 1 :]]
    for silenced in ("\n".join(behind), "\n".join(before), "\r\n".join(behind), "\r\n".join(before)):
        assert rule not in {finding.rule for finding in check(silenced).findings}


@pytest.mark.parametrize("rule", SILENCEABLE)
def test_a_comment_without_a_reason_is_a_finding(check: Callable, rule: str) -> None:
    """Where the other finding would be."""
    text = str(BREAKS[rule])
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


@pytest.mark.parametrize(
    "rule", sorted(set(BREAKS) - set(SILENCEABLE) - {"path-escape", "unreadable-file", "no-manifests"})
)
def test_the_other_rules_cannot_be_silenced(check: Callable, rule: str) -> None:
    """What they name leaves no manifest to work with."""
    text = "".join(f"{line}  # reconciler: ignore[{rule}] please\n" for line in str(BREAKS[rule]).splitlines())
    if rule == "ignore-without-reason":
        text = str(BREAKS[rule])
    assert rule in {finding.rule for finding in check(text).findings}


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
