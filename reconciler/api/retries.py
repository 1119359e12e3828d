"""How often a request is sent again. A rate limit says "later", for certain, and is counted
apart from failures.
"""

from reconciler.api.access import Policy
from reconciler.errors import ApiError, Hopeless, NeverSent, TooManyRequests


class Retries:
    """How long one request is tried again, and how it ends when it is not any more.

    `outcome` is the error to raise then. An attempt that may have been carried out is
    told rather than a later one that certainly was not.
    """

    outcome: ApiError

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._failures = 0
        self._limits = 0
        self._waited = 0.0
        self._doubt: ApiError | None = None

    def after(self, failure: ApiError) -> float:
        """Seconds to wait before the next attempt. Raises `outcome`."""
        if not isinstance(failure, (NeverSent, TooManyRequests)):
            self._doubt = failure
        self.outcome = self._doubt or failure
        count = self._count(failure)
        if count is None or isinstance(failure, Hopeless):
            raise self.outcome from None
        delay = max(failure.retry_after or 0.0, self._policy.delay(count))
        self._waited += delay
        if self._waited > self._policy.patience_for_limits:
            raise self.outcome from None
        return delay

    def _count(self, failure: ApiError) -> int | None:
        """How often it was so; None when that is too often. A limit says "later", for
        certain, and is no failure.
        """
        if isinstance(failure, TooManyRequests):
            self._limits += 1
            return (
                self._limits if self._limits <= self._policy.retries_of_limits else None
            )
        self._failures += 1
        return self._failures if self._failures <= self._policy.retries else None
