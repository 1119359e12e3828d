"""Ends a run to which the shop does not answer any more, before every change has waited
for it in turn: a circuit breaker. After a change to which the shop did not answer, the
next one is sent alone, to try; when that one ends alike, no other is sent.
"""

from dataclasses import dataclass

from reconciler.apply.schedule import Task
from reconciler.apply.tries import InDoubt
from reconciler.errors import (
    ApiError,
    NeverSent,
    ServerFailure,
    TooManyRequests,
    Unreachable,
)
from reconciler.model.address import Address
from reconciler.model.event import Limited, Skipped, Unanswered

OF_THE_SHOP = (TooManyRequests, NeverSent)
"""What one request was answered with, and others would be, too."""
OF_READING = (TooManyRequests, Unreachable, ServerFailure)
"""The same where not even a look was possible, which is retried by itself."""


@dataclass(slots=True)
class Breaker:
    """Belongs to the thread that hands tasks out."""

    trouble: ApiError | None = None
    tried_by: Task | None = None
    is_open: bool = False
    """Whether nothing more is sent."""
    kind: str = ""
    """Of the change that was not answered: one of another kind says more."""

    def lets_pass(self, in_flight: int) -> bool:
        """Whether a task may be sent while so many others are under way."""
        if self.is_open:
            return False
        return self.trouble is None or not in_flight

    def sent(self, task: Task) -> None:
        """In trouble, it is the one that tries."""
        if self.trouble is not None:
            self.tried_by = task

    def answered(self, task: Task, failure: BaseException | None) -> None:
        """Any answer at all, also a no, ends the trouble."""
        found = trouble_in(failure)
        if found is None:
            self.trouble = self.tried_by = None
            self.kind = ""
            return
        self.is_open = self.is_open or task == self.tried_by
        self.trouble, self.kind = found, task.address.kind

    def left_out(self, address: Address) -> Skipped:
        """The ending of what is not sent."""
        if isinstance(self.trouble, TooManyRequests):
            told = "the shop keeps refusing changes, because the limit of the key is used up"
            return Limited(address, told)
        return Unanswered(address, "the shop does not answer any more")


def trouble_in(failure: BaseException | None) -> ApiError | None:
    """The part of a failure that is about the shop as a whole; None when it is about
    one request.
    """
    cause, is_blind = failure, False
    while cause is not None and isinstance(cause.__cause__, ApiError):
        cause, is_blind = cause.__cause__, True
    if isinstance(cause, InDoubt):
        cause = cause.cause
    if isinstance(cause, OF_READING if is_blind else OF_THE_SHOP):
        return cause
    return None
