"""Ctrl-C, SIGTERM and --timeout: what is under way finishes and is reported, a second signal stops at once."""

import os
import signal
import time
from types import FrameType
from typing import Any, Self

from reconciler.cli.app import App
from reconciler.errors import ExitCode


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
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.interrupted:
            os._exit(ExitCode.INTERRUPTED)
        self.interrupted = True
        self._app.talk("Stopping: requests under way finish, then comes the report. Once more stops at once.")
