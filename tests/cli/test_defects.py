"""What nobody foresaw: an exception of our own ends in a report, a document and the right code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.app import App
from reconciler.cli.outcome import show_outcome
from reconciler.cli.reports import Reports
from reconciler.errors import ExitCode
from reconciler.model.address import Address
from reconciler.model.outcome import Outcome
from reconciler.report.formats import Format, OutcomeView
from tests.conftest import Ran
from tests.report.plans import plan_of

PROGRAM = """
import os, sys
import httpx
from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run
from reconciler.cli.streams import open_streams

class Defective(httpx.BaseTransport):
    # passes requests on, but breaks down at some of them
    def __init__(self, inner):
        self.inner = inner

    def handle_request(self, request):
        if request.method == {method!r} and {name!r} in request.content.decode():
            raise ZeroDivisionError("divided by " + request.headers["spm-api-key"])
        return self.inner.handle_request(request)

class Sandbox(EmbeddedSandbox):
    def embedded(self, file):
        transport, key = super().embedded(file)
        with open("key", "w") as place:
            place.write(key)
        return Defective(transport), key

open_streams()
os._exit(run(sys.argv[1:], Sandbox()))
"""
EVENT = "kind: event\nname: {0}\ncode_name: {0}\n"


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., Ran]:
    """Runs the command line over a sandbox whose transport breaks down at a request."""
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "events.yaml").write_text("---\n".join(EVENT.format(name) for name in ("aa", "bb", "cc")))

    def run(method: str, name: str, *arguments: str) -> Ran:
        program = PROGRAM.format(method=method, name=name)
        done = subprocess.run(
            [sys.executable, "-c", program, "--target", "sandbox", *arguments],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "COLUMNS": "80"},
        )
        key = (tmp_path / "key").read_text()
        written = [path.read_text() for path in tmp_path.glob("report*")]
        assert not any(key in text for text in (done.stdout, done.stderr, *written))
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def test_a_defect_in_a_worker_leaves_a_report(broken: Callable, tmp_path: Path) -> None:
    """What was applied, what is unknown, and the defect with a way to report it."""
    options = ["--auto-approve", "--format", "json", "--report", "markdown=report.md"]
    ended = broken("POST", '"bb"', "apply", *options)
    document = json.loads(ended.out)
    assert (5, {"code": 5, "reason": "defect"}) == (ended.code, document["exit"])
    assert ["event/aa", "event/cc"] == document["applied"]
    assert ["event/bb"] == [each["address"] for each in document["unknown"]]
    assert "ZeroDivisionError: divided by ***" in document["error"]
    assert "Please report it" in document["error"]
    assert "event/bb" in (tmp_path / "report.md").read_text()
    assert (1, 0) == (ended.err.count("Error: This is a defect"), ended.err.count("Traceback"))


@pytest.mark.parametrize("command", [("plan",), ("drift",), ("apply", "--auto-approve")], ids=lambda each: each[0])
def test_a_defect_while_reading_is_a_failure(broken: Callable, command: tuple[str, ...]) -> None:
    """Nothing was sent: 1, one document, and the traceback only for who asks for it."""
    ended = broken("GET", "", *command, "--format", "json", "-v")
    document = json.loads(ended.out)
    assert (1, {"code": 1, "reason": "defect"}) == (ended.code, document["exit"])
    assert "Please report it" in document["error"]
    assert "Traceback (most recent call last)" in ended.err
    assert "divided by ***" in ended.err


def _outcome(*applied: str) -> OutcomeView:
    outcome = Outcome(applied=tuple(Address("event", name) for name in applied))
    return OutcomeView(plan_of(), outcome, outcome.exit())


def _break(view: OutcomeView) -> str:
    raise ZeroDivisionError("a defect")


WHOLE = Format(name="whole", about="", outcome=lambda view: "whole")
BROKEN = Format(name="json", about="", outcome=_break)


@pytest.mark.parametrize(("applied", "code"), [(["a"], ExitCode.PARTIAL), ([], ExitCode.FAILED)])
def test_a_report_that_cannot_be_rendered_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], applied: list[str], code: int
) -> None:
    """The others are written, the outcome is printed, and the defect is told."""
    files = [(form, str(tmp_path / f"{place}")) for place, form in enumerate([WHOLE, BROKEN, WHOLE])]
    app = App(EmbeddedSandbox(), environment={})
    assert code == show_outcome(app, _outcome(*applied), WHOLE, Reports(tuple(files), None))
    assert ["0", "2"] == sorted(path.name for path in tmp_path.iterdir())
    out, err = capsys.readouterr()
    assert "whole" == out
    assert "ZeroDivisionError: a defect" in err


def test_an_outcome_that_cannot_be_rendered_is_still_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    """And the shop has been changed, which is said."""
    app = App(EmbeddedSandbox(), environment={}, arguments=("--format", "json"))
    assert ExitCode.PARTIAL == show_outcome(app, _outcome("a", "b"), BROKEN, Reports((), None))
    out, err = capsys.readouterr()
    assert {"code": 5, "reason": "defect"} == json.loads(out)["exit"]
    assert "The shop has been changed: 2 applied, 0 not applied, 0 unknown." in err
