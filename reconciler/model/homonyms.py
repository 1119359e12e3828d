"""Which of several resources a name means. The server refuses a second name that differs
by case, accents or trailing blanks alone, but gaps in its check leave such twins; and
names that differ by leading blanks may both live (contract §3.1).
"""

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from reconciler.model.address import Address, server_name, spelling
from reconciler.model.letters import quoted
from reconciler.model.live import LiveResource, usability

L = TypeVar("L", bound=LiveResource)


class Homonym(NamedTuple, Generic[L]):
    """One live resource: the address that it is found under, and its own name."""

    address: Address
    name: str
    resource: L

    @property
    def words(self) -> str:
        """How a message tells it from the others."""
        return f"{quoted(self.name)} (id {self.resource.id})"

    def is_called(self, name: str) -> bool:
        """Whether it has that name, to the letter."""
        return spelling(self.name) == spelling(name)


def distance(wanted: str, name: str) -> int:
    """0 when a name is spelled exactly as it is wanted, 1 when the server takes the two
    for one, 2 when only people do.
    """
    if spelling(name) == spelling(wanted):
        return 0
    return 1 if server_name(name) == server_name(wanted) else 2


def nearest(wanted: str, found: Iterable[Homonym[L]]) -> Homonym[L] | None:
    """The one that the name means: the exact spelling wins, then the most usable status,
    then the lowest id.
    """

    def rank(each: Homonym[L]) -> tuple[int, int, int]:
        return distance(wanted, each.name), *usability(each.resource)

    return min(found, key=rank, default=None)


def by_name(found: Iterable[Homonym[L]]) -> Mapping[Address, list[Homonym[L]]]:
    """Those whose names people take for one, together."""
    groups: dict[Address, list[Homonym[L]]] = {}
    for each in found:
        key = Address(each.address.kind, each.name).cased
        groups.setdefault(key, []).append(each)
    return groups
