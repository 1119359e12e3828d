"""A saved plan on the command line: whether it may still be applied.

It is read, made again from what the manifests and the shop say now, and both must be
the same.
"""

import os
import shlex
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

import reconciler
from reconciler.cli.app import App
from reconciler.cli.options import DEFAULT_PATH
from reconciler.cli.session import (
    load_manifests,
    provenance_of,
    reading,
    target_for,
)
from reconciler.errors import InvalidManifests, Stale, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.manifest.files import nothing_at
from reconciler.manifest.recognise import may_be_json_manifest
from reconciler.manifest.work_tree import top_of_work_tree
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.connection import Connection
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.target import Target
    from reconciler.plan.rows import PlanRows

LARGEST_PLAN = 64 * 1024 * 1024
MOST_VALUES = 3_000_000
SUFFIX = ".json"


def plan_text_in(paths: tuple[str, ...]) -> str | None:
    """The text of the first file named, if it is called a saved plan. Raises WrongUsage
    for nothing there.
    """
    if not os.path.lexists(paths[0]):
        raise WrongUsage(
            f"{nothing_at(paths[0])} `apply` takes a plan that `plan --out` wrote, or manifests."
        )
    text = plan_text_of(paths[0])
    if text is not None:
        check_is_apart(*paths)
    return text


def plan_text_of(path: str) -> str | None:
    """The text of a file that is called a plan: its name ends in .json, and it is meant
    as one. None for manifests. Raises Stale for what is called so and is neither.

    A plan is applied without a question, so whoever applies must have named it: a branch
    can put a plan where the manifests' folder was. Raises WrongUsage for a plan under
    another name.
    """
    if not os.path.isfile(path):
        return None
    from reconciler.plan.document import is_plan

    text = _bounded_text(path)
    if not is_plan(text):
        _check_is_manifest(path, text)
        return None
    if not path.lower().endswith(SUFFIX):
        raise WrongUsage(
            f"{in_quotes(path)} holds a saved plan, and its name does not say so: "
            f"`apply` takes a plan only from a file whose name ends in {SUFFIX}. Nothing was sent."
        )
    return text


def check_is_apart(file: str, *manifests: str) -> None:
    """Raises WrongUsage for a plan that lies where manifests do, or is a link: the shell
    puts it first for `apply manifests/*`, and nobody has named it then.
    """
    if os.path.islink(file):
        told = "is a link. Name the file that it leads to"
    elif _lies_among(file, manifests):
        told = "lies where the manifests are. Move it out of their folder, and name it there"
    else:
        return
    raise WrongUsage(
        f"{printable(file)} is a saved plan and {told}: a plan is applied without a question, "
        "so it must be clear that it is meant. Nothing was sent."
    )


def _lies_among(file: str, manifests: tuple[str, ...]) -> bool:
    folder = os.path.dirname(os.path.realpath(file))
    named = os.path.dirname(os.path.abspath(file))
    if DEFAULT_PATH in (*_folders_within(folder), *_folders_within(named)):
        return True
    for path in filter(os.path.exists, manifests):
        place = os.path.realpath(path)
        if not os.path.isdir(place):
            place = os.path.dirname(place)
        if os.path.commonpath([place, folder]) == place:
            return True
    return False


def _folders_within(folder: str) -> Iterator[str]:
    """The names of the folder and of those above it, within the repository; outside of
    any, those that lie beside the working directory.
    """
    top = top_of_work_tree(folder) or os.path.dirname(os.path.realpath(os.curdir))
    return map(str.lower, PurePath(os.path.relpath(folder, top)).parts)


def _check_is_manifest(path: str, text: str) -> None:
    """Raises Stale for a file that is called as plans are and holds no manifest either:
    its findings as a manifest would be about the wrong thing.
    """
    if not path.lower().endswith(SUFFIX) or may_be_json_manifest(text):
        return
    raise Stale(
        f"{printable(path)} is no plan that `plan --out` wrote, and no manifest, which has a kind. "
        "Nothing was sent. Plan again.",
        reason="edited",
    )


