"""What a diagnosis rests on: what was read of the shop, and what the manifests declare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from reconciler.events.shop import HistoryRow, LiveContact, Target
from reconciler.kinds.event.live import LiveEvent
from reconciler.kinds.event.manifest import Event
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True)
class Blind:
    """It could not be read; `why` says why."""

    why: str


@dataclass(frozen=True, slots=True)
class Listener:
    """A declared scenario that an event starts."""

    name: str
    is_active: bool
    template: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Declared:
    """What the manifests say: the event type, its place, its scenarios, and a sample of
    its payload. `others` are the further code names that they know.
    """

    event: Event | None = None
    source: Source | None = None
    listeners: Sequence[Listener] = ()
    others: Sequence[str] = ()
    sample: str | None = None


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """What the check of one message found: how many variables it has, and what is wrong
    with those that do not resolve. `needs` are the definitions whose rows it reads.
    """

    file: str
    variables: int
    problems: Sequence[str] = ()
    needs: Sequence[str] = ()


class Messages(Protocol):
    """The messages of an event's scenarios, for one contact. Raises ApiError."""

    def of(
        self, listeners: Sequence[Listener], contact: LiveContact | None
    ) -> Sequence[MessageSeen]:
        """What is found in each; without a contact, what can be known for all."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the histories in the time that was asked for: those about the target,
    the newest first, and how many others. `cut_at` is set when there are older ones that
    were not looked at.
    """

    about: Sequence[HistoryRow] = ()
    others: int = 0
    not_understood: int = 0
    cut_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """All of it. `contact` is None when there is none, and the messages are None while
    nobody can look at them. `readable` says when rows of the contact that were pushed
    from here could first be read, by definition.
    """

    code: str
    target: Target
    since: timedelta
    now: datetime
    declared: Declared
    live: LiveEvent | Blind | None
    rows: Rows | Blind
    contact: LiveContact | Blind | None
    messages: Sequence[MessageSeen] | Blind | None = None
    readable: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def latest(self) -> HistoryRow | None:
        """The newest row about the target."""
        if isinstance(self.rows, Blind) or not self.rows.about:
            return None
        return self.rows.about[0]
