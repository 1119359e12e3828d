"""`reconciler diff`, and the plan from one git revision to another."""

import os
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import click

import reconciler
from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.options import PATHS, Option, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.repository import address_of_files
from reconciler.cli.session import settings_changes, target_at, target_for
from reconciler.errors import InvalidManifests, WrongUsage
from reconciler.report.formats import Format, PlanView
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.live import Live
    from reconciler.model.manifest import Desired
    from reconciler.model.plan import Plan
    from reconciler.model.source import Finding
    from reconciler.model.target import Target
    from reconciler.plan.build import Provenance
    from reconciler.plan.judgement import FailOn

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
    fail_on: "FailOn"


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
    between = Between.of(chosen.paths, chosen.against, chosen.head)
    plan, desired = plan_between(app, target, between, chosen.fail_on)
    # Of another revision's files the lines would be others.
    link = None if chosen.head else address_of_files(app.environment, plan.git)
    show(app, PlanView(plan, desired, link), chosen.form, chosen.reports)
    return plan.exit.code


@dataclass(frozen=True, slots=True)
class Between:
    """Two revisions of the manifests in these paths; `head` None is the work tree."""

    paths: tuple[str, ...]
    against: str
    head: str | None = None

    @classmethod
    def of(cls, paths: tuple[str, ...], against: str, head: str | None) -> Self:
        """Raises WrongUsage for a path of which git cannot say what it was."""
        return cls(tuple(map(_inside, paths)), against, head or None)


def plan_between(
    app: App, target: "Target", between: Between, fail_on: "FailOn" = "never"
) -> "tuple[Plan, Desired]":
    """What the manifests after mean for a shop that has the manifests before; also the
    manifests after. Raises InvalidManifests for those after.
    """
    from reconciler.diff.assumed import as_live, before_with
    from reconciler.plan.build import make_plan
    from reconciler.plan.judgement import Judgement

    target = _target_after(app, target, between)
    before = _before(app, target, between)
    after = _after(app, target, between)
    wrong = _errors(before)
    _tell_wrong(app, between, wrong)
    assumed = as_live(before_with(before.desired, after.desired))
    unknown = tuple(_unknown(after.desired, assumed, between, wrong))
    live = replace(assumed, warnings=unknown)
    judgement = Judgement(
        guards=target.guards,
        fail_on=fail_on,
        offline=True,
        settings=settings_changes(between.paths, between.against, between.head),
    )
    provenance = _provenance(between)
    plan, _ = make_plan(after.desired, live, provenance, judgement)
    return plan, after.desired


def _target_after(app: App, target: "Target", between: Between) -> "Target":
    """The target with the settings that belong to the manifests after."""
    if between.head is None:
        return target
    return target_at(app, between.head, between.paths, target)


def _before(app: App, target: "Target", between: Between) -> "Resolved":
    # variables of templates are settings: what they were then is part of what was
    then = target_at(app, between.against, between.paths, target)
    return _at(app, then, between.paths, between.against)


def _after(app: App, target: "Target", between: Between) -> "Resolved":
    """Raises InvalidManifests."""
    after = _at_head(app, target, between)
    if _errors(after):
        raise InvalidManifests(after.findings)
    return after


def _at_head(app: App, target: "Target", between: Between) -> "Resolved":
    if between.head is None:
        return reconciler.load(between.paths, target, app.environment)
    return _at(app, target, between.paths, between.head)


def _errors(resolved: "Resolved") -> "list[Finding]":
    return [found for found in resolved.findings if found.severity == "error"]


def _provenance(between: Between) -> "Provenance":
    from reconciler.cli.git import git_state
    from reconciler.model.plan import OFFLINE, TargetInfo, Tool
    from reconciler.plan.build import Provenance

    name = f"{between.against} → {between.head or WORK_TREE}"
    return Provenance(
        tool=Tool(name="shopimind-reconciler", version=__version__),
        target=TargetInfo(name=name, base_url=OFFLINE, key_fingerprint=""),
        git=git_state(between.paths),
        now=datetime.now(UTC),
    )


def _unknown(
    after: "Desired", live: "Live", between: Between, wrong: "list[Finding]"
) -> Iterator[str]:
    """What cannot be known from the manifests before."""
    from reconciler.kinds.registry import kind_of

    against = between.against
    if wrong:
        yield f"what was not valid at {against} is compared with nothing ({len(wrong)} found)"
    for address, manifest in after.manifests.items():
        taken = kind_of(address).takes_away(manifest.resource)
        if taken and address not in live.resources:
            yield f"{address} takes away {taken} in the shop; {against} does not say what does"


def _tell_wrong(app: App, between: Between, wrong: "list[Finding]") -> None:
    """Says what was wrong before, which is no reason to stop: the change may mend it."""
    from reconciler.report.findings_text import findings_text

    if wrong:
        lines = findings_text(wrong[:MOST_SHOWN]).rstrip()
        app.talk(f"What was wrong at {printable(between.against)}:\n{lines}")


def _at(
    app: App, target: "Target", paths: tuple[str, ...], revision: str
) -> "Resolved":
    """The manifests of a revision, under the names that they have in the work tree."""
    from reconciler.cli.git import commit_of, files_at
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.manifest import Desired

    with files_at(commit_of(revision), paths) as folder, chdir(folder):
        there = tuple(path for path in paths if os.path.lexists(path))
        if not there:
            return Resolved(Desired({}), (), ())
        return reconciler.load(there, target, app.environment)


def _inside(path: str) -> str:
    """The path from here, without links. Raises WrongUsage for what lies above: a
    revision knows nothing of it.
    """
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath("."))
    if relative.startswith(os.pardir):
        raise WrongUsage(
            f"{path!r} is not below this folder, so git cannot say what it was."
        )
    return relative
