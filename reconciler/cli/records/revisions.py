"""The rows of two git revisions as a part of `diff`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.cli.records.changes import change_of
from reconciler.form.words import address_words, counted

if TYPE_CHECKING:
    from reconciler.manifest.rows import Part, RowSet
    from reconciler.model.address import Address
    from reconciler.model.change import Update
    from reconciler.model.manifest import Desired
    from reconciler.plan.rows import PlannedRows
    from reconciler.records.between import RowsBetween
    from reconciler.records.row_stream import RowStream


@dataclass(frozen=True, slots=True)
class RowsAt:
    """The record sets of one side, and why rows of others could not be read."""

    sets: "Mapping[Address, RowSet]"
    problems: tuple[str, ...] = ()


def rows_at(desired: "Desired") -> RowsAt:
    """The record sets of these manifests; their files are found from the current
    folder, also when it is another one later.
    """
    from reconciler.manifest.record_sets import record_sets
    from reconciler.manifest.row_files import NoRowFile
    from reconciler.manifest.rows import row_set, table_in

    sets, problems = {}, []
    for manifest in record_sets(desired):
        records: Any = manifest.resource
        table = table_in(desired, records)
        if table is None:
            continue
        try:
            sets[manifest.address] = row_set(manifest, table)
        except NoRowFile as missing:
            problems.append(f"{address_words(manifest.address)}: {missing}")
    return RowsAt(sets, tuple(problems))


def planned_between(before: RowsAt, after: RowsAt, against: str) -> "PlannedRows":
    """What the rows after mean for a shop that has the rows before."""
    from reconciler.plan.rows import PlannedRows

    changes, unchanged = [], []
    warnings = [f"{told} (after)" for told in after.problems]
    warnings += [
        f"{told} (at {against}); its rows count as new" for told in before.problems
    ]
    for address, rows in after.sets.items():
        found, told = _between(before.sets.get(address), rows)
        warnings += told
        change = _change(rows, found)
        if change is None:
            unchanged.append(address)
        else:
            changes.append(change)
        if found.gone and rows.records.mode != "mirror":
            count = counted(found.gone, "row")
            warnings.append(
                f"{address_words(address)}: {count} no longer in its files; in the shop they stay"
            )
    return PlannedRows(
        changes=tuple(changes), unchanged=tuple(unchanged), warnings=tuple(warnings)
    )


def _between(
    before: "RowSet | None", after: "RowSet"
) -> "tuple[RowsBetween, list[str]]":
    from reconciler.records.between import RowsBetween, rows_between
    from reconciler.records.raw import Unreadable
    from reconciler.records.row_spool import open_row_spool

    told: list[str] = []
    earlier = _stream(after, ()) if before is None else _stream(before, before.parts)
    if before is not None and before.table.keys != after.table.keys:
        told.append(
            f"{address_words(after.address)}: its unique key is another one, so all rows count as new"
        )
        earlier = _stream(after, ())
    with open_row_spool() as spool:
        try:
            return rows_between(earlier, _stream(after, after.parts), spool), told
        except Unreadable as broken:
            told.append(
                f"{address_words(after.address)}: its rows were not compared: {broken}"
            )
            return RowsBetween(), told


def _stream(rows: "RowSet", parts: "Collection[Part]") -> "RowStream":
    from reconciler.records.row_stream import RowStream

    return RowStream(rows.rules, tuple(parts))


def _change(rows: "RowSet", found: "RowsBetween") -> "Update | None":
    from reconciler.model.change import RowCounts
    from reconciler.model.speed import Speed
    from reconciler.records.cost import BATCHES, forecast, looks

    gone = found.gone if rows.records.mode == "mirror" else 0
    counts = RowCounts(create=found.create, update=found.update, delete=gone)
    writes = counts.create + counts.update
    cost = forecast(writes, gone, looks(writes, None), BATCHES[0], Speed())
    return change_of(rows, counts, cost.requests, found.first)
