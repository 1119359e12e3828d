"""What becomes of rows on their way, and how a run waits."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.records.row_spool import State


@dataclass(frozen=True, slots=True)
class NotStored:
    """A row that is not in the shop as it should be, and why."""

    file: int
    line: int
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class TooLong:
    """A batch of `rows` that was refused as a whole: where it ended, how many rows were
    sent at once until then, and how many had been refused alone.
    """

    end: int
    size: int
    rows: int
    alone: int


class Stopped(Exception):
    """Nothing more is sent; str() says why."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How one run waits: `rest(seconds)` returns early when `stop()` becomes true."""

    rest: Callable[[float], object] = time.sleep
    stop: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], object] = lambda line: None
