"""What reading and pushing rows costs, in requests: the shop's limit of 600 a minute
decides how long it takes (contract §1), and never this machine.
"""

from dataclasses import dataclass
from typing import Literal

PAGE = 100
BATCHES = (50, 20, 10, 5, 1)
"""What a shop may take at once: the two documented maxima first (contract §13 row 2)."""
DELETE_BATCH = 20
RATE = 600
"""Requests a minute."""

Reading = Literal["whole", "keys", "none"]
Asked = Literal["auto", "whole", "keys", "none"]


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


def forecast(
    writes: int, deletes: int, read_back: int, batch: int, rate: int = RATE
) -> Forecast:
    """What pushing costs, at `batch` rows a request."""
    sent = pages(writes, batch) + pages(deletes, DELETE_BATCH)
    looks = pages(read_back) + pages(deletes)
    requests = sent + looks
    return Forecast(requests, seconds(requests, rate))


def seconds(requests: int, rate: int = RATE) -> float:
    """How long so many requests take, at `rate` requests a minute."""
    return round(requests * 60 / rate, 1)
