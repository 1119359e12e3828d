"""The ways from the contact to a definition, shortest first."""

from collections import deque

from reconciler.kinds.definition.table import Table
from reconciler.messages.declared import Declared
from reconciler.model.address import casefolded

MOST_WAYS = 2
_LONGEST = 4
"""Relationships; nobody writes longer ones, and a ring of them has no end."""
Way = tuple[str, ...]


def ways_to(table: Table, declared: Declared) -> list[Way]:
    """At most two, as they are written in a message: the definition of the contact's row,
    then a name for each relationship.
    """
    begins = sorted(declared.tables.values(), key=lambda each: each.name)
    waiting: deque[tuple[Way, Table]] = deque(
        ((each.name,), each) for each in begins if each.is_about_contacts
    )
    found: list[Way] = []
    seen: dict[str, int] = {}
    while waiting and len(found) < MOST_WAYS:
        way, here = waiting.popleft()
        if len(way) > 1 and casefolded(here.name) == casefolded(table.name):
            found.append(way)
            continue
        name = casefolded(here.name)
        seen[name] = seen.get(name, 0) + 1
        # More than two ways to one definition are never shown, and so not followed.
        if seen[name] <= MOST_WAYS and len(way) <= _LONGEST:
            waiting.extend(_onwards(way, here, declared))
    return found


def _onwards(way: Way, here: Table, declared: Declared) -> list[tuple[Way, Table]]:
    found = []
    for column, target in declared.relations(here):
        there = declared.table(target.definition) if target.definition else None
        if there is not None:
            found.append(((*way, declared.hop(here, column)), there))
    return found
