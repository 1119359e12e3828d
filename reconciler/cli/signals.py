"""What Ctrl-C, SIGTERM and --timeout do.

During an apply, what is under way finishes and is reported; a second signal stops at
once. Where nothing is written the first signal ends the command.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

from reconciler.cli.app import App
from reconciler.cli.exits import wants_json
from reconciler.errors import ExitCode
from reconciler.report.documents import as_json, error_document

STOPPING = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While entered, the first signal asks the run to stop."""

    def __init__(self, app: App, timeout: object) -> None:
        self._app = app
        self._deadline = time.monotonic() + float(str(timeout)) if timeout else None
        self._before: dict[int, Any] = {}
        self.interrupted = False

    @property
    def late(self) -> bool:
        """Whether the time of --timeout is over."""
        return self._deadline is not None and time.monotonic() > self._deadline

    def stop(self) -> bool:
        """Whether nothing new may be started."""
        return self.interrupted or self.late

    def __enter__(self) -> Self:
        for number in STOPPING:
            self._before[number] = signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.interrupted:
            _end_at_once(self._app)
        self.interrupted = True
        self._app.talk(
            "Stopping: requests under way finish, then comes the report. Once more stops at once."
        )


@contextmanager
def interruptible(app: App) -> Iterator[None]:
    """While nothing is written a signal ends the command, and threads that wait to ask
    once more give up at once.
    """

    def give_up(number: int, frame: FrameType | None) -> None:
        if app.given_up:
            _end_at_once(app)
        app.given_up = True
        signal.default_int_handler(number, frame)

    numbers = list(filter(_ends_the_command, STOPPING))
    for number in numbers:
        signal.signal(number, give_up)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.default_int_handler)


def _ends_the_command(number: int) -> bool:
    """Not within an apply, which has handlers of its own, nor where Ctrl-C is ignored,
    as in the background of a shell.
    """
    return signal.getsignal(number) is signal.default_int_handler


def _end_at_once(app: App) -> None:
    """Past every buffer and lock, which the code that was interrupted may hold. Results
    are printed after the last moment at which this can happen, so a document on stdout
    is the only one.
    """
    if wants_json(app):
        document = error_document(
            "Stopped at once.", (), ExitCode.INTERRUPTED, "interrupted"
        )
        os.write(1, as_json(document).encode())  # sys.stdout may be locked
    os._exit(ExitCode.INTERRUPTED)
