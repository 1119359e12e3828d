"""Schema as code for ShopiMind: manifests in git, planned against a shop and applied in
dependency order.

The small public Python API: `load` → `build_plan` → `check_plan` → `run_plan`, values in
between, and `pull` for the way back; `target_of`, `info_of`, `provenance_of` and `connect`
give what these ask for. Nothing here prints or exits: what goes wrong is raised, as a class of
`reconciler.errors`.

Imports are made where they are used, because importing the package must stay free:
`reconciler --help` pays for click and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.api.connection import (
        Connection,
        ConnectionOptions,
        ReadConnection,
    )
    from reconciler.apply.rows import PushRows
    from reconciler.apply.run import Options
    from reconciler.apply.shop import Shop
    from reconciler.manifest.dump.choose import Wanted
    from reconciler.manifest.dump.draft import Draft
    from reconciler.manifest.dump.folder import MoreFiles
    from reconciler.manifest.resolve import Resolved
    from reconciler.manifest.template import Renderer
    from reconciler.model.event import Progress
    from reconciler.model.live import Live
    from reconciler.model.manifest import Desired
    from reconciler.model.plan import Asked, Plan, TargetInfo
    from reconciler.model.target import Guards, Target
    from reconciler.model.usage import Use
    from reconciler.plan.build import Provenance
    from reconciler.plan.judgement import Judgement
    from reconciler.plan.rows import PlannedRows, PlanRows
    from reconciler.plan.scope import Scope

__all__ = [
    "__version__",
    "build_plan",
    "check_plan",
    "connect",
    "connect_to_read",
    "info_of",
    "load",
    "plan_of",
    "provenance_of",
    "pull",
    "run_plan",
    "target_of",
]

__version__ = "0.1.0"


def target_of(
    path: str, environment: "Mapping[str, str]", name: str | None = None
) -> "Target":
    """The target of that name, or the default one, by the `reconciler.toml` that holds for
    manifests at `path`. Raises SettingsError, and WrongUsage for a name that is unknown.
    """
    from reconciler.manifest.settings_file import load_settings

    return load_settings(path).target(name, environment)


def connect(target: "Target", environment: "Mapping[str, str]") -> "Connection":
    """The way to the shop, to be closed by `with`. Nothing is sent yet. Raises MissingKey,
    HostNotAllowed, and SettingsError for the sandbox that lives inside the command.
    """
    from reconciler.api.connection import Connection
    from reconciler.api.keys import access_of

    return Connection(access_of(target, environment), _connection_options(target))


def connect_to_read(
    target: "Target", environment: "Mapping[str, str]"
) -> "ReadConnection":
    """The same for plans and pulls: whatever would write is refused before it is sent."""
    from reconciler.api.connection import ReadConnection
    from reconciler.api.keys import access_of

    return ReadConnection(access_of(target, environment), _connection_options(target))


def _connection_options(target: "Target") -> "ConnectionOptions":
    from reconciler.api.connection import ConnectionOptions
    from reconciler.api.limiter import LIMIT, Limiter

    return ConnectionOptions(limiter=Limiter(target.rate or LIMIT))


def info_of(target: "Target", environment: "Mapping[str, str]") -> "TargetInfo":
    """Which shop that is, as a plan says it: its address, and a salted hash of the key.
    Raises the same as `connect`.
    """
    from reconciler.api.keys import info_of as info

    return info(target, environment)


def provenance_of(shop: "TargetInfo", asked: "Asked | None" = None) -> "Provenance":
    """What a plan says of where it comes from: this tool, now, and nothing of git. `asked`
    says how much is wanted; without it, everything.
    """
    from datetime import UTC, datetime

    from reconciler.model.plan import Asked, Git, Tool
    from reconciler.plan.build import Provenance

    tool = Tool(name="shopimind-reconciler", version=__version__)
    return Provenance(tool, shop, Git(), datetime.now(UTC), asked or Asked())


def load(
    paths: Iterable[str], target: "Target", environment: "Mapping[str, str]"
) -> "Resolved":
    """Reads and checks manifests offline; `findings` of the result holds all that is
    wrong. Raises WrongUsage.
    """
    from datetime import UTC, datetime

    from reconciler.manifest.load import load as read_files
    from reconciler.manifest.resolve import resolve

    files = read_files(paths, renderer_of(target, environment))
    return resolve(files, datetime.now(UTC).date(), target.messages)


def build_plan(
    resolved: "Resolved",
    connection: "ReadConnection",
    provenance: "Provenance",
    judgement: "Judgement | None" = None,
    scope: "Scope | None" = None,
    rows: "PlanRows | None" = None,
) -> "tuple[Plan, Live]":
    """Reads the shop and says what would have to be done, with the live state that the
    plan was made from.

    `provenance.asked` says how much of it is wanted, `judgement` what it is measured
    against, and `scope` which kinds are read (by default, those that the manifests and
    what was asked for need). `rows` compares the record sets; without it they are left
    out. Raises InvalidManifests (also for references that not even
    the shop knows), WrongUsage when `only`, a pattern of addresses, matches nothing, and
    ApiError.
    """
    from reconciler.api.live import read
    from reconciler.errors import InvalidManifests
    from reconciler.plan.scope import scope_of

    if any(finding.severity == "error" for finding in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    scope = scope or scope_of(resolved.desired, provenance.asked)
    live = read(
        connection,
        scope.names,
        needed=scope.needed,
        helpful=scope.helpful,
        confirmed=scope.described,
    )
    return plan_of(resolved, live, provenance, judgement, rows)


def plan_of(
    resolved: "Resolved",
    live: "Live",
    provenance: "Provenance",
    judgement: "Judgement | None" = None,
    rows: "PlanRows | None" = None,
) -> "tuple[Plan, Live]":
    """The same for a shop that was read before. Nothing is asked of it."""
    from dataclasses import replace

    from reconciler.errors import InvalidManifests
    from reconciler.manifest.resolve import (
        as_they_live,
        not_sendable,
        still_dangling,
        unsure_references,
        with_dead_ends,
    )
    from reconciler.plan.build import make_plan
    from reconciler.plan.judgement import Judgement

    dangling = still_dangling(resolved, live)
    if dangling:
        raise InvalidManifests(dangling)
    unsure = unsure_references(resolved, live)
    live = replace(live, warnings=(*live.warnings, *unsure))
    live = with_dead_ends(resolved, live)
    desired = as_they_live(resolved, live)
    plan, planned = make_plan(
        desired,
        live,
        provenance,
        judgement or Judgement(),
        written=resolved.desired,
        rows=_planned_rows(rows, desired, live, provenance.asked.only),
        uses=tuple(_uses(resolved, live)),
    )
    sent = [each.address for each in plan.changes if each.action != "delete"]
    if wrong := not_sendable(resolved, live, sent):
        raise InvalidManifests(wrong)
    return plan, planned


def check_plan(
    plan: "Plan",
    guards: "Guards",
    *,
    breaking: bool = False,
    deletes: bool = False,
    keep_going: bool = False,
) -> None:
    """Raises Refused for a plan that must not be run, with all reasons and what they are
    about as `items`: what is blocked, what the guards forbid, and breaking changes and
    deletes that were not permitted. With `keep_going`, what is blocked is left out.
    """
    from reconciler.errors import Refused
    from reconciler.plan.guard import refusals, words_of

    found = list(refusals(plan, guards, breaking=breaking, deletes=deletes))
    # What is left out stays among the items: it will not be applied either.
    items = [item for each in found for item in each.items]
    if keep_going:
        found = [each for each in found if each.reason != "blocked"]
    if found:
        raise Refused(words_of(found), reason=found[0].reason, items=items)


def pull(  # noqa: PLR0913, PLR0917 – each says another thing of what is pulled
    folder: str,
    connection: "ReadConnection",
    provenance: "Provenance",
    target: "Target",
    environment: "Mapping[str, str]",
    wanted: "Wanted | None" = None,
    more: "MoreFiles | None" = None,
) -> "Draft":
    """Reads the shop once and says which files below the folder would describe it, with
    their texts: to write them is up to the caller. `wanted` says how much of the shop;
    without it, everything. `more` makes further manifests of what was read. Raises
    InvalidManifests for a folder whose manifests are not valid, WrongUsage, and ApiError.
    """
    from reconciler.api.live import read
    from reconciler.api.registry import ENDPOINTS
    from reconciler.manifest.dump.choose import Wanted
    from reconciler.manifest.dump.folder import read_folder
    from reconciler.manifest.dump.pull import draft_of
    from reconciler.plan.scope import scope_of_kinds

    wanted = wanted or Wanted(frozenset(ENDPOINTS))
    renderer = renderer_of(target, environment)
    there = read_folder(folder, renderer, provenance.now.date())
    needed = scope_of_kinds(wanted.all_kinds - wanted.spared).needed
    live = read(connection, None, needed=needed, helpful=wanted.spared - needed)
    return draft_of(
        there,
        live,
        wanted,
        lambda resolved: plan_of(resolved, live, provenance)[0],
        more(there, live) if more else {},
    )


def renderer_of(target: "Target", environment: "Mapping[str, str]") -> "Renderer":
    """What evaluates the expressions of manifests: with the variables of the target, and
    those of the environment that the settings allow.
    """
    from reconciler.manifest.template import Renderer

    allowed = {name: environment[name] for name in target.env if name in environment}
    return Renderer(target.vars, allowed)


def _uses(resolved: "Resolved", live: "Live") -> "Iterator[Use]":
    """What messages and the like use, and the sample payloads that the shop takes now and
    would not take any more.
    """
    from reconciler.manifest.uses import uses_in

    yield from uses_in(resolved.desired, resolved.messages)
    if not resolved.samples:
        return
    from reconciler.manifest.samples import broken_samples, events_of, samples_of

    before, files = events_of(live), samples_of(resolved)
    yield from broken_samples(before, resolved.desired, files)


def _planned_rows(
    compare: "PlanRows | None", desired: "Desired", live: "Live", only: str | None
) -> "PlannedRows":
    """What is to be done to the record sets that are asked for."""
    from reconciler.plan.only import with_dependencies
    from reconciler.plan.rows import PlannedRows

    if compare is None:
        return PlannedRows()
    picked = (
        desired.manifests.keys() if only is None else with_dependencies(desired, only)
    )
    return compare(desired, live, picked)


def run_plan(
    plan: "Plan",
    live: "Live",
    shop: "Shop",
    options: "Options | None" = None,
    push: "PushRows | None" = None,
) -> "Iterator[Progress]":
    """Sends the plan's changes and reads them back, as the events are asked for; fold them
    with `model.outcome.fold`. `push` sends the rows of one record set. Whether the plan
    should be run is for `check_plan` to say. What the shop answers is never raised: it
    is the ending of a change.
    """
    from reconciler.apply.rows import run_with_rows
    from reconciler.apply.run import Options

    return run_with_rows(plan, live, shop, options or Options(), push)
