"""What the shop has under the keys of some rows, and which rows are a mirror's own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Table
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.references import parts_of
from reconciler.records.row import asked_text, fold_key, key_of
from reconciler.records.shop import LiveRow, ReadableRows


def living(
    shop: ReadableRows, table: int, definition: Table, rows: Sequence[Mapping[str, Any]]
) -> Iterator[LiveRow]:
    """What the shop has under the keys of these rows, asked for by their keys. Raises
    ApiError, FilterIgnored.
    """
    keys = {key_of(values, definition) for values in rows}
    for wanted in _filters(definition, rows):
        for live in shop.among(table, wanted):
            if key_of(live.values, definition) in keys:
                yield live


def living_in_all(
    shop: ReadableRows, table: int, definition: Table, rows: Sequence[Mapping[str, Any]]
) -> Iterator[LiveRow]:
    """The same, looked for in the whole table. Raises ApiError."""
    keys = {key_of(values, definition) for values in rows}
    for page in shop.pages(table, {}, shop.head(table, {})):
        for live in page.rows:
            if key_of(live.values, definition) in keys:
                yield live


def _filters(
    definition: Table, rows: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, list[str]]]:
    """The filters that name the keys of the rows. Of a key of several fields the rest of
    a filter are the values that go with the first.
    """
    first, *others = definition.keys
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for values in rows:
        groups.setdefault(asked_text(values[first]), []).append(values)
    for some in parts_of(list(groups)):
        wanted = {first: some}
        for name in others:
            wanted[name] = sorted(
                {asked_text(v[name]) for one in some for v in groups[one]}
            )
        yield wanted


def in_scope(records: RecordSet, live: LiveRow, table: Table) -> bool:
    """Whether a row of the shop is the mirror's own."""
    for name, owned in records.scope.items():
        kind = table.columns[name].type
        value = canonical(live.values.get(name), kind)
        wanted = [canonical(each, kind) for each in owned]
        if isinstance(value, str):
            value = fold_key(value)
            wanted = [fold_key(str(each)) for each in wanted]
        if value not in wanted:
            return False
    return True
