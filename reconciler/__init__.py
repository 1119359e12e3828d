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
    from reconciler.apply.run import Options
    from reconciler.apply.shop import Shop
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.event import Progress
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.target import Target
    from reconciler.plan.build import Occasion

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
    return resolve(
        read_files(paths, Renderer(target.vars, allowed)), datetime.now(UTC).date()
    )


def build_plan(
    resolved: "Resolved", connection: "ReadConnection", occasion: "Occasion"
) -> "tuple[Plan, Live]":
    """Reads the shop and says what would have to be done, with the live state that the
    plan was made from.

    `occasion.asked` says how much of it is wanted. Raises InvalidManifests (also for
    references that not even the shop knows), WrongUsage when `only`, a pattern of
    addresses, matches nothing, and ApiError.
    """
    from reconciler.api.live import read
    from reconciler.diff.compare import compare, pruned, spelled
    from reconciler.errors import InvalidManifests
    from reconciler.manifest.resolve import as_they_live, still_dangling
    from reconciler.plan.build import build
    from reconciler.plan.only import matches, with_dependencies

    if any(finding.severity == "error" for finding in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    only, prune = occasion.asked.only, occasion.asked.prune
    picked = with_dependencies(resolved.desired, only) if only is not None else None
    named = resolved.desired.manifests
    live = read(
        connection,
        [*named, *(old for each in named.values() if (old := each.renamed_from))],
    )
    dangling = still_dangling(resolved, live.definitions)
    if dangling:
        raise InvalidManifests(dangling)
    desired = as_they_live(resolved, live.definitions)
    live = spelled(desired, live)
    comparison = compare(desired, live)
    if prune:
        keep = {
            a
            for a in comparison.unmanaged
            if only is not None and not matches(str(a), only)
        }
        picked = picked and picked | set(comparison.unmanaged) - keep
        comparison = pruned(comparison, keep)
    return build(desired, comparison, occasion, picked), live


def run_plan(
    plan: "Plan", live: "Live", shop: "Shop", options: "Options"
) -> "Iterator[Progress]":
    """Sends the plan's changes and reads them back; fold the events with
    `model.outcome.fold`.
    """
    from reconciler.apply.run import run

    return run(plan, live, shop, options)
