"""Which change needs which, and which references have to wait for a second request.

References may form cycles. Then one resource of the cycle is created without the
reference that closes it, and extended once the other end exists.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Edit, FieldChange


class Naming(NamedTuple):
    """A field change that refers to another resource, and perhaps to a field of it."""

    address: Address
    field: str | None
    part: FieldChange


def references(edit: Edit) -> Iterator[Naming]:
    """Everything that a change will refer to."""
    kind = kind_of(edit.address)
    for part in edit.fields:
        if named := kind.named_by(part):
            yield Naming(*named, part)


def needs(
    edit: Edit, edits: Mapping[Address, Edit]
) -> Iterator[tuple[Address, FieldChange]]:
    """The changes that must come first, because they bring the resource or the field
    that is named.
    """
    for named in references(edit):
        other = edits.get(named.address)
        if other and _brings(other, named.field):
            yield named.address, named.part


def _brings(edit: Edit, field: str | None) -> bool:
    """Whether it has to be sent before something can refer to the resource, or to that
    field of it.
    """
    if edit.action == "update":
        kind = kind_of(edit.address)
        return any(kind.brings(part, field) for part in edit.fields)
    return edit.action == "create"


def postponed(
    edit: Edit, edits: Mapping[Address, Edit], depends_on: Collection[Address]
) -> tuple[FieldChange, ...]:
    """The references that are not in the first request: what they need comes later, or
    is the change itself.
    """
    return tuple(
        part for address, part in needs(edit, edits) if address not in depends_on
    )
