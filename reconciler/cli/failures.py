"""A result of which a report could not be made or written: it counts as failed, and is
printed all the same.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import click

from reconciler.cli.app import App
from reconciler.cli.exits import explain_defect
from reconciler.errors import DONE_WELL, ExitCode
from reconciler.report.formats import (
    ComparedView,
    DriftView,
    FindingsView,
    OutcomeView,
    PlanView,
    PullView,
    RowsView,
)
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.model.plan import Exit, Plan

Result = (
    PlanView
    | FindingsView
    | DriftView
    | ComparedView
    | OutcomeView
    | PullView
    | RowsView
)
R = TypeVar("R", bound=Result)


def without_report(app: App, view: R, problem: Exception) -> R:
    """Says what is wrong with a report. The result is a failure now, if it was none
    before.
    """
    from reconciler.model.plan import Exit

    told, reason = _told(app, problem)
    app.complain(f"Error: {printable(told)}")
    if exit_of(view).code not in DONE_WELL:
        return view
    ending = Exit(code=_code(view, reason), reason=reason)
    failed = _with_exit(view, ending)
    assert isinstance(failed, type(view))
    return failed


def complain_of_reports(app: App, problems: tuple[Exception, ...]) -> None:
    """Says what is wrong with reports of what had failed anyway."""
    for problem in problems:
        told, _ = _told(app, problem)
        app.complain(f"Error: {printable(told)}")


def exit_of(view: Result) -> "Exit":
    """How a command ends that has this result."""
    from reconciler.model.plan import Exit

    match view:
        case PlanView():
            return view.plan.exit
        case DriftView():
            return view.drift.exit
        case ComparedView():
            return view.compared.exit
        case FindingsView():
            return Exit(code=view.code, reason=view.reason)
        case OutcomeView():
            return view.exit
        case PullView():
            return view.pulled.exit
        case RowsView():
            return view.report.exit


def _with_exit(view: Result, ending: "Exit") -> Result:
    match view:
        case PlanView():
            return replace(view, plan=_sealed_again(view.plan, ending))
        case DriftView():
            return replace(view, drift=view.drift.model_copy(update={"exit": ending}))
        case ComparedView():
            compared = view.compared.model_copy(update={"exit": ending})
            return replace(view, compared=compared)
        case FindingsView():
            return replace(view, code=ending.code, reason=ending.reason)
        case OutcomeView():
            return replace(view, exit=ending)
        case PullView():
            pulled = view.pulled.model_copy(update={"exit": ending})
            return replace(view, pulled=pulled)
        case RowsView():
            return replace(view, report=replace(view.report, exit=ending))


def _sealed_again(plan: "Plan", ending: "Exit") -> "Plan":
    """A plan with another exit, which its checksum covers."""
    from reconciler.plan.seal import sealed

    changed = plan.model_copy(update={"exit": ending, "checksum": ""})
    return sealed(changed, with_checksum=bool(plan.checksum))


def _told(app: App, problem: Exception) -> tuple[str, str]:
    """The problem in words, and the reason of the exit code."""
    if isinstance(problem, click.FileError):
        return problem.format_message(), "report-not-written"
    if isinstance(problem, OSError):
        return f"{problem.strerror or problem}.", "report-not-written"
    return explain_defect(problem, app), "defect"


def _code(view: Result, reason: str) -> ExitCode:
    """A defect after something was written is not a failure of everything."""
    is_defect = reason == "defect"
    if is_defect and isinstance(view, OutcomeView) and view.outcome.applied:
        return ExitCode.PARTIAL
    return ExitCode.FAILED
