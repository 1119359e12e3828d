"""The rows of two revisions, row by row and by unique key: no shop is asked.

A reference is compared as it is written, because nobody can say offline that two keys
mean one contact.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Table
from reconciler.records.compared import FieldDifference, RowDifference
from reconciler.records.fingerprint import Fingerprints
from reconciler.records.row import Reference, Row, key_of
from reconciler.records.row_spool import Entry, RowSpool, State
from reconciler.records.row_stream import RowStream

CHUNK = 500
"""Rows that are looked up together."""
SHOWN = 20
"""Of the rows that differ the first ones are told with their values."""


@dataclass(frozen=True, slots=True)
class RowsBetween:
    """What the rows after are beside those before. Those that have `gone` were there
    before, and are not any more.
    """

    create: int = 0
    update: int = 0
    unchanged: int = 0
    gone: int = 0
    first: tuple[RowDifference, ...] = ()


def rows_between(before: RowStream, after: RowStream, spool: RowSpool) -> RowsBetween:
    """Compares two sets of files. Raises Unreadable."""
    return _Between(before, after, spool).run()


@dataclass
class _Between:
    before: RowStream
    after: RowStream
    spool: RowSpool
    gone: int = 0
    first: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.prints = Fingerprints(self.table)

    @property
    def table(self) -> Table:
        return self.after.rules.table

    def run(self) -> RowsBetween:
        rows = self.after.rows()
        while chunk := list(islice(rows, CHUNK)):
            self._take_in(chunk)
        earlier = self.before.rows()
        while chunk := list(islice(earlier, CHUNK)):
            self._match_all([_written(row.values) for _, _, row in chunk])
        counts = self.spool.counts()
        return RowsBetween(
            create=counts.get(State.CREATE, 0),
            update=counts.get(State.UPDATE, 0),
            unchanged=counts.get(State.UNCHANGED, 0),
            gone=self.gone,
            first=tuple(self._differences()),
        )

    def _take_in(self, chunk: Sequence[tuple[int, int, Row]]) -> None:
        kept = []
        for number, file, row in chunk:
            values = _written(row.values)
            entry = Entry(number, file, row.line, self.prints.of(values), State.CREATE)
            kept.append((entry, self._key(values, 0)))
        for _ in self.spool.add_all(kept):
            pass  # a key that stands there twice is a finding of `validate`

    def _key(self, values: Mapping[str, Any], side: int) -> Any:
        if self.table.keys:
            return key_of(values, self.table)
        # Of rows that are alike the first is the first, and so on.
        key = self.prints.narrowed(values, self.table.columns.keys())
        return key, self.spool.copy_number(side, key)

    def _match_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts rows before beside the rows after that have their keys."""
        found = self.spool.find_all([self._key(values, 1) for values in rows])
        for values, entry in zip(rows, found, strict=True):
            if entry is None:
                self.gone += 1
            else:
                self._match(entry, values)

    def _match(self, entry: Entry, values: Mapping[str, Any]) -> None:
        was = self.prints.of({**dict.fromkeys(self.table.columns), **values})
        if self.prints.fits(entry.hash, was):
            self.spool.mark(entry.n, State.UNCHANGED)
            return
        self.spool.mark(entry.n, State.UPDATE)
        heapq.heappush(self.first, (-entry.n, values))
        if len(self.first) > SHOWN:
            heapq.heappop(self.first)

    def _differences(self) -> Iterator[RowDifference]:
        old = {-number: values for number, values in self.first}
        for number, file, row in self.after.rows() if old else ():
            if number in old:
                yield self._difference(number, file, row, old[number])

    def _difference(
        self, number: int, file: int, row: Row, old: Mapping[str, Any]
    ) -> RowDifference:
        values = _written(row.values)
        wanted = self.prints.of(values)
        found = self.prints.of({**dict.fromkeys(self.table.columns), **old})
        fields = []
        for name in self.prints.differing(wanted, found):
            kind = self.table.columns[name].type
            was, now = canonical(old.get(name), kind), canonical(values[name], kind)
            fields.append(FieldDifference(name, was, now))
        key = {name: row.values.get(name) for name in self.table.keys}
        return RowDifference(number, file, row.line, key, tuple(fields))


def _written(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """References as texts that two spellings of one key have in common."""
    return {name: _as_text(value) for name, value in values.items()}


def _as_text(value: Any) -> Any:
    if isinstance(value, Reference):
        return " ".join(map(str, value.folded))
    return value
