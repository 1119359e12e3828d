"""Sends rows in batches, and knows of each what became of it.

A batch is sent once. When nobody knows whether it arrived, its rows are asked for by
their keys, and only those that are not stored are sent again: a row that is stored twice
may start a scenario twice. Nothing is sent again after a "yes".
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from reconciler.errors import (
    ApiError,
    NeverSent,
    NotUnderstood,
    Rejected,
    ServerFailure,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from reconciler.kinds.definition.table import Table
from reconciler.records.compare import Comparer, Taken, living, living_in_all
from reconciler.records.cost import BATCHES
from reconciler.records.fingerprint import compared_part
from reconciler.records.options import PushOptions
from reconciler.records.row import Row, fold_key, key_of
from reconciler.records.row_spool import Entry, State
from reconciler.records.shop import (
    FilterIgnored,
    LiveRow,
    Refused,
    TooMany,
    WritableRows,
)

IN_DOUBT = (Unreachable, ServerFailure, NotUnderstood, TooManyRequests)
FRESH = 60.0
"""Seconds for which what was read counts as what lives."""
LOOKS = (0.5, 1.5, 3.0, 5.0, 10.0, 15.0)
"""Seconds before each look for the rows of a batch without an answer: a gateway may
give up long before the shop does.
"""
LATER = (5.0, 15.0, 45.0)
"""Seconds after which rows are sent again whose contact was not there yet."""
MOST_SENDS = 2
A_MINUTE = 60.0
MOST_ALIKE = 3
"""So many rows in a row that are refused alone, for the same reason, are no accident."""
_CONTACT = ("contact",)
Look = Callable[
    [WritableRows, int, Table, Sequence[Mapping[str, Any]]], Iterator[LiveRow]
]


@dataclass(frozen=True, slots=True)
class Sent:
    """A row on its way."""

    entry: Entry
    row: Row
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NotStored:
    """A row that is not in the shop as it should be, and why."""

    file: int
    line: int
    state: State
    reason: str


class Stopped(Exception):
    """Nothing more is sent; str() says why."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How one run waits: `rest(seconds)` returns early when `stop()` becomes true."""

    rest: Callable[[float], object] = time.sleep
    stop: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], object] = lambda line: None


