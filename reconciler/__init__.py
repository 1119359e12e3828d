"""Schema as code for ShopiMind: manifests in git, planned against a shop and applied in
dependency order.

The small public Python API: `load` → `build_plan` → `run_plan`, values in between.
Imports are made where they are used, because importing the package must stay free:
`reconciler --help` pays for click and nothing else.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.apply.rows import PushRows
    from reconciler.apply.run import Options
    from reconciler.apply.shop import Shop
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.event import Progress
    from reconciler.model.live import Live
    from reconciler.model.manifest import Desired
    from reconciler.model.plan import Plan
    from reconciler.model.target import Target
    from reconciler.model.usage import Use
    from reconciler.plan.build import Provenance
    from reconciler.plan.judgement import Judgement
    from reconciler.plan.rows import PlannedRows, PlanRows
    from reconciler.plan.scope import Scope

__version__ = "0.1.0"


def load(
    paths: Iterable[str], target: "Target", environment: "dict[str, str]"
) -> "Resolved":
    """Reads and checks manifests offline; `findings` of the result holds all that is
    wrong. Raises WrongUsage.
    """
    from datetime import UTC, datetime

    from reconciler.manifest.load import load as read_files
    from reconciler.manifest.resolve import resolve
    from reconciler.manifest.template import Renderer

    allowed = {name: environment[name] for name in target.env if name in environment}
    files = read_files(paths, Renderer(target.vars, allowed))
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
    from dataclasses import replace

    from reconciler.api.live import read
    from reconciler.errors import InvalidManifests
    from reconciler.manifest.resolve import (
        as_they_live,
        still_dangling,
        unsure_references,
    )
    from reconciler.plan.build import make_plan
    from reconciler.plan.judgement import Judgement
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
    dangling = still_dangling(resolved, live)
    if dangling:
        raise InvalidManifests(dangling)
    unsure = unsure_references(resolved, live)
    live = replace(live, warnings=(*live.warnings, *unsure))
    desired = as_they_live(resolved, live)
    return make_plan(
        desired,
        live,
        provenance,
        judgement or Judgement(),
        written=resolved.desired,
        rows=_planned_rows(rows, desired, live, provenance.asked.only),
        uses=tuple(_uses(resolved, live)),
    )


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
    options: "Options",
    push: "PushRows | None" = None,
) -> "Iterator[Progress]":
    """Sends the plan's changes and reads them back; fold the events with
    `model.outcome.fold`. `push` sends the rows of one record set.
    """
    from reconciler.apply.rows import run_with_rows

    return run_with_rows(plan, live, shop, options, push)
