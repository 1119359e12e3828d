"""How an apply ended, counted from its events, and the exit code that follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from reconciler.errors import ExitCode
from reconciler.model.address import Address
from reconciler.model.event import (
    Applied,
    Changed,
    Failed,
    Moved,
    Progress,
    Skipped,
    Unknown,
)
from reconciler.model.plan import Exit

E = TypeVar("E", Applied, Failed, Skipped, Unknown)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All endings, in plan order; `verified` says that everything applied was read back
    at the end.
    """

    applied: tuple[Address, ...] = ()
    failed: tuple[Failed, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    warnings: tuple[str, ...] = ()
    verified: bool = False
    interrupted: bool = False
    requests: int = 0
    seconds: float = 0.0
    defects: tuple[str, ...] = ()
    """What went wrong in this program itself, and that it was ended by force, in
    words.
    """

    @property
    def complete(self) -> bool:
        """Whether every change was applied."""
        return not (self.failed or self.skipped or self.unknown)

    def exit(self, blocked: int = 0) -> Exit:
        """0 all done · 1 nothing done · 4 nothing done, because the shop had changed · 5
        done in part, or all but what is blocked · 130 interrupted.

        A defect of this program is a failure even when all is done.
        """
        code, reason = self._code_and_reason(blocked)
        return Exit(code=code, reason=reason)

    def _code_and_reason(self, blocked: int) -> tuple[ExitCode, str]:
        if self.interrupted:
            return ExitCode.INTERRUPTED, "interrupted"
        if self.defects:
            is_partial = self.applied or self.unknown
            return ExitCode.PARTIAL if is_partial else ExitCode.FAILED, "defect"
        if self.complete and blocked:
            return ExitCode.PARTIAL, "blocked-left-out"
        if self.complete and self.applied:
            return ExitCode.DONE, "applied"
        if self.complete:
            return ExitCode.DONE, "in-sync"
        # What is unknown may have been carried out, so it is not nothing.
        if self.applied or self.unknown or self._has_changed():
            return ExitCode.PARTIAL, "partial"
        if any(isinstance(each, Moved) for each in self.skipped):
            return ExitCode.STALE, "stale"
        return ExitCode.FAILED, "failed"

    def _has_changed(self) -> bool:
        return any(isinstance(each, Changed) for each in self.failed)


def fold(events: Iterable[Progress]) -> Outcome:
    """The outcome of the endings among the events; counts of requests and seconds are
    the caller's to add.
    """
    endings = list(events)
    return Outcome(
        applied=tuple(each.address for each in _endings(Applied, endings)),
        failed=tuple(_endings(Failed, endings)),
        skipped=tuple(_endings(Skipped, endings)),
        unknown=tuple(_endings(Unknown, endings)),
        warnings=tuple(_notes(endings)),
    )


def _notes(events: Iterable[Progress]) -> Iterator[str]:
    for event in _endings(Applied, events):
        yield from event.notes


def _endings(wanted: type[E], events: Iterable[Progress]) -> Iterator[E]:
    for event in events:
        if isinstance(event, wanted):
            yield event
