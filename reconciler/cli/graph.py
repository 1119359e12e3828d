"""`reconciler graph`"""

import click

import reconciler
from reconciler.cli.app import App, common_options, paths_argument, paths_or_default
from reconciler.cli.session import target_for
from reconciler.errors import InvalidManifests


@click.command(
    epilog="\b\nExamples:\n  reconciler graph\n  reconciler graph --format svg --against main > shop.svg"
)
@paths_argument
@click.option("--format", "form", type=click.Choice(["mermaid", "dot", "svg"]), default="mermaid", show_default=True,
              envvar="RECONCILER_FORMAT", help="How to draw.")  # fmt: skip
@click.option(
    "--against",
    metavar="REV",
    envvar="RECONCILER_AGAINST",
    help="Mark what changed since a git revision.",
)
@common_options
@click.pass_obj
def graph(app: App, /, paths: tuple[str, ...], form: str, against: str | None) -> int:
    """Draw the definitions and how they refer to each other."""
    from reconciler.cli.diff import compared
    from reconciler.report.graph import picture

    places = paths_or_default(paths)
    target = target_for(app, places)
    if against:
        plan, desired = compared(app, target, places, against, None)
        drawn = picture(desired, plan)
    else:
        resolved = reconciler.load(places, target, app.environment)
        if any(finding.severity == "error" for finding in resolved.findings):
            raise InvalidManifests(resolved.offline_findings)
        drawn = picture(resolved.desired)
    match form:
        case "mermaid":
            from reconciler.report.graph_mermaid import graph_mermaid as draw
        case "dot":
            from reconciler.report.graph_dot import graph_dot as draw
        case _:
            from reconciler.report.graph_svg import graph_svg as draw
    app.result(draw(drawn))
    return 0
