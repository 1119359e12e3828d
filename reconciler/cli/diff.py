"""`reconciler diff`, and the plan from one git revision to another."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, chdir
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import click

import reconciler
from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, Option, options
from reconciler.cli.records.revisions import RowsAt, planned_between, rows_at
from reconciler.cli.reports import Reports, show
from reconciler.cli.repository import address_of_files
from reconciler.cli.session import (
    load_manifests,
    settings_changes,
    target_at,
    target_for,
)
from reconciler.errors import GitFailed, InvalidManifests, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.report.formats import Format, PlanView
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.manifest.resolve import Resolved
    from reconciler.manifest.samples import PayloadFile
    from reconciler.model.address import Address
    from reconciler.model.live import Live
    from reconciler.model.manifest import Desired
    from reconciler.model.source import Finding
    from reconciler.model.target import Target
    from reconciler.model.usage import Use
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
    cls=Command,
    epilog="\b\nExamples:\n  reconciler diff --against origin/main\n  reconciler diff --against v1 --head v2",
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
    between = Between.of(chosen.paths, chosen.against, chosen.head)
    target = target_for(app, between.paths)
    view = plan_between(app, target, between, chosen.fail_on)
    # Of another revision's files the lines would be others.
    if not chosen.head:
        view = replace(view, link=address_of_files(app.environment, view.plan.git))
    return show(app, view, chosen.form, chosen.reports)


@dataclass(frozen=True, slots=True)
class Between:
    """Two revisions of the manifests in these paths; `head` None is the work tree."""

    paths: tuple[str, ...]
    against: str
    head: str | None = None

    @classmethod
    def of(cls, paths: tuple[str, ...], against: str, head: str | None) -> Self:
        """With the paths from here, without links. Raises WrongUsage and GitFailed for
        one of which git cannot say what it was.
        """
        from reconciler.cli.git.links import without_links

        revisions = [against] if head is None else [against, head]
        return cls(without_links(paths, revisions), against, head)


def plan_between(
    app: App, target: "Target", between: Between, fail_on: "FailOn" = "never"
) -> PlanView:
    """What the manifests after mean for a shop that has the manifests before, with both.
    Raises InvalidManifests for those after.
    """
    from reconciler.diff.assumed import as_live, before_with
    from reconciler.manifest.pinpoint import pinpointed
    from reconciler.plan.build import make_plan
    from reconciler.plan.judgement import Judgement

    target = _target_after(app, target, between)
    with ExitStack() as folders:
        before = _before(app, target, between, folders)
        after = _after(app, target, between, folders)
        rows = planned_between(before.rows, after.rows, between.against)
    _check_paths(between, before, after)
    wrong = _errors(before.resolved)
    _tell_wrong(app, between, wrong)
    desired = after.resolved.desired
    assumed = as_live(before_with(before.resolved.desired, desired))
    unknown = tuple(_unknown(desired, assumed, between))
    unreadable = frozenset(_unreadable(before.resolved, desired))
    live = replace(assumed, warnings=unknown, unreadable=unreadable)
    judgement = Judgement(
        guards=target.guards,
        fail_on=fail_on,
        offline=True,
        incomplete=tuple(_incomplete(between, before.resolved, wrong)),
        settings=settings_changes(between.paths, between.against, between.head),
    )
    provenance = _provenance(app, between)
    plan, _ = make_plan(
        desired, live, provenance, judgement, rows=rows, uses=_uses(before, after)
    )
    return PlanView(pinpointed(plan, after.resolved), desired, live=live)


def _target_after(app: App, target: "Target", between: Between) -> "Target":
    """The target with the settings that belong to the manifests after."""
    if between.head is None:
        return target
    return target_at(app, between.head, between.paths, target)


class Side(NamedTuple):
    """The manifests of one side with their rows, which of the paths were there, what
    messages and the like use, and the sample payloads.
    """

    resolved: "Resolved"
    there: tuple[str, ...]
    rows: RowsAt
    uses: "tuple[Use, ...]" = ()
    samples: "tuple[PayloadFile, ...]" = ()


def _before(app: App, target: "Target", between: Between, folders: ExitStack) -> Side:
    # variables of templates are settings: what they were then is part of what was
    then = target_at(app, between.against, between.paths, target)
    return _at(app, then, between.paths, between.against, folders)


def _after(app: App, target: "Target", between: Between, folders: ExitStack) -> Side:
    """Raises InvalidManifests, and WrongUsage when nothing is there."""
    after = _at_head(app, target, between, folders)
    if not after.there:
        at = f" at {between.head}" if between.head else ""
        raise WrongUsage(
            f"There is no file or folder {in_quotes(between.paths[0])}{at}. Name the folder that holds the manifests."
        )
    if _errors(after.resolved):
        raise InvalidManifests(after.resolved.findings)
    return after


def _at_head(app: App, target: "Target", between: Between, folders: ExitStack) -> Side:
    if between.head is not None:
        return _at(app, target, between.paths, between.head, folders)
    there = _there(between.paths)
    _check_unconverted(there)
    _check_not_sparse(between)
    if not there:
        return _nothing()
    return _side(load_manifests(app, there, target), there)


def _check_unconverted(paths: tuple[str, ...]) -> None:
    """Raises GitFailed when git converts a manifest of the work tree, or its
    settings.
    """
    from reconciler.cli.git.attributes import check_work_tree_unconverted
    from reconciler.cli.git.repository import repository_of
    from reconciler.manifest.files import files_in
    from reconciler.manifest.settings_file import find_settings

    if not paths:
        return
    repository = repository_of(paths)
    files = files_in(paths, []).manifests
    settings = find_settings(paths[0])
    if settings is not None:
        files.append(settings)
    places = [repository.place_of(file) for file in files if repository.holds(file)]
    check_work_tree_unconverted(repository, places)


def _check_not_sparse(between: Between) -> None:
    """Raises GitFailed when a manifest is not in the work tree because git was told to
    leave it out: it is declared all the same.
    """
    from reconciler.cli.git.repository import repository_of
    from reconciler.cli.git.tree import Tree, is_manifest, manifests_at

    repository = repository_of(between.paths)
    tree = Tree(repository, repository.commit_of(between.against))
    before = manifests_at(tree, map(repository.place_of, between.paths))
    places = [entry.name for entry in before if is_manifest(entry.name)]
    for place in repository.left_out(places):
        raise GitFailed(
            f"git leaves {in_quotes(place)} out of this work tree (a sparse checkout, skip-worktree), "
            "so what the manifests after declare is not known. "
            "Check out all of them: git sparse-checkout disable, or name --head REV."
        )


def _check_paths(between: Between, before: Side, after: Side) -> None:
    """A path may be missing on one side: that is how manifests that moved are compared.
    Raises WrongUsage for one that is nowhere.
    """
    for path in between.paths:
        if path not in (*before.there, *after.there):
            raise WrongUsage(
                f"There is no file or folder {in_quotes(path)}, neither after nor at {between.against}."
            )


def _there(paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(path for path in paths if os.path.lexists(path))


def _side(resolved: "Resolved", there: tuple[str, ...]) -> Side:
    """With all that is in files beside the manifests, which are there now."""
    from reconciler.manifest.uses import uses_in

    uses = uses_in(resolved.desired, resolved.messages)
    rows = rows_at(resolved.desired)
    if not resolved.samples:
        return Side(resolved, there, rows, uses)
    from reconciler.manifest.samples import samples_of

    return Side(resolved, there, rows, uses, tuple(samples_of(resolved)))


def _uses(before: Side, after: Side) -> "tuple[Use, ...]":
    """What messages use, and sample payloads that are valid no longer."""
    if not after.samples:
        return after.uses
    from reconciler.manifest.samples import broken_samples

    then, now = before.resolved.desired, after.resolved.desired
    return (*after.uses, *broken_samples(then, now, after.samples))


def _nothing() -> Side:
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.manifest import Desired

    return Side(Resolved(Desired({}), (), ()), (), RowsAt({}))


def _errors(resolved: "Resolved") -> "list[Finding]":
    return [found for found in resolved.findings if found.severity == "error"]


def _provenance(app: App, between: Between) -> "Provenance":
    from reconciler.cli.git.state import git_state
    from reconciler.model.plan import OFFLINE, TargetInfo, Tool
    from reconciler.plan.build import Provenance

    name = f"{between.against} → {between.head or WORK_TREE}"
    return Provenance(
        tool=Tool(name="shopimind-reconciler", version=__version__),
        target=TargetInfo(name=name, base_url=OFFLINE, key_fingerprint=""),
        git=git_state(between.paths, app.talk),
        now=datetime.now(UTC),
    )


def _unknown(after: "Desired", live: "Live", between: Between) -> Iterator[str]:
    """What cannot be known from the manifests before."""
    from reconciler.form.words import address_words
    from reconciler.kinds.registry import kind_of

    against = between.against
    for address, manifest in after.manifests.items():
        taken = kind_of(address).takes_away(manifest.resource)
        if taken and address not in live.resources:
            yield f"{address_words(address)} takes away {taken} in the shop; {against} does not say what does"


def _tell_wrong(app: App, between: Between, wrong: "list[Finding]") -> None:
    """Says what was wrong before, which is no reason to stop: the change may mend it."""
    from reconciler.report.findings_text import findings_text

    if wrong:
        lines = findings_text(wrong[:MOST_SHOWN]).rstrip()
        app.talk(f"What was wrong at {printable(between.against)}:\n{lines}")


def _unreadable(before: "Resolved", after: "Desired") -> "Iterator[Address]":
    """What was not valid before. In a file that was not read, everything may have
    been.
    """
    yield from before.unusable
    unread, known = set(before.unread), before.desired.manifests
    for address, manifest in after.manifests.items():
        if manifest.source.file in unread and address not in known:
            yield address


def _incomplete(
    between: Between, before: "Resolved", wrong: "list[Finding]"
) -> Iterator[str]:
    """Why not all that there was before could be compared."""
    if wrong:
        yield (
            f"what was not valid at {between.against} is compared with nothing ({len(wrong)} in all, the first in "
            f"{wrong[0].source.short}): what this changes of it is not known, and it may count as new. "
            "Mend it in a change of its own, and take --fail-on never for that one"
        )
    if not before.desired.manifests:
        paths = ", ".join(between.paths)
        yield (
            f"there is no manifest that can be read in {paths} at {between.against}: nothing was compared, and "
            "everything counts as new. If they were elsewhere then, name that folder too; if these are the first ones, "
            "take --fail-on never"
        )


def _at(
    app: App,
    target: "Target",
    paths: tuple[str, ...],
    revision: str,
    folders: ExitStack,
) -> Side:
    """The manifests of a revision, under the names that they have in the work tree. Their
    files are there until `folders` is closed: rows are read later.
    """
    from reconciler.cli.git.files import files_at
    from reconciler.cli.git.repository import repository_of
    from reconciler.cli.git.tree import Tree

    repository = repository_of(paths)
    tree = Tree(repository, repository.commit_of(revision))
    with chdir(folders.enter_context(files_at(tree, paths))):
        there = _there(paths)
        if not there:
            return _nothing()
        return _side(reconciler.load(there, target, app.environment), there)
