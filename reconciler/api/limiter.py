"""Never more than 600 requests in any 60 seconds (contract §1), whatever the threads
do.

A request counts from the moment it is let go until 60 seconds after its answer arrived:
the server counted it somewhere in between, so no jitter on the way can put 601 of them
into one of the server's minutes.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LIMIT = 600
WINDOW = 60.0
SHORTEST_WAIT = 0.001
WAIT_FOR_ANSWERS = 0.05
"""All of the budget is under way: nobody knows when the first answer will come."""


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
        self._limit = limit
        self._window = window
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._in_flight = 0
        self._ended: deque[float] = deque()

    @contextmanager
    def slot(self, check: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Waits until one more request is within the limit, and counts it. `check` is
        called before each wait, and may end it by an exception.
        """
        while (delay := self._try_to_take()) > 0:
            check()
            self._sleep(delay)
        try:
            yield
        finally:
            # A request that failed may have been counted by the server all the same.
            with self._lock:
                self._in_flight -= 1
                self._ended.append(self._clock())

    def _try_to_take(self) -> float:
        """0 when a slot was taken, otherwise the seconds after which to try again."""
        with self._lock:
            now = self._clock()
            self._forget_old(now)
            if self._in_flight + len(self._ended) < self._limit:
                self._in_flight += 1
                return 0.0
            if not self._ended:
                return WAIT_FOR_ANSWERS
            return max(self._ended[0] + self._window - now, SHORTEST_WAIT)

    def _forget_old(self, now: float) -> None:
        while self._ended and self._ended[0] + self._window <= now:
            self._ended.popleft()
