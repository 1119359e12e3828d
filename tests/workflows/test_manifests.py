"""This repository's own caller: what runs on which event, and that a repository without a shop is no failure."""

from pathlib import Path

import pytest
import yaml

from tests.workflows.expressions import condition
from tests.workflows.hub import Hub
from tests.workflows.runner import ROOT, Job, Runner, status

JOBS = yaml.safe_load((ROOT / ".github/workflows/manifests.yml").read_text(encoding="utf-8"))["jobs"]


@pytest.mark.parametrize(
    ("event", "key", "expected"),
    [
        ("pull_request", "a key", {"review"}),
        ("pull_request", "", {"review"}),
        ("push", "a key", {"key", "apply"}),
        ("push", "", {"key"}),
        ("schedule", "a key", {"key", "drift"}),
        ("schedule", "", {"key"}),
    ],
)
def test_an_event_runs_what_it_is_for(hub: Hub, tmp_path: Path, event: str, key: str, expected: set[str]) -> None:
    """And nothing that needs a shop where there is no key."""
    context = {"github": {"event_name": event}, "secrets": {"SHOPIMIND_API_KEY": key}, "needs": {}, **status(True)}
    runner = Runner(tmp_path, tmp_path, hub, {}, {}, {}, False, lambda runner: None)
    found = Job("skipped")
    if condition(JOBS["key"].get("if"), context):
        found = runner.job("key", JOBS["key"], context)
    assert found.result == ("skipped" if event == "pull_request" else "success")
    ran = {"key"} if found.result == "success" else set()
    for name in ("review", "apply", "drift"):
        needs = {"key": vars(found)} if "needs" in JOBS[name] else {}
        fine = all(need["result"] == "success" for need in needs.values())
        if condition(JOBS[name]["if"], {**context, **status(fine), "needs": needs}):
            ran.add(name)
    assert expected == ran
