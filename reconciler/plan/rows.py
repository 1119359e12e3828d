"""Record sets in a plan: each is one change, and its rows are counted elsewhere."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, FieldChange, RowCounts, Update
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import RestsOn


@dataclass(frozen=True, slots=True)
class PlannedRows:
    """What is to be done to record sets. `rests_on` says what that rests on, and
    `requests` counts the reading back.
    """

    changes: tuple[Update, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    unchanged: tuple[Address, ...] = ()
    warnings: tuple[str, ...] = ()
    rests_on: Mapping[Address, RestsOn] = field(default_factory=dict)


PlanRows = Callable[[Desired, Live, Collection[Address]], PlannedRows]
"""Compares the record sets that are picked with what lives."""


def without_rows(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that are no record sets."""
    return tuple(change for change in changes if change.rows is None)


def row_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that are record sets."""
    return tuple(change for change in changes if change.rows is not None)


def fields_of(counts: RowCounts) -> Iterator[FieldChange]:
    """A line for each count that is not zero."""
    if counts.create:
        yield FieldChange(path=("rows", "create"), op="added", new=counts.create)
    if counts.update:
        yield FieldChange(path=("rows", "update"), op="added", new=counts.update)
    if counts.delete:
        yield FieldChange(path=("rows", "delete"), op="removed", old=counts.delete)
