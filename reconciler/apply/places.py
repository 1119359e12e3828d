"""How many tasks write at once. One that only waits gives its place to another, so that
a request in doubt does not hold up what has nothing to do with it.
"""

import threading
from collections.abc import Callable

MOST_WAITING = 16
"""So many may be without a place; where more is in doubt, sending on makes it worse."""


class Places:
    """Shared by the thread that hands tasks out and the threads that send them."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._busy = 0
        self._waiting = 0
        self._returning = 0
        self._changed = threading.Condition()
        self.on_vacancy: Callable[[], object] = lambda: None
        """Called when a waiting task gives its place away."""

    def take(self) -> bool:
        """Takes a place for a new task; False when there is none."""
        with self._changed:
            # Who comes back from a wait goes before a new task.
            if self._busy + self._returning >= self.count:
                return False
            self._busy += 1
            return True

    def give_back(self) -> None:
        """For a task that has ended."""
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def while_waiting(
        self, rest: Callable[[float], object]
    ) -> Callable[[float], object]:
        """`rest` for a task: it has no place for that time."""

        def wait(seconds: float) -> None:
            if not self._leave():
                rest(seconds)
                return
            try:
                rest(seconds)
            finally:
                self._come_back()

        return wait

    def _leave(self) -> bool:
        with self._changed:
            if self._waiting >= MOST_WAITING:
                return False
            self._waiting += 1
            self._busy -= 1
            self._changed.notify_all()
        self.on_vacancy()
        return True

    def _come_back(self) -> None:
        with self._changed:
            self._waiting -= 1
            self._returning += 1
            while self._busy >= self.count:
                self._changed.wait()
            self._returning -= 1
            self._busy += 1
