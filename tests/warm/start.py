"""The warm start: processes that have imported `reconciler` before they begin.

`python -m reconciler` takes a third of a second of CPU, and nearly all of that are imports, the same each time. Tests
start it more than a thousand times. So each worker of pytest has one server (server.py), started when it is first
needed, which imports everything once and forks a process for each start. That is a process as real as any: it has an
id, takes signals, has its own folder, environment and streams, and runs the same console script.

`run_warm` runs it once and takes in what it prints. `warm_command` is what stands in the place of `python -m
reconciler` in a command line or a script: a small program (client.py) that asks the server and ends as the process
ends.

A real start is for tests about what comes before the console script, or about the processes around it: standard
streams that are closed or whose encoding is chosen (tests/cli/test_streams.py, test_mishaps.py), other open files
(test_writing.py), hash seeds (test_secrets.py), a terminal of its own whose keys send signals (test_asking.py), `nohup`
(test_signals.py), what is imported (test_imports.py) and kill -9 (tests/campaigns/test_kill.py). The fixture `run`
chooses by itself where a variable decides how an interpreter starts, and the server refuses to start a process that
would not heed such a variable.
test_start.py compares the two ways.
"""

import atexit
import locale
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache
from io import RawIOBase
from pathlib import Path

from tests.warm.client import Process

HERE = Path(__file__).parent
COLD = [sys.executable, "-m", "reconciler"]


def warm_command() -> list[str]:
    """The words in the place of `python -m reconciler`."""
    return [sys.executable, "-I", "-S", str(HERE / "client.py"), _address()]


def run_warm(
    arguments: Iterable[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> tuple[int, str, str]:
    """Its exit code, and what it prints on stdout and on stderr. Raises TimeoutError when that takes longer."""
    with open(os.devnull, "rb") as nothing:
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        streams = (nothing.fileno(), out_end, err_end)
        variables = {os.fsencode(name): os.fsencode(value) for name, value in environment.items()}
        try:
            process = Process(_address(), list(arguments), os.fsencode(folder), variables, streams)
        finally:
            os.close(out_end)
            os.close(err_end)
    with closing(process), open(out, "rb", buffering=0) as printed, open(err, "rb", buffering=0) as said:
        both = _read_both(printed, said, time.monotonic() + seconds)
        return process.wait(), *both


def _read_both(one: RawIOBase, other: RawIOBase, end: float) -> tuple[str, str]:
    """All that comes, until both are closed at their other end."""
    parts: dict[RawIOBase, list[bytes]] = {one: [], other: []}
    with selectors.DefaultSelector() as selector:
        for stream in parts:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError("it still runs")
            for key, _ in ready:
                part = key.fileobj.read(1 << 16)
                parts[key.fileobj].append(part)
                if not part:
                    selector.unregister(key.fileobj)
    return _text(parts[one]), _text(parts[other])


def _text(parts: list[bytes]) -> str:
    """With the line ends that `subprocess` makes of others when it is asked for text."""
    return b"".join(parts).decode(locale.getencoding()).replace("\r\n", "\n").replace("\r", "\n")


def needs_a_cold_start(names: Iterable[str]) -> bool:
    """Whether one of these variables decides how an interpreter starts, so that only a real start heeds it."""
    return any(name.startswith(("PYTHON", "LC_", "LANG")) for name in names)


@cache
def _address() -> str:
    """Starts the server of this process; it ends with it, since then its stdin does."""
    folder = tempfile.TemporaryDirectory(prefix="warm-")
    address = f"{folder.name}/server"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        number = listening.fileno()
        command = [sys.executable, "-P", str(HERE / "server.py"), str(number)]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[number], start_new_session=True)

    def end() -> None:
        server.communicate()
        folder.cleanup()

    atexit.register(end)
    return address
