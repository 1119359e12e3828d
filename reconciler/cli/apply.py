"""`reconciler apply`"""

import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

import reconciler
from reconciler.cli.app import App, common_options, format_option, paths_argument, paths_or_default
from reconciler.cli.session import connected, occasion, target_for
from reconciler.cli.signals import StopSignals
from reconciler.errors import Refused

if TYPE_CHECKING:
    from reconciler.api.shop import HttpShop
    from reconciler.model.event import Progress
    from reconciler.model.live import Live
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan


@click.command(epilog="\b\nExamples:\n  reconciler apply\n  reconciler apply --auto-approve --format json")
@paths_argument
@format_option("text", "json")
@click.option("--auto-approve", is_flag=True, envvar="RECONCILER_AUTO_APPROVE", help="Do not ask.")
@click.option("--allow", type=click.Choice(["breaking"]), envvar="RECONCILER_ALLOW", help="Permit breaking changes.")
@click.option(
    "--keep-going", is_flag=True, envvar="RECONCILER_KEEP_GOING", help="Apply the rest when items are blocked."
)
@click.option("--only", metavar="GLOB", envvar="RECONCILER_ONLY", help="Only these addresses and what they refer to.")
@click.option(
    "--parallelism", type=click.IntRange(1, 64), default=8, show_default=True, envvar="RECONCILER_PARALLELISM",
    help="How many writes at once, where the order allows it.",
)  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1), metavar="SECONDS", envvar="RECONCILER_TIMEOUT",
              help="Start nothing new after this time; what is under way finishes.")  # fmt: skip
@click.option("--no-verify", is_flag=True, envvar="RECONCILER_NO_VERIFY", help="Do not read back; take the API's word.")
@common_options
@click.pass_obj
def apply(app: App, /, paths: tuple[str, ...], form: str, allow: str | None, only: str | None, **chosen: object) -> int:
    """Plan, ask, apply in dependency order, and read back.

    Exit code 0 when all is applied, 3 when refused before the first write, 5 when applied in part.
    """
    from reconciler.api.connection import Connection
    from reconciler.api.shop import HttpShop
    from reconciler.plan.guard import check_blocked, check_breaking, check_guards
    from reconciler.report.plan_text import plan_text

    began = time.monotonic()
    places = paths_or_default(paths)
    target = target_for(app, places)
    resolved = reconciler.load(places, target, app.environment)
    when = occasion(app, target, places, with_git=False)
    with connected(app, target, Connection) as connection:
        plan, live = reconciler.build_plan(resolved, connection, when, only)
        if form == "text":
            app.result(plan_text(plan, app.paint))
        if not chosen["keep_going"]:
            check_blocked(plan)
        check_guards(plan, target.guards)
        check_breaking(plan, allowed=allow == "breaking")
        if plan.changes and not chosen["auto_approve"]:
            _ask(plan, form)
        outcome = _apply(app, plan, live, HttpShop(connection), chosen)
        outcome = replace(outcome, requests=connection.requests, seconds=time.monotonic() - began)
    return _report(app, plan, outcome, form)


def _ask(plan: "Plan", form: str) -> None:
    """Raises Refused unless a person says yes."""
    count = len(plan.changes)
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    if not terminal or form == "json":
        raise Refused(
            f"{count} changes need approval and there is no terminal to ask on. Nothing was sent. "
            "Review the plan, then apply with --auto-approve.",
            reason="approval",
        )
    if not click.confirm(f"Apply {count} changes to {plan.target.name}?", err=True):
        raise Refused("Not approved. Nothing was sent.", reason="approval")


def _apply(app: App, plan: "Plan", live: "Live", shop: "HttpShop", chosen: dict[str, object]) -> "Outcome":
    from reconciler.apply.run import Options
    from reconciler.model.event import Written
    from reconciler.model.outcome import fold

    signals = StopSignals(app, chosen["timeout"])
    options = Options(
        parallelism=int(str(chosen["parallelism"])),
        verify=not chosen["no_verify"],
        stop=signals.stop,
        pause=lambda look: app.rest(min(0.25 * 2 ** (look - 1), 5.0)),
    )
    app.stop = signals.stop
    with signals:
        events = list(_told(app, reconciler.run_plan(plan, live, shop, options)))
    outcome = fold(events)
    written = {event.address for event in events if isinstance(event, Written)}
    return replace(
        outcome, verified=options.verify and written == set(outcome.applied), interrupted=signals.interrupted
    )


def _told(app: App, events: "Iterable[Progress]") -> "Iterable[Progress]":
    """Passes the events on and says on stderr what was written; the endings are in the report."""
    from reconciler.model.event import Written
    from reconciler.report.outcome_text import progress_text

    for event in events:
        if isinstance(event, Written):
            app.talk(progress_text(event, app.paint_talk))
        yield event


def _report(app: App, plan: "Plan", outcome: "Outcome", form: str) -> int:
    from reconciler.report.documents import as_json
    from reconciler.report.outcome_document import outcome_document
    from reconciler.report.outcome_text import outcome_text

    blocked = plan.summary.blocked
    ending = outcome.exit(blocked)
    if form == "json":
        app.result(as_json(outcome_document(outcome, ending.code, ending.reason)))
    else:
        app.result("\n" + outcome_text(outcome, blocked, app.paint))
    return ending.code
