"""A saved plan on the command line: whether it may still be applied.

It is read, made again from what the manifests and the shop say now, and both must be
the same.
"""

import os
from typing import TYPE_CHECKING

import reconciler
from reconciler.cli.app import App
from reconciler.cli.session import provenance_of, reading, target_for
from reconciler.errors import InvalidManifests, Stale, WrongUsage

if TYPE_CHECKING:
    from reconciler.api.connection import Connection
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.target import Target

LARGEST_PLAN = 64 * 1024 * 1024


def plan_text_in(paths: tuple[str, ...]) -> str | None:
    """The text of the one file named, if it is a saved plan and not a manifest. Raises
    WrongUsage for nothing there.
    """
    if len(paths) == 1 and not os.path.lexists(paths[0]):
        raise WrongUsage(
            f"There is no file or folder {paths[0]!r}. "
            "Name the folder that holds the manifests, or the plan that `plan --out` wrote."
        )
    if len(paths) != 1 or not os.path.isfile(paths[0]):
        return None
    from reconciler.plan.document import is_plan

    # What is not text is no plan either; `read_plan` says so in its own words.
    with open(paths[0], "rb") as file:
        text = file.read(LARGEST_PLAN).decode("utf-8-sig", errors="replace")
    may_be_manifest = paths[0].lower().endswith((".yaml", ".yml", ".json"))
    if may_be_manifest and not is_plan(text):
        return None
    return text


def saved_plan(
    app: App, file: str, text: str, digest: str | None
) -> "tuple[Plan, Target]":
    """The plan, which fits its target, its key and the digest that was reviewed. Raises
    Stale.
    """
    from datetime import UTC, datetime

    from reconciler.plan.document import check_fits, read_plan

    plan = read_plan(text, file)
    app.target = app.target or plan.target.name
    target = target_for(app, plan.asked.paths)
    info = provenance_of(app, target, plan.asked, with_git=False).target
    check_fits(plan, info, datetime.now(UTC), digest)
    return plan, target


def manifests_of(app: App, plan: "Plan", target: "Target") -> "Resolved":
    """The manifests that the plan was made from, as they are now. Raises Stale when
    they are of no use any more.
    """
    try:
        resolved = reconciler.load(plan.asked.paths, target, app.environment)
    except WrongUsage as gone:
        raise Stale(
            f"The manifests that the plan was made from have moved: {gone} Nothing was sent."
        ) from None
    wrong = [finding for finding in resolved.findings if finding.severity == "error"]
    if wrong:
        raise Stale(
            f"The manifests have changed since the plan was made, to what is not valid: {wrong[0]}"
        )
    return resolved


def check_again(
    app: App,
    plan: "Plan",
    target: "Target",
    resolved: "Resolved",
    connection: "Connection",
) -> "Live":
    """What lives, when the plan made from it now is the saved one. Raises Stale, naming
    what moved.
    """
    from reconciler.plan.document import check_unmoved

    provenance = provenance_of(app, target, plan.asked, with_git=False, saved=True)
    try:
        with reading(app):
            again, live = reconciler.build_plan(resolved, connection, provenance)
    except InvalidManifests as dangling:
        raise Stale(
            f"What the plan refers to has moved: {dangling}. Nothing was sent."
        ) from None
    check_unmoved(plan, again)
    return live
