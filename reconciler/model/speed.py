"""How fast a shop takes requests, which decides how long a plan takes, whatever the
machine.
"""

from dataclasses import dataclass

RATE = 600
"""Requests a minute that a shop takes with one key (contract §1)."""
OVER_NETWORK, IN_PROCESS = 0.1, 0.005
"""Seconds until an answer comes, from a shop and from the embedded sandbox."""
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Speed:
    """`rate` is how many requests a minute may be sent, and `answer` how many seconds
    each of them takes.
    """

    rate: int = RATE
    answer: float = OVER_NETWORK

    def seconds(self, requests: int, before: int = 0) -> float:
        """How long so many requests take, one after the other, when `before` were sent
        right before them. What is over the rate waits until the minute is over.
        """
        if not requests:
            return 0.0
        waits = (before + requests - 1) // self.rate - max(before - 1, 0) // self.rate
        return round(max(requests * self.answer, waits * MINUTE), 1)
