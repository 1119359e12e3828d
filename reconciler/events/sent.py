"""What became of one event that was sent: as far as anybody can know."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from reconciler.errors import ExitCode
from reconciler.events.clock import time_words
from reconciler.events.shop import HistoryRow
from reconciler.model.plan import Exit

Answer = Literal["accepted", "refused", "limited", "not-sent", "none"]
"""What the API said to the one request. `limited` is 429. `none` leaves open whether it
was carried out.
"""
State = Literal["landed", "unresolved", "refused", "not-sent", "unknown"]
CARE = timedelta(minutes=2)
"""How long after the last look an event may still come: queued writes are usually there
after seconds (contract §1).
"""
_EXITS = {
    "landed": Exit(code=ExitCode.DONE, reason="landed"),
    "unresolved": Exit(code=ExitCode.FAILED, reason="target-not-resolved"),
    "refused": Exit(code=ExitCode.FAILED, reason="refused"),
    "not-sent": Exit(code=ExitCode.FAILED, reason="not-sent"),
    "unknown": Exit(code=ExitCode.PARTIAL, reason="unknown"),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What the history shows after the one request: the row of this event, if it has
    one, and otherwise why not.

    `unreadable` rows are new ones of this event type that cannot be understood; `blind`
    is why the history could not be read at last.
    """

    row: HistoryRow | None = None
    unreadable: int = 0
    blind: str = ""


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """How it ended. `said` has the API's words, `seconds` are those of looking, and
    `safe_at` is when an empty history means that the event will not come any more.
    """

    state: State
    answer: Answer
    said: str
    row: HistoryRow | None
    words: str
    seconds: float
    at: datetime
    safe_at: datetime | None = None
    interrupted: bool = False

    @property
    def exit(self) -> Exit:
        """0 landed and resolved · 1 refused, not sent or not resolved · 5 unknown · 130
        interrupted before it was sent, or before that was known.
        """
        if self.interrupted and self.state in ("unknown", "not-sent"):
            return Exit(code=ExitCode.INTERRUPTED, reason="interrupted")
        return _EXITS[self.state]

    def landed_words(self) -> str:
        """Which row of the history it is."""
        assert self.row is not None
        when = f", {time_words(self.row.at, self.at)}" if self.row.at else ""
        number = f" {self.row.number}" if self.row.number else ""
        return f"history row{number}{when}"
