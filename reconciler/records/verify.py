"""Reads back what was accepted: a push is queued, and accepted is not stored (contract
§1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from reconciler.errors import ApiError
from reconciler.records.cost import ALL_UP_TO, SAMPLED, Verify, verification
from reconciler.records.push import Pusher
from reconciler.records.raw import AT_ONCE, Unreadable
from reconciler.records.references import Taken
from reconciler.records.row_spool import State
from reconciler.records.row_stream import those
from reconciler.records.sent import NotStored
from reconciler.records.shop import LiveRow

FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0


@dataclass
class Verifier:
    """Looks for the accepted rows of one push, for `wait` seconds at most."""

    pusher: Pusher
    live_before: int | None
    read: int = 0
    altered: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    waited: float = 0.0
    """Seconds, for rows that do not show."""
    _last: dict[int, bytes] = field(default_factory=dict)

    @property
    def how(self) -> Verify:
        """What is read back: all of a small push, and a sample of a large one."""
        return verification(self._count(State.ACCEPTED), self.pusher.options.verify)

    def _count(self, state: State) -> int:
        return self.pusher.comparer.spool.counts().get(state, 0)

    def run(self) -> None:
        """Every accepted row becomes stored or unknown."""
        how = self.how
        if not self._count(State.ACCEPTED):
            return
        step = 1 if how == "all" else SAMPLED
        missing = [] if how == "count" else self._look_through(step)
        missing = self._poll(missing)
        for each in missing:
            self._unknown(each.n)
        if how != "all":
            self._by_count()
        for n in self.pusher.comparer.spool.in_states(State.ACCEPTED):
            self._unknown(n)

    def _look_through(self, step: int) -> list[Taken]:
        """The rows that do not show yet, of those that are looked at."""
        missing: list[Taken] = []
        picked = self._accepted(step)
        try:
            while part := list(islice(picked, self._at_once)):
                missing += self._look(part)
        except (ApiError, Unreadable, OSError) as blind:
            self.warn(f"rows could not be read back: {blind}")
        return missing

    @property
    def _at_once(self) -> int:
        """A shop that is read whole for every look is looked at as rarely as can be."""
        return AT_ONCE if self.pusher.finder.can_filter else ALL_UP_TO

    def _accepted(self, step: int) -> Iterator[Taken]:
        spool, comparer = self.pusher.comparer.spool, self.pusher.comparer
        wanted = spool.wanted(State.ACCEPTED)
        if step > 1:
            wanted = those(spool.sample(State.ACCEPTED, step))
        return chain.from_iterable(comparer.taken(wanted))

    def _look(self, part: list[Taken]) -> list[Taken]:
        """Those that are not there as they were sent; a shop that answers nothing shows
        nothing.
        """
        try:
            found = self.pusher.finder.living(part)
        except ApiError as blind:
            self.warn(f"rows could not be read back: {blind}")
            return part
        return [each for each in part if not self._is_stored(each, found)]

    def _is_stored(self, each: Taken, found: Mapping[int, LiveRow]) -> bool:
        live = found.get(each.n)
        if live is None:
            return False
        prints = self.pusher.comparer.prints
        now = prints.of(live.values)
        names = list(prints.differing(prints.of(each.values), now))
        if names and not self._is_altered(each.n, now, names):
            return False
        self.read += 1
        self.pusher.comparer.spool.mark(each.n, State.STORED)
        return True

    def _is_altered(self, n: int, now: bytes, names: list[str]) -> bool:
        """Whether the shop has made something else of it, for good: twice the same."""
        if self.pusher.comparer.spool.old(n) == now:
            return False  # the push has not arrived yet
        if self._last.get(n) != now:
            self._last[n] = now
            return False
        told = f"{', '.join(names)}: the shop stores another form of it than was sent"
        if told not in self.altered:
            self.altered.append(told)
        return True

    def _poll(self, missing: list[Taken]) -> list[Taken]:
        pace, wait = self.pusher.pace, self.pusher.options.wait
        delay = FIRST_WAIT
        while missing and self.waited < wait and not pace.stop():
            delay = min(delay, wait - self.waited)
            pace.rest(delay)
            self.waited += delay
            delay = min(delay * 2, LONGEST_WAIT)
            missing = self._look(missing)
        return missing

    def _unknown(self, n: int) -> None:
        spool = self.pusher.comparer.spool
        spool.mark(n, State.UNKNOWN)
        told = f"accepted, and not readable after {self.waited:.0f} s"
        self.pusher.not_stored.append(
            NotStored(spool.file(n), spool.line(n), State.UNKNOWN, told)
        )

    def _by_count(self) -> None:
        """The rows that were not looked at are there when the table has grown by what
        was created. When it has not, all of them are looked at.
        """
        if not self._count(State.ACCEPTED):
            return
        wanted = self._expected()
        if wanted is None or self._has_grown_to(wanted):
            self.pusher.comparer.spool.mark_all(State.ACCEPTED, State.STORED)
            return
        self.warnings.append(
            f"the table has fewer than the expected {wanted:,} rows, so all were read"
        )
        self._look_through(1)

    def _expected(self) -> int | None:
        if self.live_before is None:
            return None
        created, _ = self.pusher.comparer.spool.created(State.ACCEPTED, State.STORED)
        return self.live_before + created

    def _has_grown_to(self, wanted: int) -> bool:
        pace, waited, delay = self.pusher.pace, 0.0, FIRST_WAIT
        while True:
            found = self._live()
            if found is not None and found >= wanted:
                return True
            if waited >= self.pusher.options.wait or pace.stop():
                self.waited = max(self.waited, waited)
                return False
            pace.rest(delay)
            waited += delay
            delay = min(delay * 2, LONGEST_WAIT)

    def _live(self) -> int | None:
        """How many rows the shop has, of those that were counted before."""
        comparer = self.pusher.comparer
        try:
            return self.pusher.shop.head(comparer.table, comparer.wanted).total
        except ApiError as blind:
            self.warn(f"rows could not be counted: {blind}")
            return None

    def warn(self, told: str) -> None:
        """Is told once, with the outcome."""
        if told not in self.warnings:
            self.warnings.append(told)
