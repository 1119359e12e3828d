"""How an apply ended, on stdout and in reports. The shop has been changed by then, and
that is said whatever becomes of the reports.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.cli.failures import without_report
from reconciler.cli.reports import Reports, print_result, render, write_reports
from reconciler.cli.repository import address_of_files
from reconciler.report.formats import Format, OutcomeView

if TYPE_CHECKING:
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan


def show_outcome(app: App, view: OutcomeView, form: Format, reports: Reports) -> int:
    """Prints the outcome and writes its reports; returns the exit code."""
    app.progress.end()
    for told in view.outcome.defects:
        app.complain(f"Error: {told}")
    for problem in write_reports(app, view, reports):
        view = without_report(app, view, problem)
    app.reported = _print(app, view, form, reports)
    return app.reported


def outcome_at_once(
    app: App, plan: "Plan", outcome: "Outcome", form: Format, reports: Reports
) -> None:
    """Reports and document of an apply that is given up in the middle of anything, where
    they are not out yet: whoever was interrupted may hold the lock of a stream.
    """
    link = address_of_files(app.environment, plan.git)
    view = OutcomeView(plan, outcome, outcome.exit(), link)
    if app.awaiting is not None:
        for problem in write_reports(app, view, reports):
            view = without_report(app, view, problem)
    if form.is_document and not app.has_document:
        app.has_document = True
        streams.write_at_once(streams.OUT, render(view, form))


def _print(app: App, view: OutcomeView, form: Format, reports: Reports) -> int:
    below_the_plan = "" if form.is_document else "\n"
    try:
        text = render(view.with_paint(app.paint), form)
        print_result(app, form, below_the_plan + text)
    except Exception as problem:  # the shop has been changed, and that is said
        app.complain("Error: The report of this apply could not be printed.")
        view = without_report(app, view, problem)
        _print_error(app, view, form)
        app.complain(_what_has_changed(view.outcome, reports))
        return view.exit.code
    if not streams.is_read():
        app.complain("Nobody reads the report of this apply any more.")
        app.complain(_what_has_changed(view.outcome, reports))
    return view.exit.code


def _print_error(app: App, view: OutcomeView, form: Format) -> None:
    """A document for whoever waits for one, when the right one could not be made."""
    from reconciler.report.documents import as_json, error_document

    if form.name != "json" or app.has_document:
        return
    told = "The report of this apply could not be made."
    document = error_document(told, (), view.exit.code, view.exit.reason)
    with suppress(OSError):
        app.document(as_json(document))


def _what_has_changed(outcome: "Outcome", reports: Reports) -> str:
    """For somebody who has no report, and where to look."""
    done, unknown = len(outcome.applied), len(outcome.unknown)
    if not done and not unknown:
        return "The shop was not changed."
    files = ", ".join(file for _, file in reports.files)
    where = f"See {files}" if files else "Plan again to see what is left"
    others = len(outcome.failed) + len(outcome.skipped)
    return (
        f"The shop has been changed: {done} applied, {others} not applied, {unknown} unknown. "
        f"{where}."
    )
