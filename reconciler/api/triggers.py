"""Events over one connection: fired, and looked at afterwards (contract §6)."""

from contextlib import AbstractContextManager
from urllib.parse import quote

from reconciler.api.connection import Connection, ReadConnection
from reconciler.api.contacts import contact_of
from reconciler.api.histories import history_page
from reconciler.api.live import read
from reconciler.events.shop import Body, HistoryPage, LiveContact, Target
from reconciler.kinds.event.live import LiveEvent
from reconciler.model.address import Address


class ReadEvents:
    """Reads over a connection that need not be able to write."""

    def __init__(self, connection: ReadConnection) -> None:
        self._reading = connection

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._reading.requests

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """While entered, all requests together take no longer."""
        return self._reading.time_to_read(seconds)

    def history(self, code: str | None, offset: int = 0) -> HistoryPage:
        """One page of the histories, the newest rows first."""
        return history_page(self._reading, code, offset)

    def live_event(self, code: str) -> LiveEvent | None:
        """The event type with that code name."""
        wanted = Address("event", code)
        live = read(self._reading, [wanted], needed={"event"}, confirmed=[wanted])
        for each in live.resources.values():
            if isinstance(each, LiveEvent) and wanted.is_called(each.code_name):
                return each
        return None

    def contact(self, target: Target) -> LiveContact | None:
        """The contact that is meant. Raises CannotLookUp."""
        return contact_of(self._reading, target)


class HttpEvents(ReadEvents):
    """Reads and fires."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection

    def trigger(self, code: str, body: Body) -> None:
        """POST, once; what the answer holds is not documented (contract §6.2)."""
        self._connection.write_once("POST", path_of(code), body=dict(body))


def path_of(code: str) -> str:
    """The path that fires an event type: the code name is encoded (contract §6)."""
    return f"/events/trigger/{quote(code, safe='')}"
