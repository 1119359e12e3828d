"""How often one write was sent, what is unknown of it, and whether it may be sent again."""

from reconciler.apply.patience import (
    LONGEST_ASKED,
    UNTIL_SHOWN,
    back_off,
    waits_after,
)
from reconciler.errors import (
    ApiError,
    NeverSent,
    NotUnderstood,
    Rejected,
    TooManyRequests,
    Unauthorized,
)

ATTEMPTS = 4
"""How often a write that may be repeated is sent before its outcome counts as unknown."""
ATTEMPTS_IN_LIMITS = 12
"""The same while the rate limit turns it away: with the waits between, more than the
minute of the limit.
"""
LONGEST_PAUSES = 150.0
"""All waits between the attempts at one write together, in seconds."""
MOST_SENDS = 2
"""The same for one that makes something new."""


class InDoubt(Exception):
    """Reading could not tell whether the write was carried out; `then` is what came of a
    later attempt.
    """

    def __init__(self, cause: ApiError, then: BaseException | None = None) -> None:
        told = f"{cause}. It may have been carried out, or still be"
        if then is not None:
            told += f" (after that: {then})"
        super().__init__(f"{told}: wait a minute, then plan again to see")
        self.cause = cause
        self.then = then


class HasMoved(Exception):
    """Somebody else changed what was about to be changed."""


class Tries:
    """The attempts at one write."""

    def __init__(self) -> None:
        self.doubt: ApiError | None = None
        self.count = 0
        self._sent = 0
        self._limits = 0
        self._paused = 0.0

    @property
    def was_sent_again(self) -> bool:
        """Whether more than one request may have arrived."""
        return self._sent > 1

    def failed(self, failure: ApiError) -> None:
        """Counts an attempt."""
        self.count += 1
        if isinstance(failure, TooManyRequests):
            self._limits += 1
        if not isinstance(failure, NeverSent):
            self._sent += 1
        if self.doubt is None and is_doubtful(failure):
            self.doubt = failure

    def outcome(self, refusal: ApiError) -> Exception:
        """What to raise: a last attempt that was not carried out says nothing of an
        earlier one that is in doubt.
        """
        if self.doubt is None:
            return refusal
        return InDoubt(self.doubt, then=None if self.doubt is refusal else refusal)

    def pause(self, failure: ApiError) -> float | None:
        """Seconds before what may be repeated is sent again; None when it is not."""
        asked = failure.retry_after or 0.0
        is_final = isinstance(failure, NotUnderstood) or asked > LONGEST_ASKED
        count, most = self.count - self._limits, ATTEMPTS
        if isinstance(failure, TooManyRequests):
            count, most = self._limits, ATTEMPTS_IN_LIMITS
        pause = max(asked, back_off(count))
        self._paused += pause
        if is_final or count >= most or self._paused > LONGEST_PAUSES:
            return None
        return pause

    def looks(self, failure: ApiError) -> tuple[float, ...]:
        """The waits before each look for what an attempt may have made."""
        return UNTIL_SHOWN if self._sent > 1 else waits_after(failure)

    def is_used_up(self, failure: ApiError) -> bool:
        """Whether what makes something new is not sent again: never after a "yes",
        however odd.
        """
        asked = failure.retry_after or 0.0
        is_final = isinstance(failure, NotUnderstood) or asked > LONGEST_ASKED
        return is_final or self._sent >= MOST_SENDS


def is_doubtful(failure: ApiError) -> bool:
    """Whether the attempt may have been carried out: neither a plain no nor never sent."""
    if isinstance(failure, (NeverSent, Unauthorized)):
        return False
    return isinstance(failure, TooManyRequests) or not isinstance(failure, Rejected)
