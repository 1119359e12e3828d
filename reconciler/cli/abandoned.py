"""The reports of a command that ends before it has a result: they say why."""

from dataclasses import dataclass

import click

from reconciler.cli.app import App
from reconciler.cli.writing import write_whole
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.source import Finding
from reconciler.report.terminal import printable


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a command stopped before it had a result."""

    message: str
    code: ExitCode
    reason: str
    findings: tuple[Finding, ...] = ()


def report_why(app: App, ending: Ending) -> None:
    """Says it in each report that is still to be written, as far as its format has words
    for an error.
    """
    reports, app.awaiting = app.awaiting, None
    if reports is None:
        return
    for form, file in reports.files:
        text = error_as(form.name, ending)
        if text is None:
            told = f"{file} was not written: {form.name} has no form for an error."
            app.complain(printable(told))
            continue
        try:
            write_whole(file, text)
        except (click.FileError, ReconcilerError) as problem:
            app.complain(f"Error: {printable(_words_of(problem))}")


def error_as(form: str, ending: Ending) -> str | None:
    """The text in that format; None for one that has no words for an error."""
    from reconciler.report.escape import prose

    match form:
        case "json":
            return _as_json(ending)
        case "junit":
            return _as_junit(ending)
        case "text":
            return f"Error: {printable(ending.message)}\n"
        case "markdown":
            return f"{prose(ending.message)}\n"
    return None


def _as_json(ending: Ending) -> str:
    from reconciler.report.documents import as_json, error_document

    return as_json(
        error_document(ending.message, ending.findings, ending.code, ending.reason)
    )


def _as_junit(ending: Ending) -> str:
    from reconciler.model.plan import Exit
    from reconciler.report.junit import error_junit

    end = Exit(code=ending.code, reason=ending.reason)
    return error_junit(ending.message, ending.findings, end)


def _words_of(problem: click.FileError | ReconcilerError) -> str:
    if isinstance(problem, click.FileError):
        return problem.format_message()
    return str(problem)
