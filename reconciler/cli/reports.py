"""Results are printed in the format that was chosen, written to the files of
`--report`, and appended to the step summary of a GitHub workflow.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click

from reconciler.cli.app import App
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
    app.result(form.render(view.with_paint(app.paint)))


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
    app.result(below_the_plan + form.render(view.with_paint(app.paint)))
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
    files = [file for _, file in reports.files]
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        files.append(summary)
    for file in files:
        _check_place(file)


def _check_place(file: str) -> None:
    folder = Path(file).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as broken:
        raise _not_written(file, broken.strerror) from None
    if not os.access(folder, os.W_OK) or Path(file).is_dir():
        raise click.FileError(file, "it cannot be written there")


def write_reports(app: App, view: View, reports: Reports) -> None:
    """The files and the step summary, without colours. Raises click.FileError."""
    for form, file in reports.files:
        write_whole(file, form.render(view))
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if not summary or reports.summary is None:
        return
    try:
        with open(summary, "a", encoding="utf-8") as page:
            page.write(reports.summary.render(view))
    except OSError as broken:
        raise _not_written(summary, broken.strerror) from None


def write_whole(file: str, text: str) -> None:
    """The file is there whole or not at all; links are followed, and a device is
    written to. Raises click.FileError.
    """
    place = Path(os.path.realpath(file))
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        if place.exists() and not place.is_file():
            place.write_text(text, encoding="utf-8")
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, place)
    except UnicodeError:
        _remove(part)
        raise _not_written(file, "a name in it is no text") from None
    except OSError as broken:
        _remove(part)
        raise _not_written(file, broken.strerror) from None


def _remove(part: Path) -> None:
    with suppress(OSError):
        part.unlink()


def _not_written(file: str, why: str | None) -> click.FileError:
    return click.FileError(file, why or "it cannot be written")
