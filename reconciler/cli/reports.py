"""Results are printed in the format that was chosen, written to the files of
`--report`, and appended to the step summary of a GitHub workflow.
"""

from dataclasses import dataclass
from functools import partial

from reconciler.cli.app import App
from reconciler.cli.repository import from_top
from reconciler.cli.writing import append, check_append, check_whole, write_whole
from reconciler.report.formats import Format, View


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
    for problem in write_reports(app, view, reports):
        raise problem
    print_result(app, form, render(view.with_paint(app.paint), form))


def print_result(app: App, form: Format, text: str) -> None:
    """The text on stdout, in the encoding that the format asks for. Raises OSError."""
    if form.is_document:
        app.document(text)
    else:
        app.result(text)


def render(view: View, form: Format) -> str:
    """The text, in which files are named as the format's reader looks for them."""
    if form.from_top:
        view = view.elsewhere(from_top())
    return form.render(view)


def check_places(app: App, reports: Reports) -> None:
    """Raises click.FileError for a report that could not be written: known before
    anything is sent, not after.
    """
    for _, file in reports.files:
        check_whole(file)
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        check_append(summary)


def write_reports(app: App, view: View, reports: Reports) -> tuple[Exception, ...]:
    """The files and the step summary, without colours. Returns what went wrong: one that
    cannot be rendered or written does not stop the others.
    """
    writers = [partial(_write_report, file, form) for form, file in reports.files]
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if summary and reports.summary:
        writers.append(partial(_append_report, summary, reports.summary))
    problems = []
    for write in writers:
        try:
            write(view)
        except Exception as problem:
            problems.append(problem)
    return tuple(problems)


def _write_report(file: str, form: Format, view: View) -> None:
    write_whole(file, render(view, form))


def _append_report(file: str, form: Format, view: View) -> None:
    append(file, render(view, form))
