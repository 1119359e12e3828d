"""`reconciler plan`"""

import click

import reconciler
from reconciler.cli.app import App, common_options, format_option, paths_argument, paths_or_default
from reconciler.cli.reports import PLAN_FORMATS, Reports, report_option, show_plan
from reconciler.cli.session import connected, occasion, target_for
from reconciler.errors import ExitCode


@click.command(epilog="\b\nExamples:\n  reconciler plan\n  reconciler plan --format json --detailed-exitcode")
@paths_argument
@format_option(*PLAN_FORMATS)
@report_option(PLAN_FORMATS)
@click.option(
    "--detailed-exitcode", is_flag=True, envvar="RECONCILER_DETAILED_EXITCODE", help="2 when there are changes."
)
@click.option("--only", metavar="GLOB", envvar="RECONCILER_ONLY", help="Only these addresses and what they refer to.")
@click.option(
    "--show-requests", is_flag=True, envvar="RECONCILER_SHOW_REQUESTS", help="Name the requests of each change."
)
@common_options
@click.pass_obj
def plan(app: App, /, paths: tuple[str, ...], form: str, reports: Reports, only: str | None, **flags: bool) -> int:
    """Read the shop and show what apply would do. Writes nothing.

    Exit code 0 also when there are changes (2 with --detailed-exitcode), 3 when something is blocked.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.model.plan import Exit
    from reconciler.report.requests_text import requests_text

    places = paths_or_default(paths)
    target = target_for(app, places)
    resolved = reconciler.load(places, target, app.environment)
    when = occasion(app, target, places, with_git=form != "text" or bool(reports))
    with connected(app, target, ReadConnection) as connection:
        made, _ = reconciler.build_plan(resolved, connection, when, only)
    if flags["detailed_exitcode"] and made.changes and not made.blocked:
        made = made.model_copy(update={"exit": Exit(code=ExitCode.PENDING, reason="changes")})
    show_plan(app, made, resolved.desired, form, reports)
    if form == "text" and flags["show_requests"]:
        app.result(requests_text(made))
    return made.exit.code