@dataclass
class Pusher:
    """One push of what a comparison found. `read_at` is when that was, by the clock."""

    comparer: Comparer
    shop: WritableRows
    options: PushOptions
    pace: Pace = field(default_factory=Pace)
    read_at: float = 0.0
    accepted: Callable[[int, int, int], None] = lambda rows, file, line: None
    """Is told how many rows more are accepted, and through which (file, line)."""
    not_stored: list[NotStored] = field(default_factory=list)
    batch: int = BATCHES[0]
    stopped: str = ""
    is_in_doubt: bool = False
    can_filter: bool = True
    """Whether rows can be asked for by their keys."""
    _alike: list[str] = field(default_factory=list)
    _waiting: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.options.batch:
            self.batch = self.options.batch

    @property
    def _table(self) -> int:
        return self.comparer.table

    def run(self) -> None:
        """Sends everything that is to be sent. Raises ApiError only for what no row can
        be blamed for before anything was sent.
        """
        try:
            for part in self._batches(self._to_send()):
                self._check_going_on()
                self._push(part)
            self._send_again_later()
        except Stopped as stop:
            self.stopped = str(stop)
        except (NeverSent, Unauthorized) as failure:
            self.stopped = str(failure)

    # What is to be sent.

    def _to_send(self) -> Iterator[Sent]:
        """The rows that are new or differ, in the order of the files."""
        left = self.options.first
        for chunk in self._chunks():
            for each in chunk:
                if left == 0:
                    return
                yield each
                if left is not None:
                    left -= 1

    def _chunks(self) -> Iterator[list[Sent]]:
        rows = self.comparer.stream.rows()
        spool = self.comparer.spool
        while chunk := list(islice(rows, 500)):
            states = spool.among(chunk[0][0], len(chunk))
            wanted = [each for each in chunk if self._is_to_send(each, states)]
            resolved = self.comparer.resolve(wanted)
            yield [self._sent(states[each.number], each) for each in resolved]

    def _is_to_send(
        self, each: tuple[int, int, Row], states: Mapping[int, Entry]
    ) -> bool:
        number, _, row = each
        entry = states.get(number)
        if entry is None or entry.state not in (State.CREATE, State.UPDATE):
            return False
        if self.options.lines is None:
            return True
        first, last = self.options.lines
        return first <= row.line and (last is None or row.line <= last)

    def _sent(self, entry: Entry, each: Taken) -> Sent:
        return Sent(entry, each.resolved.row, each.resolved.values)

    def _batches(self, rows: Iterator[Sent]) -> Iterator[list[Sent]]:
        """As many rows as the shop takes at once, which may become fewer."""
        while part := list(islice(rows, self.batch)):
            yield part

    def _check_going_on(self) -> None:
        if self.pace.stop():
            raise Stopped("the run was stopped")
        most = self.options.max_requests
        if most is not None and self.shop.requests >= most:
            raise Stopped(
                f"{self.shop.requests:,} requests were sent, and max_requests is {most:,}"
            )

    # One batch.

    def _push(self, part: list[Sent]) -> None:
        if self.pace.clock() - self.read_at > FRESH:
            part = self._not_moved(part)
        for few in _slices(part, self.batch):
            self._send(few)

    def _send(self, part: list[Sent], sends: int = 1) -> None:
        try:
            refused = self.shop.save(self._table, [each.row.values for each in part])
        except TooMany as refusal:
            self._send_fewer(part, str(refusal))
            return
        except (NeverSent, Unauthorized) as failure:
            raise Stopped(str(failure)) from failure
        except IN_DOUBT as lost:
            self._settle(part, lost, sends)
            return
        except Rejected as refusal:
            raise Stopped(str(refusal)) from refusal
        self._note(part, refused)

    def _send_fewer(self, part: list[Sent], reason: str) -> None:
        """A shop that takes fewer rows at once says nothing of any row."""
        smaller = next((size for size in BATCHES if size < len(part)), None)
        if smaller is None:
            self._refuse_alone(part[0], reason)
            return
        if len(part) >= self.batch:
            self.batch = smaller
        for few in _slices(part, smaller):
            self._send(few)
        if self.batch == smaller:
            self.pace.tell(
                f"learnt: this shop takes {smaller} rows a request ({len(part)} were refused)"
            )

    def _refuse_alone(self, each: Sent, reason: str) -> None:
        """A row that is refused by itself, by an answer that names no row."""
        self._end(each, State.REJECTED, reason)
        self._alike = (
            [*self._alike, reason] if self._alike[-1:] == [reason] else [reason]
        )
        if len(self._alike) >= MOST_ALIKE:
            raise Stopped(
                f"{len(self._alike)} rows, one at a time, were refused alike: {reason}"
            )

    def _note(self, part: list[Sent], refused: Sequence[Refused]) -> None:
        """What an answer says of each row of the batch."""
        self._alike.clear()
        reasons, unclear = _by_place(part, refused)
        for place, each in enumerate(part):
            if place in reasons:
                self._reject(each, reasons[place])
            elif unclear:
                lines = f"{part[0].row.line}–{part[-1].row.line}"
                self._end(
                    each,
                    State.UNKNOWN,
                    f"one of the lines {lines} was refused: {unclear}",
                )
            else:
                self.comparer.spool.mark(each.entry.n, State.ACCEPTED)
        last = part[-1].entry
        self.accepted(len(part), last.file, last.line)

    def _reject(self, each: Sent, reason: str) -> None:
        if any(word in reason.lower() for word in _CONTACT) and _names_contact(each):
            self._waiting.append(each)  # its customer may be on its way
        else:
            self._end(each, State.REJECTED, reason)

    def _end(self, each: Sent, state: State, reason: str) -> None:
        self.comparer.spool.mark(each.entry.n, state)
        entry = each.entry
        self.not_stored.append(NotStored(entry.file, entry.line, state, reason))

    # Rows whose contact is not there yet.

    def _send_again_later(self) -> None:
        waited = 0.0
        for wait in LATER:
            if (
                not self._waiting
                or waited + wait > self.options.wait
                or self.pace.stop()
            ):
                break
            self.pace.tell(
                f"{len(self._waiting):,} rows name contacts that are not there yet: trying again in {wait:.0f} s"
            )
            self.pace.rest(wait)
            waited += wait
            again, self._waiting = self._waiting, []
            for part in _slices(again, self.batch):
                self._send(part)
        for each in self._waiting:
            told = (
                "the contact is not known to the shop; was its customer pushed before?"
            )
            self._end(each, State.REJECTED, told)
        self._waiting = []

    # A batch without an answer.

    def _settle(self, part: list[Sent], lost: ApiError, sends: int) -> None:
        """Which rows are stored is looked up; only the others are sent again."""
        if self.comparer.is_bag:
            # Without a key nothing can be asked for: all has to be compared again.
            self.is_in_doubt = True
            raise Stopped(str(lost))
        left = part
        for wait in self._waits(lost):
            self.pace.rest(wait)
            left = self._not_there(left, lost)
            if not left or self.pace.stop():
                break
        if not left:
            return
        if sends >= MOST_SENDS or self.pace.stop() or isinstance(lost, NotUnderstood):
            for each in left:
                self._end(each, State.UNKNOWN, f"{lost}; it does not show yet")
            return
        for few in _slices(left, self.batch):
            self._send(few, sends + 1)

    def _waits(self, lost: ApiError) -> Iterable[float]:
        if isinstance(lost, TooManyRequests):
            return (lost.retry_after or A_MINUTE,)
        if lost.retry_after:
            return (lost.retry_after, *LOOKS)
        return LOOKS

    def _not_there(self, part: list[Sent], lost: ApiError) -> list[Sent]:
        """Those that are not stored as they were sent; the others are accepted."""
        try:
            found = self.living(part)
        except ApiError:
            return part
        left = []
        for each in part:
            live = found.get(each.entry.n)
            if live and self._fits(each, live):
                self.comparer.spool.mark(each.entry.n, State.ACCEPTED)
            else:
                left.append(each)
        return left

    def _fits(self, each: Sent, live: LiveRow) -> bool:
        prints = self.comparer.prints
        return prints.fits(each.entry.hash, prints.of(live.values))

    # Rows that moved since they were compared.

    def _not_moved(self, part: list[Sent]) -> list[Sent]:
        """Those that live as they were compared. Somebody else's change is kept, unless
        it was asked for otherwise.
        """
        if self.comparer.is_bag or self.comparer.options.read == "none":
            return part
        if not self.can_filter:
            return part  # to read the whole table for each batch takes hours
        try:
            found = self._by_number(part, living)
        except FilterIgnored:
            self.can_filter = False
            return part
        return [
            each for each in part if self._may_be_sent(each, found.get(each.entry.n))
        ]

    def _may_be_sent(self, each: Sent, live: LiveRow | None) -> bool:
        prints = self.comparer.prints
        old = each.entry.old
        if live is None:
            if old is None:
                return True
            told = "it was deleted after it was compared"
            return self._moved(each, told)
        found = prints.of(live.values)
        if prints.fits(each.entry.hash, found):
            self.comparer.spool.mark(each.entry.n, State.UNCHANGED)
            return False
        if old is not None and prints.fits(compared_part(each.entry.hash, old), found):
            return True
        return self._moved(each, "somebody else changed it after it was compared")

    def _moved(self, each: Sent, told: str) -> bool:
        match self.options.on_moved:
            case "overwrite":
                return True
            case "skip":
                self._end(each, State.MOVED, told)
                return False
            case "stop":
                self._end(each, State.MOVED, told)
                raise Stopped(f"a row has moved ({told}), and --on-moved is stop")

    # What lives of some rows.

    def living(self, part: Sequence[Sent]) -> Mapping[int, LiveRow]:
        """What the shop has under the keys of these rows, by their numbers. A shop that
        does not filter by them is read whole. Raises ApiError.
        """
        if self.can_filter:
            try:
                return self._by_number(part, living)
            except FilterIgnored:
                self.can_filter = False
        return self._by_number(part, living_in_all)

    def _by_number(self, part: Sequence[Sent], look: Look) -> Mapping[int, LiveRow]:
        table = self.comparer.definition
        by_key = {key_of(Row(0, each.values), table): each.entry.n for each in part}
        values = [each.values for each in part]
        rows = look(self.shop, self._table, table, values)
        return {by_key[key_of(Row(0, row.values), table)]: row for row in rows}


