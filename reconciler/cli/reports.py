"""Results are printed in the format that was chosen, written to the files of
`--report`, and appended to the step summary of a GitHub workflow.
"""

from dataclasses import dataclass, replace

import click

from reconciler.cli.app import App
from reconciler.cli.repository import from_top
from reconciler.cli.writing import append, check_append, check_whole, write_whole
from reconciler.errors import ExitCode
from reconciler.report.formats import Format, OutcomeView, View
from reconciler.report.terminal import printable


@dataclass(frozen=True, slots=True)
class Reports:
    """What is written besides what is printed: (format, file) of every `--report`, and
    the format of the step summary, None when the result has none.
    """

    files: tuple[tuple[Format, str], ...]
    summary: Format | None

    def has(self, name: str) -> bool:
        """Whether a file is written in this format."""
        return any(form.name == name for form, _ in self.files)


def show(app: App, view: View, form: Format, reports: Reports) -> None:
    """Prints the result and writes its reports. Raises click.FileError.

    The files come first: when one cannot be written, that is all that stands on stdout.
    """
    write_reports(app, view, reports)
    app.result(_render(view.with_paint(app.paint), form))


def _render(view: View, form: Format) -> str:
    """The text, in which files are named as the format's reader looks for them."""
    if form.from_top:
        view = view.elsewhere(from_top())
    return form.render(view)


def show_outcome(app: App, view: OutcomeView, form: Format, reports: Reports) -> int:
    """The same for how an apply ended; returns the exit code.

    The shop has been changed, and that has to be said also when a file cannot be
    written.
    """
    try:
        write_reports(app, view, reports)
    except click.FileError as broken:
        click.echo(f"Error: {printable(broken.format_message())}", err=True)
        view = _without_reports(view)
    below_the_plan = "\n" if form.name == "text" else ""
    app.result(below_the_plan + _render(view.with_paint(app.paint), form))
    return view.exit.code


def _without_reports(view: OutcomeView) -> OutcomeView:
    """The outcome, which is a failure now if it was none before."""
    from reconciler.model.plan import Exit

    if view.exit.code != ExitCode.DONE:
        return view
    failed = Exit(code=ExitCode.FAILED, reason="report-not-written")
    return replace(view, exit=failed)


def check_places(app: App, reports: Reports) -> None:
    """Raises click.FileError for a report that could not be written: known before
    anything is sent, not after.
    """
    for _, file in reports.files:
        check_whole(file)
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        check_append(summary)


def write_reports(app: App, view: View, reports: Reports) -> None:
    """The files and the step summary, without colours. Raises click.FileError."""
    for form, file in reports.files:
        write_whole(file, _render(view, form))
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if not summary or reports.summary is None:
        return
    append(summary, _render(view, reports.summary))
