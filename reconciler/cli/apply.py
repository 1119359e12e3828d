"""`reconciler apply`"""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

import reconciler
from reconciler.cli.app import (
    App,
    common_options,
    format_option,
    paths_or_default,
    permission_options,
    settings_from_option,
)
from reconciler.cli.reports import (
    OUTCOME_FORMATS,
    Reports,
    check_places,
    plan_as,
    report_option,
    show_outcome,
)
from reconciler.cli.session import connected, occasion, target_for
from reconciler.cli.signals import StopSignals
from reconciler.errors import Refused

if TYPE_CHECKING:
    from reconciler.api.connection import Connection
    from reconciler.api.shop import HttpShop
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.event import Progress
    from reconciler.model.live import Live
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Asked, Plan
    from reconciler.model.target import Target


@click.command(
    epilog="\b\nExamples:\n  reconciler apply\n  reconciler apply plan.json --digest sha256:…"
)
@click.argument("paths", nargs=-1, metavar="[PATHS | PLANFILE]...")
@format_option("text", "json", "markdown")
@report_option(OUTCOME_FORMATS)
@click.option(
    "--auto-approve", is_flag=True, envvar="RECONCILER_AUTO_APPROVE", help="Do not ask."
)
@click.option("--digest", metavar="DIGEST", envvar="RECONCILER_DIGEST",
              help="The digest that was reviewed; a saved plan with another one is refused.")  # fmt: skip
@permission_options
@click.option(
    "--keep-going",
    is_flag=True,
    envvar="RECONCILER_KEEP_GOING",
    help="Apply the rest when items are blocked.",
)
@click.option(
    "--only",
    metavar="GLOB",
    envvar="RECONCILER_ONLY",
    help="Only these addresses and what they refer to.",
)
@click.option(
    "--prune",
    is_flag=True,
    envvar="RECONCILER_PRUNE",
    help="Also delete what lives without a manifest.",
)
@click.option(
    "--parallelism", type=click.IntRange(1, 64), default=8, show_default=True, envvar="RECONCILER_PARALLELISM",
    help="How many writes at once, where the order allows it.",
)  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1), metavar="SECONDS", envvar="RECONCILER_TIMEOUT",
              help="Start nothing new after this time; what is under way finishes.")  # fmt: skip
