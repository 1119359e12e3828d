"""Mishaps of ordinary days: each ends with one sentence and the documented code."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import pytest

from reconciler.cli.main import COMMANDS
from reconciler.kinds.registry import KINDS
from reconciler.rules import RULES
from tests.warm.start import warm_command


@pytest.mark.parametrize("command", [["plan"], ["plan", "--format", "json"], ["apply", "--auto-approve"]])
def test_a_file_that_is_no_sandbox_is_named(run: Callable, shipped: Path, tmp_path: Path, command: list[str]) -> None:
    """With the way out; it is not overwritten."""
    (tmp_path / ".reconciler").mkdir()
    (tmp_path / ".reconciler" / "sandbox.db").write_text("this is no database, it is a text that somebody needs")
    ended = run("--target", "sandbox", command[0], str(shipped), *command[1:])
    assert 64 == ended.code
    assert ".reconciler/sandbox.db" in ended.err
    assert "Traceback" not in ended.err
    if "json" in command:
        assert 64 == json.loads(ended.out)["exit"]["code"]
    assert (tmp_path / ".reconciler" / "sandbox.db").read_text().startswith("this is no database")


@pytest.mark.parametrize("command", ["status", "reset", "serve"])
def test_a_database_of_another_program_is_named(run: Callable, tmp_path: Path, command: str) -> None:
    """`Remove it` would be bad advice here, and asking how it is must not change it."""
    with closing(sqlite3.connect(tmp_path / "accounts.db")) as db:
        db.execute("CREATE TABLE invoice (id INTEGER)")
    before = (tmp_path / "accounts.db").read_bytes()
    ended = run("sandbox", command, "--db", "accounts.db")
    assert 64 == ended.code
    assert "Error: 'accounts.db' is a database of another program" in ended.err
    assert before == (tmp_path / "accounts.db").read_bytes()


def test_a_port_that_is_taken_is_said(run: Callable) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("sandbox", "serve", "--port", str(port))
    assert 1 == ended.code
    assert f"Error: Port {port} is taken: another program listens there" in ended.err
    assert ended.err.endswith("take a free port: reconciler sandbox serve --port 0.\n")


def test_an_empty_pattern_is_not_everything(run: Callable, shipped: Path) -> None:
    """An unset variable in a pipeline must not apply the whole shop."""
    ended = run("--target", "sandbox", "apply", str(shipped), "--auto-approve", "--only", "")
    assert 64 == ended.code
    assert "Plan:" not in ended.out


def test_a_full_disk_is_said(shipped: Path, tmp_path: Path) -> None:
    """Where the result should go."""
    with open("/dev/full", "w") as full:
        ended = _start(["validate", str(shipped)], tmp_path, stdout=full)
        _, err = ended.communicate(timeout=60)
    assert 1 == ended.returncode
    assert "Error: stdout cannot be written to: No space left on device." in err.decode()


def test_a_closed_stdout_is_no_traceback(shipped: Path, tmp_path: Path) -> None:
    """`>&-` and `| true`."""
    for redirection in (">&-", "| true"):
        command = f"{sys.executable} -m reconciler validate {shipped} {redirection}"
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True)
        assert "Traceback" not in done.stderr


def test_after_the_time_limit_nothing_new_is_started(run: Callable, serve: Callable, shipped: Path) -> None:
    """What is under way finishes, the rest is left out, and the reason is said; the next run does the rest."""
    served = serve("latency=0.2")
    command = ["apply", str(shipped), "--auto-approve", "--parallelism", "1", "--format", "json"]
    ended = run(*command, "--timeout", "0.5", **served.environment)
    report = json.loads(ended.out)
    assert 5 == ended.code == report["exit"]["code"]
    assert report["verified"]
    assert len(report["applied"]) * len(report["skipped"]) > 0
    assert {"the run was stopped before it was sent"} == {each["because"] for each in report["skipped"]}
    assert "The 0.5 seconds of --timeout are over: what was not begun by then was left out." in ended.err
    rest = run(*command, "--timeout", "600", **served.environment)
    assert (0, False) == (rest.code, "--timeout" in rest.err)
    assert len(report["skipped"]) == len(json.loads(rest.out)["applied"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_reading_is_an_interruption(
    serve: Callable, shipped: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """130 and one JSON document, also before the first write."""
    served = serve()
    served.control("PUT", "faults", {"rules": [{"action": "drip", "at": 1, "seconds": 2}]})
    command = ["apply", str(shipped), "--auto-approve", "--format", "json"]
    process = _start(command, tmp_path, stdout=subprocess.PIPE, **served.environment)
    while served.control("GET", "faults")["seen"] < 1:
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert 130 == process.returncode == json.loads(out)["exit"]["code"]
    assert "Interrupted" in err.decode()


@pytest.mark.parametrize("command", [("plan",), ("drift",), ("apply", "--auto-approve")], ids=lambda each: each[0])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_reading_asks_nothing_any_more(
    serve: Callable, shipped: Path, tmp_path: Path, number: signal.Signals, command: tuple[str, ...]
) -> None:
    """Not even what the API has refused for now."""
    served = serve()
    rule = {"action": "status_before", "status": 429, "retry_after": 50, "method": "GET", "count": 999}
    served.control("PUT", "faults", {"rules": [rule]})
    process = _start(
        [*command, str(shipped), "--format", "json"], tmp_path, stdout=subprocess.PIPE, **served.environment
    )
    while served.control("GET", "faults")["seen"] < 1:
        time.sleep(0.01)
    time.sleep(0.3)
    # What one thread was told holds for all: a request that was not sent by now waits too.
    asked = served.control("GET", "faults")["seen"]
    process.send_signal(number)
    out, err = process.communicate(timeout=25)
    assert 130 == process.returncode == json.loads(out)["exit"]["code"]
    assert "Error: Interrupted." in err.decode()
    assert "the shop's limit of 600 a minute is used up (429), trying again in 50 s." in err.decode()
    assert 3 >= asked == served.control("GET", "faults")["seen"]


def test_a_second_signal_stops_at_once_and_still_says_so(serve: Callable, shipped: Path, tmp_path: Path) -> None:
    """One document and its report, while the answers to writes are on their way: those are unknown."""
    served = serve()
    rule = {"action": "hang_before", "method": "POST", "count": 999, "seconds": 20}
    served.control("PUT", "faults", {"rules": [rule]})
    command = ["apply", str(shipped), "--auto-approve", "--format", "json", "--parallelism", "2"]
    command += ["--report", "json=report.json"]
    process = _start(command, tmp_path, stdout=subprocess.PIPE, **served.environment)
    while served.control("GET", "faults")["seen"] <= 3:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=15)
    document = json.loads(out)
    assert 130 == process.returncode == document["exit"]["code"]
    assert "Stopped at once." in err.decode()
    assert "Stopped at once." == document["error"]
    assert ([], False) == (document["applied"], document["verified"])
    assert {"it was under way when the run was stopped at once"} == {each["error"] for each in document["unknown"]}
    assert 12 == len(document["unknown"]) + len(document["skipped"])
    assert document == json.loads((tmp_path / "report.json").read_text())


def test_a_stopped_apply_sends_nothing_any_more(serve: Callable, shipped: Path, tmp_path: Path) -> None:
    """Not even what the API has refused for now: the report comes at once."""
    served = serve()
    rule = {"action": "status_before", "status": 429, "retry_after": 30, "method": "POST", "count": 999}
    served.control("PUT", "faults", {"rules": [rule]})
    command = ["apply", str(shipped), "--auto-approve", "--format", "json"]
    process = _start(command, tmp_path, stdout=subprocess.PIPE, **served.environment)
    while not _posts(served):
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=25)
    report = json.loads(out)
    assert 130 == report["exit"]["code"]
    assert ([], False) == (report["applied"], report["verified"])
    posts = _posts(served)
    assert len(posts) == len({row["path"] for row in posts}) or len(posts) <= 8


def _posts(served: Any) -> list[dict[str, Any]]:
    log = served.control("GET", "requests")
    return [row for row in (log["requests"] if isinstance(log, dict) else log) if row["method"] == "POST"]


def test_the_case_of_a_code_name_is_not_changed_on_the_way(run: Callable, serve: Callable, tmp_path: Path) -> None:
    """Scenarios and senders know an event by it; a case that differs is not a reason to rename it."""
    served = serve()
    folder = tmp_path / "manifests"
    folder.mkdir()
    event = "kind: event\nname: E\ncode_name: {}\nproperties:\n  metaData:\n    - {{name: a, type: text}}\n"
    (folder / "e.yaml").write_text(event.format("loyalty.points"))
    assert 0 == run("apply", "--auto-approve", **served.environment).code
    (folder / "e.yaml").write_text(event.format("Loyalty.Points") + "    - {name: b, type: text}\n")
    assert 0 == run("apply", "--auto-approve", **served.environment).code
    (folder / "e.yaml").unlink()
    (folder / "other.yaml").write_text("kind: event\nname: O\ncode_name: other\n")
    plan = json.loads(run("plan", "--format", "json", **served.environment).out)
    assert ["event/loyalty.points"] == plan["unmanaged"]


def test_no_rule_is_explained_with_placeholders(run: Callable) -> None:
    """Every rule that the list names, behind the kinds."""
    listed = re.findall(r"^  ([a-z-]+)  ", run("explain").out, re.MULTILINE)
    assert list(KINDS) == listed[: len(KINDS)]
    assert sorted(RULES) == sorted(listed[len(KINDS) :])
    for rule in ("field-type-frozen", "stale-relation", "field-name-frozen"):
        assert "{" not in run("explain", rule).out
    assert "explain" in COMMANDS


def _start(arguments: list[str], folder: Path, *, stdout: int | IO[str], **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*warm_command(), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("place", ["--report=markdown=/proc/nope/x.md", "summary"])
def test_a_report_that_cannot_be_written_is_known_before_anything_is_sent(
    run: Callable, tmp_path: Path, place: str
) -> None:
    """Not after the shop has been changed, by an exit code that says failed."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text("kind: event\nname: A\ncode_name: a\n")
    options = [] if place == "summary" else [place]
    environment = {"GITHUB_STEP_SUMMARY": "/proc/nope/summary.md"} if place == "summary" else {}
    ended = run("--target", "sandbox", "apply", "--auto-approve", *options, **environment)
    assert 1 == ended.code
    assert "Could not write the file '/proc/nope/" in ended.err
    assert "1 manifest, 0 live" in run("--target", "sandbox", "plan").out


