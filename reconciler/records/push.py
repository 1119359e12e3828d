"""Sends rows in batches, and knows of each what became of it.

A batch is sent once. When nobody knows whether it arrived, its rows are asked for by
their keys, and only those that are not stored are sent again: a row that is stored twice
may start a scenario twice. Nothing is sent again after a "yes".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

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
from reconciler.form.words import plural
from reconciler.records.compare import Comparer
from reconciler.records.cost import BATCHES, DELETE_BATCH, PAGE, pages
from reconciler.records.finder import Finder
from reconciler.records.fingerprint import compared_part
from reconciler.records.options import PushOptions
from reconciler.records.raw import Unreadable
from reconciler.records.references import Taken
from reconciler.records.rejections import reasons_by_place
from reconciler.records.row_spool import OPEN, State
from reconciler.records.sent import NotStored, Pace, Stopped, TooLong
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
NOT_FOUND = "some rows are missing: a file was changed while it was pushed, or a contact is gone"
MOST_SENDS = 2
MOST_WAITS = 10
"""Minutes for which others may use up the limit of the key."""
MOST_IN_VAIN = 3
"""Batches in a row that nobody stored are no accident."""
A_MINUTE = 60.0
MOST_ALIKE = 3
"""So many rows in a row that are refused alone, for the same reason, are no accident."""


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
    taken: int = 0
    """How many rows were accepted."""
    stopped: str = ""
    is_in_doubt: bool = False
    _alike: list[str] = field(default_factory=list)
    _alone: int = 0
    _in_vain: int = 0
    _waiting: dict[int, tuple[Taken, str]] = field(default_factory=dict)

    finder: Finder = field(init=False)

    def __post_init__(self) -> None:
        self.finder = Finder(self.comparer, self.shop)
        if self.options.batch:
            self.batch = self.options.batch

    @property
    def _table(self) -> int:
        return self.comparer.table

    def run(self) -> None:
        """Sends everything that is to be sent. What ends it early is in `stopped`."""
        try:
            for part in self._groups(self._to_send()):
                self._push(part)
            self._send_again_later()
        except (Stopped, ApiError, Unreadable, OSError) as stop:
            self.stopped = str(stop)
        self._give_up_waiting()
        if not self.stopped and self.options.first is None and self._is_any_left():
            self.stopped = NOT_FOUND

    # What is to be sent.

    def _to_send(self) -> Iterator[Taken]:
        """The rows that are new or differ, in the order of the files."""
        return islice(self._meant(), self.options.first)

    def _meant(self) -> Iterator[Taken]:
        for rows in self.comparer.taken(self.comparer.spool.wanted(*OPEN)):
            if self.options.lines is None:
                yield from rows
            else:
                yield from (each for each in rows if self._is_meant(each.line))

    def _is_meant(self, line: int) -> bool:
        if self.options.lines is None:
            return True
        first, last = self.options.lines
        return first <= line and (last is None or line <= last)

    def _is_any_left(self) -> bool:
        spool = self.comparer.spool
        return any(self._is_meant(spool.line(n)) for n in spool.in_states(*OPEN))

    def _groups(self, rows: Iterator[Taken]) -> Iterator[list[Taken]]:
        """As many rows as one request reads, in whole batches."""
        while part := list(islice(rows, PAGE // self.batch * self.batch)):
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

    def _push(self, part: list[Taken]) -> None:
        self._check_going_on()
        if self.pace.clock() - self.read_at > FRESH:
            part = self._not_moved(part)
        self._send_in_batches(part)

    def _send_in_batches(self, part: Sequence[Taken], sends: int = 1) -> None:
        """As many rows at once as the shop takes. A batch that is refused as a whole is
        sent in smaller ones; when they are taken its size was the reason, and is learnt.
        """
        place, size = 0, self.batch
        refused: list[TooLong] = []
        while place < len(part):
            self._check_going_on()
            few = list(part[place : place + size])
            told = self._send(few, sends)
            smaller = next((each for each in BATCHES if each < len(few)), None)
            if told and smaller:
                refused.append(TooLong(place + len(few), size, len(few), self._alone))
                size = smaller
                continue
            if told:
                self._refuse_alone(few[0], told)
            place += len(few)
            while refused and refused[-1].end <= place:
                size = self._after(refused.pop(), size)

    def _after(self, long: "TooLong", size: int) -> int:
        """How many rows are sent next, when those that were refused together are
        through.
        """
        if self._alone > long.alone:
            return long.size  # one of the rows was the reason
        if size < self.batch:
            self._learn(size, long.rows)
        return size

    def _send(self, part: list[Taken], sends: int) -> str:
        """The reason when the batch was refused as a whole, and says nothing of any
        row.
        """
        try:
            refused = self.shop.save(self._table, [each.sent for each in part])
        except TooMany as refusal:
            return str(refusal)
        except (NeverSent, Unauthorized) as failure:
            raise Stopped(str(failure)) from failure
        except IN_DOUBT as lost:
            self._settle(part, lost, sends)
            return ""
        except Rejected as refusal:
            raise Stopped(str(refusal)) from refusal
        self._note(part, refused)
        return ""

    def _learn(self, batch: int, refused: int) -> None:
        to_push = self.comparer.writes
        gone = pages(self.comparer.spool.gone_count(), DELETE_BATCH)
        now, before = pages(to_push, batch) + gone, pages(to_push, self.batch) + gone
        self.batch = batch
        self.pace.tell(
            f"learnt: this shop takes {batch} {plural(batch, 'row')} a request "
            f"({refused} were refused): {now:,} requests instead of {before:,}"
        )

    def _refuse_alone(self, each: Taken, reason: str) -> None:
        """A row that is refused by itself, by an answer that names no row."""
        self._alone += 1
        self._end(each, State.REJECTED, reason)
        self._alike = (
            [*self._alike, reason] if self._alike[-1:] == [reason] else [reason]
        )
        if len(self._alike) >= MOST_ALIKE:
            raise Stopped(
                f"{len(self._alike)} rows, one at a time, were refused alike: {reason}"
            )

    def _note(self, part: list[Taken], refused: Sequence[Refused]) -> None:
        """What an answer says of each row of the batch."""
        self._alike.clear()
        self._in_vain = 0
        reasons, unclear = reasons_by_place([each.sent for each in part], refused)
        for place, reason in sorted(reasons.items()):
            self._reject(part[place], reason)
        others = part
        if reasons:
            others = [each for place, each in enumerate(part) if place not in reasons]
        if unclear:
            lines = f"{part[0].line}–{part[-1].line}"
            told = f"one of the lines {lines} was refused: {unclear}"
            for each in others:
                self._end(each, State.UNKNOWN, told)
        else:
            self._accept(others)
        last = part[-1]
        self.accepted(len(part), last.file, last.line)

    def _accept(self, rows: Sequence[Taken]) -> None:
        numbers = [each.n for each in rows]
        self.comparer.spool.mark_each(numbers, State.ACCEPTED)
        self.taken += len(numbers)

    def _reject(self, each: Taken, reason: str) -> None:
        if "contact" in reason.lower() and self._names_contact(each):
            # Its customer may be on its way.
            self._waiting[each.n] = (each, reason)
        else:
            self._end(each, State.REJECTED, reason)

    def _names_contact(self, each: Taken) -> bool:
        columns = self.comparer.definition.columns
        return any(columns[name].is_contact for name in each.sent)

    def _end(self, each: Taken, state: State, reason: str) -> None:
        self.comparer.spool.mark(each.n, state)
        self.not_stored.append(NotStored(each.file, each.line, state, reason))

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
            again, self._waiting = self._waiting, {}
            self._send_in_batches([each for each, _ in again.values()])

    def _give_up_waiting(self) -> None:
        for each, reason in self._waiting.values():
            told = f"{reason} (was its customer pushed before?)"
            self._end(each, State.REJECTED, told)
        self._waiting = {}

    # A batch without an answer.

    def _settle(self, part: list[Taken], lost: ApiError, sends: int) -> None:
        """Which rows are stored is looked up; only the others are sent again."""
        if self.comparer.is_bag:
            # Without a key nothing can be asked for: all has to be compared again.
            self.is_in_doubt = True
            raise Stopped(str(lost))
        if isinstance(lost, TooManyRequests):
            self._send_after_a_wait(part, lost, sends)
            return
        left = part
        first = (lost.retry_after,) if lost.retry_after else ()
        for wait in (*first, *LOOKS):
            self.pace.rest(wait)
            left = self._not_there(left)
            if not left or self.pace.stop():
                break
        if not left:
            self._in_vain = 0
            return
        if sends < MOST_SENDS and not isinstance(lost, NotUnderstood):
            try:
                self._send_in_batches(left, sends + 1)
            except Stopped:
                self._leave_in_doubt(left, lost)
                raise
            return
        self._leave_in_doubt(left, lost)
        self._in_vain += 1
        if self._in_vain >= MOST_IN_VAIN:
            raise Stopped(
                f"{self._in_vain} batches, one after the other, came to nothing: {lost}"
            )

    def _leave_in_doubt(self, part: Sequence[Taken], lost: ApiError) -> None:
        """Those of the rows that were sent, and of which nothing else is known."""
        spool = self.comparer.spool
        for each in part:
            if each.n not in self._waiting and spool.is_open(each.n):
                self._end(each, State.UNKNOWN, f"{lost}; it does not show yet")

    def _send_after_a_wait(
        self, part: list[Taken], lost: TooManyRequests, sends: int
    ) -> None:
        """A request over the limit was not looked at."""
        if sends > MOST_WAITS:
            raise Stopped(str(lost))
        self.pace.rest(lost.retry_after or A_MINUTE)
        self._send_in_batches(part, sends + 1)

    def _not_there(self, part: list[Taken]) -> list[Taken]:
        """Those that are not stored as they were sent; the others are accepted."""
        try:
            found = self.finder.living(part)
        except ApiError:
            return part
        left = []
        for each in part:
            live = found.get(each.n)
            if live and self._fits(each, live):
                self.comparer.spool.mark(each.n, State.ACCEPTED)
            else:
                left.append(each)
        return left

    def _fits(self, each: Taken, live: LiveRow) -> bool:
        prints = self.comparer.prints
        return prints.fits(prints.of(each.values), prints.of(live.values))

    # Rows that moved since they were compared.

    def _not_moved(self, part: list[Taken]) -> list[Taken]:
        """Those that live as they were compared. Somebody else's change is kept, unless
        it was asked for otherwise.
        """
        if self.comparer.is_bag or self.comparer.options.read == "none":
            return part
        if not self.finder.can_filter:
            return part  # to read the whole table for each batch takes hours
        try:
            found = self.finder.by_key(part)
        except FilterIgnored:
            return part
        return [each for each in part if self._may_be_sent(each, found.get(each.n))]

    def _may_be_sent(self, each: Taken, live: LiveRow | None) -> bool:
        prints = self.comparer.prints
        old = self.comparer.spool.old(each.n)
        if live is None:
            if old is None:
                return True
            told = "it was deleted after it was compared"
            return self._moved(each, told)
        wanted, found = prints.of(each.values), prints.of(live.values)
        if prints.fits(wanted, found):
            self.comparer.spool.mark(each.n, State.UNCHANGED)
            return False
        if old is not None and prints.fits(compared_part(wanted, old), found):
            return True
        return self._moved(each, "somebody else changed it after it was compared")

    def _moved(self, each: Taken, told: str) -> bool:
        match self.options.on_moved:
            case "overwrite":
                return True
            case "skip":
                self._end(each, State.MOVED, told)
                return False
            case "stop":
                self._end(each, State.MOVED, told)
                raise Stopped(f"a row has moved ({told}), and --on-moved is stop")
