"""What an apply waits for, for whoever looks on: of many waits for one reason, the first
ones.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable

MOST_ALIKE = 2
_REASON = ", since "
_ID = re.compile(r"/\d+")


class Waits:
    """Says each wait to `talk`; of those for one reason that last alike, the first two
    and that there are others. May be called by several threads.
    """

    def __init__(self, talk: Callable[[str], object]) -> None:
        self._talk = talk
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, told: str) -> None:
        """`told` ends with the reason, if it has one, and how long it is waited."""
        _, reason, words = told.partition(_REASON)
        if not reason:
            self._talk(told)
            return
        alike = _ID.sub("/…", words)
        with self._lock:
            self._counts[alike] += 1
            count = self._counts[alike]
        if count <= MOST_ALIKE:
            self._talk(told)
        elif count == MOST_ALIKE + 1:
            self._talk("waiting for other changes for the same reason")
