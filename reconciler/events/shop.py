"""What events need from the API (contract §6, §7).

Every method raises ApiError. Reading methods retry by themselves. `trigger` sends once
and is never repeated: each call is a new firing (contract §9).
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from reconciler.kinds.event.live import LiveEvent

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Whom an event is about: what a contact is matched by (contract §6.2), or a
    visitor. What is not known is None.
    """

    id: int | None = None
    email: str | None = None
    phone: str | None = None
    visitor: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known."""
        return any((self.id, self.email, self.phone, self.visitor))


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One firing as the histories show it. The names of the keys are not documented
    (contract §6.3), so that each value is None where no known name has it.

    `contact` is the id of the contact that the target was resolved to, and `resolved`
    whether it was. `raw` is the row as it came.
    """

    identity: str
    number: int | None
    code: str | None
    at: datetime | None
    target: Target
    contact: int | None
    resolved: bool | None
    payload: Body | None
    outcome: str | None
    raw: Mapping[str, Any] = field(compare=False)

    @property
    def is_understood(self) -> bool:
        """Whether it can be told what was fired, and for whom or with what."""
        is_about = self.target.is_known or self.contact is not None
        return self.code is not None and (is_about or self.payload is not None)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Rows, the newest first. `stride` is how far the next page is, 0 at the end. `at` is
    when the shop made it, by its own clock; None when it does not say.
    """

    rows: tuple[HistoryRow, ...]
    stride: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """What the API says of one way to reach a contact; None is not said."""

    opted_in: bool | None
    unsubscribed: bool | None
    rejected: bool | None
    can_receive: bool | None


@dataclass(frozen=True, slots=True)
class LiveContact:
    """A contact of the shop, its channels by name (email, sms, push), and all that the
    API says of it.
    """

    id: int
    email: str | None
    id_customer: str | None
    active: bool | None
    created_at: datetime | None
    channels: Mapping[str, Channel]
    values: Mapping[str, Any] = field(compare=False)


class ReadableEvents(Protocol):
    """The events of one shop."""

    @property
    def requests(self) -> int: ...

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """While entered, all requests together take no longer."""

    def history(self, code: str | None, offset: int = 0) -> HistoryPage:
        """One page of the histories, of one code name or of all. A server that does not
        filter may show others, too.
        """

    def live_event(self, code: str) -> LiveEvent | None:
        """The event type with that code name."""

    def contact(self, target: Target) -> LiveContact | None:
        """The contact that is meant; None when there is none. Raises CannotLookUp."""


class SendingEvents(ReadableEvents, Protocol):
    """The events of one shop, to be fired."""

    def trigger(self, code: str, body: Body) -> None:
        """Fires once. Raises NeverSent when there was no connection, Rejected for a
        refusal, and Unreachable, ServerFailure or NotUnderstood in doubt.
        """


class CannotLookUp(Exception):
    """The API finds no contact by what is known of this one (contract §7)."""
