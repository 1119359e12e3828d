"""`reconciler records delete`"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, Option, Seconds, options
from reconciler.cli.records.apply import (
    OnePush,
    Permissions,
    approve,
    check_permitted,
    show_before,
)
from reconciler.cli.records.chosen import Columns, rows_of
from reconciler.cli.records.live import LiveTable, live_table, nothing_fits, wanted_rows
from reconciler.cli.records.options import AUTO_APPROVE, WHERE, definition_argument
from reconciler.cli.records.work import Work, opened_work
from reconciler.cli.reports import Reports, check_places, show
from reconciler.cli.session import open_connection, target_for
from reconciler.errors import ExitCode, WrongUsage
from reconciler.form.words import counted
from reconciler.report.formats import Format, RowsView
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.rows import HttpRows
    from reconciler.manifest.rows import RowSet
    from reconciler.records.report import RowsReport
    from reconciler.records.shop import LiveRow


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `records delete`."""

    definition: str
    paths: tuple[str, ...]
    where: Mapping[str, str]
    file: str | None
    auto_approve: bool
    allow_destroy: bool
    wait: float
    timeout: float | None
    form: Format
    reports: Reports


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler records delete Vet --where city=Lille --allow-destroy\n"
    "  reconciler records delete Vet --file keys.csv --allow-destroy",
)
@definition_argument
@options(
    PATHS,
    WHERE,
    Option(
        "file",
        "Delete the rows whose unique keys are in this file; - reads stdin.",
        {"metavar": "KEYS|-"},
    ),
    AUTO_APPROVE,
    "allow-destroy",
    Option(
        "wait",
        "How long it is waited until the rows are gone.",
        {
            "type": Seconds(min=0),
            "default": 60.0,
            "show_default": True,
            "metavar": "SECONDS",
        },
    ),
    Option(
        "timeout",
        "Start nothing new after this time; what is under way finishes.",
        {"type": Seconds(min=0.1), "metavar": "SECONDS"},
    ),
    "format",
    "report",
    "settings-from",
    result="rows",
)
@click.pass_obj
def delete(app: App, /, **given: Any) -> int:
    """Delete rows by a condition, or those whose unique keys a file lists.

    Each row is read again right before, and only deleted while it is the one that was
    shown.
    """
    from reconciler.api.connection import Connection
    from reconciler.api.rows import HttpRows
    from reconciler.records.options import CompareOptions

    chosen = Chosen(**given)
    check_places(app, chosen.reports)
    if bool(chosen.where) == bool(chosen.file):
        raise click.UsageError(
            "Which rows: write --where FIELD=VALUE, or --file KEYS, and not both."
        )
    target = target_for(app, chosen.paths)
    with open_connection(app, target, Connection) as connection:
        shop = HttpRows(connection)
        live = live_table(connection, chosen.definition, target.name)
        with _keys(app, chosen, live) as rows:
            options = CompareOptions(mode="update", read="none")
            with opened_work(app, rows, target, options, connection, shop) as work:
                return _delete(app, work, live, shop, chosen)


def _keys(app: App, chosen: Chosen, live: LiveTable) -> Any:
    """The rows whose keys the file lists; without a file, no rows."""
    from contextlib import nullcontext

    from reconciler.records.header import header_for

    if chosen.file is None:
        return nullcontext(_no_rows(live))
    if not live.table.keys:
        raise WrongUsage(
            f"{live.table.name} has no unique keys, so no file can say which rows are meant: write --where FIELD=VALUE."
        )
    keys = {name: live.table.columns[name] for name in live.table.keys}
    table = replace(live.table, columns=keys)
    # An export has the other fields as well.
    others = header_for(live.table, None).known - header_for(table, None).known
    columns = Columns(table, tuple(sorted(others)))
    outputs = chosen.reports.places
    return rows_of(app, chosen.definition, chosen.paths, chosen.file, columns, outputs)


def _no_rows(live: LiveTable) -> "RowSet":
    from reconciler.kinds.records.manifest import RecordSet
    from reconciler.manifest.rows import RowSet
    from reconciler.model.address import Address
    from reconciler.model.manifest import Manifest
    from reconciler.model.source import Source
    from reconciler.records.check import rules_for

    records = RecordSet(definition=live.table.name, mode="update")
    address = Address("records", live.table.name)
    manifest = Manifest(address, records, Source("the shop"))
    rules = rules_for(live.table, records)
    return RowSet(address, manifest, records, live.table, rules)


def _delete(
    app: App, work: Work, live: LiveTable, shop: "HttpRows", chosen: Chosen
) -> int:
    from reconciler.records.options import PushOptions

    _find(work, live, shop, chosen)
    count = work.compared.delete
    if chosen.file is not None and count < work.files.good:
        missing = f"{work.files.good - count:,} of {counted(work.files.good, 'key')}"
        app.talk(f"{missing} of the file have no row in {printable(live.table.name)}.")
    report = work.report(ExitCode.DONE, "in-sync")
    permissions = Permissions(chosen.auto_approve, chosen.allow_destroy)
    show_before(app, report, chosen.form)
    check_permitted(app, report, work.target.guards, permissions)
    if not count:
        return _nothing_to_delete(app, report, live, chosen)
    approve(app, report, chosen.form, permissions, saved=False)
    push = OnePush(app, work, shop, PushOptions(wait=chosen.wait), deletes_all=True)
    report = push.report(push.run(chosen.timeout))
    return show(app, RowsView(report), chosen.form, chosen.reports)


def _find(work: Work, live: LiveTable, shop: "HttpRows", chosen: Chosen) -> None:
    """Keeps the rows that are meant as those that go, and asks who points at them."""
    from reconciler.records.cost import Choice
    from reconciler.records.deletes import identity
    from reconciler.records.row_spool import State

    before = shop.requests
    work.compare()
    for row in _found(work, live, shop, chosen):
        work.spool.add_gone(row.id, identity(row.values, live.table))
    work.compared = replace(
        work.compared,
        rows=0,
        create=0,
        delete=work.spool.gone_count(),
        live=shop.head(live.number, {}).total,
        choice=Choice("keys", 0),
        requests=shop.requests - before,
    )
    # The rows of the file say which are meant, and are not to be sent.
    work.spool.mark_all(State.CREATE, State.LEFT_ALONE)
    work.ask_who_points()


def _nothing_to_delete(
    app: App, report: "RowsReport", live: LiveTable, chosen: Chosen
) -> int:
    from reconciler.model.plan import Exit

    if chosen.where:
        app.talk(nothing_fits(live.table, chosen.where))
    if report.compared.refused:
        report = replace(report, exit=Exit(code=ExitCode.FAILED, reason="failed"))
    return show(app, RowsView(report), chosen.form, chosen.reports)


def _found(
    work: Work, live: LiveTable, shop: "HttpRows", chosen: Chosen
) -> "Iterator[LiveRow]":
    """The rows of the shop that are meant."""
    if chosen.file is None:
        wanted = wanted_rows(shop, live, chosen.where)
        for page in shop.pages(live.number, wanted, shop.head(live.number, wanted)):
            yield from page.rows
        return
    yield from work.comparer.living_rows()
