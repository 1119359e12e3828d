"""`reconciler drift`"""

import click

import reconciler
from reconciler.cli.app import (
    App,
    common_options,
    format_option,
    paths_argument,
    paths_or_default,
    settings_from_option,
)
from reconciler.cli.reports import DRIFT_FORMATS, Reports, report_option, show_drift
from reconciler.cli.session import connected, occasion, target_for


@click.command(
    epilog="\b\nExamples:\n  reconciler drift\n  reconciler --target staging drift --format json"
)
@paths_argument
@format_option(*DRIFT_FORMATS)
@report_option(DRIFT_FORMATS)
@settings_from_option
@common_options
@click.pass_obj
def drift(app: App, /, paths: tuple[str, ...], form: str, reports: Reports) -> int:
    """Show what the shop has that the manifests do not say, and what lives there
    without one. Writes nothing.

    Exit code 0 when there is no drift, 2 when there is any.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.model.plan import Asked
    from reconciler.plan.drift import drift_of

    asked = Asked(paths=paths_or_default(paths))
    target = target_for(app, asked.paths)
    resolved = reconciler.load(asked.paths, target, app.environment)
    with connected(app, target, ReadConnection) as connection:
        plan, live = reconciler.build_plan(
            resolved, connection, occasion(app, target, asked, with_git=False)
        )
    found = drift_of(plan, resolved.desired, live)
    show_drift(app, found, form, reports)
    return found.exit.code
