"""The first rows that differ, with what is on both sides: only those are told of in full."""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.records.compared import FieldDifference, RowDifference
from reconciler.records.fingerprint import Fingerprints
from reconciler.records.row_stream import RowStream, those

Values = Mapping[str, Any]


@dataclass
class FirstRows:
    """Keeps what the other side has of the first `most` rows of a stream that differ, or
    of all of them when that is 0. `understood` gives what a row of the stream is
    compared by.
    """

    stream: RowStream
    prints: Fingerprints
    most: int
    understood: Callable[[Values], Values]
    _kept: list[tuple[int, int, Values]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def keep(self, number: int, old: Values) -> None:
        """A row that differs, by its number."""
        # The row with the largest number goes first, when there are too many.
        item = (-number, next(self._order), old)
        if self.most == 0 or len(self._kept) < self.most:
            heapq.heappush(self._kept, item)
        else:
            heapq.heappushpop(self._kept, item)

    def forget(self) -> None:
        """Everything."""
        self._kept.clear()

    def differences(self) -> Iterator[RowDifference]:
        """They, in the order of the stream. Raises Unreadable."""
        kept = {-number: old for number, _, old in self._kept}
        for number, file, row in self.stream.rows(wanted=those(sorted(kept))):
            fields = tuple(self._fields(row.values, kept[number]))
            keys = self.prints.table.keys
            key = {name: row.values.get(name) for name in keys}
            yield RowDifference(number, file, row.line, key, fields)

    def _fields(self, values: Values, old: Values) -> Iterator[FieldDifference]:
        new = self.understood(values)
        wanted, found = self.prints.of(new), self.prints.of(old)
        for name in self.prints.differing(wanted, found):
            kind = self.prints.table.columns[name].type
            was = canonical(old.get(name), kind)
            yield FieldDifference(name, was, canonical(new.get(name), kind))
