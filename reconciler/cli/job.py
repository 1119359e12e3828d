"""What one `apply` is about: manifests, or one saved plan."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

import reconciler
from reconciler.cli.app import App
from reconciler.cli.reports import Reports
from reconciler.cli.repository import site_of_files
from reconciler.cli.session import load_manifests, provenance_of, reading, target_for
from reconciler.report.formats import Format
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.connection import Connection
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.live import Live
    from reconciler.model.plan import Asked, Plan
    from reconciler.model.target import Target
    from reconciler.plan.rows import PlanRows


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `apply`."""

    paths: tuple[str, ...]
    form: Format
    reports: Reports
    auto_approve: bool
    digest: str | None
    allow: tuple[str, ...]
    allow_destroy: bool
    keep_going: bool
    only: str | None
    prune: bool
    parallelism: int
    timeout: float | None
    no_verify: bool
    no_records: bool
    require: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be applied, before the shop has been read."""

    app: App
    target: "Target"
    resolved: "Resolved"
    asked: "Asked"
    saved: "Plan | None" = None

    def plan(
        self, connection: "Connection", rows: "PlanRows | None"
    ) -> "tuple[Plan, Live]":
        """The plan and what lives. Raises Stale when a saved plan is not what would be
        planned now.
        """
        from reconciler.cli.saved import check_again

        if self.saved:
            return self.saved, check_again(
                self.app, self.saved, self.target, self.resolved, connection, rows
            )
        # A person may be asked, and then what the plan rests on is looked at again.
        linked = site_of_files(self.app.environment) is not None
        provenance = provenance_of(
            self.app, self.target, self.asked, with_git=linked, saved=True
        )
        with reading(self.app):
            return reconciler.build_plan(
                self.resolved, connection, provenance, rows=rows
            )

    def manifests_for(self, target: "Target") -> "Resolved":
        """The same manifests, for another target."""
        from reconciler.cli.saved import manifests_of

        if self.saved:
            return manifests_of(self.app, self.saved, target)
        return load_manifests(self.app, self.asked.paths, target)

    def read_again(
        self, plan: "Plan", connection: "Connection", rows: "PlanRows | None"
    ) -> "Live":
        """What lives after a person has thought about the plan. Raises Stale when that
        was long enough for changes.
        """
        from reconciler.cli.saved import check_again

        return check_again(self.app, plan, self.target, self.resolved, connection, rows)


def job_of(app: App, chosen: Chosen) -> Job:
    """What the paths name: manifests, or one saved plan. Raises WrongUsage or Stale."""
    from reconciler.cli.saved import plan_text_in

    text = plan_text_in(chosen.paths)
    if text is None:
        return _job_of_manifests(app, chosen)
    return _job_of_saved_plan(app, text, chosen)


def _job_of_manifests(app: App, chosen: Chosen) -> Job:
    from reconciler.model.plan import Asked

    if chosen.digest is not None:
        raise click.UsageError(
            "--digest belongs to a saved plan: name the file that `plan --out` wrote."
        )
    asked = Asked(paths=chosen.paths, only=chosen.only, prune=chosen.prune)
    target = target_for(app, chosen.paths)
    resolved = load_manifests(app, chosen.paths, target)
    return Job(app, target, resolved, asked)


def _job_of_saved_plan(app: App, text: str, chosen: Chosen) -> Job:
    from reconciler.cli.saved import manifests_of, saved_plan

    saved, target = saved_plan(app, chosen.paths, text, chosen.digest)
    other_part = chosen.only not in (None, saved.asked.only)
    would_prune = chosen.prune and not saved.asked.prune
    if other_part or would_prune:
        raise click.UsageError(
            "A saved plan is applied as it is: --only and --prune belong to `plan --out`."
        )
    _tell_saved_plan(app, saved, chosen)
    return Job(app, target, manifests_of(app, saved, target), saved.asked, saved)


def _tell_saved_plan(app: App, saved: "Plan", chosen: Chosen) -> None:
    """Nobody is asked about a saved plan, so what will be sent, and where, is told
    first.
    """
    from reconciler.form.words import plural

    count, place = len(saved.changes), saved.target
    told = (
        f"Applying the plan saved in {chosen.paths[0]}: {count} {plural(count, 'change')} "
        f"to {place.name} ({place.base_url}), planned at {saved.created_at}."
    )
    app.talk(printable(told))
