"""Rows of other definitions that point at rows which are to be deleted: afterwards they
point at nothing, and the server does not say so.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.kinds.definition.live import LiveDefinition
from reconciler.records.shop import FilterIgnored, ReadableRows

ASKED_AT_ONCE = 100
"""Rows to be deleted that one request asks about."""


@dataclass(frozen=True, slots=True)
class Pointing:
    """How many rows of a definition point, with one field, at rows that go. `rows` is
    None when the shop does not filter, so that it cannot be known.
    """

    definition: str
    field: str
    rows: int | None

    def __str__(self) -> str:
        if self.rows is None:
            return (
                f"rows of {self.definition} may point with {self.field} at rows that would be deleted: "
                "this shop does not say which"
            )
        point = "row points" if self.rows == 1 else "rows point"
        return (
            f"{self.rows:,} {point} at rows that would be deleted: {self.field} of {self.definition} "
            "would lead to nothing"
        )


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that points at a table, and the field there that it holds."""

    table: int
    definition: str
    name: str
    holds: str


def pointing_at(
    shop: ReadableRows,
    table: int,
    gone: Callable[[int, int], Sequence[int]],
    definitions: Iterable[LiveDefinition],
    held: Collection[int] = (),
) -> Iterator[Pointing]:
    """Who points at rows of a `table` that go; `gone(after, most)` gives their ids in
    order, of which those that are `held` stay. Raises ApiError, FilterIgnored.
    """
    fields = list(_fields_to(table, definitions))
    if not fields:
        return
    counts: dict[_Field, int | None] = dict.fromkeys(fields, 0)
    last = 0
    while ids := gone(last, ASKED_AT_ONCE):
        last = ids[-1]
        some = [str(number) for number in ids if number not in held]
        if not some:
            continue
        values = _values(shop, table, some, {each.holds for each in fields})
        for each in fields:
            counts[each] = _added(counts[each], _count(shop, each, values[each.holds]))
    for each, count in counts.items():
        if count != 0:
            yield Pointing(each.definition, each.name, count)


def _fields_to(table: int, definitions: Iterable[LiveDefinition]) -> Iterator[_Field]:
    for definition in definitions:
        for each in definition.relationships:
            if each.target_id == table and definition.id is not None:
                holds = each.target_field or "id"
                yield _Field(definition.id, definition.name, each.source_field, holds)


def _values(
    shop: ReadableRows, table: int, ids: list[str], names: set[str]
) -> dict[str, list[str]]:
    """What rows that point at these ones have in their fields."""
    values: dict[str, list[str]] = {"id": ids}
    others = names - {"id"}
    if others:
        rows = shop.among(table, {"id": ids})
        for name in others:
            held = {row.values.get(name) for row in rows} - {None}
            values[name] = sorted(map(str, held))
    return values


def _count(shop: ReadableRows, field: _Field, values: list[str]) -> int | None:
    if not values:
        return 0
    try:
        return shop.count(field.table, {field.name: values})
    except FilterIgnored:
        return None


def _added(before: int | None, more: int | None) -> int | None:
    if before is None or more is None:
        return None
    return before + more
