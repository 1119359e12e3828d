"""How many contacts would find a hole in a message, by totals alone: no contact is read.

A contact without a row of a definition has a hole where a variable begins there. What is
empty within a row, and what a relationship does not lead to, totals do not tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.messages.chain import Chain, Row
from reconciler.messages.shop import NotLive, Once

MOST_COUNTED = 2
"""Definitions whose rows are counted: with the definitions and the contacts, four
requests.
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows of one definition and how many contacts have none, with the variables that
    begin there. None where it was not counted, and `why` says why.
    """

    definition: str
    variables: tuple[str, ...]
    rows: int | None = None
    without: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """At least and at most so many of the contacts have no row where the message needs
    one. `untold` are variables that may be empty in ways that totals do not tell.
    """

    contacts: int
    counted: tuple[Counted, ...]
    untold: tuple[str, ...]

    @property
    def at_least(self) -> int:
        """As if those without one row were those without another one, too."""
        return max((each.without or 0 for each in self.counted), default=0)

    @property
    def at_most(self) -> int:
        """As if they were others. Of what was not counted, everybody may lack it."""
        if any(each.without is None for each in self.counted):
            return self.contacts
        return min(self.contacts, sum(each.without or 0 for each in self.counted))


def cover(chains: Iterable[Chain], shop: Once) -> Coverage:
    """The coverage of a message with these variables, in at most four requests. Raises
    ApiError.
    """
    every = list(chains)
    shop.asked.append("the number of contacts")
    contacts = shop.shop.count_contacts()
    begun: dict[str, list[Chain]] = {}
    for chain in every:
        if chain.steps and isinstance(chain.steps[0], Row):
            begun.setdefault(chain.steps[0].definition, []).append(chain)
    order = sorted(begun.values(), key=len, reverse=True)
    counted = []
    for number, found in enumerate(order):
        counted.append(
            _counted(found, contacts, shop, is_left_out=number >= MOST_COUNTED)
        )
    untold = [".".join(chain.path) for chain in every if _is_untold(chain)]
    return Coverage(contacts, tuple(counted), tuple(dict.fromkeys(untold)))


def _counted(
    chains: Sequence[Chain], contacts: int, shop: Once, *, is_left_out: bool
) -> Counted:
    row = chains[0].steps[0]
    assert isinstance(row, Row)
    name = row.definition
    variables = tuple(dict.fromkeys(".".join(chain.path) for chain in chains))
    if is_left_out:
        return Counted(
            name, variables, why="not counted: no more than 4 requests are made"
        )
    try:
        rows = shop.rows(shop.definition(name), {}).total
    except NotLive as missing:
        return Counted(name, variables, 0, contacts, str(missing))
    if not row.is_only:
        why = "a contact may have several rows, so totals do not tell who has none"
        return Counted(name, variables, rows, None, why)
    return Counted(name, variables, rows, max(0, contacts - rows))


def _is_untold(chain: Chain) -> bool:
    return (
        len(chain.steps) > 1
        or not chain.value.required
        or chain.value.owner == "contact"
    )
