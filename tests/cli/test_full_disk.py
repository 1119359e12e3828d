"""A disk that is full, in the place of stdout or of a report: what can be said elsewhere is."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.plan.document import read_plan
from tests.warm.start import warm_command

EVENT = "kind: event\nname: A\ncode_name: a\n"
SENTENCE = "Error: stdout cannot be written to: No space left on device.\n"


def _to_full_disk(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs it on the embedded sandbox, with a stdout that takes nothing."""
    with open("/dev/full", "w") as full:
        return subprocess.run(
            [*warm_command(), "--target", "sandbox", *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With one manifest."""
    (tmp_path / "a.yaml").write_text(EVENT)
    return tmp_path


@pytest.mark.parametrize("command", ["plan", "drift", "validate", "graph"])
def test_a_full_stdout_is_named_and_the_reports_are_there(folder: Path, command: str) -> None:
    """The sentence of the system alone does not say where."""
    report = [] if command == "graph" else ["--report", "json=report.json"]
    done = _to_full_disk(folder, command, "a.yaml", *report)
    asks_the_shop = command in ("plan", "drift")
    told = SENTENCE.replace(".\n", ". Nothing was sent.\n") if asks_the_shop else SENTENCE
    assert (1, told) == (done.returncode, done.stderr)
    assert bool(report) == (folder / "report.json").exists()


def test_a_plan_that_cannot_be_shown_is_not_approved(folder: Path) -> None:
    """Nobody could have read it; the report says so."""
    done = _to_full_disk(folder, "apply", "a.yaml", "--report", "json=report.json")
    report = json.loads((folder / "report.json").read_text())
    assert (3, {"code": 3, "reason": "approval"}) == (done.returncode, report["exit"])
    assert "The plan could not be shown, so nobody can approve it. Nothing was sent." in done.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_who_approves_unseen_needs_no_plan_on_stdout(folder: Path, form: str) -> None:
    """It goes on in each format, and says what became of the shop."""
    command = ("apply", "a.yaml", "--auto-approve", "--format", form, "--report", "json=report.json")
    done = _to_full_disk(folder, *command)
    report = json.loads((folder / "report.json").read_text())
    assert (1, ["event/a"]) == (done.returncode, report["applied"])
    assert "The shop has been changed: 1 applied, 0 not applied, 0 unknown. See report.json." in done.stderr


@pytest.mark.parametrize("command", ["plan", "drift", "validate"])
def test_a_report_that_cannot_be_written_does_not_replace_the_result(
    run: Callable[..., Any], folder: Path, command: str
) -> None:
    """Its exit says what is missing; the other report is written."""
    reports = ["--report", "json=/dev/full", "--report", "json=good.json"]
    out = ["--out", "plan.json"] if command == "plan" else []
    ended = run("--target", "sandbox", command, "a.yaml", "--format", "json", *reports, *out)
    printed, written = json.loads(ended.out), json.loads((folder / "good.json").read_text())
    failed = {"code": 1, "reason": "report-not-written"}
    assert (1, failed) == (ended.code, printed.pop("exit"))
    for document in (printed, written):
        document.pop("exit", None)
        document.pop("checksum", None)
    assert written == printed
    if command == "plan":
        assert failed == read_plan(ended.out, "printed.json").document()["exit"]
    assert "Error: Could not write the file '/dev/full': No space left on device\n" in ended.err
    assert (command == "plan") == (folder / "plan.json").exists()


def test_a_document_does_not_ask_even_on_a_terminal(folder: Path) -> None:
    """The reason is the format, and not a terminal that is missing."""
    control, terminal = os.openpty()
    command = [*warm_command(), "--target", "sandbox", "apply", "a.yaml", "--format", "json"]
    done = subprocess.run(command, cwd=folder, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, text=True)
    os.close(control)
    os.close(terminal)
    assert (3, True) == (done.returncode, "--format json does not ask" in json.loads(done.stdout)["error"])


def test_a_diff_is_printed_whatever_becomes_of_its_report(run: Callable[..., Any], folder: Path) -> None:
    """As a plan is."""
    for git in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "a"]):
        subprocess.run(["git", *git], cwd=folder, check=True)
    ended = run("diff", "a.yaml", "--against", "HEAD", "--format", "json", "--report", "junit=/dev/full")
    document = json.loads(ended.out)
    assert (1, "report-not-written") == (ended.code, document["exit"]["reason"])
    assert document["changes"] == []


def test_a_plan_that_cannot_be_saved_is_shown(run: Callable[..., Any], folder: Path) -> None:
    """And nobody is told to apply a file that is not there."""
    ended = run("--target", "sandbox", "plan", "a.yaml", "--out", "/dev/full", "--report", "json=good.json")
    assert (1, True) == (ended.code, os.path.exists(folder / "good.json"))
    assert "1 to create" in ended.out
    assert "Saved in" not in ended.err


def test_a_refusal_stays_one_when_its_report_cannot_be_written(run: Callable[..., Any], folder: Path) -> None:
    """Both are said, and the document tells what is refused."""
    ended = run("--target", "sandbox", "apply", "a.yaml", "--format", "json", "--report", "json=/dev/full")
    assert (3, "approval") == (ended.code, json.loads(ended.out)["exit"]["reason"])
    assert "No space left on device" in ended.err
