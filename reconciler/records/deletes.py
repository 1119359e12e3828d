"""Deletes rows by their ids, twenty at a time, each looked at again right before: an id
proves nothing when somebody has made another row of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import ApiError
from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Table
from reconciler.records.compare import Comparer
from reconciler.records.cost import DELETE_BATCH
from reconciler.records.living import in_scope
from reconciler.records.push import IN_DOUBT
from reconciler.records.row import key_of, key_text
from reconciler.records.sent import Pace
from reconciler.records.shop import FilterIgnored, TooMany, WritableRows

ATTEMPTS = 3
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0)
"""Seconds before each look for what was deleted."""


def identity(values: Mapping[str, Any], table: Table) -> str:
    """What tells a row from others: its key, or all that it holds."""
    if table.keys:
        return key_text(key_of(values, table))
    columns = table.columns.items()
    return key_text(tuple(canonical(values.get(name), c.type) for name, c in columns))


@dataclass
class Deleter:
    """Deletes what a comparison found to be gone from the files."""

    comparer: Comparer
    shop: WritableRows
    pace: Pace
    wait: float
    whole_table: bool = False
    """Whether the rows were picked by hand, and not by the scope of a mirror."""
    deleted: int = 0
    moved: int = 0
    unknown: list[int] = field(default_factory=list)
    stopped: str = ""
    progress: Callable[[int], None] = lambda count: None

    def run(self) -> None:
        """All of them, in the order of their ids."""
        last = 0
        while ids := list(self.comparer.spool.gone(last, DELETE_BATCH)):
            last = ids[-1]
            if self.pace.stop():
                self.stopped = "the run was stopped"
                return
            try:
                self._delete(ids)
            except (ApiError, TooMany, FilterIgnored) as no:
                self.stopped = str(no)
                return

    def _delete(self, ids: list[int]) -> None:
        still = self._still_gone(ids)
        self.moved += len(ids) - len(still)
        if not still:
            return
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self.shop.delete(self.comparer.table, still)
                break
            except IN_DOUBT:
                # A delete may be sent again: ids that are gone are skipped.
                if attempt == ATTEMPTS:
                    break
                self.pace.rest(2.0**attempt)
        left = self._left(still)
        self.deleted += len(still) - len(left)
        self.unknown += left
        self.progress(len(still))

    def _still_gone(self, ids: list[int]) -> list[int]:
        """Those that still are the rows that were compared."""
        table, spool = self.comparer.definition, self.comparer.spool
        still = []
        for live in self.shop.among(self.comparer.table, {"id": list(map(str, ids))}):
            key = identity(live.values, table)
            is_own = self.whole_table or in_scope(self.comparer.records, live, table)
            if is_own and spool.is_gone(live.id, key):
                still.append(live.id)
        return sorted(still)

    def _left(self, ids: list[int]) -> list[int]:
        """Those that still show when the time to wait is over."""
        waited = 0.0
        left = ids
        for delay in WAITS:
            try:
                rows = self.shop.among(
                    self.comparer.table, {"id": list(map(str, left))}
                )
            except (ApiError, FilterIgnored):
                return left
            left = sorted(row.id for row in rows)
            if not left or waited >= self.wait or self.pace.stop():
                break
            self.pace.rest(delay)
            waited += delay
        return left
