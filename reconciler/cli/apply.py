"""`reconciler apply`"""

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import reconciler
from reconciler.cli.app import App
from reconciler.cli.asking import ask
from reconciler.cli.completing import complete_target
from reconciler.cli.exits import explain_defect
from reconciler.cli.help import Command
from reconciler.cli.job import Chosen, Job, job_of
from reconciler.cli.options import FLAG, Option, Paths, Seconds, options
from reconciler.cli.outcome import outcome_at_once, show_outcome
from reconciler.cli.records.apply import Permissions
from reconciler.cli.reports import check_places, print_result, show_refusal
from reconciler.cli.repository import address_of_files
from reconciler.cli.session import open_connection
from reconciler.cli.signals import StopSignals
from reconciler.cli.waits import Waits
from reconciler.errors import Interrupted, Refused, Stale
from reconciler.report.formats import Format, OutcomeView, PlanView, RefusalView

if TYPE_CHECKING:
    from reconciler.api.connection import Connection
    from reconciler.api.shop import HttpShop
    from reconciler.cli.records.planned import RowPlanner
    from reconciler.model.event import Ending, Progress
    from reconciler.model.live import Live
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler apply\n  reconciler apply plan.json --digest sha256:…",
)
@options(
    Paths("[PATHS... | PLANFILE [PATHS]...]"),
    "format",
    "report",
    Option("auto-approve", "Do not ask.", FLAG),
    Option(
        "digest",
        "The digest that was reviewed; a saved plan with another one is refused.",
        {"metavar": "DIGEST"},
    ),
    "allow",
    "allow-destroy",
    Option("keep-going", "Apply the rest when items are blocked.", FLAG),
    "only",
    "prune",
    Option(
        "parallelism",
        "How many writes at once, where the order allows it.",
        {"type": click.IntRange(1, 64), "default": 8, "show_default": True},
    ),
    Option(
        "timeout",
        "Stop reading, and later start nothing new, after this time; what is under way finishes.",
        {"type": Seconds(min=0.1), "metavar": "SECONDS"},
    ),
    Option("no-verify", "Do not read back; take the API's word.", FLAG),
    "no-records",
    Option(
        "require",
        "Refuse unless these manifests are applied to that target already.",
        {"metavar": "TARGET", "shell_complete": complete_target},
    ),
    "settings-from",
    result="outcome",
)
@click.pass_obj
def apply(app: App, /, **given: Any) -> int:
    """Plan, ask, apply in dependency order, and read back. With a saved plan: exactly
    that plan, or nothing; PATHS behind it say where its manifests are now.

    Exit code 0 when all is applied, 3 when refused before the first write, 4 when the
    saved plan no longer fits, 5 when applied in part.
    """
    began = time.monotonic()
    chosen = Chosen(**given)
    check_places(app, chosen.reports)
    try:
        job = _accepted_job(app, chosen)
        if chosen.require:
            from reconciler.cli.shops import required_target

            required_target(app, chosen.require, job)
        app.begin_reading(chosen.reports)
        return _apply(app, job, chosen, began)
    except NotApproved as refused:
        return show_refusal(app, refused.view, chosen.form, chosen.reports)


class NotApproved(Exception):
    """Ends an apply before anything is sent; `view` says why."""

    def __init__(self, view: RefusalView) -> None:
        super().__init__(str(view.why))
        self.view = view


def _apply(app: App, job: "Job", chosen: Chosen, began: float) -> int:
    """The exit code; the seconds count from `began`, of time.monotonic(). Raises
    NotApproved.
    """
    from reconciler.api.connection import Connection
    from reconciler.api.rows import HttpRows
    from reconciler.api.shop import HttpShop
    from reconciler.cli.records.planned import RowPlanner
    from reconciler.report.applying import forecast_and_fact, is_beyond

    with open_connection(app, job.target, Connection, chosen.timeout) as connection:
        shop = HttpRows(connection)
        rows = RowPlanner(app, job.target, shop, is_left_out=chosen.no_records)
        approved = _approve(app, job, chosen, connection, rows)
        # The report is part of it: no signal may keep it from being written.
        with StopSignals(app, chosen.timeout) as signals:
            sending = Sending(HttpShop(connection), signals, rows)
            read, read_until = connection.requests, time.monotonic()
            outcome = _send(app, approved, chosen, sending)
            seconds = time.monotonic() - began
            took = time.monotonic() - read_until
            sent = connection.requests - read
            outcome = replace(outcome, requests=connection.requests, seconds=seconds)
            plan = approved.plan
            ending = outcome.exit(plan.summary.blocked)
            link = address_of_files(app.environment, plan.git)
            view = OutcomeView(plan, outcome, ending, link)
            code = show_outcome(app, view, chosen.form, chosen.reports)
            if plan.changes and outcome.complete:
                told = forecast_and_fact(plan.forecast, sent, took)
                # Nobody has to read that all went as foreseen.
                say = app.talk if is_beyond(plan.forecast, sent, took) else app.trace
                say(told)
            return code


@dataclass(frozen=True, slots=True)
class Approved:
    """A plan that may be sent, and what lives."""

    plan: "Plan"
    live: "Live"


class Sending(NamedTuple):
    """What an apply sends with."""

    shop: "HttpShop"
    signals: StopSignals
    rows: "RowPlanner"