@click.option(
    "--no-verify",
    is_flag=True,
    envvar="RECONCILER_NO_VERIFY",
    help="Do not read back; take the API's word.",
)
@settings_from_option
@common_options
@click.pass_obj
def apply(
    app: App, /, paths: tuple[str, ...], form: str, reports: Reports, **chosen: Any
) -> int:
    """Plan, ask, apply in dependency order, and read back. With a saved plan: exactly
    that plan, or nothing.

    Exit code 0 when all is applied, 3 when refused before the first write, 4 when the
    saved plan no longer fits, 5 when applied in part.
    """
    from reconciler.api.connection import Connection
    from reconciler.api.shop import HttpShop
    from reconciler.plan.guard import (
        check_blocked,
        check_breaking,
        check_deletes,
        check_guards,
    )

    began = time.monotonic()
    check_places(app, reports)
    job = _job(app, paths_or_default(paths), chosen)
    with connected(app, job.target, Connection) as connection:
        plan, live = job.plan(connection)
        if form == "text":
            app.result(plan_as("text", plan, job.resolved.desired, app))
        if not chosen["keep_going"]:
            check_blocked(plan)
        check_guards(plan, job.target.guards)
        check_deletes(plan, allowed=chosen["allow_destroy"])
        check_breaking(plan, allowed=chosen["allow"] == "breaking")
        asked = bool(plan.changes) and not chosen["auto_approve"] and not job.saved
        if asked:
            _ask(plan, form)
            live = job.still(plan, live, connection)
        recheck = asked or job.saved is not None
        outcome = _apply(
            app, plan, live, HttpShop(connection), {**chosen, "recheck": recheck}
        )
        outcome = replace(
            outcome, requests=connection.requests, seconds=time.monotonic() - began
        )
    return show_outcome(app, plan, outcome, form, reports)


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be applied, before the shop has been read."""

    app: App
    target: "Target"
    resolved: "Resolved"
    asked: "Asked"
    saved: "Plan | None" = None

    def plan(self, connection: "Connection") -> "tuple[Plan, Live]":
        """The plan and what lives. Raises Stale when a saved plan is not what would be
        planned now.
        """
        from reconciler.cli.saved import check_again

        if self.saved:
            return self.saved, check_again(
                self.app, self.saved, self.target, self.resolved, connection
            )
        when = occasion(self.app, self.target, self.asked, with_git=False)
        return reconciler.build_plan(self.resolved, connection, when)

    def still(self, plan: "Plan", live: "Live", connection: "Connection") -> "Live":
        """What lives after a person has thought about the plan. Raises Stale when that
        was long enough for changes.
        """
        from reconciler.cli.saved import check_again
        from reconciler.plan.document import resting

        rested = resting(plan, self.resolved.desired, live)
        return check_again(self.app, rested, self.target, self.resolved, connection)


def _job(app: App, paths: tuple[str, ...], chosen: dict[str, Any]) -> _Job:
    from reconciler.cli.saved import manifests_of, plan_text_in, saved_plan
    from reconciler.model.plan import Asked

    text = plan_text_in(paths)
    if text is None:
        if chosen["digest"]:
            raise click.UsageError(
                "--digest belongs to a saved plan: name the file that `plan --out` wrote."
            )
        asked = Asked(paths=paths, only=chosen["only"], prune=chosen["prune"])
        target = target_for(app, paths)
        return _Job(app, target, reconciler.load(paths, target, app.environment), asked)
    saved, target = saved_plan(app, paths[0], text, chosen["digest"])
    if chosen["only"] not in (None, saved.asked.only) or (
        chosen["prune"] and not saved.asked.prune
    ):
        raise click.UsageError(
            "A saved plan is applied as it is: --only and --prune belong to `plan --out`."
        )
    return _Job(app, target, manifests_of(app, saved, target), saved.asked, saved)


def _ask(plan: "Plan", form: str) -> None:
    """Raises Refused unless a person says yes."""
    count = len(plan.changes)
    words = "1 change" if count == 1 else f"{count} changes"
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    if not terminal or form != "text":
        raise Refused(
            f"{words} {'needs' if count == 1 else 'need'} approval and there is no terminal to ask on. "
            "Nothing was sent. Review the plan, then apply with --auto-approve.",
            reason="approval",
        )
    if not click.confirm(f"Apply {words} to {plan.target.name}?", err=True):
        raise Refused("Not approved. Nothing was sent.", reason="approval")


def _apply(
    app: App, plan: "Plan", live: "Live", shop: "HttpShop", chosen: dict[str, object]
) -> "Outcome":
    from reconciler.apply.run import STOPPED, Options
    from reconciler.model.event import Written
    from reconciler.model.outcome import fold

    signals = StopSignals(app, chosen["timeout"])
    options = Options(
        parallelism=int(str(chosen["parallelism"])),
        verify=not chosen["no_verify"],
        recheck=bool(chosen["recheck"]),
        stop=signals.stop,
        pause=lambda look: app.rest(min(0.25 * 2 ** (look - 1), 5.0)),
    )
    app.stop = signals.stop
    with signals:
        events = list(_told(app, reconciler.run_plan(plan, live, shop, options)))
    outcome = fold(events)
    if signals.late and any(skipped.because == STOPPED for skipped in outcome.skipped):
        app.talk(
            f"The {chosen['timeout']:g} seconds of --timeout are over: what was not begun by then was left out."
        )
    written = {event.address for event in events if isinstance(event, Written)}
    return replace(
        outcome,
        verified=options.verify and written == set(outcome.applied),
        interrupted=signals.interrupted,
    )


def _told(app: App, events: "Iterable[Progress]") -> "Iterable[Progress]":
    """Passes the events on and says on stderr what was written; the endings are in the
    report.
    """
    from reconciler.model.event import Written
    from reconciler.report.outcome_text import progress_text

    for event in events:
        if isinstance(event, Written):
            app.talk(progress_text(event, app.paint_talk))
        yield event
