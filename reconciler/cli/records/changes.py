"""A record set as one change of a plan."""

import os
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.manifest.rows import RowSet
    from reconciler.model.change import FieldChange, Impact, RowCounts, Update
    from reconciler.records.compared import RowDifference


def change_of(
    rows: "RowSet",
    counts: "RowCounts",
    requests: int,
    first: "Collection[RowDifference]" = (),
    *,
    breaks: bool = False,
) -> "Update | None":
    """The change with its counts and the `first` rows that differ; None when nothing is
    to be done. `breaks` says whether rows of others point at what goes.
    """
    from reconciler.model.address import Address
    from reconciler.model.change import Update
    from reconciler.plan.rows import fields_of

    fields = (*fields_of(counts), *_row_fields(rows, first))
    if not fields:
        return None
    reasons = []
    if counts.delete:
        reasons.append("rows that are not listed go")
    if breaks:
        reasons.append("rows of others point at them")
    if rows.scenarios:
        reasons.append(f"{', '.join(rows.scenarios)} may start")
    impact: Impact = "caution" if reasons else "safe"
    return Update(
        address=rows.address,
        impact="breaking" if breaks else impact,
        reason=" and ".join(reasons) or "rows are pushed",
        fields=fields,
        depends_on=(Address("definition", rows.table.name),),
        source=rows.manifest.source.short,
        requests=requests,
        rows=counts,
    )


def _row_fields(
    rows: "RowSet", first: "Collection[RowDifference]"
) -> "Iterator[FieldChange]":
    """Field by field, as far as they may be told."""
    from reconciler.model.change import FieldChange
    from reconciler.records.check import show_of

    show = show_of(rows.table, rows.records)
    for row in first:
        place = f"{os.path.basename(rows.parts[row.file].file)}:{row.line}"
        for each in row.fields:
            is_person = rows.table.columns[each.name].is_contact
            if show == "values" or (show == "keys" and not is_person):
                path = ("rows", place, each.name)
                yield FieldChange(path=path, op="changed", old=each.old, new=each.new)
