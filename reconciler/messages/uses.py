"""What a variable uses of what is declared, whether or not it is still there: a change is
judged by what the messages say.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconciler.kinds.contact_fields import CONTACT
from reconciler.kinds.definition.table import Table
from reconciler.messages.declared import Declared
from reconciler.messages.names import match
from reconciler.messages.occasion import Occasion
from reconciler.messages.payload import slot_in
from reconciler.messages.relations import find_hop
from reconciler.model.address import Address, casefolded

DEFINITION = "definition"
EVENT = "event"
FIELDS = "fields"
PROPERTIES = "properties"
WHOLE: tuple[str, ...] = ()


class Used(NamedTuple):
    """An address, and the way below it to what is used there, as a change has it; whether
    the variable says the name, or a relationship leads there.
    """

    address: Address
    path: tuple[str, ...]
    is_named: bool = True


def uses_of(
    path: Sequence[str], declared: Declared, occasion: Occasion
) -> Iterator[Used]:
    """Definitions with their fields, the fields that lead from one to the next included,
    and properties of events.
    """
    slot = slot_in(path)
    if slot is not None:
        for code_name in occasion.events:
            address = _event(code_name, declared)
            rest = path[slot.length : slot.length + 1]
            below = (PROPERTIES, slot.name, *rest) if rest else WHOLE
            yield Used(address, below)
        return
    root, *rest = declared.with_whole_root(path)
    if casefolded(root) == CONTACT:
        return
    table = declared.table(root)
    if table is None:
        # It may be gone from the manifests, and that is what somebody wants to know.
        below = (FIELDS, rest[0]) if len(rest) == 1 else WHOLE
        yield Used(Address(DEFINITION, root), below)
        return
    for column in table.columns.values():
        if column.is_contact:
            yield Used(Address(DEFINITION, table.name), (FIELDS, column.name))
    yield from _in_table(table, rest, declared)


def _event(code_name: str, declared: Declared) -> Address:
    event = declared.event(code_name)
    return Address(EVENT, code_name if event is None else event.code_name)


def _in_table(table: Table, names: Sequence[str], declared: Declared) -> Iterator[Used]:
    here = Address(DEFINITION, table.name)
    if not names:
        yield Used(here, WHOLE)
        return
    if len(names) == 1:
        found = match(names[0], table.columns)
        yield Used(here, (FIELDS, names[0] if found is None else found.name))
        return
    column = find_hop(names[0], 0, table, declared).column
    if column is None or column.target is None:
        yield Used(here, (FIELDS, names[0]))
        return
    yield Used(here, (FIELDS, column.name))
    target = column.target
    there = declared.table(target.definition) if target.definition else None
    if there is not None:
        if target.field in there.columns:
            yield Used(Address(DEFINITION, there.name), (FIELDS, target.field), False)
        for used in _in_table(there, names[1:], declared):
            yield used._replace(is_named=False)
    elif target.definition:
        yield Used(Address(DEFINITION, target.definition), WHOLE, False)
