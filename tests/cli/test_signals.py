"""A signal ends a run with a report, whatever the program is just doing."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.api.connection import Connection
from reconciler.api.limiter import LIMIT, WINDOW
from reconciler.cli.app import App
from reconciler.cli.session import open_connection
from reconciler.errors import Stopped
from reconciler.model.target import Target
from tests.warm.start import COLD, warm_command

EVENT = "kind: event\nname: e{0}\ncode_name: e{0}\n"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts the command line in a folder with many manifests."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "events.yaml").write_text("---\n".join(EVENT.format(n) for n in range(24)))
    started: list[subprocess.Popen[bytes]] = []

    def run(*command: str, stderr: Any = subprocess.PIPE, before: str = "", **environment: str) -> Any:
        program = [*before.split(), *COLD] if before else warm_command()
        process = subprocess.Popen(
            [*program, *command],
            cwd=tmp_path,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def _wait_for(served: Any, method: str, count: int) -> None:
    """Until the server has had so many requests."""
    while sum(row["method"] == method for row in _log(served)) < count:
        time.sleep(0.02)


def _log(served: Any) -> list[dict[str, Any]]:
    log = served.control("GET", "requests")
    return log["requests"] if isinstance(log, dict) else log


APPLY = ("apply", "--auto-approve", "--format", "json", "--parallelism", "2", "--report", "json=report.json")


def test_a_signal_while_something_is_said_leaves_a_report(serve: Callable, start: Callable, tmp_path: Path) -> None:
    """Nobody reads stderr, so that the program is caught in the middle of a line; then the terminal is gone."""
    served = serve("latency=0.05")
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while True:
        try:
            os.write(writing, b"x" * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writing, True)
    process = start(*APPLY, "-v", stderr=writing, **served.environment)
    os.close(writing)
    time.sleep(1.0)
    os.read(reading, 65536)
    _wait_for(served, "POST", 4)
    process.send_signal(signal.SIGHUP)
    os.close(reading)
    out, _ = process.communicate(timeout=60)
    report = json.loads(out)
    assert (130, {"code": 130, "reason": "interrupted"}) == (process.returncode, report["exit"])
    assert report == json.loads((tmp_path / "report.json").read_text())
    assert 24 == sum(len(report[key]) for key in ("applied", "failed", "skipped", "unknown"))
    assert len(report["applied"]) >= 4


def test_a_hangup_that_is_ignored_stays_ignored(serve: Callable, start: Callable) -> None:
    """`nohup` means it."""
    served = serve("latency=0.02")
    process = start(*APPLY, before="nohup", **served.environment)
    _wait_for(served, "POST", 4)
    process.send_signal(signal.SIGHUP)
    out, _ = process.communicate(timeout=60)
    assert (0, 24) == (process.returncode, len(json.loads(out)["applied"]))


@pytest.mark.parametrize("attribute", ["given_up", "stop"])
def test_a_wait_for_the_rate_limit_ends_with_the_run(tmp_path: Path, attribute: str) -> None:
    """Reading and writing: the window of a minute is not waited for."""
    app = App(sandbox=EmbeddedSandbox(), environment={})
    stopped = threading.Event()
    with chdir(tmp_path), open_connection(app, Target("sandbox"), Connection) as connection:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: connection.get("/custom-data-definitions", {"limit": "1"}), range(LIMIT)))
        app.stop = stopped.is_set
        end = (lambda: setattr(app, "given_up", True)) if attribute == "given_up" else stopped.set
        timer = threading.Timer(0.3, end)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Stopped, match="stopped while it waited for the rate limit"):
            connection.get("/custom-data-definitions")
        assert time.monotonic() - began < WINDOW / 2
        timer.join()
    assert LIMIT == connection.requests