def test_the_sandbox_stays_out_of_commits(run: Callable, tmp_path: Path) -> None:
    """Its folder ignores itself."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text("kind: event\nname: A\ncode_name: a\n")
    assert 0 == run("--target", "sandbox", "plan").code
    assert "*\n" == (tmp_path / ".reconciler/.gitignore").read_text()


def test_the_case_of_a_suffix_means_nothing(run: Callable, tmp_path: Path) -> None:
    """A manifest that is silently not read is worse than none."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.YAML").write_text("kind: evnt\n")
    (tmp_path / "manifests/b.Json").write_text('{"kind": "event",}')
    out = run("validate").out
    assert "a.YAML:1:7" in out
    assert "b.Json:1:" in out


def test_a_report_to_something_that_is_no_file_is_written_into_it(run: Callable, tmp_path: Path) -> None:
    """A pipe is written to, and not replaced by a file."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text("kind: event\nname: A\ncode_name: a\n")
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert 0 == run("--target", "sandbox", "plan", "--report=json=pipe").code
    out, _ = reader.communicate(timeout=20)
    assert "a" == json.loads(out)["changes"][0]["address"].removeprefix("event/")
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("command", [["plan"], ["drift"], ["plan", "--out", "/proc/nope/plan.json"]])
def test_there_is_one_document_when_a_file_cannot_be_written(run: Callable, tmp_path: Path, command: list[str]) -> None:
    """A program that reads stdout must not find two."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text("kind: event\nname: A\ncode_name: a\n")
    report = [] if "--out" in command else ["--report", f"json={tmp_path}"]
    ended = run("--target", "sandbox", *command, "--format", "json", *report)
    assert (1, 1) == (ended.code, json.loads(ended.out)["exit"]["code"])


