"""What is valid and will likely be regretted is told by `validate`, and stops nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from reconciler.manifest.doubts import doubtful
from reconciler.rules import RULES

LOG = "kind: definition\nname: Log\nfields:\n  - {name: line, type: text}\n"
RULE = RULES["definition-without-keys"]


def doubts(check: Callable, *texts: str) -> list[tuple[int, str, str]]:
    """Line, rule and severity of each."""
    return [(each.source.line, each.rule, each.severity) for each in doubtful(check(*texts).resolved.desired)]


def test_a_definition_without_keys_brings_a_warning_where_it_begins(check: Callable) -> None:
    """Each of several in one file, whether the key is missing or empty."""
    text = f"{LOG}---\n# Vets\nkind: definition\nname: Vets\nunique_keys: []\nfields:\n  - {{name: a, type: text}}\n"
    assert [(1, RULE.id, "warning"), (7, RULE.id, "warning")] == doubts(check, text)


def test_the_example_brings_its_warning_and_the_way_out_leads_out(check: Callable) -> None:
    """What `explain` shows is what `validate` finds."""
    assert [RULE.id] == [rule for _, rule, _ in doubts(check, RULE.example.before)]
    assert [] == doubts(check, RULE.example.after)


def test_a_comment_with_a_reason_silences_the_warning(check: Callable) -> None:
    """On the line before; without a reason, the comment is a finding."""
    comment = "# reconciler: ignore[definition-without-keys] "
    assert [] == doubts(check, f"{comment}its rows are only ever added\n{LOG}")
    assert [(2, "ignore-without-reason", "error")] == doubts(check, f"{comment}\n{LOG}")


def test_what_is_to_be_deleted_needs_no_keys(check: Callable) -> None:
    """Nothing is pushed into it any more."""
    assert [] == doubts(check, "kind: definition\nname: Log\nensure: absent\n")


def test_the_warning_stops_nothing(run: Callable, tmp_path: Path) -> None:
    """The exit code is 0, and it is a warning in the document too."""
    (tmp_path / "log.yaml").write_text(LOG)
    ended = run("validate", "log.yaml")
    assert (0, "1 manifest · 1 warning") == (ended.code, ended.out.splitlines()[-1])
    assert "log.yaml:1:1: warning: 'Log' has no `unique_keys`: every repeated push doubles its rows" in ended.out
    document = json.loads(run("validate", "log.yaml", "--format", "json").out)
    assert (1, 0) == (document["summary"]["warnings"], document["exit"]["code"])
