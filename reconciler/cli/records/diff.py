"""`reconciler records diff`"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, PATHS, Option, options
from reconciler.cli.records.chosen import FILE, rows_of
from reconciler.cli.records.options import MODE, READ, ROWS, WHERE, definition_argument
from reconciler.cli.records.saved import save
from reconciler.cli.records.work import opened_work, with_mode
from reconciler.cli.reports import Reports, show
from reconciler.cli.session import open_connection, target_for
from reconciler.errors import ExitCode
from reconciler.report.formats import Format, RowsView

if TYPE_CHECKING:
    from reconciler.records.cost import Asked


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `records diff`."""

    definition: str
    paths: tuple[str, ...]
    file: str | None
    mode: str | None
    where: Mapping[str, str]
    read: "Asked"
    shown: int
    out: str | None
    detailed_exitcode: bool
    form: Format
    reports: Reports


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler records diff Attribution\n  reconciler records diff Vet --rows 0",
)
@definition_argument
@options(
    PATHS,
    FILE,
    MODE,
    WHERE,
    READ,
    ROWS,
    Option(
        "out",
        "Save what a later `records apply` checks: counts and hashes, and no row.",
        {"metavar": "PLANFILE"},
    ),
    Option("detailed-exitcode", "End with 2 when rows differ.", FLAG),
    "format",
    "report",
    "settings-from",
    result="rows",
)
@click.pass_obj
def diff(app: App, /, **given: Any) -> int:
    """Compare rows with the shop; nothing is written.

    Only what differs would be sent: a push can start scenarios, so a row that is the
    same is left alone. The cheapest way to read is chosen, and told.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.api.rows import ReadRows
    from reconciler.records.options import CompareOptions

    chosen = Chosen(**given)
    target = target_for(app, chosen.paths)
    outputs = [*chosen.reports.places, *([chosen.out] if chosen.out else [])]
    with rows_of(
        app, chosen.definition, chosen.paths, chosen.file, outputs=outputs
    ) as named:
        rows = with_mode(named, chosen.mode)
        options = CompareOptions(
            rows.records.mode, chosen.where, chosen.read, chosen.shown
        )
        with (
            open_connection(app, target, ReadConnection) as connection,
            opened_work(
                app, rows, target, options, connection, ReadRows(connection)
            ) as work,
        ):
            compared = work.compare()
            code, reason = ExitCode.DONE, "in-sync"
            if compared.changes:
                reason = "changes"
                code = ExitCode.PENDING if chosen.detailed_exitcode else ExitCode.DONE
            report = work.report(code, reason)
    if chosen.out is not None:
        save(app, report, chosen.out, file=chosen.file, where=chosen.where)
    return show(app, RowsView(report), chosen.form, chosen.reports)
