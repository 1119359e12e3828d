"""What Ctrl-C, SIGTERM, SIGHUP and --timeout do.

During an apply, what is under way finishes and is reported; a second signal stops at
once. Where nothing is written the first signal ends the command.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.cli.exits import explain_defect, wanted_format
from reconciler.cli.progress import ERASE
from reconciler.cli.streams import STOPPING
from reconciler.errors import ExitCode
from reconciler.report.documents import as_json, error_document


class StopSignals:
    """While entered, the first signal asks the run to stop."""

    def __init__(self, app: App, timeout: object) -> None:
        self._app = app
        self._deadline = time.monotonic() + float(str(timeout)) if timeout else None
        self._before: dict[int, Any] = {}
        self._report: Callable[[], None] = lambda: None
        self.interrupted = False

    def report_with(self, report: Callable[[], None]) -> None:
        """What to do before the process ends at once: it tells what is known."""
        self._report = report

    @property
    def late(self) -> bool:
        """Whether the time of --timeout is over."""
        return self._deadline is not None and time.monotonic() > self._deadline

    def stop(self) -> bool:
        """Whether nothing new may be started."""
        return self.interrupted or self.late

    def __enter__(self) -> Self:
        for number in filter(_is_not_ignored, STOPPING):
            self._before[number] = signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.interrupted:
            self._report_undisturbed()
            _end_at_once(self._app)
        self.interrupted = True
        if self._app.verbosity >= 0:
            _say_at_once(
                self._app,
                "Stopping: requests under way finish, then comes the report. Once more stops at once.",
            )

    def _report_undisturbed(self) -> None:
        """A third signal has to wait, and the end comes whatever happens here."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        report, self._report = self._report, lambda: None
        try:
            report()
        except Exception as defect:  # the process ends right after this
            _say_at_once(self._app, explain_defect(defect, self._app))


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


def _is_not_ignored(number: int) -> bool:
    """Ctrl-C is ignored in the background of a shell, and SIGHUP under nohup."""
    return signal.getsignal(number) is not signal.SIG_IGN


def _ends_the_command(number: int) -> bool:
    """Not within an apply, which has handlers of its own, nor where it is ignored."""
    return signal.getsignal(number) is signal.default_int_handler


def _end_at_once(app: App) -> None:
    """A document on stdout is the only one, whole or not."""
    told = "Stopped at once."
    if wanted_format(app) == "json" and not app.has_document:
        document = error_document(told, (), ExitCode.INTERRUPTED, "interrupted")
        streams.write_at_once(streams.OUT, as_json(document))
    if app.is_sending:
        told += f" Requests under way may still be carried out: {app.what_to_do}."
    _say_at_once(app, f"Error: {told}")
    os._exit(ExitCode.INTERRUPTED)


def _say_at_once(app: App, text: str) -> None:
    """On stderr, from a handler: whoever was interrupted may hold the lock of the
    stream.
    """
    erase = ERASE if app.progress.is_drawn else ""
    streams.write_at_once(streams.ERR, f"{erase}{text}\n")
