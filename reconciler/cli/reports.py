"""Results are printed in the format that was chosen, written to the files of
`--report`, and appended to the step summary of a GitHub workflow.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from reconciler.cli.app import App
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
    print_result(app, form, form.render(view.with_paint(app.paint)))


def print_result(app: App, form: Format, text: str) -> None:
    """The text on stdout, in the encoding that the format asks for. Raises OSError."""
    if form.is_document:
        app.document(text)
    else:
        app.result(text)


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
    write_whole(file, form.render(view))


def _append_report(file: str, form: Format, view: View) -> None:
    try:
        with open(file, "a", encoding="utf-8") as page:
            page.write(form.render(view))
    except UnicodeError:
        raise _not_written(file, "a name in it is no text") from None
    except OSError as broken:
        raise _not_written(file, broken.strerror) from None


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
