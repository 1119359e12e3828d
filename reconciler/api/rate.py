"""How many requests a run leaves itself, when the server refuses one although the run has
kept to its limit: somebody else uses the key, too.

It is AIMD, additive increase and multiplicative decrease, by which TCP shares a line with
senders that it cannot ask (RFC 5681, section 3.1): half of it after a refusal, and a
twentieth more after each window without one.
"""

STEP = 20
"""A window without a refusal gives so many-th of the whole back."""
LEAST = 2
"""A look and the write after it are let go together."""


class Rate:
    """So many requests in a window of seconds: never more than `most`, never none. Its
    caller has the lock.
    """

    def __init__(self, most: int, window: float) -> None:
        self.most = most
        self.allowed = most
        self._window = window
        self._lowered_at: float | None = None
        self._calm_since = 0.0

    @property
    def is_lowered(self) -> bool:
        """Whether it is not all that it may be."""
        return self.allowed < self.most

    def refused(self, now: float) -> None:
        """Halves it, once in a window: what is refused meanwhile was let go before, or
        is the same shortage.
        """
        self.calm(now)
        self._calm_since = now
        if self._lowered_at is not None and now < self._lowered_at + self._window:
            return
        self._lowered_at = now
        self.allowed = max(self.allowed // 2, min(LEAST, self.most))

    def calm(self, now: float) -> None:
        """Gives a step back for each whole window since the last refusal."""
        if not self.is_lowered:
            return
        windows = int((now - self._calm_since) // self._window)
        self._calm_since += windows * self._window
        step = max(self.most // STEP, 1)
        self.allowed = min(self.allowed + windows * step, self.most)
