"""Changes that ended for one reason are told together: two reasons are one when only the
numbers in them differ (an id in a path, seconds to wait), or the name of the change.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from reconciler.model.address import Address
from reconciler.model.event import Failed, Skipped, Unknown

T = TypeVar("T")
Ended = Failed | Skipped | Unknown
ALONE = 2
"""So many changes of one reason are told one by one; more are told together."""
_NUMBER = re.compile(r"\d+")
_ID = re.compile(r"(?<=/)\d+")


def reason_of(ending: Ended) -> str:
    """Why it ended so."""
    return ending.because if isinstance(ending, Skipped) else ending.error


def by_reason(endings: Iterable[Ended]) -> list[list[Ended]]:
    """Those of one reason together, in the order of the first of each."""
    return alike(endings, lambda each: general(reason_of(each), each.address))


def alike(items: Iterable[T], key: Callable[[T], object]) -> list[list[T]]:
    """Those with one key together."""
    groups: dict[object, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return list(groups.values())


def general(said: str, address: Address | None) -> str:
    """The reason without what is particular to one change; only to be compared."""
    if address is not None:
        said = said.replace(str(address), "…")
    return _NUMBER.sub("#", said)


def common_reason(said: Sequence[str], address: Address | None) -> str:
    """What is told of several, of which the first is about that address: when they
    differ, neither it nor an id is.
    """
    first = said[0]
    if len(set(said)) == 1:
        return first
    return _ID.sub("…", first.replace(str(address), "it"))
