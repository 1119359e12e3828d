"""`reconciler diff`, and the plan from one git revision to another."""

import os
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

import reconciler
from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.options import PATHS, Option, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.session import settings_changes, target_at, target_for
from reconciler.errors import ExitCode, InvalidManifests, WrongUsage
from reconciler.report.formats import Format, PlanView

if TYPE_CHECKING:
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.source import Finding
    from reconciler.model.state import Desired
    from reconciler.model.target import Target
    from reconciler.plan.build import Occasion

WORK_TREE = "work tree"
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `diff`."""

    paths: tuple[str, ...]
    form: Format
    reports: Reports
    against: str
    head: str | None
    fail_on: str


@click.command(
    epilog="\b\nExamples:\n  reconciler diff --against origin/main\n  reconciler diff --against v1 --head v2"
)
@options(
    PATHS,
    "format",
    "report",
    Option(
        "against",
        "The git revision before.",
        {"metavar": "REV", "required": True},
    ),
    Option(
        "head",
        "The git revision after; without it, the work tree.",
        {"metavar": "REV"},
    ),
    "fail-on",
    "settings-from",
    result="plan",
)
@click.pass_obj
def diff(app: App, /, **given: Any) -> int:
    """Say what a change of the manifests means, from git alone: no key, no network.

    The revision before stands for the shop. Whatever has left the manifests stays in
    the shop, and is listed.
    """
    chosen = Chosen(**given)
    target = target_for(app, chosen.paths)
    plan, desired = plan_between(app, target, chosen.paths, chosen.against, chosen.head)
    plan = _judge(plan, chosen.fail_on)
    show(app, PlanView(plan, desired), chosen.form, chosen.reports)
    return plan.exit.code


def _judge(plan: "Plan", fail_on: str) -> "Plan":
    """The plan with the exit code that was asked for."""
    from reconciler.model.plan import Exit
    from reconciler.plan.guard import not_permitted

    code, reason = ExitCode.DONE, "in-sync"
    if plan.changes:
        reason = "changes"
    if fail_on == "breaking" and not_permitted(plan):
        code, reason = ExitCode.REFUSED, "breaking"
    if fail_on != "never" and plan.blocked:
        code, reason = ExitCode.REFUSED, "blocked"
    return plan.model_copy(update={"exit": Exit(code=code, reason=reason)})


def plan_between(
    app: App, target: "Target", paths: tuple[str, ...], against: str, head: str | None
) -> "tuple[Plan, Desired]":
    """What the manifests after mean for a shop that has the manifests before; also the
    manifests after.
    """
    inside = tuple(map(_inside, paths))
    target = target_at(app, head, inside, target) if head else target
    before = _before(app, target, inside, against)
    after = _after(app, target, inside, head)
    wrong = [found for found in before.findings if found.severity == "error"]
    if wrong:
        _tell_wrong(app, against, wrong)
    live = _live_of(before.desired, after.desired)
    plan = _build(after.desired, live, _occasion(inside, against, head))
    rules = (
        f"reconciler.toml changes with this: {change}"
        for change in settings_changes(inside, against, head)
    )
    unknown = _unknown(after.desired, live, against, len(wrong))
    return _warn(plan, target, before=rules, after=unknown), after.desired


def _before(
    app: App, target: "Target", inside: tuple[str, ...], against: str
) -> "Resolved":
    """The manifests before, under the settings of that time."""
    from reconciler.cli.git import commit_of

    then = target_at(app, against, inside, target)
    return _at(app, then, inside, commit_of(against))


def _after(
    app: App, target: "Target", inside: tuple[str, ...], head: str | None
) -> "Resolved":
    """The manifests of the revision `head`, or of the work tree. Raises
    InvalidManifests.
    """
    after = _at_or_now(app, target, inside, head)
    if any(finding.severity == "error" for finding in after.findings):
        raise InvalidManifests(after.findings)
    return after


def _at_or_now(
    app: App, target: "Target", inside: tuple[str, ...], revision: str | None
) -> "Resolved":
    from reconciler.cli.git import commit_of

    if not revision:
        return reconciler.load(inside, target, app.environment)
    return _at(app, target, inside, commit_of(revision))


def _live_of(before: "Desired", after: "Desired") -> "Live":
    """The shop as the manifests before describe it."""
    from reconciler.diff.assumed import as_live, before_with
    from reconciler.diff.compare import spelled

    return spelled(after, as_live(before_with(before, after)))


def _occasion(inside: tuple[str, ...], against: str, head: str | None) -> "Occasion":
    from reconciler.cli.git import git_state
    from reconciler.model.plan import OFFLINE, TargetInfo, Tool
    from reconciler.plan.build import Occasion

    name = f"{against} → {head or WORK_TREE}"
    info = TargetInfo(name=name, base_url=OFFLINE, key_fingerprint="")
    tool = Tool(name="shopimind-reconciler", version=__version__)
    return Occasion(tool, info, git_state(inside), datetime.now(UTC))


def _build(desired: "Desired", live: "Live", occasion: "Occasion") -> "Plan":
    """The plan, with a warning for each thing that has left the manifests."""
    from reconciler.diff.compare import compare
    from reconciler.plan.build import build

    comparison = compare(desired, live)
    gone = (
        f"{address} is no longer declared; it stays in the shop"
        for address in comparison.unmanaged
    )
    comparison = replace(comparison, warnings=(*comparison.warnings, *gone))
    return build(desired, comparison, occasion)


def _warn(
    plan: "Plan", target: "Target", *, before: Iterator[str], after: Iterator[str]
) -> "Plan":
    """The plan with warnings for the guards that will refuse it, and with those `before`
    and `after` them.
    """
    from reconciler.plan.build import warned
    from reconciler.plan.guard import guard_refusals

    refused = (
        f"apply will refuse this: {each}"
        for each in guard_refusals(plan, target.guards)
    )
    return warned(plan, [*before, *refused, *after])


def _unknown(after: "Desired", live: "Live", against: str, wrong: int) -> Iterator[str]:
    """What the manifests before do not say, of which `wrong` findings are one cause."""
    from reconciler.model.kinds import Override

    if wrong:
        yield f"what was not valid at {against} is compared with nothing ({wrong} found)"
    for address, manifest in after.manifests.items():
        override = manifest.resource
        if not isinstance(override, Override):
            continue
        if not override.sources and address not in live.overrides:
            yield f"{address} takes away whatever gives that price in the shop; {against} does not say what does"


def _tell_wrong(app: App, against: str, wrong: "Sequence[Finding]") -> None:
    from reconciler.report.findings_text import findings_text

    lines = findings_text(wrong[:MOST_SHOWN]).rstrip()
    app.talk(f"What was wrong at {against}:\n{lines}")


def _at(app: App, target: "Target", paths: tuple[str, ...], commit: str) -> "Resolved":
    """The manifests of a commit, under the names that they have in the work tree."""
    from reconciler.cli.git import files_at
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.state import Desired

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
