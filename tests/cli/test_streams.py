"""Standard streams that fail: what is said on stderr decides nothing, and what was done is told where it can be."""

import fcntl
import json
import os
import select
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.warm.start import COLD, needs_a_cold_start, warm_command

EVENTS = "---\n".join(f"kind: event\nname: Cœur {n} → été\ncode_name: e{n}\n" for n in range(6))


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs a line of bash beside a folder of manifests; its code is that of the first command of a pipe."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "events.yaml").write_text(EVENTS, encoding="utf-8")

    def execute(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        is_cold = "&-" in line or needs_a_cold_start(environment)
        program = shlex.join(COLD if is_cold else warm_command())
        line = line.replace("reconciler", f"{program} --target sandbox", 1)
        return subprocess.run(
            ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            timeout=60,
        )

    return execute


APPLY = "reconciler apply --auto-approve -v --report json=report.json"


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&1 | head -1", "<&- >&- 2>&-"])
def test_what_cannot_be_said_stops_no_apply(shell: Callable, tmp_path: Path, redirection: str) -> None:
    """All is sent, the report is written, the code is right, and no file of ours takes the place of a stream."""
    done = shell(f"{APPLY} {redirection}")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (0, 0, 6) == (done.returncode, report["exit"]["code"], len(report["applied"]))
    assert b"Traceback" not in done.stderr
    assert b"SQLite format 3" == (tmp_path / ".reconciler" / "sandbox.db").read_bytes()[:15]


def test_a_result_that_nobody_reads_says_that_the_shop_has_changed(shell: Callable) -> None:
    """And where to look."""
    done = shell(f"{APPLY} --format json | true")
    assert 0 == done.returncode
    assert b"The shop has been changed: 6 applied, 0 not applied, 0 unknown. See report.json." in done.stderr


def test_a_result_that_cannot_be_printed_says_that_the_shop_has_changed(shell: Callable, tmp_path: Path) -> None:
    """It is a failure, like a report that cannot be written."""
    done = shell("reconciler apply --auto-approve --format json >/dev/full")
    assert 1 == done.returncode
    assert b"Error: stdout cannot be written to: No space left on device." in done.stderr
    assert b"The shop has been changed: 6 applied, 0 not applied, 0 unknown. Plan again" in done.stderr


def test_a_plan_that_cannot_be_printed_is_not_applied(shell: Callable) -> None:
    """Nobody can approve what nobody sees, and before anything is sent there is still time to stop."""
    done = shell("reconciler apply >/dev/full")
    assert (3, True) == (done.returncode, b"The plan could not be shown, so nobody can approve it." in done.stderr)
    assert b"event  " not in shell("reconciler sandbox status").stdout


def test_a_pipe_that_refuses_to_wait_gets_everything() -> None:
    """Another program that has the same pipe may have made it so."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen([*warm_command(), "schema"], stdout=writing)
    os.close(writing)
    select.select([reading], [], [])
    with open(reading, "rb") as pipe:
        document = json.loads(pipe.read())
    assert 0 == process.wait()
    assert "$schema" in document


@pytest.mark.parametrize("command", ["schema", "--help"])
def test_a_reader_that_leaves_is_no_failure(shell: Callable, command: str) -> None:
    """`| head` of an offline command ends in silence."""
    done = shell(f"reconciler {command} | true")
    assert (0, b"") == (done.returncode, done.stderr)


def test_an_apply_without_stdin_is_not_approved(shell: Callable) -> None:
    """Nobody can be asked there."""
    done = shell("reconciler apply <&-")
    assert 3 == done.returncode
    assert b"there is no terminal to ask on" in done.stderr


def test_the_script_for_a_shell_is_nothing_but_the_script(shell: Callable) -> None:
    """Completion ends with 0, and says nothing else."""
    done = shell("reconciler", _RECONCILER_COMPLETE="bash_source")
    assert (0, b"") == (done.returncode, done.stderr)
    assert b"_reconciler_completion" in done.stdout


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NARROW = [ASCII, {"PYTHONIOENCODING": "latin-1"}]


@pytest.mark.parametrize("environment", NARROW, ids=lambda each: next(iter(each.values())))
def test_letters_that_a_stream_lacks_are_written_in_ascii(
    shell: Callable, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Readable, and no traceback after the shop has been changed; a document is UTF-8 all the same."""
    done = shell("reconciler apply --auto-approve --report markdown=report.md", **environment)
    assert (0, b"") == (done.returncode, done.stderr)
    assert rb"C\u0153ur 0 -> " in done.stdout
    assert 6 == (tmp_path / "report.md").read_text(encoding="utf-8").count("created")


def test_what_is_typed_is_read_like_the_manifests(shell: Callable, tmp_path: Path) -> None:
    """As UTF-8, in a locale that knows no letters but those of ASCII, too."""
    text = "kind: event\nname: Cœur\ncode_name: cœur\n"
    (tmp_path / "manifests" / "Cœur.yaml").write_text(text, encoding="utf-8")
    planned = shell("reconciler plan --format json --only event/cœur", **ASCII)
    document = json.loads(planned.stdout.decode())
    assert ["event/cœur"] == [change["address"] for change in document["changes"]]
    assert "manifests/Cœur.yaml:1" == document["changes"][0]["source"]
