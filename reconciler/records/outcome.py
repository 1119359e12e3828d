"""How a push of rows ended: each row of the files in exactly one state."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.errors import ExitCode
from reconciler.model.plan import Exit
from reconciler.records.compared import Compared
from reconciler.records.sent import NotStored


@dataclass(frozen=True, slots=True)
class RowsOutcome:
    """`unchanged + refused + created + updated + rejected + unknown + moved + not_sent`
    are the rows of the files. `read_back` is how many of the stored ones were read.
    """

    compared: Compared
    unchanged: int = 0
    created: int = 0
    updated: int = 0
    rejected: int = 0
    unknown: int = 0
    moved: int = 0
    not_sent: int = 0
    deleted: int = 0
    not_deleted: int = 0
    delete_unknown: int = 0
    read_back: int = 0
    batch: int = 50
    requests: int = 0
    seconds: float = 0.0
    stopped: str = ""
    is_first_only: bool = False
    interrupted: bool = False
    not_stored: Sequence[NotStored] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def refused(self) -> int:
        """Rows that were never sent, because something is wrong with them."""
        return self.compared.refused

    @property
    def rows(self) -> int:
        """All rows of the files."""
        return self.unchanged + self.stored + self.refused + self.left_over

    @property
    def stored(self) -> int:
        """Rows that were sent and are in the shop."""
        return self.created + self.updated

    @property
    def left_over(self) -> int:
        """Rows that were to be sent, and are not in the shop for certain."""
        return self.rejected + self.unknown + self.moved + self.not_sent

    @property
    def exit(self) -> Exit:
        """0 all stored · 1 nothing could be done · 2 the first rows are stored, and rows
        are left · 5 some are not · 130 interrupted.
        """
        code, reason = self._code_and_reason()
        return Exit(code=code, reason=reason)

    def _code_and_reason(self) -> tuple[ExitCode, str]:
        if self.interrupted:
            return ExitCode.INTERRUPTED, "interrupted"
        was_done = self.stored + self.deleted + self.unknown
        is_bad = self.rejected + self.unknown + self.moved + self.refused
        is_bad += self.delete_unknown
        if self.is_first_only and self.not_sent and not is_bad and not self.stopped:
            return ExitCode.PENDING, "rows-left"
        if not (is_bad or self.not_sent or self.not_deleted):
            return ExitCode.DONE, "applied" if was_done else "in-sync"
        if was_done or self.unchanged:
            return ExitCode.PARTIAL, "partial"
        return ExitCode.FAILED, "failed"
