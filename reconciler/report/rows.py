"""A field change as columns of plain text, the same for every format; nothing is escaped
here.
"""

from dataclasses import dataclass

from reconciler.form.words import NOTHING
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, FieldChange, Op

__all__ = ["NOTHING", "Row", "difference", "row_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """What differs, what it was and what it becomes; `old` or `new` is None when there
    is no such side.
    """

    op: Op
    what: str
    old: str | None
    new: str | None


def row_of(address: Address, change: FieldChange) -> Row:
    """The row of one field change of the resource with that address."""
    kind = kind_of(address)
    old = new = None
    if change.op != "added":
        old = kind.words(change.path, change.old)
    if change.op != "removed":
        new = kind.words(change.path, change.new)
    return Row(change.op, kind.dotted(change.path), old, new)


def difference(item: Blocked) -> str:
    """A blocked difference in one line."""
    kind = kind_of(item.address)
    old = kind.words(item.path, item.old)
    new = kind.words(item.path, item.new)
    return f"{'.'.join(item.path)}: {old} → {new}"
