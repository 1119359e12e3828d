"""Rows that point at rows which are pushed before them: until these are there they cannot
be compared, but what lives under their keys can be told.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from reconciler.form.words import counted
from reconciler.records.compare import Comparer
from reconciler.records.compared import Compared
from reconciler.records.deletes import identity
from reconciler.records.living import living, living_in_all
from reconciler.records.raw import AT_ONCE
from reconciler.records.row import Reference
from reconciler.records.shop import FilterIgnored, LiveRow

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that wait. The keys of `unsure` ones hold what they wait for, so what lives
    under them is not known; of the others `living` live. `held` are the ids of rows
    that a mirror keeps for them.
    """

    rows: int = 0
    unsure: int = 0
    living: int = 0
    held: frozenset[int] = frozenset()

    def among(self, compared: Compared, mode: str) -> Compared:
        """What was found, with these rows as what they will be."""
        if not self.rows:
            return compared
        new, known = self.rows - self.living, self.living
        if mode == "update":
            # What is not there is refused, unless its key says too little.
            new, known = 0, self.living + self.unsure
        gone = compared.delete - len(self.held)
        return replace(
            compared,
            create=compared.create + new,
            update=compared.update + known,
            refused=compared.refused - new - known,
            delete=gone,
            warnings=(*compared.warnings, *self._warnings(gone)),
        )

    def _warnings(self, gone: int) -> Iterator[str]:
        if gone and self.unsure:
            yield (
                f"fewer than {counted(gone, 'row')} may be deleted: "
                f"the keys of {counted(self.unsure, 'row')} of the file point at rows that are pushed before"
            )


def waiting_rows(comparer: Comparer, names: Collection[str], live: int) -> Waiting:
    """The rows that were refused because one of the fields of these names points at what
    is not there yet; `live` is how many rows the shop has. Raises ApiError, Unreadable.
    """
    keys = comparer.definition.keys
    rows = _refused_for(comparer, names)
    waiting = Waiting()
    while chunk := list(islice(rows, AT_ONCE)):
        known = [values for values in chunk if values.keys() >= set(keys)]
        found = list(_living(comparer, known)) if live and known and keys else []
        waiting = Waiting(
            waiting.rows + len(chunk),
            waiting.unsure + len(chunk) - len(known),
            waiting.living + len(found),
            waiting.held | _held(comparer, found),
        )
    return waiting


def _refused_for(comparer: Comparer, names: Collection[str]) -> Iterator[Values]:
    """What these rows hold besides what they wait for."""
    for group in comparer.stream.groups():
        rows = [row for chunk in group for row in chunk.rows()]
        for row, each in zip(rows, comparer.resolver.resolve(rows), strict=True):
            if each.problem is None or each.column not in names:
                continue
            rest = comparer.resolver.resolve_values(_without(row.values, names))
            if rest.problem is None:
                yield rest.values


def _without(values: Values, names: Collection[str]) -> Values:
    return {
        name: value
        for name, value in values.items()
        if not (name in names and isinstance(value, Reference))
    }


def _living(comparer: Comparer, rows: Sequence[Values]) -> Iterator[LiveRow]:
    where = comparer.shop, comparer.table, comparer.definition
    try:
        yield from list(living(*where, rows))
    except FilterIgnored:
        yield from living_in_all(*where, rows)


def _held(comparer: Comparer, found: Sequence[LiveRow]) -> frozenset[int]:
    table, spool = comparer.definition, comparer.spool
    return frozenset(
        live.id
        for live in found
        if spool.is_gone(live.id, identity(live.values, table))
    )
