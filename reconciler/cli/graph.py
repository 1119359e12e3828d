"""`reconciler graph`"""

from typing import TYPE_CHECKING

import click

import reconciler
from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, SHARED, Option, options
from reconciler.cli.reports import print_result
from reconciler.cli.session import target_for
from reconciler.errors import InvalidManifests
from reconciler.report.formats import Format, GraphView
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.report.graph import Picture


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler graph\n  reconciler graph --format svg --against main > shop.svg",
)
@options(
    PATHS,
    SHARED["format"].but("How to draw."),
    Option("against", "Mark what changed since a git revision.", {"metavar": "REV"}),
    result="graph",
)
@click.pass_obj
def graph(
    app: App, /, paths: tuple[str, ...], form: Format, against: str | None
) -> int:
    """Draw the definitions and how they refer to each other."""
    drawn = _picture(app, paths, against)
    print_result(app, form, form.render(GraphView(drawn)))
    return 0


def _picture(app: App, paths: tuple[str, ...], against: str | None) -> "Picture":
    if against is None:
        return _draw(app, paths)
    return _draw_change(app, paths, against)


def _draw(app: App, paths: tuple[str, ...]) -> "Picture":
    """The manifests as they are. Raises InvalidManifests."""
    from reconciler.report.graph import picture

    resolved = reconciler.load(paths, target_for(app, paths), app.environment)
    if any(finding.severity == "error" for finding in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    return picture(resolved.desired)


def _draw_change(app: App, paths: tuple[str, ...], against: str) -> "Picture":
    """The manifests as they are, with what changed since the revision marked."""
    from reconciler.cli.diff import Between, plan_between
    from reconciler.report.graph import picture
    from reconciler.report.reasons import worth_knowing

    between = Between.of(paths, against, None)
    target = target_for(app, between.paths)
    view = plan_between(app, target, between)
    for warning in (*view.plan.incomplete, *worth_knowing(view.plan)):
        app.talk(printable(f"warning: {warning}"))
    return picture(view.desired, view.plan, view.live)