def test_what_changes_while_somebody_is_asked_is_not_overwritten(
    run: Callable, serve: Callable, tmp_path: Path
) -> None:
    """A plan that waits for a person is as old as a saved one."""
    served = serve()
    (tmp_path / "manifests").mkdir()
    place = tmp_path / "manifests/a.yaml"
    text = "kind: event\nname: A\ncode_name: a\nproperties: {metaData: [{name: p, type: text}]}\n"
    place.write_text(text)
    assert 0 == run("apply", "--auto-approve", **served.environment).code
    place.write_text(text.replace("}]", "}, {name: q, type: text}]"))
    control, terminal = os.openpty()
    environment = {**os.environ, **served.environment}
    process = subprocess.Popen([*warm_command(), "apply"], cwd=tmp_path, env=environment,
                               stdin=terminal, stdout=subprocess.DEVNULL, stderr=terminal)  # fmt: skip
    asked = b""
    while b"[y/N]" not in asked:
        asked += os.read(control, 4096)
    body = {"id_event": 1, "properties": {"customData": [{"name": "colleague", "type": "text", "required": False}]}}
    with served.client() as client:
        assert client.patch("/events", json=body).is_success
    served.control("DELETE", "requests")
    os.write(control, b"y\n")
    assert 4 == process.wait(timeout=60)
    log = served.control("GET", "requests")
    rows = log["requests"] if isinstance(log, dict) else log
    assert {"GET"} == {row["method"] for row in rows}
    os.close(control)
    os.close(terminal)


def test_a_report_that_fails_after_all_is_in_the_document(run: Callable, tmp_path: Path) -> None:
    """The code of the document is the code of the process."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text("kind: event\nname: A\ncode_name: a\n")
    ended = run("--target", "sandbox", "apply", "--auto-approve", "--format", "json", "--report=markdown=/dev/full")
    document = json.loads(ended.out)
    assert (1, 1, ["event/a"]) == (ended.code, document["exit"]["code"], document["applied"])
    assert "Could not write the file '/dev/full'" in ended.err
