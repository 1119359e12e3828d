"""Fires one event once, and settles by the history what became of it.

A trigger is never repeated: each call is a new firing (contract §9). Only where there
was no connection at all is it tried again. Everything else than a clear refusal – no
answer, a broken one, 5xx, and a "yes" as well, for triggers are queued – is settled by
looking for a row that was not there before.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reconciler.errors import (
    ApiError,
    NeverSent,
    NotUnderstood,
    OutOfTime,
    Rejected,
    ServerFailure,
    TooManyRequests,
    Unreachable,
)
from reconciler.events.clock import safe_moment
from reconciler.events.payload import is_same_payload
from reconciler.events.sent import CARE, Answer, Looked, SendOutcome, State
from reconciler.events.shop import (
    Body,
    CannotLookUp,
    HistoryRow,
    SendingEvents,
    Target,
)
from reconciler.events.target import is_same, quoted
from reconciler.form.words import counted

WAIT = 30.0
"""Seconds for which the history is looked at."""
LOOKS = (0.3, 0.7, 1.0, 2.0, 3.0)
"""Seconds before each look; the last one holds for all further ones."""
IN_DOUBT = (Unreachable, ServerFailure, NotUnderstood)


@dataclass(frozen=True, slots=True)
class Event:
    """One firing: the code name, the body of the request, and whom it is about."""

    code: str
    body: Body
    target: Target


@dataclass(frozen=True, slots=True)
class Pace:
    """How one run waits: `rest(seconds)` returns early when `stop()` becomes true."""

    rest: Callable[[float], object] = time.sleep
    stop: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Before:
    """The newest rows of the event type before it was sent: ids, and the highest one."""

    identities: frozenset[str]
    highest: int

    def is_new(self, row: HistoryRow) -> bool:
        """Whether the row came later. A row that only moved onto the page did not."""
        if row.identity in self.identities:
            return False
        return row.number is None or row.number > self.highest


@dataclass(slots=True)
class Sender:
    """Sends one event. `known` is the contact's id where it was looked up before."""

    shop: SendingEvents
    event: Event
    pace: Pace = field(default_factory=Pace)
    known: int | None = None
    answer: Answer | None = None
    """None until the request is under way."""
    _heard: str = "no answer"

    def run(self, wait: float = WAIT) -> SendOutcome:
        """Raises ApiError when the history cannot be read beforehand; nothing was sent
        then.
        """
        before = self._before()
        said = self._send()
        if self.answer in ("refused", "not-sent"):
            state: State = "refused" if self.answer == "refused" else "not-sent"
            return self._outcome(state, said, said)
        started = self.pace.clock()
        looked = self._look_until_seen(before, wait)
        outcome = self._judge(looked, said, wait)
        return replace(outcome, seconds=self.pace.clock() - started)

    def _before(self) -> Before:
        rows = self._rows()
        numbers = [row.number or 0 for row in rows]
        identities = frozenset(row.identity for row in rows)
        return Before(identities, max(numbers, default=0))

    def _rows(self) -> list[HistoryRow]:
        """The newest rows; a server may show those of other event types as well."""
        rows = self.shop.history(self.event.code).rows
        return [row for row in rows if row.code in (None, self.event.code)]

    def _send(self) -> str:
        """The one request; returns what was said to it."""
        self.answer = "none"
        try:
            self.shop.trigger(self.event.code, self.event.body)
        except NeverSent as lost:
            self.answer = "not-sent"
            return str(lost)
        except TooManyRequests as limited:
            self.answer, self._heard = "limited", "answered 429"
            return str(limited)
        except Rejected as refusal:
            self.answer = "refused"
            return str(refusal)
        except IN_DOUBT as doubt:
            self._heard = _heard(doubt)
            return str(doubt)
        self.answer, self._heard = "accepted", "accepted"
        return "accepted"

    def _look_until_seen(self, before: Before, wait: float) -> Looked:
        """Looks until the row is there and says what became of it, or the time is over,
        or somebody stops it; then once more.
        """
        end = self.pace.clock() + wait
        looked, looks = Looked(), 0
        with self.shop.within(wait + 1):
            while True:
                left = end - self.pace.clock()
                self.pace.rest(min(LOOKS[min(looks, len(LOOKS) - 1)], max(left, 0)))
                looks += 1
                looked = self._look(before, looked)
                is_known = looked.row is not None and looked.row.resolved is not None
                if is_known or self.pace.stop() or self.pace.clock() >= end:
                    return looked

    def _look(self, before: Before, last: Looked) -> Looked:
        try:
            rows = self._rows()
        except OutOfTime:  # its words are for those who only read
            return replace(last, blind="it did not answer in time")
        except ApiError as blind:
            return replace(last, blind=str(blind))
        new = list(filter(before.is_new, rows))
        row = next(filter(self._is_this, new), None)
        unreadable = sum(not self._is_comparable(each) for each in new)
        return Looked(row or last.row, unreadable)

    def _is_this(self, row: HistoryRow) -> bool:
        if row.payload is None or not is_same_payload(self.event.body, row.payload):
            return False
        return bool(self._is_same_target(row))

    def _is_same_target(self, row: HistoryRow) -> bool | None:
        asked = self.event.target
        if asked.id is None and self.known is not None:
            asked = replace(asked, id=self.known)
        return is_same(asked, row.target, row.contact)

    def _is_comparable(self, row: HistoryRow) -> bool:
        """Whether the row says enough to tell it from another event."""
        if row.payload is None:
            return False
        is_other = not is_same_payload(self.event.body, row.payload)
        return is_other or self._is_same_target(row) is not None

    def _judge(self, looked: Looked, said: str, wait: float) -> SendOutcome:
        row = looked.row
        if row is not None:
            return self._judge_row(row, said)
        if self.answer == "limited" and not looked.unreadable and not looked.blind:
            told = f"{said}. A 429 means refused and not carried out, and no history row came within {wait:g} s"
            return self._outcome("refused", told, said)
        return self._unknown(self._why_unknown(looked, wait), said)

    def _why_unknown(self, looked: Looked, wait: float) -> str:
        if looked.unreadable:
            rows = counted(looked.unreadable, "new history row")
            return f"{self._heard}, and {rows} cannot be understood"
        if looked.blind:
            return f"{self._heard}, and the history cannot be read ({looked.blind})"
        span = "yet" if self.pace.stop() else f"within {wait:g} s"
        return f"{self._heard}, and no history row {span}"

    def _judge_row(self, row: HistoryRow, said: str) -> SendOutcome:
        resolved = row.resolved
        if resolved is None:
            resolved = self._is_there()
        if resolved is None:
            told = (
                "landed, and nothing says whether the target was resolved to a contact"
            )
            return self._unknown(told, said, row)
        if resolved:
            return self._outcome(
                "landed", "landed, and the target was resolved", said, row
            )
        who = quoted(self.event.target)
        told = f"landed, and {who} was not resolved to a contact: no scenario starts"
        return self._outcome("unresolved", told, said, row)

    def _is_there(self) -> bool | None:
        """Whether the contact exists, where the history does not say whether it was
        found; None when nobody can tell.
        """
        try:
            return self.shop.contact(self.event.target) is not None
        except (ApiError, CannotLookUp):
            return None

    def _unknown(
        self, told: str, said: str, row: HistoryRow | None = None
    ) -> SendOutcome:
        outcome = self._outcome("unknown", told, said, row)
        return replace(outcome, safe_at=safe_moment(outcome.at, CARE))

    def _outcome(
        self, state: State, told: str, said: str, row: HistoryRow | None = None
    ) -> SendOutcome:
        assert self.answer is not None
        now, stopped = self.pace.now(), self.pace.stop()
        return SendOutcome(
            state, self.answer, said, row, told, 0.0, now, interrupted=stopped
        )


def _heard(doubt: ApiError) -> str:
    """What came in the place of an answer."""
    if isinstance(doubt, ServerFailure):
        return f"answered {doubt.status}"
    if isinstance(doubt, NotUnderstood):
        return "an answer that cannot be understood"
    return "no answer"
