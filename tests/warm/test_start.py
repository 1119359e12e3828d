"""A warm start is a start: what is printed, how it ends, and what reaches the process."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.warm.client import Process
from tests.warm.start import COLD, HERE, needs_a_cold_start, warm_command

COMMANDS = {
    "help": (0, ["--help"]),
    "a plan": (0, ["--target", "sandbox", "plan", "{shipped}", "--format", "json"]),
    "a file": (0, ["--target", "sandbox", "plan", "{shipped}", "--report", "markdown=plan.md"]),
    "a wrong option": (64, ["plan", "--nope"]),
    "no key": (1, ["plan", "{shipped}"]),
    "not approved": (3, ["--target", "sandbox", "apply", "{shipped}"]),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_it_prints_writes_and_ends_like_a_real_one(tmp_path: Path, shipped: Path, name: str) -> None:
    """The same command, both ways, each in a folder of its own; the times of what took a while differ."""
    code, command = COMMANDS[name]
    arguments = [word.format(shipped=shipped) for word in command]
    cold = _ended([*COLD, *arguments], tmp_path / "cold")
    warm = _ended([*warm_command(), *arguments], tmp_path / "warm")
    assert code == cold[0]
    assert cold == warm


def _ended(command: list[str], folder: Path) -> tuple[int, str, str, list[str]]:
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHOPIMIND")}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    files = sorted(f"{path.relative_to(folder)} {path.stat().st_mode:o}" for path in folder.rglob("*"))
    return done.returncode, _without_times(done.stdout), _without_times(done.stderr), files


def _without_times(text: str) -> str:
    return re.sub(r"\d+(\.\d+)? ?m?s\b|\d{4}-\d\d-\d\d[T ][\d:.]+Z?|sha256:\w+", "…", text)


SERVE = ["sandbox", "serve", "--port", "0", "--db", "shop.db"]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a process that goes on until it is told to end."""
    started: list[subprocess.Popen[str]] = []

    def start(*command: str) -> subprocess.Popen[str]:
        started.append(subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout is not None
        started[-1].stdout.readline()
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_like_a_real_one(serving: Callable, number: signal.Signals) -> None:
    """It is passed on, and the code comes back."""
    ended = []
    for program in (COLD, warm_command()):
        process = serving(*program, *SERVE)
        process.send_signal(number)
        ended.append((process.wait(timeout=20), process.stdout.read()))
    assert ended[0] == ended[1]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """One that serves."""
    reading, writing = os.pipe()
    with open(os.devnull, "r+b") as null, open(reading, "rb") as said, open(writing, "wb") as out:
        streams = [null.fileno(), out.fileno(), null.fileno()]
        process = Process(warm_command()[-1], SERVE, os.fsencode(tmp_path), os.environb, streams)
        with closing(process):
            assert b"http://" in said.readline()
            yield process


def test_a_signal_that_kills_it_is_told(process: Process) -> None:
    """As `subprocess` does."""
    process.send_signal(signal.SIGKILL)
    assert -signal.SIGKILL == process.wait()


def test_it_does_not_outlive_whoever_asked(process: Process) -> None:
    """A test that ends early leaves nothing behind."""
    process.close()
    _wait_for_the_end_of(process.pid)


def _wait_for_the_end_of(pid: int) -> None:
    """What has ended has no command line, whoever should still reap it."""
    end = time.monotonic() + 20
    with suppress(FileNotFoundError, ProcessLookupError):
        while Path(f"/proc/{pid}/cmdline").read_bytes():
            assert time.monotonic() < end
            time.sleep(0.01)


OWNER = """
import os, time
from tests.warm.client import Process
from tests.warm.start import warm_command
process = Process(warm_command()[-1], ["sandbox", "serve", "--port", "0"], os.getcwdb(), os.environb, [0, 0, 0])
print(process.pid, open(f"/proc/{process.pid}/stat").read().rpartition(")")[2].split()[1], flush=True)
time.sleep(60)
"""


def test_the_server_and_its_processes_end_with_the_worker(tmp_path: Path) -> None:
    """Even when that is killed."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent.parent)}
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    pids = owner.stdout.readline().split()
    owner.kill()
    owner.communicate()
    assert 2 == len(pids)
    for pid in pids:
        _wait_for_the_end_of(int(pid))


@pytest.mark.parametrize("name", ["PYTHONHASHSEED", "PYTHONIOENCODING", "LC_ALL"])
def test_a_variable_that_it_would_not_heed_is_refused(name: str) -> None:
    """Whoever asks learns it, and the fixture `run` starts a real one then."""
    assert needs_a_cold_start([name, "PATH"])
    done = subprocess.run([*warm_command(), "--help"], env={**os.environ, name: "C"}, capture_output=True, text=True)
    assert done.returncode != 0
    assert "start a real one" in done.stderr
    assert not needs_a_cold_start(["PATH", "PYTEST_CURRENT_TEST"])
