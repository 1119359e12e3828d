"""`reconciler diff`"""

import os
from contextlib import chdir
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

import reconciler
from reconciler import __version__
from reconciler.cli.app import (
    App,
    common_options,
    format_option,
    paths_argument,
    paths_or_default,
    settings_from_option,
)
from reconciler.cli.reports import PLAN_FORMATS, Reports, report_option, show_plan
from reconciler.cli.session import settings_changes, target_at, target_for
from reconciler.errors import ExitCode, InvalidManifests, WrongUsage

if TYPE_CHECKING:
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.manifest import Desired
    from reconciler.model.plan import Plan
    from reconciler.model.target import Target

WORK_TREE = "work tree"
MOST_SHOWN = 20
FAIL_ON = ("breaking", "blocked", "never")


@click.command(
    epilog="\b\nExamples:\n  reconciler diff --against origin/main\n  reconciler diff --against v1 --head v2"
)
@paths_argument
@format_option(*PLAN_FORMATS)
@report_option(PLAN_FORMATS)
@click.option(
    "--against",
    metavar="REV",
    required=True,
    envvar="RECONCILER_AGAINST",
    help="The git revision before.",
)
@click.option(
    "--head",
    metavar="REV",
    envvar="RECONCILER_HEAD",
    help="The git revision after; without it, the work tree.",
)
@click.option("--fail-on", type=click.Choice(FAIL_ON), default="blocked", show_default=True,
              envvar="RECONCILER_FAIL_ON", help="What ends with exit code 3.")  # fmt: skip
@settings_from_option
@common_options
@click.pass_obj
def diff(
    app: App,
    /,
    paths: tuple[str, ...],
    form: str,
    reports: Reports,
    fail_on: str,
    **revisions: str | None,
) -> int:
    """Say what a change of the manifests means, from git alone: no key, no network.

    The revision before stands for the shop. Whatever has left the manifests stays in
    the shop, and is listed.
    """
    from reconciler.model.plan import Exit
    from reconciler.plan.guard import not_permitted

    places = paths_or_default(paths)
    target = target_for(app, places)
    plan, desired = compared(
        app, target, places, str(revisions["against"]), revisions["head"]
    )
    met = (fail_on != "never" and bool(plan.blocked)) or (
        fail_on == "breaking" and bool(not_permitted(plan))
    )
    reason = (
        "blocked"
        if met and plan.blocked
        else "breaking"
        if met
        else "changes"
        if plan.changes
        else "in-sync"
    )
    plan = plan.model_copy(
        update={
            "exit": Exit(code=ExitCode.REFUSED if met else ExitCode.DONE, reason=reason)
        }
    )
    show_plan(app, plan, desired, form, reports)
    return plan.exit.code


def compared(
    app: App, target: "Target", paths: tuple[str, ...], against: str, head: str | None
) -> "tuple[Plan, Desired]":
    """What the manifests after mean for a shop that has the manifests before; also the
    manifests after.
    """
    from reconciler.cli.git import commit_of, git_state
    from reconciler.diff.assumed import as_live, before_with
    from reconciler.diff.compare import compare, spelled
    from reconciler.model.kinds import Override
    from reconciler.model.plan import OFFLINE, TargetInfo, Tool
    from reconciler.plan.build import Occasion, build, warned
    from reconciler.plan.guard import guard_refusals
    from reconciler.report.findings_text import findings_text

    inside = tuple(_inside(path) for path in paths)
    target = target_at(app, head, inside, target) if head else target
    before = _at(
        app, target_at(app, against, inside, target), inside, commit_of(against)
    )
    after = (
        _at(app, target, inside, commit_of(head))
        if head
        else reconciler.load(inside, target, app.environment)
    )
    if any(finding.severity == "error" for finding in after.findings):
        raise InvalidManifests(after.findings)
    live = spelled(after.desired, as_live(before_with(before.desired, after.desired)))
    info = TargetInfo(
        name=f"{against} → {head or WORK_TREE}", base_url=OFFLINE, key_fingerprint=""
    )
    tool = Tool(name="shopimind-reconciler", version=__version__)
    occasion = Occasion(tool, info, git_state(inside), datetime.now(UTC))
    wrong = [finding for finding in before.findings if finding.severity == "error"]
    if wrong:
        app.talk(
            f"What was wrong at {against}:\n{findings_text(wrong[:MOST_SHOWN]).rstrip()}"
        )
    comparison = compare(after.desired, live)
    unknown = (
        [
            f"what was not valid at {against} is compared with nothing ({len(wrong)} found)"
        ]
        if wrong
        else []
    )
    unknown += (
        f"{address} takes away whatever gives that price in the shop; {against} does not say what does"
        for address, manifest in after.desired.manifests.items()
        if isinstance(manifest.resource, Override)
        and not manifest.resource.sources
        and address not in live.overrides
    )
    rules = (
        f"reconciler.toml changes with this: {change}"
        for change in settings_changes(inside, against, head)
    )
    gone = tuple(
        f"{address} is no longer declared; it stays in the shop"
        for address in comparison.unmanaged
    )
    plan = build(
        after.desired,
        replace(comparison, warnings=(*comparison.warnings, *gone)),
        occasion,
    )
    refused = (
        f"apply will refuse this: {each}"
        for each in guard_refusals(plan, target.guards)
    )
    return warned(plan, [*rules, *refused, *unknown]), after.desired


def _at(app: App, target: "Target", paths: tuple[str, ...], commit: str) -> "Resolved":
    """The manifests of a commit, under the names that they have in the work tree."""
    from reconciler.cli.git import files_at
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.manifest import Desired

    with files_at(commit, paths) as folder, chdir(folder):
        there = tuple(path for path in paths if os.path.lexists(path))
        if not there:
            return Resolved(Desired({}), (), ())
        return reconciler.load(there, target, app.environment)


def _inside(path: str) -> str:
    """The path from here, without links; a revision knows nothing of what lies
    above.
    """
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath("."))
    if relative.startswith(os.pardir):
        raise WrongUsage(
            f"{path!r} is not below this folder, so git cannot say what it was."
        )
    return relative
