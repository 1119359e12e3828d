"""What all commands share: the chosen target, how much to talk, where the sandbox comes
from.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from reconciler.cli import streams
from reconciler.cli.progress import Progress, Style
from reconciler.report.terminal import inert, printable

if TYPE_CHECKING:
    from httpx import BaseTransport

    from reconciler.cli.reports import Reports

SANDBOX_FILE = Path(".reconciler/sandbox.db")


class Sandbox(Protocol):
    """The embedded ShopiMind, as the composition root brings it. Files are created
    where they are missing.
    """

    def embedded(self, file: Path) -> "tuple[BaseTransport, str]":
        """A transport into the process itself, and the key of the default shop."""

    def serve(
        self,
        file: Path,
        port: int,
        settings: Mapping[str, Any],
        announce: Callable[[int, str], None],
    ) -> None:
        """Serves over HTTP until a signal; `announce(port, key)` is called once it
        listens.
        """

    def reset(self, file: Path) -> None:
        """Empties the shops."""

    def status(self, file: Path) -> Mapping[str, int]:
        """How many resources of each sort the file holds."""

    def load(
        self, file: Path, items: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> Sequence[tuple[str, int]]:
        """Replaces what a merchant makes in the dashboard of the default shop by
        `{kind: items}`, of the kinds that the dashboard has; gives them and the counts.
        """

    def outbox(self, file: Path) -> Callable[[int], Sequence[Mapping[str, Any]]]:
        """What gives the messages of the default shop with a higher id, oldest first."""

    def segments(self, file: Path) -> Sequence[Mapping[str, Any]]:
        """The segments of the default shop: `{name, problems, contacts}`."""


@dataclass(slots=True)
class App:
    """The state of one invocation, click's `obj`."""

    sandbox: Sandbox
    environment: dict[str, str]
    arguments: tuple[str, ...] = ()
    target: str | None = None
    settings_from: str | None = None
    verbosity: int = 0
    stop: Callable[[], bool] = lambda: False
    given_up: bool = False
    is_sending: bool = False
    """Whether writes may have been sent whose outcome is not reported yet."""
    what_to_do: str = "plan again to see what is left"
    """How to find out what became of writes whose outcome is not known."""
    reported: int | None = None
    """The exit code, once a report with it is out: nothing can change it then."""
    has_document: bool = False
    """Whether a document was printed, of which there is one only."""
    awaiting: "Reports | None" = None
    """The reports that are still to be written, from the moment a shop is read."""
    has_begun: bool = False
    """Whether the shop is being read, or has been."""
    secrets: list[str] = field(default_factory=list)
    """The keys in use, which no message may hold."""
    progress: Progress = field(default_factory=Progress)
    log_format: str = "text"
    """How what is said on stderr is written: `text`, or a JSON document a line."""

    def begin_reading(self, reports: "Reports") -> None:
        """From now on whatever ends the command says what was sent, in the reports too."""
        self.awaiting = reports
        self.has_begun = True

    def stopped(self) -> bool:
        """Whether nothing new may be started; who decides that is known only once an
        apply begins.
        """
        return self.given_up or self.stop()

    def rest(self, seconds: float) -> None:
        """Waits, but not past the moment at which the run is to stop."""
        end = time.monotonic() + seconds
        while not self.stopped() and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))

    def talk(self, text: str) -> None:
        """Warnings and what happens, on stderr; -q leaves them out."""
        if self.verbosity >= 0:
            self._say(text, "info")

    def trace(self, line: str) -> None:
        """What only -v shows."""
        if self.verbosity > 0:
            self._say(printable(line), "debug")

    def complain(self, text: str) -> None:
        """Errors, on stderr, -q or not. What cannot be written there is dropped."""
        self._say(text, "error")

    def _say(self, text: str, level: str) -> None:
        self.progress.say(f"{self._line(inert(text), level)}\n")

    def _line(self, text: str, level: str) -> str:
        if self.log_format != "json":
            return text
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return json.dumps({"time": now, "level": level, "message": text})

    def begin(self, work: str, unit: str, total: int = 0) -> None:
        """Shows how far some work is, from now until `progress.end()`, when it takes
        long; a `total` of 0 is not known yet.
        """
        line = partial(self._line, level="info")
        self.progress.begin(work, unit, total, self._style(), line)

    def _style(self) -> Style | None:
        """A terminal that cannot move its cursor is written to like a log."""
        if self.verbosity < 0:
            return None
        if self.log_format == "json":
            return "lines"
        is_dumb = self.environment.get("TERM") == "dumb"
        if streams.is_terminal(sys.stderr) and not is_dumb:
            return "in place"
        return "lines"

    def redact(self, text: str) -> str:
        """`text` without any key."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text

    def colour(self, *, err: bool = False) -> bool:
        """NO_COLOR, FORCE_COLOR and TERM=dumb have the say, then whether it is a
        terminal.
        """
        if self.environment.get("NO_COLOR"):
            return False
        if self.environment.get("FORCE_COLOR", "").lower() not in ("", "0", "false"):
            return True
        stream = sys.stderr if err else sys.stdout
        return self.environment.get("TERM") != "dumb" and streams.is_terminal(stream)

    def paint(self, text: str, colour: str) -> str:
        """Colour for stdout, or none."""
        return click.style(text, fg=colour) if self.colour() else text

    def paint_talk(self, text: str, colour: str) -> str:
        """Colour for stderr, or none."""
        return click.style(text, fg=colour) if self.colour(err=True) else text

    def result(self, text: str) -> None:
        """The command's result for a person, on stdout. Raises OSError."""
        self.progress.end()
        streams.write(text)

    def data(self, content: bytes) -> None:
        """Rows for a program, on stdout, as they are. Raises OSError."""
        self.progress.end()
        self.has_document = True
        streams.write_bytes(content)

    def document(self, text: str) -> None:
        """The command's result for a program, on stdout, in UTF-8. Raises OSError."""
        self.progress.end()
        self.has_document = True
        streams.write_document(text)
