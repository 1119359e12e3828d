"""The rows of the histories from the newest on, as far back as is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconciler.events.shop import HistoryPage, HistoryRow, ReadableEvents, Target
from reconciler.events.target import is_same

MOST_PAGES = 50
"""A page is a request, of which 600 a minute are allowed (contract §1)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of one event type, about one target, since a moment; None is any.
    `known` is the id of the contact that the target is, where it is known.
    """

    code: str | None = None
    target: Target | None = None
    since: datetime | None = None
    known: int | None = None

    def has_code(self, row: HistoryRow) -> bool:
        """Whether it is of that event type, or may be. A server may ignore the filter."""
        return self.code is None or row.code in (None, self.code)

    def is_about(self, row: HistoryRow) -> bool:
        """Whether it is about that target, as far as the row says."""
        if self.target is None:
            return True
        if self.known is not None and self.known == row.contact:
            return True
        return bool(is_same(self.target, row.target, row.contact))

    def is_old(self, row: HistoryRow) -> bool:
        """Whether it came before that moment. A row without a time may have come
        since.
        """
        return self.since is not None and row.at is not None and row.at < self.since


@dataclass(slots=True)
class Walk:
    """Goes back through the histories. Afterwards it says how far it came. `now` is the
    moment from which `wanted.since` was reckoned: the clock of this machine may be
    wrong, and the times of rows are the shop's.
    """

    shop: ReadableEvents
    wanted: Wanted
    most_pages: int = MOST_PAGES
    now: datetime | None = None
    seen: set[str] = field(default_factory=set)
    highest: int = 0
    oldest: datetime | None = None
    is_cut: bool = False
    """Whether there are older rows in that time that were not looked at."""

    def rows(self) -> Iterator[HistoryRow]:
        """The rows of that event type in that time, each once; those of other targets,
        too. Raises ApiError.
        """
        offset = 0
        for _ in range(self.most_pages):
            page = self.shop.history(self.wanted.code, offset)
            if offset == 0:
                self._go_by_clock_of(page)
            new = [row for row in page.rows if row.identity not in self.seen]
            self.seen.update(row.identity for row in new)
            self.highest = max([self.highest, *(row.number or 0 for row in new)])
            for row in new:
                self.oldest = row.at or self.oldest
                if self.wanted.has_code(row) and not self.wanted.is_old(row):
                    yield row
            offset += page.stride
            if not page.stride or not new or all(map(self.wanted.is_old, new)):
                return
        self.is_cut = True

    def _go_by_clock_of(self, page: HistoryPage) -> None:
        since = self.wanted.since
        if since is not None and self.now is not None and page.at is not None:
            self.wanted = replace(self.wanted, since=since + (page.at - self.now))


@dataclass(slots=True)
class Follow:
    """What comes after a walk, each row once. `seen` are the rows of the walk, wanted or
    not, and `highest` is the highest number among them.
    """

    shop: ReadableEvents
    wanted: Wanted
    seen: set[str]
    highest: int

    def new_rows(self) -> list[HistoryRow]:
        """Those that came since the last look, the oldest first. Raises ApiError."""
        found: list[HistoryRow] = []
        offset = 0
        for _ in range(MOST_PAGES):
            page = self.shop.history(self.wanted.code, offset)
            new = list(filter(self._is_new, page.rows))
            found += new
            self.seen.update(row.identity for row in new)
            offset += page.stride
            # What was seen before stands behind what is new.
            if not page.stride or len(new) < len(page.rows):
                break
        found.reverse()
        return [row for row in found if self._is_wanted(row)]

    def _is_new(self, row: HistoryRow) -> bool:
        if row.identity in self.seen:
            return False
        return row.number is None or row.number > self.highest

    def _is_wanted(self, row: HistoryRow) -> bool:
        return self.wanted.has_code(row) and self.wanted.is_about(row)
