"""A definition in the shop, for commands that take no rows from files."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reconciler.cli.records.work import NotLive
from reconciler.errors import WrongUsage
from reconciler.form.spelling import did_you_mean
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.kinds.definition.live import LiveDefinition
    from reconciler.kinds.definition.table import Column, Table
    from reconciler.model.live import Live
    from reconciler.records.export import RowKey
    from reconciler.records.shop import ReadableRows, Wanted


@dataclass(frozen=True, slots=True)
class LiveTable:
    """One definition of the shop, and all others by their ids."""

    definition: "LiveDefinition"
    table: "Table"
    all: "Mapping[int, LiveDefinition]"

    @property
    def number(self) -> int:
        """The id of the definition."""
        return self.definition.id

    def row_keys(self) -> "Mapping[str, RowKey]":
        """How the rows are named that fields point at by their number."""
        from reconciler.records.export import RowKey

        by_name = {each.name: each for each in self.all.values()}
        keys = {}
        for column in self.table.columns.values():
            target = column.target
            if target is None or not target.is_row_id:
                continue
            other = by_name.get(target.definition)
            if other is not None and len(other.unique_keys) == 1:
                keys[column.name] = RowKey(other.id, other.unique_keys[0])
        return keys


def live_table(connection: "ReadConnection", name: str, target: str) -> LiveTable:
    """The definition of that name. Raises NotLive, ApiError."""
    from reconciler.api.live import read
    from reconciler.model.address import Address

    live = read(connection, [Address("definition", name)], needed={"definition"})
    if found := table_in(live, name):
        return found
    names = (address.name for address in live.resources)
    hint = did_you_mean(name, names) or "."
    raise NotLive(f"definition/{name} does not live in {target}{hint}")


def table_in(live: "Live", name: str) -> LiveTable | None:
    """The definition of that name in a shop that was read; None when it is not there."""
    from reconciler.kinds.definition.live import LiveDefinition
    from reconciler.model.address import Address
    from reconciler.records.live_table import table_of_live

    wanted = Address("definition", name)
    found = [
        each for each in live.resources.values() if isinstance(each, LiveDefinition)
    ]
    by_id = {each.id: each for each in found}
    names = {each.id: each.name for each in found}
    for each in found:
        if wanted.is_called(each.name):
            return LiveTable(each, table_of_live(each, names), by_id)
    return None


def wanted_rows(
    shop: "ReadableRows", live: LiveTable, where: Mapping[str, str]
) -> "Wanted":
    """What `FIELD=VALUE` asks the shop for; what a field points at is looked up where
    it is named by a key. Raises WrongUsage for what is no field, and for what is not
    there.
    """
    table = live.table
    wanted: dict[str, tuple[str, ...]] = {}
    for said, value in where.items():
        name, _, by = said.partition(".")
        column = table.columns.get(said) or table.columns.get(name)
        if column is None:
            hint = did_you_mean(said, table.columns) or "."
            raise WrongUsage(f"{table.name} has no field {said!r}{hint}")
        if column.name != said:
            find = _contact if column.is_contact else partial(_row, live, column)
            wanted[column.name] = (find(shop, said, by, value),)
        else:
            wanted[said] = (value,)
    return wanted


def nothing_fits(table: "Table", where: Mapping[str, str]) -> str:
    """What to say when no row is meant: a value may be misspelt."""
    said = " and ".join(f"{name}={value}" for name, value in where.items())
    return f"No row of {printable(table.name)} has {printable(said)}."


def _contact(shop: "ReadableRows", said: str, by: str, value: str) -> str:
    from reconciler.kinds.definition.table import CONTACT_KEYS

    if by not in CONTACT_KEYS:
        name = said.partition(".")[0]
        raise WrongUsage(
            f"{said!r} names no contact: write {name}.email, {name}.id_customer or {name}.id_contact."
        )
    number = shop.contact(by, value)
    if number is None:
        raise WrongUsage(f"There is no contact whose {by} is {value!r}.")
    return str(number)


def _row(
    live: LiveTable,
    column: "Column",
    shop: "ReadableRows",
    said: str,
    by: str,
    value: str,
) -> str:
    """What is stored of a row of another definition, which has that value."""
    from reconciler.kinds.definition.table import ROW_ID
    from reconciler.records.references import Resolver
    from reconciler.records.row import Reference

    name, target = column.name, column.target
    others = {each.name: each for each in live.all.values()}
    other = others.get(target.definition) if target else None
    if other is None:
        raise WrongUsage(
            f"{said!r} cannot be looked up, because {name} points at no other rows: write {name}=VALUE."
        )
    names = [ROW_ID, *(each.name for each in other.fields)]
    if by not in names:
        hint = did_you_mean(by, names) or "."
        raise WrongUsage(
            f"{other.name}, at which {name} points, has no field {by!r}{hint}"
        )
    resolver = Resolver(live.table, shop, lambda name: others[name].id)
    found = resolver.resolve_values({name: Reference(by, value)})
    if found.problem:
        raise WrongUsage(f"{found.problem}.")
    return str(found.values[name])
