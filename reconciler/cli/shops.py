"""Two targets that have to be two shops, and one shop that has to be as the manifests say
before another is changed.
"""

from typing import TYPE_CHECKING

import reconciler
from reconciler.cli.app import App
from reconciler.cli.session import (
    open_connection,
    provenance_of,
    reading,
    settings_for,
    target_info,
)
from reconciler.errors import Refused, SettingsError, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.form.words import counted

if TYPE_CHECKING:
    from reconciler.cli.job import Job
    from reconciler.model.plan import Plan, TargetInfo
    from reconciler.model.target import Target


def check_are_two_shops(first: "TargetInfo", second: "TargetInfo") -> None:
    """Raises SettingsError for two targets with one key: they are one shop, and share its
    600 requests a minute.
    """
    if first.key_fingerprint and first.key_fingerprint == second.key_fingerprint:
        raise SettingsError(
            f"The targets {in_quotes(first.name)} and {in_quotes(second.name)} use one key, so they are one shop. "
            "Give each its own in reconciler.toml: api_key_env."
        )


def required_target(app: App, name: str, job: "Job") -> "Target":
    """The target of that name. Raises WrongUsage when nobody knows it or when it is that
    of the job, MissingKey, and SettingsError when both are one shop.
    """
    settings = settings_for(app, job.asked.paths)
    required = settings.target(name, app.environment)
    if required.name == job.target.name:
        raise WrongUsage(
            f"--require {name} names the target that is applied to: name another one."
        )
    check_are_two_shops(target_info(app, required), target_info(app, job.target))
    return required


def check_is_applied(app: App, name: str, job: "Job") -> None:
    """Reads the target of that name, in which the manifests of the job have to be applied
    already. Raises Refused when they are not, and what `required_target` raises.
    """
    required = required_target(app, name, job)
    plan = _plan(app, required, job)
    left = len(plan.changes) + len(plan.blocked)
    if left:
        raise Refused(
            f"--require {name}: these manifests are not applied there, {counted(left, 'change')} would be left. "
            f"Nothing was sent. Apply them there first: reconciler --target {name} apply",
            reason="required-target",
        )


def _plan(app: App, target: "Target", job: "Job") -> "Plan":
    from reconciler.api.connection import ReadConnection
    from reconciler.api.rows import ReadRows
    from reconciler.cli.records.planned import RowPlanner

    resolved = job.manifests_for(target)
    provenance = provenance_of(app, target, job.asked, with_git=False)
    with open_connection(app, target, ReadConnection) as connection, reading(app):
        rows = RowPlanner(app, target, ReadRows(connection))
        plan, _ = reconciler.build_plan(
            resolved, connection, provenance, rows=rows.plan
        )
    return plan
