"""Plans and findings in the formats that people and machines read; `--report
FORMAT=FILE` writes more of them.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.app import App
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from reconciler.model.drift import Drift
    from reconciler.model.manifest import Desired
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan
    from reconciler.model.source import Finding

F = TypeVar("F", bound=Callable[..., Any])
PLAN_FORMATS = ("text", "json", "markdown", "html", "github", "junit", "sarif")
OUTCOME_FORMATS = DRIFT_FORMATS = ("text", "json", "markdown")
FINDING_FORMATS = ("text", "json", "github", "junit", "sarif")
Reports = tuple[tuple[str, str], ...]
"""(format, file) of every `--report`."""


def report_option(formats: Sequence[str]) -> Callable[[F], F]:
    """--report, which may be given several times."""

    def parsed(
        context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
    ) -> Reports:
        return tuple(_format_and_file(value, formats) for value in values)

    return click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        envvar="RECONCILER_REPORT",
        callback=parsed,
        help=f"Also write the result to a file, as {', '.join(formats)}.",
    )


def _format_and_file(value: str, formats: Sequence[str]) -> tuple[str, str]:
    form, equals, file = value.partition("=")
    if not equals or not file or form not in formats:
        raise click.BadParameter(
            f"{value!r} is not FORMAT=FILE with a format of {', '.join(formats)}."
        )
    return form, file


def show_plan(
    app: App, plan: "Plan", desired: "Desired", form: str, reports: Reports
) -> None:
    """Prints the plan, writes the reports, and appends to the step summary of a GitHub
    workflow.
    """
    _show(app, lambda wanted, to: plan_as(wanted, plan, desired, to), form, reports)


def show_outcome(
    app: App, plan: "Plan", outcome: "Outcome", form: str, reports: Reports
) -> int:
    """The same for how an apply ended; returns the exit code."""
    from reconciler.model.plan import Exit

    ending = outcome.exit(plan.summary.blocked)

    def outcome_as(wanted: str, to: App | None) -> str:
        match wanted:
            case "json":
                from reconciler.report.documents import as_json
                from reconciler.report.outcome_document import outcome_document

                return as_json(outcome_document(outcome, ending.code, ending.reason))
            case "markdown":
                from reconciler.report.outcome_markdown import outcome_markdown

                return outcome_markdown(plan, outcome)
            case _:
                from reconciler.report.outcome_text import outcome_text

                return outcome_text(
                    outcome, plan.summary.blocked, *([to.paint] if to else [])
                )

    try:
        _write_files(app, outcome_as, reports)
    except (
        click.FileError
    ) as broken:  # the shop has been changed: that is what has to be told
        click.echo(f"Error: {broken.format_message()}", err=True)
        if ending.code == ExitCode.DONE:
            ending = Exit(code=ExitCode.FAILED, reason="report-not-written")
    app.result(("\n" if form == "text" else "") + outcome_as(form, app))
    return ending.code


def show_drift(app: App, drift: "Drift", form: str, reports: Reports) -> None:
    """The same for drift."""

    def drift_as(wanted: str, to: App | None) -> str:
        match wanted:
            case "json":
                from reconciler.report.documents import as_json

                return as_json(drift.document())
            case "markdown":
                from reconciler.report.drift_markdown import drift_markdown

                return drift_markdown(drift)
            case _:
                from reconciler.report.drift_text import drift_text

                return drift_text(drift, *([to.paint] if to else []))

    _show(app, drift_as, form, reports)


def check_places(app: App, reports: Reports) -> None:
    """Raises click.FileError for a report that could not be written: known before
    anything is sent, not after.
    """
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    for file in [*(file for _, file in reports), *([summary] if summary else [])]:
        folder = Path(file).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as broken:
            raise click.FileError(
                file, broken.strerror or "it cannot be written"
            ) from None
        if not os.access(folder, os.W_OK) or Path(file).is_dir():
            raise click.FileError(file, "it cannot be written there")


def _show(
    app: App, shown_as: Callable[[str, App | None], str], form: str, reports: Reports
) -> None:
    """`shown_as` gives the text of a format, with the colours of an app or without.

    The files come first: when one cannot be written, that is all that stands on stdout.
    """
    _write_files(app, shown_as, reports)
    app.result(shown_as(form, app))


def _write_files(
    app: App, shown_as: Callable[[str, App | None], str], reports: Reports
) -> None:
    for other, file in reports:
        write_whole(file, shown_as(other, None))
    summary = app.environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with open(summary, "a", encoding="utf-8") as page:
                page.write(shown_as("markdown", None))
        except OSError as broken:
            raise click.FileError(
                summary, broken.strerror or "it cannot be written"
            ) from None


def plan_as(form: str, plan: "Plan", desired: "Desired", app: App | None = None) -> str:
    """The plan in one of PLAN_FORMATS; with colours when the app has them."""
    match form:
        case "text":
            from reconciler.report.plan_text import plan_text

            return plan_text(plan, app.paint) if app else plan_text(plan)
        case "json":
            from reconciler.report.documents import as_json

            return as_json(plan.document())
        case "markdown":
            from reconciler.report.markdown import plan_markdown

            return plan_markdown(plan, desired=desired)
        case "html":
            from reconciler.report.html import plan_html

            return plan_html(plan, desired=desired)
        case "github":
            from reconciler.report.github import plan_annotations

            return plan_annotations(plan)
        case "junit":
            from reconciler.report.junit import plan_junit

            return plan_junit(plan)
        case _:
            from reconciler.report.sarif import plan_sarif

            return plan_sarif(plan)


def findings_as(form: str, findings: "Sequence[Finding]") -> str:
    """The findings as annotations, JUnit or SARIF."""
    match form:
        case "github":
            from reconciler.report.github import findings_annotations

            return findings_annotations(findings)
        case "junit":
            from reconciler.report.junit import findings_junit

            return findings_junit(findings)
        case _:
            from reconciler import __version__
            from reconciler.model.plan import Tool
            from reconciler.report.sarif import findings_sarif

            return findings_sarif(
                findings, Tool(name="shopimind-reconciler", version=__version__)
            )


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
    except (OSError, UnicodeError) as broken:
        with suppress(OSError):
            part.unlink()
        why = (
            broken.strerror
            if isinstance(broken, OSError)
            else "a name in it is no text"
        )
        raise click.FileError(file, why or "it cannot be written") from None
