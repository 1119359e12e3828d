"""Finds what lives under the keys of rows that are sent, or were."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.definition.table import Table
from reconciler.records.compare import Comparer
from reconciler.records.living import living, living_in_all
from reconciler.records.references import Taken
from reconciler.records.row import Row, key_of
from reconciler.records.shop import FilterIgnored, LiveRow, ReadableRows

Look = Callable[
    [ReadableRows, int, Table, Sequence[Mapping[str, Any]]], Iterator[LiveRow]
]


@dataclass
class Finder:
    """Looks in one shop. `can_filter` says whether rows can be asked for by their keys."""

    comparer: Comparer
    shop: ReadableRows
    can_filter: bool = True

    def living(self, part: Sequence[Taken]) -> Mapping[int, LiveRow]:
        """What the shop has under the keys of these rows, by their numbers. A shop that
        does not filter by them is read whole. Raises ApiError.
        """
        if self.can_filter:
            with suppress(FilterIgnored):
                return self.by_key(part)
        return self._by_number(part, living_in_all)

    def by_key(self, part: Sequence[Taken]) -> Mapping[int, LiveRow]:
        """The same, asked for by their keys only. Raises ApiError, FilterIgnored."""
        try:
            return self._by_number(part, living)
        except FilterIgnored:
            self.can_filter = False
            raise

    def _by_number(self, part: Sequence[Taken], look: Look) -> Mapping[int, LiveRow]:
        table, resolver = self.comparer.definition, self.comparer.resolver
        resolver.forget_unknown()
        by_key, values = {}, []
        resolved = resolver.resolve([Row(0, each.values) for each in part])
        for each, found in zip(part, resolved, strict=True):
            if not found.problem:
                by_key[key_of(found.values, table)] = each.n
                values.append(found.values)
        rows = look(self.shop, self.comparer.table, table, values)
        return {by_key[key_of(row.values, table)]: row for row in rows}
