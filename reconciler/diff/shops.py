"""What lives in two shops, compared without ids: references are addresses, and names are
alike when the server takes them for one.
"""

from collections.abc import Iterator

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.live import Live
from reconciler.model.shops import ShopDifference


def shop_differences(first: Live, second: Live) -> Iterator[ShopDifference]:
    """What the shops differ in, in the order of the addresses."""
    there = {address.folded: address for address in second.resources}
    found = []
    for address in first.resources:
        counterpart = there.pop(address.folded, None)
        if counterpart is None:
            found.append(ShopDifference(address=address, where="first"))
            continue
        fields = _fields(first, address, second, counterpart)
        if fields:
            found.append(ShopDifference(address=address, where="both", fields=fields))
    found += [ShopDifference(address=each, where="second") for each in there.values()]
    yield from sorted(found, key=lambda each: each.address)


def _fields(
    first: Live, address: Address, second: Live, counterpart: Address
) -> tuple[FieldChange, ...]:
    kind = kind_of(address)
    old = kind.live_form(first.resources[address], first.names)
    new = kind.live_form(second.resources[counterpart], second.names)
    return kind.raw_changes(kind.canonical(old), kind.canonical(new))
