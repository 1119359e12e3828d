"""One run, many formats: printed, written to files, appended to the step summary of a workflow."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

CHECKS: dict[str, Callable[[str], bool]] = {
    "text": lambda text: "Plan: 12 to create" in text,
    "json": lambda text: 12 == json.loads(text)["summary"]["create"],
    "markdown": lambda text: "adds seven data tables, four events" in text,
    "html": lambda text: text.startswith("<!DOCTYPE html>") and "<svg" in text,
    "github": lambda text: "::error" not in text,
    "junit": lambda text: "12" == ElementTree.fromstring(text.encode()).get("tests"),
    "sarif": lambda text: "2.1.0" == json.loads(text)["version"],
}


def test_every_format_of_a_plan_is_printed_and_written(run: Callable, shipped: Path, tmp_path: Path) -> None:
    """Seven files in one run, and the printed one is the same."""
    reports = [part for form in CHECKS for part in ("--report", f"{form}=reports/{form}.out")]
    ended = run("--target", "sandbox", "plan", str(shipped), *reports)
    assert 0 == ended.code, ended.err
    assert sorted(f"{form}.out" for form in CHECKS) == sorted(path.name for path in (tmp_path / "reports").iterdir())
    for form, holds in CHECKS.items():
        text = (tmp_path / "reports" / f"{form}.out").read_text()
        assert holds(text), form
        printed = run("--target", "sandbox", "plan", str(shipped), "--format", form).out
        assert holds(printed), form


@pytest.mark.parametrize("form", ["github", "junit", "sarif"])
def test_findings_have_formats_of_their_own(run: Callable, tmp_path: Path, form: str) -> None:
    """The rule and the place are in each; the exit code stays."""
    (tmp_path / "a.yaml").write_text("kind: definition\nname: A\nfields:\n  - {name: x, type: txt}\n")
    ended = run("validate", "a.yaml", "--format", form, "--report", "json=found.json")
    assert 1 == ended.code
    assert "unknown-value" in ended.out
    assert "a.yaml" in ended.out
    assert 1 == json.loads((tmp_path / "found.json").read_text())["exit"]["code"]


def test_the_step_summary_gets_the_markdown(run: Callable, shipped: Path, tmp_path: Path) -> None:
    """Appended to what other steps wrote."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    run("--target", "sandbox", "plan", str(shipped), GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text().startswith("before\n<!-- reconciler:sandbox -->\n")


@pytest.mark.parametrize("report", ["xml=a", "html", "html=", "=a"])
def test_a_report_that_is_none_is_wrong_usage(run: Callable, shipped: Path, report: str) -> None:
    """Said before anything is read."""
    ended = run("validate" if "xml" in report else "plan", str(shipped), "--report", report)
    assert 64 == ended.code
    assert "FORMAT=FILE" in ended.err


def test_a_report_that_cannot_be_written_is_said(run: Callable, shipped: Path, tmp_path: Path) -> None:
    """And leaves nothing half-written behind."""
    (tmp_path / "file").write_text("")
    ended = run("validate", str(shipped), "--report", "json=file/report.json")
    assert 1 == ended.code
    assert "Traceback" not in ended.err
    assert [] == [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_a_diff_has_the_formats_of_a_plan(run: Callable, shipped: Path, tmp_path: Path) -> None:
    """The footer tells how to apply, without a target that is only two revisions."""
    shutil.copytree(shipped, tmp_path / "manifests")
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    with (tmp_path / "manifests" / "loyalty.yaml").open("a") as page:
        page.write("---\nkind: event\nname: New\ncode_name: loyalty.new\n")
    ended = run("diff", "--against", "HEAD", "--format", "markdown")
    assert (
        "In the shop, this change adds the event `loyalty.new`; everything that works today keeps working." in ended.out
    )
    assert "Once this is merged, a plan of the shop says what will be applied." in ended.out
    drawn = run("graph", "--against", "HEAD", "--format", "dot")
    assert drawn.out.startswith("digraph")


@pytest.mark.parametrize(("form", "begin"), [("mermaid", "%%{init"), ("dot", "digraph"), ("svg", "<svg")])
def test_the_definitions_are_drawn(run: Callable, shipped: Path, form: str, begin: str) -> None:
    """Offline, with every definition in the picture."""
    ended = run("graph", str(shipped), "--format", form)
    assert 0 == ended.code
    assert ended.out.startswith(begin)
    for name in ("LoyaltyAccount", "Attribution", "VetPricing", "contacts"):
        assert name in ended.out
