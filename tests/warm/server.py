"""The side of the warm start that forks: a process that has imported `reconciler` once.

    python -P tests/warm/server.py LISTENING

LISTENING is the number of a listening socket that it inherits. For each connection it forks a process that takes over
the folder, the environment, the umask and the standard streams of whoever asks, and runs the console script. It
answers with two numbers: the id of the process and, later, how that ended; an id of 0 is a refusal. It has one thread,
and ends with all its processes when its stdin ends, which the tests hold open.
"""

import gc
import importlib
import marshal
import os
import pkgutil
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn, TextIO

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from pydantic import BaseModel

import reconciler
from reconciler import __main__ as program
from reconciler.report import html
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store

NUMBER = 8
ALSO_USED = ("anyio._backends._asyncio", "deepdiff", "httpcore")
"""Imported by what is called, and by none of our modules when it is imported."""


class Server:
    """Starts processes, and tells how they ended."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self._selector = selectors.DefaultSelector()
        self._selector.register(0, selectors.EVENT_READ, sys.exit)
        self._selector.register(listening, selectors.EVENT_READ, self._start)
        self._running: dict[int, tuple[int, socket.socket]] = {}

    def serve(self) -> None:
        """Until stdin ends."""
        try:
            while True:
                for key, _ in self._selector.select():
                    key.data()
        finally:
            for pid in self._running:
                os.kill(pid, signal.SIGKILL)

    def _start(self) -> None:
        connection, _ = self._listening.accept()
        length, streams, *_ = socket.recv_fds(connection, NUMBER, 3)
        request = connection.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL)
        arguments, folder, environment, umask = marshal.loads(request)
        if decides_how_an_interpreter_starts(environment) == decides_how_an_interpreter_starts(os.environb):
            self._fork(connection, lambda: become(arguments, folder, environment, umask, streams))
        else:
            connection.sendall(bytes(NUMBER))
            connection.close()
        for stream in streams:
            os.close(stream)

    def _fork(self, connection: socket.socket, run: Callable[[], NoReturn]) -> None:
        pid = os.fork()
        if pid == 0:
            self._leave(connection)
            run()
        handle = os.pidfd_open(pid)
        self._running[pid] = (handle, connection)
        self._selector.register(handle, selectors.EVENT_READ, lambda: self._ended(pid))
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._left_alone(pid))
        connection.sendall(pid.to_bytes(NUMBER, "big"))

    def _leave(self, connection: socket.socket) -> None:
        """In the new process: nothing of the server stays open."""
        self._selector.close()
        for handle, other in self._running.values():
            os.close(handle)
            other.close()
        self._running.clear()
        self._listening.close()
        connection.close()

    def _ended(self, pid: int) -> None:
        _, status = os.waitpid(pid, 0)
        handle, connection = self._running.pop(pid)
        self._selector.unregister(handle)
        os.close(handle)
        if connection in self._selector.get_map():
            self._selector.unregister(connection)
            with suppress(OSError):  # whoever asked has just ended
                connection.sendall(status.to_bytes(NUMBER, "big"))
        connection.close()

    def _left_alone(self, pid: int) -> None:
        """Whoever asked has ended, unless the process has just ended itself."""
        if pid in self._running:
            os.kill(pid, signal.SIGKILL)
            self._selector.unregister(self._running[pid][1])


def decides_how_an_interpreter_starts(environment: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The variables that are of no effect later. The path of modules is not among them: all are imported."""
    names = (b"PYTHON", b"LC_", b"LANG")
    chosen = {name: value for name, value in environment.items() if name.startswith(names)}
    chosen.pop(b"PYTHONPATH", None)
    return chosen


def become(
    arguments: list[str], folder: bytes, environment: dict[bytes, bytes], umask: int, streams: list[int]
) -> NoReturn:
    """What `python -m reconciler` is when its imports are done."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.umask(umask)
    os.environ.clear()
    os.environb.update(environment)
    time.tzset()
    sys.argv = [program.__file__, *arguments]
    sys.stdin, sys.stdout, sys.stderr = _text(sys.stdin), _text(sys.stdout), _text(sys.stderr)
    program.console()


def _text(before: TextIO) -> TextIO:
    """A new stream like the one before, on what its number stands for now."""
    return open(before.fileno(), before.mode, encoding=before.encoding, errors=before.errors, closefd=False)


def _build(model: type[BaseModel]) -> None:
    """Pydantic makes a validator when it is first used; here all of them, for models that build upon this one."""
    for each in model.__subclasses__():
        if each.__module__.startswith("reconciler."):
            each.model_rebuild()
        _build(each)


def main() -> None:
    """Imports all and builds what each process would build for itself at its first use: validators, the patterns of the
    sandbox's paths and the pages' templates. Then nothing that the processes have in common changes any more.
    """
    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        importlib.import_module(module.name)
    for name in ALSO_USED:
        importlib.import_module(name)
    _build(BaseModel)
    with closing(Store(":memory:")) as store:
        create_app(store)
    pages = html._environment()
    for name in pages.list_templates():
        pages.get_template(name)
    assert 1 == len(os.listdir("/proc/self/task")), "a thread would be lost in every process"
    gc.collect()
    gc.freeze()
    Server(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
