"""The reports of a command that ends before it has a result: they say why."""

from typing import Any

import click

from reconciler.cli.app import App
from reconciler.cli.writing import write_whole
from reconciler.errors import ReconcilerError
from reconciler.report.documents import as_json
from reconciler.report.escape import prose
from reconciler.report.formats import Format
from reconciler.report.terminal import printable


def report_why(app: App, document: dict[str, Any]) -> None:
    """Writes the error document to each report that is still to be written, as far as
    its format has words for an error.
    """
    reports, app.awaiting = app.awaiting, None
    if reports is None:
        return
    for form, file in reports.files:
        try:
            _write(app, form, file, document)
        except (click.FileError, ReconcilerError) as problem:
            app.complain(f"Error: {printable(_words_of(problem))}")


def _write(app: App, form: Format, file: str, document: dict[str, Any]) -> None:
    match form.name:
        case "json":
            write_whole(file, as_json(document))
        case "text":
            write_whole(file, f"Error: {printable(document['error'])}\n")
        case "markdown":
            write_whole(file, f"{prose(document['error'])}\n")
        case _:
            told = f"{file} was not written: {form.name} has no form for an error."
            app.complain(printable(told))


def _words_of(problem: click.FileError | ReconcilerError) -> str:
    if isinstance(problem, click.FileError):
        return problem.format_message()
    return str(problem)
