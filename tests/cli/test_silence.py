"""A shop that takes every request and answers none of them: nobody waits for its answers."""

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.warm.start import warm_command

TABLE = "kind: definition\nname: A\nfields: [{name: a, type: text}]\n"


class Silent:
    """A server; `asked` is set once a request has come."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # the test is over
            while True:
                connection, _ = self._listening.accept()
                self._open.append(connection)
                connection.recv(4096)
                self.asked.set()

    def close(self) -> None:
        for each in (*self._open, self._listening):
            each.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


@pytest.fixture
def start(silent: Silent, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Starts a command that reads from that server."""
    started: list[subprocess.Popen[bytes]] = []
    (tmp_path / "shop.yaml").write_text(TABLE)
    environment = {"SHOPIMIND_CORE_API_BASE": silent.url, "SHOPIMIND_API_KEY": "a-key-of-a-shop"}

    def run(command: str, *options: str) -> Any:
        process = subprocess.Popen(
            [*warm_command(), command, "shop.yaml", *options],
            cwd=tmp_path,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("command", "number"),
    [("plan", signal.SIGINT), ("drift", signal.SIGTERM), ("apply", signal.SIGHUP)],
    ids=["plan", "drift", "apply"],
)
def test_one_signal_ends_a_command_that_waits_for_answers(
    silent: Silent, start: Callable[..., Any], command: str, number: signal.Signals
) -> None:
    """An answer may take half a minute, and the threads that wait for it are left alone."""
    process = start(command, "--format", "json")
    assert silent.asked.wait(30)
    process.send_signal(number)
    out, err = process.communicate(timeout=15)
    assert (130, "interrupted") == (process.returncode, json.loads(out)["exit"]["reason"])
    assert b"Error: Interrupted." in err


def test_the_time_of_timeout_is_over_for_requests_under_way_too(start: Callable[..., Any]) -> None:
    """What is said and what is done are the same time."""
    process = start("apply", "--auto-approve", "--timeout", "1", "--format", "json")
    out, _ = process.communicate(timeout=15)
    report = json.loads(out)
    assert (1, "timeout") == (process.returncode, report["exit"]["reason"])
    assert "was not read to its end within 1 second:" in report["error"]


@pytest.mark.parametrize("command", ["plan", "drift", "apply"])
def test_the_reports_say_that_the_reading_was_interrupted(
    silent: Silent, start: Callable[..., Any], tmp_path: Path, command: str
) -> None:
    """Whoever looks for a report finds one, in the formats that have words for it."""
    reports = [f"--report={form}={tmp_path / form}" for form in ("json", "markdown")]
    process = start(command, *reports)
    assert silent.asked.wait(30)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=15)
    report = json.loads((tmp_path / "json").read_text())
    assert {"code": 130, "reason": "interrupted"} == report["exit"]
    assert "Interrupted. Nothing was sent." == report["error"]
    assert "Interrupted. Nothing was sent.\n" == (tmp_path / "markdown").read_text()
    assert b"Error: Interrupted. Nothing was sent.\n" in err
