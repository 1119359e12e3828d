"""The rows of files beside those of the shop: which are new, which differ and in which
fields, which are the same, and which the shop has alone.

Files are read row by row and the shop page by page; what is kept of a row are hashes
and its line.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds.definition.table import Table
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.compared import (
    Compared,
    Duplicates,
    RefusedRow,
    TooManyToBag,
)
from reconciler.records.cost import Choice, choose, pages
from reconciler.records.fingerprint import Fingerprints, RowDigest
from reconciler.records.first_rows import FirstRows
from reconciler.records.intake import THEIRS, Intake
from reconciler.records.living import in_scope, living
from reconciler.records.options import CompareOptions
from reconciler.records.problem import CellProblem
from reconciler.records.references import (
    Resolver,
    TableId,
    Taken,
)
from reconciler.records.row_spool import Entry, RowSpool, State
from reconciler.records.row_stream import RowStream, Wanted
from reconciler.records.shop import (
    FilterIgnored,
    LivePage,
    LiveRow,
    ReadableRows,
)
from reconciler.records.shop import (
    Wanted as WantedValues,
)

MOST_BAGGED = 100_000
"""Rows of a table without unique keys that are compared one by one."""
MOST_REFUSED = 100_000
"""Refused rows that are kept with their reasons; of the others the number is."""


@dataclass
class Comparer:
    """One comparison. `rows` is how many rows the files have."""

    stream: RowStream
    records: RecordSet
    shop: ReadableRows
    table: int
    table_id: TableId
    spool: RowSpool
    options: CompareOptions
    rows: int
    is_taken_in: bool = False
    """Whether the spool has all rows of the files, as they stand there."""
    foretell: Callable[[Choice], None] = lambda choice: None
    """Is told how the shop is read, before it is."""
    writes: int = 0
    """How many rows were found that are to be sent."""
    resolver: Resolver = field(init=False)
    prints: Fingerprints = field(init=False)
    first: FirstRows = field(init=False)
    intake: Intake = field(init=False)
    _digest: RowDigest = field(init=False)
    _columns: Counter[str] = field(default_factory=Counter)
    _outside: int = 0
    _warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.definition, self.shop, self.table_id)
        ignored = frozenset(self.records.ignore_differences)
        self.prints = Fingerprints(self.definition, ignored)
        self._digest = RowDigest(self.definition)
        shown = self.options.shown
        self.first = FirstRows(self.stream, self.prints, shown, self._stored)
        is_blind = self.options.read == "none"
        self.intake = Intake(
            self.stream, self.resolver, self.prints, self.spool, is_blind
        )

    def _stored(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.resolver.resolve_values(values).values

    @property
    def definition(self) -> Table:
        """What the definition says of the rows."""
        return self.stream.rules.table

    @property
    def is_bag(self) -> bool:
        """Whether rows have no key."""
        return self.intake.is_bag

    def run(self) -> Compared:
        """Reads both sides. Raises ApiError, Unreadable, Duplicates, TooManyToBag."""
        before = self.shop.requests
        head = self._head()
        choice = self._choice(head)
        self.foretell(choice)
        if self._needs_no_look(choice, head):
            pass
        elif choice.how == "keys":
            choice = self._by_keys(choice, head)
        else:
            self._take_in()
            if choice.how == "whole" and head:
                self._whole(head)
                self._find_others()
        if self.intake.duplicates:
            raise Duplicates(self.intake.duplicates)
        return self._compared(head, choice, self.shop.requests - before)

    def _head(self) -> LivePage | None:
        if self.options.read == "none":
            return None
        return self.shop.head(self.table, self.wanted)

    @property
    def wanted(self) -> WantedValues:
        """What narrows the rows of the shop."""
        return {name: (value,) for name, value in self.options.where.items()}

    def _choice(self, head: LivePage | None) -> Choice:
        if head is None:
            return Choice("none", 0)
        live = len(head.rows) if head.total is None else head.total
        if self.is_bag and live > MOST_BAGGED:
            raise TooManyToBag
        needs_all = self.is_bag or self.options.mode == "mirror"
        keys = 0 if self.options.where else len(self.definition.keys)
        return choose(
            self.options.read, self.rows, live, keys=keys, needs_all=needs_all
        )

    def taken(self, wanted: Wanted) -> Iterator[list[Taken]]:
        """Rows that were taken in before, as they are sent and stored. Raises ApiError,
        Unreadable.
        """
        return self.intake.taken(wanted)

    # Looking at what lives.

    def living_rows(self) -> Iterator[LiveRow]:
        """The rows of the shop that have the keys of the files. Raises ApiError,
        FilterIgnored.
        """
        for group in self.stream.groups():
            rows = [row for chunk in group for row in chunk.rows()]
            resolved = self.resolver.resolve(rows)
            values = [each.values for each in resolved if not each.problem]
            yield from living(self.shop, self.table, self.definition, values)

    def _whole(self, head: LivePage) -> None:
        for page in self.shop.pages(self.table, self.wanted, head):
            self._match_all(page.rows)

    def _find_others(self) -> None:
        """A row that lives with another value than `where` has is not listed, and is
        found by its key.
        """
        if not self.options.where or self.is_bag:
            return
        with suppress(FilterIgnored):  # then all rows were listed
            for rows in self.taken(self.spool.wanted(State.CREATE)):
                self._match_all(list(self._living(rows)))

    def _living(self, rows: Sequence[Taken]) -> Iterator[LiveRow]:
        values = [each.values for each in rows]
        return living(self.shop, self.table, self.definition, values)

    def _by_keys(self, choice: Choice, head: LivePage | None) -> Choice:
        self._forget()
        try:
            for rows in self.intake.rows():
                self._match_all(list(self._living(rows)))
        except FilterIgnored:
            assert head is not None
            self._warnings.append(
                "the shop does not filter rows by their key, so the whole table is read"
            )
            again = Choice("whole", pages(head.total or 0))
            self.foretell(again)
            self._take_in()
            self._whole(head)
            return again
        return choice

    def _needs_no_look(self, choice: Choice, head: LivePage | None) -> bool:
        """Whether the rows are all new, as the spool has them since they were checked:
        nothing that lives was found or is asked for, and they point at nothing.
        """
        is_read = choice.requests == 0 and not (head and head.rows)
        is_all = self.is_taken_in and not self.options.where and not self.is_bag
        return is_read and is_all and not self.resolver.may_name

    def _forget(self) -> None:
        """What was found before."""
        self.spool.forget()
        self.intake.duplicates.clear()
        self._columns.clear()
        self.first.forget()
        self._outside = 0
        self._digest = RowDigest(self.definition)

    def _take_in(self) -> None:
        self._forget()
        for _ in self.intake.rows():
            pass  # the spool has them

    def _match_all(self, rows: Sequence[LiveRow]) -> None:
        """Puts rows of the shop beside the rows of the files that have their keys."""
        values = [live.values for live in rows]
        keys = self.intake.keys(values, THEIRS)
        prints = self.prints.of_all(values)
        entries = self.spool.find_all(keys)
        for live, key, now, entry in zip(rows, keys, prints, entries, strict=True):
            if entry is None:
                self._not_listed(live, key)
            elif entry.state is State.CREATE:  # pages asked for by key may overlap
                self._match(entry, key, live, now)

    def _match(self, entry: Entry, key: str, live: LiveRow, now: bytes) -> None:
        """`now` is what the row is compared by as it lives."""
        assert entry.hash is not None
        if self.prints.fits(entry.hash, now):
            self.spool.mark(entry.n, State.UNCHANGED)
            return
        self.spool.mark_differing(entry.n, now)
        self._digest.add(key, live.values)
        self._columns.update(self.prints.differing(entry.hash, now))
        self.first.keep(entry.n, live.values)

    def _not_listed(self, live: LiveRow, key: str) -> None:
        if self.options.mode == "mirror" and in_scope(
            self.records, live, self.definition
        ):
            self.spool.add_gone(live.id, key)
            self._digest.add(key, live.values)
        else:
            self._outside += 1

    def _compared(
        self, head: LivePage | None, choice: Choice, requests: int
    ) -> Compared:
        if self.options.mode == "update" and choice.how != "none":
            self._refuse_new()
        counts, refused = self.spool.counts(), self.intake.refused
        self.writes = counts[State.CREATE] + counts[State.UPDATE]
        return Compared(
            rows=sum(counts.values()) + len(refused),
            create=counts[State.CREATE],
            update=counts[State.UPDATE],
            unchanged=counts[State.UNCHANGED],
            refused=len(refused) + counts[State.LEFT_ALONE],
            delete=self.spool.gone_count(),
            live=head.total if head else None,
            outside=self._outside,
            columns=self._in_order(),
            lost=Counter(each.pointer for each in refused.values() if each.pointer),
            first=tuple(self.first.differences()),
            why_refused=tuple(self._why_refused()),
            choice=choice,
            requests=requests,
            digest=self._digest.whole(self._said(counts)),
            warnings=tuple(self._warnings),
        )

    def _said(self, counts: Mapping[State, int]) -> str:
        each = sorted((state.name, count) for state, count in counts.items())
        return repr((each, self.spool.gone_count()))

    def _refuse_new(self) -> None:
        """What is not there is not updated."""
        self.spool.mark_all(State.CREATE, State.LEFT_ALONE)

    def _why_refused(self) -> Iterator[RefusedRow]:
        told = "the row is not in the shop, and mode: update creates none"
        absent = CellProblem("record-not-there", told, told)
        known = sorted(self.intake.refused)
        for place in known[:MOST_REFUSED]:
            yield self.intake.refused[place]
        for file, line in self.spool.lines(State.LEFT_ALONE, MOST_REFUSED - len(known)):
            yield RefusedRow(file, line, absent)

    def _in_order(self) -> Mapping[str, int]:
        names = self.definition.columns
        return {name: self._columns[name] for name in names if name in self._columns}
