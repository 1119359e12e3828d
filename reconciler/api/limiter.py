"""Never more than 600 requests in any 60 seconds (contract §1), whatever the threads
do.

A request counts from the moment it is let go until 60 seconds after its answer arrived:
the server counted it somewhere in between, so no jitter on the way can put 601 of them
into one of the server's minutes. When the server says otherwise, somebody else uses the
key, too, and the run leaves itself less (`rate.py`).
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reconciler.api.rate import Rate

LIMIT = 600
WINDOW = 60.0
SHORTEST_WAIT = 0.001
WAIT_FOR_ANSWERS = 0.05
"""All of the budget is under way: nobody knows when the first answer will come."""


class _Own(threading.local):
    """What one thread has waited for and not used yet, and until when it was told to wait."""

    left = 0
    told_until = 0.0


class Limiter:
    """A budget of requests, shared by all threads that use one key. `clock` and `sleep`
    are in seconds.
    """

    def __init__(
        self,
        limit: int = LIMIT,
        window: float = WINDOW,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._rate = Rate(limit, window)
        self._window = window
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._own = _Own()
        self._in_flight = 0
        self._ended: deque[float] = deque()
        self._held_until = 0.0
        self._has_told = False

    def learn(self) -> str:
        """The server has refused a request for its limit: fewer are sent from now on.
        Returns what is to be told of it, which is something once.
        """
        with self._lock:
            self._rate.refused(self._clock())
            if self._has_told or not self._rate.is_lowered:
                return ""
            self._has_told = True
            rate = self._rate
        return (
            f"Somebody else sends with this key, too, or the shop allows less than {rate.most:,} "
            f"requests a minute: at most {rate.allowed:,} are sent from now on, and more again "
            "step by step while nothing is refused."
        )

    def hold(self, seconds: float) -> None:
        """The server has refused a request for its limit: others use the key too, and
        none of ours would get through before that time.
        """
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
            self._own.told_until = self._held_until

    @property
    def held(self) -> float:
        """The seconds for which this thread should send nothing, unless it is the one
        that was refused, which waits by itself, or stands between a look and its write.
        """
        if self._own.left or self._own.told_until >= self._held_until:
            return 0.0
        return max(self._held_until - self._clock(), 0.0)

    @property
    def allowed(self) -> int:
        """How many requests are let go in a window now."""
        with self._lock:
            return self._rate.allowed

    def __str__(self) -> str:
        return f"the shop's limit of {self._rate.most:,} a minute"

    @property
    def waited_for(self) -> str:
        """What is used up when a request waits here, in words."""
        rate = self._rate
        if not rate.is_lowered:
            return str(self)
        return f"this run's share of {rate.allowed:,} requests a minute"

    @contextmanager
    def in_one_go(
        self, check: Callable[[float], object] = lambda delay: None
    ) -> Iterator[None]:
        """While entered, a look and the write after it, both of this thread, do not wait
        for the limit in between: the two are waited for now.
        """
        count = 2 if self._rate.most > 1 else 0
        self._wait_for(count, check)
        self._own.left = count
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= self._own.left
            self._own.left = 0

    @contextmanager
    def slot(
        self, check: Callable[[float], object] = lambda delay: None, *, kept: int = 0
    ) -> Iterator[None]:
        """Waits until one more request is within the limit, and counts it. `check` is
        called before each wait with its seconds, and may end it by an exception. Of what this thread has
        waited for already, so much is `kept` for later.
        """
        if self._own.left > kept:
            self._own.left -= 1
        else:
            self._wait_for(1, check)
        try:
            yield
        finally:
            # A request that failed may have been counted by the server all the same.
            with self._lock:
                self._in_flight -= 1
                self._ended.append(self._clock())

    def _wait_for(self, count: int, check: Callable[[float], object]) -> None:
        while (delay := self._try_to_take(count)) > 0:
            check(delay)
            self._sleep(delay)

    def _try_to_take(self, count: int) -> float:
        """0 when so many slots were taken, otherwise the seconds after which to try
        again.
        """
        with self._lock:
            now = self._clock()
            self._forget_old(now)
            self._rate.calm(now)
            if self._in_flight + len(self._ended) + count <= self._rate.allowed:
                self._in_flight += count
                return 0.0
            if not self._ended:
                return WAIT_FOR_ANSWERS
            return max(self._ended[0] + self._window - now, SHORTEST_WAIT)

    def _forget_old(self, now: float) -> None:
        while self._ended and self._ended[0] + self._window <= now:
            self._ended.popleft()