def _bounded_text(path: str) -> str:
    """The file's text. What is not text is no plan either; `read_plan` says so in its own
    words. Raises WrongUsage for more than any plan holds.
    """
    from reconciler.form.json_bounds import TooManyValues, check_values

    with open(path, "rb") as file:
        raw = file.read(LARGEST_PLAN + 1)
    if len(raw) > LARGEST_PLAN:
        raise WrongUsage(
            f"{in_quotes(path)} is larger than {LARGEST_PLAN // 2**20} MiB, and no plan or manifest is."
        )
    text = raw.decode("utf-8-sig", errors="replace")
    try:
        check_values(text, MOST_VALUES)
    except TooManyValues as many:
        raise WrongUsage(
            f"{in_quotes(path)} holds {many}, and no plan or manifest does."
        ) from None
    return text


def saved_plan(
    app: App, paths: tuple[str, ...], text: str, digest: str | None
) -> "tuple[Plan, Target]":
    """The plan in the first of the paths, which fits its target, its key and the digest
    that was reviewed. Its manifests are where the other paths say, or else where they
    were. Raises Stale.
    """
    from datetime import UTC, datetime

    from reconciler.plan.document import check_fits, read_plan

    file, *where = paths
    plan = read_plan(text, file)
    if app.target is None:
        app.target = plan.target.name
    found = tuple(where) or tuple(_manifests_now(app, plan, file))
    asked = plan.asked.model_copy(update={"paths": found})
    plan = plan.model_copy(update={"asked": asked})
    target = target_for(app, found)
    info = provenance_of(app, target, asked, with_git=False).target
    check_fits(plan, info, datetime.now(UTC), digest)
    return plan, target


def _manifests_now(app: App, plan: "Plan", file: str) -> Iterator[str]:
    """Where the manifests are that the plan was made from. Raises Stale."""
    if not plan.asked.paths:
        raise Stale(
            f"{printable(file)} does not say where its manifests are. {_say_where(file)}",
            reason="moved",
        )
    for path in plan.asked.paths:
        found = find_again(path, os.path.dirname(file))
        if found is None:
            raise Stale(
                f"The manifests that the plan was made from have moved: there is no {in_quotes(printable(path))} here "
                f"or beside the plan. {_say_where(file)}",
                reason="moved",
            )
        if found != path:
            app.talk(
                f"The plan was made from {printable(path)}; its manifests are taken from {printable(found)}."
            )
        yield found


def _say_where(file: str) -> str:
    plan = printable(shlex.quote(file))
    return f"Nothing was sent. Say where they are: reconciler apply {plan} PATHS"


def find_again(path: str, plan_folder: str) -> str | None:
    """Where something is that was at `path` when the plan was made, perhaps in another
    folder or on another machine: below the working directory or below the plan's folder.

    Of an absolute path that is not there, as much of its end is looked for as is there.
    """
    if os.path.lexists(path):
        return path
    ends = [path]
    if os.path.isabs(path):
        parts = PurePath(path).parts[1:]
        ends = [os.path.join(*parts[start:]) for start in range(len(parts))]
    for end in ends:
        for folder in ("", plan_folder):
            place = os.path.join(folder, end)
            if os.path.lexists(place):
                return place
    return None


def manifests_of(app: App, plan: "Plan", target: "Target") -> "Resolved":
    """The manifests that the plan was made from, as they are now. Raises Stale when
    they are of no use any more.
    """
    resolved = load_manifests(app, plan.asked.paths, target)
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
    rows: "PlanRows | None" = None,
) -> "Live":
    """What lives, when the plan made from it now is the saved one. Raises Stale, naming
    what moved.
    """
    from reconciler.plan.document import check_unmoved

    provenance = provenance_of(app, target, plan.asked, with_git=False, saved=True)
    try:
        with reading(app):
            again, live = reconciler.build_plan(
                resolved, connection, provenance, rows=rows
            )
    except InvalidManifests as dangling:
        raise Stale(
            f"What the plan refers to has moved: {dangling}. Nothing was sent."
        ) from None
    check_unmoved(plan, again)
    return live
