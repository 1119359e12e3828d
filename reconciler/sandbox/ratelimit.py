"""The rate limit: so many requests per key in any 60 seconds (contract §1).

The window lives in the process, as with one API server; two processes on one file have
a limit each.
"""

from __future__ import annotations

from collections import defaultdict, deque

WINDOW = 60.0


class RateLimiter:
    """A sliding window per key; refused requests do not count."""

    def __init__(self) -> None:
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, key: str, limit: int, now: float) -> float:
        """Count one request at ``now``; return 0, or how many seconds until the next
        one would be accepted.
        """
        taken = self._taken[key]
        while taken and taken[0] <= now - WINDOW:
            taken.popleft()
        if limit and len(taken) >= limit:
            return taken[0] + WINDOW - now
        taken.append(now)
        return 0.0