def _slices(rows: Sequence[Sent], size: int) -> Iterator[list[Sent]]:
    for place in range(0, len(rows), size):
        yield list(rows[place : place + size])


def _names_contact(each: Sent) -> bool:
    return any(isinstance(value, Mapping) for value in each.row.values.values())


def _by_place(
    part: Sequence[Sent], refused: Sequence[Refused]
) -> tuple[Mapping[int, str], str]:
    """The reason of each row that was refused, by its place in the batch; and a reason
    that belongs to nobody knows which one.
    """
    reasons: dict[int, str] = {}
    unclear = ""
    for each in refused:
        reason = "; ".join(each.reasons) or "no reason was given"
        place = each.index
        if place is None or not 0 <= place < len(part):
            place = _place_of(part, each.item)
        if place is None or place in reasons:
            unclear = reason
        else:
            reasons[place] = reason
    return reasons, unclear


def _place_of(part: Sequence[Sent], item: Any) -> int | None:
    """The one row of the batch that looks like this; None when there is not one."""
    if not isinstance(item, Mapping):
        return None
    places = [i for i, each in enumerate(part) if _is_alike(each.row.values, item)]
    return places[0] if len(places) == 1 else None


def _is_alike(sent: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    return all(
        fold_key(str(item.get(name))) == fold_key(str(value))
        for name, value in sent.items()
    )
