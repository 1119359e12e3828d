"""The rows of two revisions, row by row and by unique key: no shop is asked.

A reference is compared as it is written, because nobody can say offline that two keys
mean one contact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.definition.table import Table
from reconciler.records.compared import RowDifference
from reconciler.records.fingerprint import Fingerprints
from reconciler.records.first_rows import FirstRows
from reconciler.records.row import Reference, columns_of, key_texts
from reconciler.records.row_spool import Entry, RowSpool, State
from reconciler.records.row_stream import Chunk, RowStream

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

    def __post_init__(self) -> None:
        self.prints = Fingerprints(self.table)
        self.first = FirstRows(self.after, self.prints, SHOWN, _written)

    @property
    def table(self) -> Table:
        return self.after.rules.table

    def run(self) -> RowsBetween:
        for chunk in self.after.chunks():
            self._take_in(chunk)
        for chunk in self.before.chunks():
            self._match_all([_written(values) for values in chunk.values])
        counts = self.spool.counts()
        return RowsBetween(
            create=counts.get(State.CREATE, 0),
            update=counts.get(State.UPDATE, 0),
            unchanged=counts.get(State.UNCHANGED, 0),
            gone=self.gone,
            first=tuple(self.first.differences()),
        )

    def _take_in(self, chunk: Chunk) -> None:
        values = [_written(values) for values in chunk.values]
        keys, hashes = self._keys(values, 0), self.prints.of_all(values)
        twice = self.spool.add_all(chunk.file, chunk.numbers, chunk.lines, keys, hashes)
        for _ in twice:
            pass  # a key that stands there twice is a finding of `validate`

    def _keys(self, rows: Sequence[Mapping[str, Any]], side: int) -> list[str]:
        if self.table.keys:
            return key_texts(columns_of(rows, self.table.keys), self.table)
        return [self._copy(values, side) for values in rows]

    def _copy(self, values: Mapping[str, Any], side: int) -> str:
        """Of rows that are alike the first is the first, and so on."""
        key = repr(self.prints.narrowed(values, self.table.columns.keys()))
        return f"{self.spool.copy_number(side, key)} {key}"

    def _match_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts rows before beside the rows after that have their keys."""
        found = self.spool.find_all(self._keys(rows, 1))
        for values, entry in zip(rows, found, strict=True):
            if entry is None:
                self.gone += 1
            else:
                self._match(entry, values)

    def _match(self, entry: Entry, values: Mapping[str, Any]) -> None:
        earlier = {**dict.fromkeys(self.table.columns), **values}
        assert entry.hash is not None
        if self.prints.fits(entry.hash, self.prints.of(earlier)):
            self.spool.mark(entry.n, State.UNCHANGED)
            return
        self.spool.mark(entry.n, State.UPDATE)
        self.first.keep(entry.n, earlier)


def _written(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """References as texts that two spellings of one key have in common."""
    return {name: _as_text(value) for name, value in values.items()}


def _as_text(value: Any) -> Any:
    if isinstance(value, Reference):
        return " ".join(map(str, value.folded))
    return value
