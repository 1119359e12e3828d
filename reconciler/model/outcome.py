"""How an apply ended: a fold over its events."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.errors import ExitCode
from reconciler.model.address import Address
from reconciler.model.event import Applied, Failed, Moved, Progress, Skipped, Unknown
from reconciler.model.plan import Exit


@dataclass(frozen=True, slots=True)
class Outcome:
    """All endings, in plan order; `verified` says that everything applied was read back
    at the end.
    """

    applied: tuple[Address, ...] = ()
    failed: tuple[Failed, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    verified: bool = False
    interrupted: bool = False
    requests: int = 0
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        return not (self.failed or self.skipped or self.unknown)

    def exit(self, blocked: int = 0) -> Exit:
        """0 all done · 1 nothing done · 4 so, as it had moved · 5 in part, or blocked
        left out · 130 interrupted.
        """
        if self.interrupted:
            return Exit(code=ExitCode.INTERRUPTED, reason="interrupted")
        if self.complete:
            if not blocked:
                return Exit(
                    code=ExitCode.DONE, reason="applied" if self.applied else "in-sync"
                )
            return Exit(code=ExitCode.PARTIAL, reason="blocked-left-out")
        if self.applied or self.unknown:
            return Exit(code=ExitCode.PARTIAL, reason="partial")
        if any(isinstance(each, Moved) for each in self.skipped):
            return Exit(code=ExitCode.STALE, reason="stale")
        return Exit(code=ExitCode.FAILED, reason="failed")


def fold(events: Iterable[Progress]) -> Outcome:
    """The outcome of the endings among the events; counts of requests and seconds are
    the caller's to add.
    """
    endings = list(events)
    return Outcome(
        applied=tuple(event.address for event in endings if isinstance(event, Applied)),
        failed=tuple(event for event in endings if isinstance(event, Failed)),
        skipped=tuple(event for event in endings if isinstance(event, Skipped)),
        unknown=tuple(event for event in endings if isinstance(event, Unknown)),
    )