def _approve(
    app: App, job: "Job", chosen: Chosen, connection: "Connection", rows: "RowPlanner"
) -> Approved:
    """Plans, shows, checks and asks. Raises NotApproved; nothing was sent then."""
    plan = job.saved
    try:
        plan, live = job.plan(connection, rows.plan)
        is_shown = _show(app, plan, job, chosen.form)
        reconciler.check_plan(
            plan,
            job.target.guards,
            breaking="breaking" in chosen.allow,
            deletes=chosen.allow_destroy,
            keep_going=chosen.keep_going,
        )
        rows.check(_permissions(chosen))
        if chosen.require:
            from reconciler.cli.shops import check_is_applied

            check_is_applied(app, chosen.require, job)
        # a saved plan was reviewed: that it still holds was seen when the shop was read
        if job.saved or chosen.auto_approve or not plan.changes:
            return Approved(plan, live)
        if not is_shown:
            raise Refused(
                "The plan could not be shown, so nobody can approve it. Nothing was sent.",
                reason="approval",
            )
        ask(app, plan, chosen.form)
        return Approved(plan, job.read_again(plan, connection, rows.plan))
    except (Refused, Stale) as refused:
        raise NotApproved(_refusal(plan, refused, job)) from refused
    except KeyboardInterrupt as signalled:
        if plan is None:
            raise
        raise NotApproved(_refusal(plan, Interrupted(), job)) from signalled


def _permissions(chosen: Chosen) -> Permissions:
    return Permissions(chosen.auto_approve, chosen.allow_destroy, chosen.allow)


def _refusal(plan: "Plan | None", why: Refused | Stale, job: "Job") -> RefusalView:
    link = address_of_files(job.app.environment, plan.git) if plan else None
    return RefusalView(plan, why, job.target.name, reconciler.__version__, link)


def _show(app: App, plan: "Plan", job: "Job", form: Format) -> bool:
    """Prints the plan for whoever reads it, and returns whether that could be done. Whoever
    has approved it unseen does not need it.
    """
    if form.name != "text":
        return True
    view = PlanView(plan, job.resolved.desired)
    try:
        print_result(app, form, form.render(view.with_paint(app.paint)))
    except OSError as problem:
        app.complain(f"The plan could not be shown: {problem.strerror or problem}.")
        return False
    return True


def _accepted_job(app: App, chosen: Chosen) -> Job:
    """The same as `job_of`, but raises NotApproved for a plan that is not accepted: there
    is none then that a report could speak of.
    """
    try:
        return job_of(app, chosen)
    except (Refused, Stale) as refused:
        view = RefusalView(None, refused, app.target or "", reconciler.__version__)
        raise NotApproved(view) from refused


def _send(app: App, approved: Approved, chosen: Chosen, sending: Sending) -> "Outcome":
    """Writes, and stops early for a signal or at the end of --timeout."""
    from reconciler.apply.run import Options

    shop, signals, rows = sending
    defects: list[str] = []

    def explain(defect: BaseException) -> str:
        told = explain_defect(defect, app)
        defects.append(told)
        return told

    settings = Options(
        parallelism=chosen.parallelism,
        verify=not chosen.no_verify,
        stop=signals.stop,
        rest=app.rest,
        tell=Waits(app.talk),
        explain=explain,
        watch=lambda endings: signals.report_with(
            lambda: _report_at_once(app, approved.plan, endings(), chosen, shop)
        ),
        begin=app.begin,
        advance=lambda: app.progress.advance("changes"),
    )
    # waits between two tries of a request end, too, when the run is to stop
    app.stop = signals.stop
    app.is_sending = bool(approved.plan.changes)
    events = list(
        reconciler.run_plan(approved.plan, approved.live, shop, settings, rows.push)
    )
    outcome = _outcome(events, chosen)
    if chosen.timeout and signals.late and _left_out_some(outcome):
        app.talk(_time_is_over(chosen.timeout))
    return replace(
        outcome, interrupted=signals.interrupted, defects=tuple(dict.fromkeys(defects))
    )


def _time_is_over(timeout: float) -> str:
    from reconciler.form.words import plural

    seconds = f"The {timeout:g} {plural(timeout, 'second')} of --timeout"
    verb = "is" if timeout == 1 else "are"
    return f"{seconds} {verb} over: what was not begun by then was left out."


def _report_at_once(
    app: App,
    plan: "Plan",
    endings: "list[Ending]",
    chosen: Chosen,
    shop: "HttpShop",
) -> None:
    """What is known when nothing is waited for any more; called from the handler of a
    signal.
    """
    from reconciler.model.outcome import fold

    outcome = fold(endings)
    outcome = replace(
        outcome,
        interrupted=True,
        requests=shop.requests,
        defects=("Stopped at once.",),
    )
    outcome_at_once(app, plan, outcome, chosen.form, chosen.reports)


def _outcome(events: "list[Progress]", chosen: Chosen) -> "Outcome":
    """How it ended; verified when all that was written was read back, and of everything
    is known what became of it.
    """
    from reconciler.model.event import Changed, Written
    from reconciler.model.outcome import fold

    outcome = fold(events)
    written = {event.address for event in events if isinstance(event, Written)}
    in_part = any(isinstance(failed, Changed) for failed in outcome.failed)
    is_known = not outcome.unknown and not in_part
    is_read_back = not chosen.no_verify and written == set(outcome.applied)
    return replace(outcome, verified=is_known and is_read_back)


def _left_out_some(outcome: "Outcome") -> bool:
    from reconciler.apply.run import STOPPED

    return any(skipped.because == STOPPED for skipped in outcome.skipped)
