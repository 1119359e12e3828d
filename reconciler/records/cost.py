"""What reading and pushing rows costs, in requests: the shop's limit of 600 a minute
decides how long it takes (contract §1), and never this machine.
"""

from dataclasses import dataclass
from typing import Literal

from reconciler.model.speed import Speed

PAGE = 100
BATCHES = (50, 20, 10, 5, 1)
"""What a shop may take at once: the two documented maxima first (contract §13 row 2)."""
DELETE_BATCH = 20
ALL_UP_TO = 10_000
"""Rows that are all read back, if nothing else is asked for."""
SAMPLED = 100
"""Of more rows each hundredth is read."""
COUNT = 1
"""The rows of a table are counted by the head of one page."""

Reading = Literal["whole", "keys", "none"]
Asked = Literal["auto", "whole", "keys", "none"]
Verify = Literal["all", "sample", "count"]


def pages(count: int, size: int = PAGE) -> int:
    """How many requests so many things take."""
    return -(-count // size)


@dataclass(frozen=True, slots=True)
class Choice:
    """How the shop is read, and how many requests that takes from now on: the first page
    of the table is known.
    """

    how: Reading
    requests: int


def choose(asked: Asked, rows: int, live: int, *, keys: int, needs_all: bool) -> Choice:
    """The cheapest way to read what has to be compared. `needs_all` is a mirror, or a
    table without unique keys. Rows can be asked for by the fields of their key, of which
    there are `keys`: of several fields a filter finds all combinations, so it may take a
    request for each row.
    """
    whole = Choice("whole", max(pages(live) - 1, 0))
    keyed = Choice("keys", pages(rows) if keys == 1 else rows)
    if asked == "none":
        return Choice("none", 0)
    if asked == "whole" or needs_all or not keys:
        return whole
    if asked == "keys":
        return keyed
    return whole if whole.requests <= keyed.requests else keyed


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is still to be sent: batches, deletes, and reading back."""

    requests: int
    seconds: float


def verification(accepted: int, asked: Verify | None) -> Verify:
    """What is read back: all of a small push, and a sample of a large one."""
    return asked or ("all" if accepted <= ALL_UP_TO else "sample")


def looks(accepted: int, asked: Verify | None) -> int:
    """How many requests read accepted rows back."""
    how = verification(accepted, asked)
    if not accepted or how == "all":
        return pages(accepted)
    sampled = pages(accepted, SAMPLED) if how == "sample" else 0
    return pages(sampled) + COUNT


def forecast(
    writes: int, deletes: int, looks: int, batch: int, speed: Speed, before: int = 0
) -> Forecast:
    """What pushing costs, at `batch` rows a request, when `before` requests were sent
    right before. Rows to be deleted are looked at before and after.
    """
    requests = pages(writes, batch) + looks + 3 * pages(deletes, DELETE_BATCH)
    return Forecast(requests, speed.seconds(requests, before))
