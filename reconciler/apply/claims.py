"""Which id belongs to which address. The answer to a create is not believed when its id
is known already, or when it names something else: others would be built on a stranger.
"""

import threading

from reconciler.errors import NotUnderstood
from reconciler.model.address import Address
from reconciler.model.live import Created, LiveId, Names


class Claims:
    """The ids that were given out in one run; thread-safe."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._given: dict[LiveId, Address] = {}
        self._lock = threading.Lock()

    def answered(self, address: Address, created: Created) -> Created:
        """What a create was answered with. Raises NotUnderstood when that cannot be
        what was created.
        """
        if created.name is not None and not address.is_called(created.name):
            raise _doubt(created, f"the id of {address.kind}/{created.name}")
        number = LiveId(address.kind, created.id)
        with self._lock:
            owner = self._owner(number)
            if owner not in ("", str(address)):
                raise _doubt(created, f"an id that is known already, of {owner}")
            self._given[number] = address
        return created

    def listed(self, address: Address, created: Created) -> Created:
        """What a listing shows under the name: it counts more than any answer."""
        with self._lock:
            self._given[LiveId(address.kind, created.id)] = address
        return created

    def _owner(self, number: LiveId) -> str:
        """Whose id it is, in words; empty when nobody has it."""
        if number in self._given:
            return str(self._given[number])
        if self._names.knows(number) or number in self._names.lost:
            return self._names.of(number)
        return ""


def _doubt(created: Created, what: str) -> NotUnderstood:
    told = f"{created.request} was answered with {what}"
    return NotUnderstood(told, request=created.request)
