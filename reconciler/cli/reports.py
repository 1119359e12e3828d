"""Results are printed in the format that was chosen, written to the files of
`--report`, and appended to the step summary of a GitHub workflow.
"""

import sys
from dataclasses import dataclass
from functools import partial

from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.cli.failures import (
    Result,
    complain_of_reports,
    exit_of,
    without_report,
)
from reconciler.cli.repository import from_top
from reconciler.cli.writing import (
    append,
    check_append,
    check_is_no_input,
    check_whole,
    write_whole,
)
from reconciler.report.formats import Format, RefusalView, View
from reconciler.report.terminal import printable


@dataclass(frozen=True, slots=True)
class Reports:
    """What is written besides what is printed: (format, file) of every `--report`, and
    the format of the step summary, None when the result has none.
    """

    files: tuple[tuple[Format, str], ...]
    summary: Format | None

    @property
    def places(self) -> tuple[str, ...]:
        """Where the files are."""
        return tuple(file for _, file in self.files)

    def has(self, name: str) -> bool:
        """Whether a file is written in this format."""
        return any(form.name == name for form, _ in self.files)


def show(app: App, view: Result, form: Format, reports: Reports) -> int:
    """Writes the reports of the result and prints it; returns the exit code. Raises
    WrongUsage for an input's place.

    The files come first: the exit code of what is printed says whether they are there.
    """
    check_no_input_is_replaced(None, reports)
    for problem in write_reports(app, view, reports):
        view = without_report(app, view, problem)
    print_result(app, form, render(view.with_paint(app.paint), form))
    return exit_of(view).code


def print_result(app: App, form: Format, text: str) -> None:
    """The text on stdout, in the encoding that the format asks for. Raises OSError."""
    if form.is_document:
        app.document(text)
    elif form.name == "text" and streams.is_terminal(sys.stdout):
        from reconciler.report.fitting import fitted

        app.result(fitted(text, streams.columns(streams.OUT)))
    else:
        app.result(text)


def render(view: View, form: Format) -> str:
    """The text, in which files are named as the format's reader looks for them."""
    if form.from_top:
        view = view.elsewhere(from_top())
    return form.render(view)


def show_refusal(app: App, view: RefusalView, form: Format, reports: Reports) -> int:
    """The same for an apply that sent nothing; returns the exit code. The sentence
    stands on stderr in any case, so text on stdout has only what is refused.
    """
    from reconciler.report.refusal_text import refused_items_text

    complain_of_reports(app, write_reports(app, view, reports))
    try:
        text = render(view, form)
        if form.name == "text":
            text = refused_items_text(view.why, app.paint)
        print_result(app, form, text)
    except OSError as problem:
        complain_of_reports(app, (problem,))
    finally:
        app.complain(f"Error: {printable(view.why)}")
    return int(view.why.exit_code)


def check_places(app: App, reports: Reports) -> None:
    """Raises click.FileError for a report that could not be written: known before
    anything is sent, not after.
    """
    for _, file in reports.files:
        check_whole(file)
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        check_append(summary)


def check_no_input_is_replaced(out: str | None, reports: Reports) -> None:
    """Raises WrongUsage for a place where a manifest or the settings stand: known
    before the shop is read.
    """
    files = [file for _, file in reports.files]
    if out is not None:
        files.append(out)
    for file in files:
        check_is_no_input(file)


def write_reports(app: App, view: View, reports: Reports) -> tuple[Exception, ...]:
    """The files and the step summary, without colours. Returns what went wrong: one that
    cannot be rendered or written does not stop the others.
    """
    app.awaiting = None
    writers = [partial(_write_report, file, form) for form, file in reports.files]
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if summary and reports.summary:
        writers.append(partial(_append_report, summary, reports.summary))
    problems = []
    for write in writers:
        try:
            write(view)
        except Exception as problem:  # the caller says it; the others are written
            problems.append(problem)
    return tuple(problems)


def _write_report(file: str, form: Format, view: View) -> None:
    write_whole(file, render(view, form))


def _append_report(file: str, form: Format, view: View) -> None:
    append(file, render(view, form))
