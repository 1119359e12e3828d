"""What the shop has under the keys of some rows, and which rows are a mirror's own."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Table
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.references import LONGEST_FILTER, MOST_WANTED, asked_size
from reconciler.records.row import asked_text, fold_key, key_of
from reconciler.records.shop import LiveRow, ReadableRows


def living(
    shop: ReadableRows, table: int, definition: Table, rows: Sequence[Mapping[str, Any]]
) -> Iterator[LiveRow]:
    """What the shop has under the keys of these rows, asked for by their keys; each row
    once, though filters overlap. Raises ApiError, FilterIgnored.
    """
    keys = {key_of(values, definition) for values in rows}
    given: set[int] = set()
    for wanted in _filters(definition, rows):
        for live in shop.among(table, wanted):
            if live.id not in given and key_of(live.values, definition) in keys:
                given.add(live.id)
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
    """The filters that name the keys of the rows. Of a key of several fields a filter
    finds all combinations of its values: never more than one page has.
    """
    names = definition.keys
    keys = {tuple(asked_text(values[name]) for name in names) for values in rows}
    filled = KeyFilter(names)
    for key in sorted(keys):
        if not filled.add(key):
            yield filled.values
            filled = KeyFilter(names)
            filled.add(key)
    if keys:
        yield filled.values


class KeyFilter:
    """A filter that grows, key by key."""

    def __init__(self, names: Sequence[str]) -> None:
        self._wanted: dict[str, list[str]] = {name: [] for name in names}
        self._size = 0

    @property
    def values(self) -> Mapping[str, list[str]]:
        """The values of each field."""
        return self._wanted

    def add(self, key: Sequence[str]) -> bool:
        """False when it would find more than a page, or be too long for an address."""
        pairs = zip(self._wanted, key, strict=True)
        more = {name: value for name, value in pairs if value not in self._wanted[name]}
        counts = [len(held) + (name in more) for name, held in self._wanted.items()]
        size = self._size + sum(map(asked_size, more.values()))
        if self._size and (prod(counts) > MOST_WANTED or size > LONGEST_FILTER):
            return False
        self._size = size
        for name, value in more.items():
            self._wanted[name].append(value)
        return True


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
