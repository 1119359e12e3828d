"""`reconciler records check`"""

import click

from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, options
from reconciler.cli.records.chosen import FILE, rows_of
from reconciler.cli.records.options import definition_argument
from reconciler.cli.reports import Reports, show
from reconciler.errors import ExitCode
from reconciler.report.formats import FindingsView, Format


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler records check Attribution\n  reconciler records check Vet --file vets.csv",
)
@definition_argument
@options(PATHS, FILE, "format", "report", "settings-from", result="findings")
@click.pass_obj
def check(
    app: App,
    definition: str,
    paths: tuple[str, ...],
    file: str | None,
    form: Format,
    reports: Reports,
) -> int:
    """Check rows offline, against the definition: no key, no network.

    All findings come in one run, each with its file, line and column. What a row holds
    is only shown where the record set permits it (`show`).
    """
    from reconciler.form.words import plural
    from reconciler.manifest.rows import check_rows
    from reconciler.records.row_spool import open_row_spool

    outputs = reports.places
    with (
        rows_of(app, definition, paths, file, outputs=outputs) as rows,
        open_row_spool() as spool,
    ):
        findings = list(rows.findings)
        for checked, found in check_rows(rows, spool):
            read = f"{checked.rows:,} {plural(checked.rows, 'row')} read"
            app.talk(f"{read}, {checked.good:,} of them can be sent.")
            findings += found
    code, reason = ExitCode.DONE, "valid"
    if any(finding.severity == "error" for finding in findings):
        code, reason = ExitCode.FAILED, "invalid-rows"
    view = FindingsView(sorted(findings), len(rows.parts), code, reason, __version__)
    return show(app, view, form, reports)
