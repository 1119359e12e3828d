"""`reconciler records update`"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, options
from reconciler.cli.records.apply import (
    OnePush,
    Permissions,
    approve,
    check_permitted,
    show_before,
)
from reconciler.cli.records.chosen import check_rows_are_kept
from reconciler.cli.records.live import LiveTable, live_table, nothing_fits, wanted_rows
from reconciler.cli.records.options import (
    PUSHING,
    ROWS,
    SET,
    WHERE,
    ChosenPush,
    definition_argument,
)
from reconciler.cli.records.rejected import write_rejected
from reconciler.cli.records.work import Work, opened_work
from reconciler.cli.reports import check_places, show
from reconciler.cli.session import load_manifests, open_connection, target_for
from reconciler.cli.writing import check_whole
from reconciler.errors import ExitCode, WrongUsage
from reconciler.form.spelling import did_you_mean
from reconciler.report.formats import RowsView

if TYPE_CHECKING:
    from reconciler.api.rows import HttpRows
    from reconciler.kinds.definition.table import Table
    from reconciler.manifest.rows import RowSet
    from reconciler.records.raw import RawRow
    from reconciler.records.shop import Wanted


@dataclass(frozen=True, slots=True)
class Chosen(ChosenPush):
    """The options of one `records update`."""

    definition: str
    paths: tuple[str, ...]
    where: Mapping[str, str]
    set: Mapping[str, str]
    shown: int


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler records update Vet --where city=Lille --set region=Nord\n"
    "  reconciler records update Vet --where city=Lille --set region=Nord --auto-approve",
)
@definition_argument
@options(
    PATHS,
    WHERE,
    SET,
    ROWS,
    *PUSHING,
    "format",
    "report",
    "settings-from",
    result="rows",
)
@click.pass_obj
def update(app: App, /, **given: Any) -> int:
    """Change all rows that fit a condition: read them, show what changes, and upsert
    them by their unique key.
    """
    from reconciler.api.connection import Connection
    from reconciler.api.rows import HttpRows
    from reconciler.records.options import CompareOptions

    chosen = Chosen(**given)
    check_places(app, chosen.reports)
    if chosen.rejected is not None:
        check_whole(chosen.rejected)
    if not chosen.where or not chosen.set:
        raise click.UsageError(
            "--where and --set are needed: which rows, and what they get."
        )
    target = target_for(app, chosen.paths)
    resolved = load_manifests(app, chosen.paths, target)
    check_rows_are_kept(chosen.outputs, resolved.desired)
    with open_connection(app, target, Connection) as connection:
        shop = HttpRows(connection)
        live = live_table(connection, chosen.definition, target.name)
        _check_keys(live)
        wanted = wanted_rows(shop, live, chosen.where)
        rows = _rows(app, chosen, live, shop, wanted)
        options = CompareOptions(mode="update", shown=chosen.shown)
        with opened_work(app, rows, target, options, connection, shop) as work:
            code = _push(app, work, shop, chosen)
        _tell_left(app, chosen, live, shop, wanted)
        return code


def _check_keys(live: LiveTable) -> None:
    if not live.table.keys:
        raise WrongUsage(
            f"{live.table.name} has no unique keys, so its rows cannot be updated: they would double."
        )


def _rows(
    app: App,
    chosen: Chosen,
    live: LiveTable,
    shop: "HttpRows",
    wanted: "Wanted",
) -> "RowSet":
    """The rows that fit, with what is to be set: keys and required fields go with it,
    because a row without them is refused.
    """
    from reconciler.cli.records.chosen import scenarios_of
    from reconciler.kinds.records.manifest import RecordSet
    from reconciler.manifest.rows import Part, RowSet
    from reconciler.model.address import Address
    from reconciler.model.manifest import Manifest
    from reconciler.model.source import Source
    from reconciler.records.check import rules_for
    from reconciler.records.json_file import ListedRows

    table = live.table
    records = RecordSet(definition=table.name, mode="update")
    changed = _values(table, chosen.set)
    listed = ListedRows(list(_listed(table, shop, live.number, wanted, changed)))
    address = Address("records", table.name)
    where = "the shop"
    return RowSet(
        address,
        Manifest(address, records, Source(where)),
        records,
        table,
        rules_for(table, records),
        (Part(where, listed, is_versioned=False),),
        scenarios_of(app, chosen.paths, table.name),
    )


def _values(table: "Table", said: Mapping[str, str]) -> dict[str, Any]:
    """What is set, as values of the fields' types. Raises WrongUsage."""
    from reconciler.records.cells import Dialect, text_reader
    from reconciler.records.problem import CellProblem

    values: dict[str, Any] = {}
    for name, text in said.items():
        column = table.columns.get(name)
        if column is None:
            hint = did_you_mean(name, table.columns) or "."
            raise WrongUsage(f"{table.name} has no field {name!r}{hint}")
        if name in table.keys:
            raise WrongUsage(
                f"{name} is the unique key of {table.name}: by it rows are found, and it stays."
            )
        try:
            read = text_reader(column, Dialect())
            values[name] = read(text, lambda problem: None) if text else None
        except CellProblem as wrong:
            raise WrongUsage(f"--set {name}: {wrong}.") from None
    return values


def _listed(
    table: "Table",
    shop: "HttpRows",
    number: int,
    wanted: "Wanted",
    changed: Mapping[str, Any],
) -> "Iterator[RawRow]":
    from reconciler.form.scalars import canonical
    from reconciler.records.raw import RawRow

    needed = [c for c in table.columns.values() if c.required or c.name in table.keys]
    first = shop.head(number, wanted)
    line = 0
    for page in shop.pages(number, wanted, first):
        for row in page.rows:
            line += 1
            kept = {c.name: canonical(row.values.get(c.name), c.type) for c in needed}
            yield RawRow(line, {**kept, **changed})


def _push(app: App, work: Work, shop: "HttpRows", chosen: Chosen) -> int:
    options = chosen.push_options(work.target)
    work.pushing = options
    work.compare()
    report = work.report(ExitCode.DONE, "in-sync")
    permissions = Permissions(chosen.auto_approve, False, chosen.allow)
    show_before(app, report, chosen.form)
    check_permitted(app, report, work.target.guards, permissions)
    if not work.files.rows:
        app.talk(nothing_fits(work.rows.table, chosen.where))
    if not report.compared.changes:
        return show(app, RowsView(report), chosen.form, chosen.reports)
    approve(app, report, chosen.form, permissions, saved=False)
    push = OnePush(app, work, shop, options)
    outcome = push.run(chosen.timeout)
    if chosen.rejected is not None:
        write_rejected(app, chosen.rejected, work.rows, work.spool, outcome)
    report = push.report(outcome)
    return show(app, RowsView(report), chosen.form, chosen.reports)


def _tell_left(
    app: App, chosen: Chosen, live: LiveTable, shop: "HttpRows", wanted: "Wanted"
) -> None:
    """How many rows still fit a condition that what was set should have ended."""
    if not set(chosen.where) & set(chosen.set):
        return
    left = shop.head(live.number, wanted).total or 0
    said = ", ".join(f"{name}={value}" for name, value in chosen.where.items())
    app.talk(f"{said}: {left:,} rows now.")
