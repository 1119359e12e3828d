"""`reconciler drift`"""

import click

import reconciler
from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.repository import address_of_files, site_of_files
from reconciler.cli.session import (
    load_manifests,
    open_connection,
    provenance_of,
    reading,
    target_for,
)
from reconciler.report.formats import DriftView, Format


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler drift\n  reconciler --target staging drift --format json",
)
@options(PATHS, "no-records", "format", "report", "settings-from", result="drift")
@click.pass_obj
def drift(
    app: App,
    /,
    paths: tuple[str, ...],
    no_records: bool,
    form: Format,
    reports: Reports,
) -> int:
    """Show what the shop has that the manifests do not say, and what lives there
    without one. Writes nothing.

    Exit code 0 when there is no drift, 2 when there is any.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.api.rows import ReadRows
    from reconciler.cli.records.planned import RowPlanner
    from reconciler.model.plan import Asked
    from reconciler.plan.drift import drift_of
    from reconciler.plan.scope import scope_of_all

    target = target_for(app, paths)
    resolved = load_manifests(app, paths, target)
    linked = site_of_files(app.environment) is not None
    provenance = provenance_of(app, target, Asked(paths=paths), with_git=linked)
    scope = scope_of_all(resolved.desired)
    app.begin_reading(reports)
    with open_connection(app, target, ReadConnection) as connection, reading(app):
        planner = RowPlanner(app, target, ReadRows(connection), is_left_out=no_records)
        plan, live = reconciler.build_plan(
            resolved, connection, provenance, scope=scope, rows=planner.plan
        )
    found = drift_of(plan, resolved.desired, live)
    link = address_of_files(app.environment, provenance.git)
    return show(app, DriftView(found, link), form, reports)
