"""How long is looked before something that does not show counts as absent.

A look proves nothing when a listing is late or a gateway has given up on a request that
is still being worked at. So absence is proven by time, longer than any request takes,
whatever the status was: a server that says "not now" may be at work all the same.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.errors import ApiError, TooManyRequests
from reconciler.form.words import plural

FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0
WORTH_TELLING = 2.0
"""Before a wait of so many seconds it is said what is waited for."""
LONGEST_ASKED = 60.0
"""What a server may ask to be waited before a write is sent again, in seconds."""


def growing(total: float) -> tuple[float, ...]:
    """The seconds before each look, doubled from look to look, `total` together."""
    waits: list[float] = []
    wait, left = FIRST_WAIT, total
    while left > 0:
        waits.append(min(wait, left))
        left -= waits[-1]
        wait = min(wait * 2, LONGEST_WAIT)
    return tuple(waits)


AT_ONCE = (0.0,)
"""One look, without a wait."""
A_FEW_SECONDS = growing(5.0)
A_MINUTE_ALMOST = growing(45.0)
MORE_THAN_A_MINUTE = growing(70.0)
"""After a rate limit: it is one of a minute (contract §1)."""
UNTIL_SHOWN = growing(17.75)
"""For what was accepted, and is not visible, active or complete yet."""

FOR_A_SECOND_ONE = (5.0, 5.0, 5.0)
"""For the second of what was sent twice, once all else is done."""


def waits_after(failure: ApiError) -> tuple[float, ...]:
    """How long to look for what a write without a clear answer may have done: what the
    server asks to be waited is counted in.
    """
    asked = failure.retry_after or 0.0
    if isinstance(failure, TooManyRequests) and asked <= LONGEST_ASKED:
        return MORE_THAN_A_MINUTE
    more = asked - sum(A_MINUTE_ALMOST)
    if 0 < more <= LONGEST_ASKED - sum(A_MINUTE_ALMOST):
        return (*A_MINUTE_ALMOST, more)
    return A_MINUTE_ALMOST


def back_off(attempt: int) -> float:
    """Seconds after the n-th attempt, n from 1 (contract §1)."""
    return min(2.0 ** (attempt - 1) + random.uniform(0, 0.5), 10.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How one run waits: `rest(seconds)` returns early when `stop()` becomes true;
    `tell` says what is waited for.
    """

    rest: Callable[[float], object] = time.sleep
    stop: Callable[[], bool] = lambda: False
    tell: Callable[[str], object] = lambda line: None

    def looks(self, waits: Sequence[float], what: str) -> Iterator[bool]:
        """One item before each look, after its wait; True says that it is the last one.
        A run that is to stop looks once more.
        """
        left = sum(waits)
        is_told = False
        for number, seconds in enumerate(waits, 1):
            if seconds >= WORTH_TELLING and not is_told:
                is_told = True
                self.tell(
                    f"waiting for {what}, up to {left:.0f} {plural(round(left), 'second')} more"
                )
            if seconds:
                self.rest(seconds)
            left -= seconds
            is_last = number == len(waits) or self.stop()
            yield is_last
            if is_last:
                return
