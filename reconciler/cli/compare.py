"""`reconciler compare`"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.completing import complete_target
from reconciler.cli.help import Command
from reconciler.cli.options import default_path, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.session import (
    open_connection,
    reading,
    settings_for,
    target_info,
)
from reconciler.cli.shops import check_are_two_shops
from reconciler.errors import ExitCode, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.report.formats import ComparedView, Format

if TYPE_CHECKING:
    from reconciler.model.live import Live
    from reconciler.model.plan import TargetInfo
    from reconciler.model.shops import Compared
    from reconciler.model.target import Target


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler compare staging production\n"
    "  reconciler compare staging production --format json",
)
@click.argument("first", metavar="TARGET", shell_complete=complete_target)
@click.argument("second", metavar="TARGET", shell_complete=complete_target)
@options("format", "report", "settings-from", result="compared")
@click.pass_obj
def compare(
    app: App, /, first: str, second: str, form: Format, reports: Reports
) -> int:
    """Show what one shop has that another has not, and what differs: definitions, event
    types and price overrides, without ids and rows. Writes nothing.

    Exit code 0 when both are alike, 2 when they differ.
    """
    chosen = [_target(app, name) for name in (first, second)]
    if first == second:
        raise WrongUsage(f"{in_quotes(first)} is one target: name two.")
    app.begin_reading(reports)
    infos = [target_info(app, each) for each in chosen]
    check_are_two_shops(*infos)
    lives = [_read(app, each) for each in chosen]
    return show(app, ComparedView(_compared(infos, lives)), form, reports)


def _target(app: App, name: str) -> "Target":
    return settings_for(app, (default_path(),)).target(name, app.environment)


def _read(app: App, target: "Target") -> "Live":
    from reconciler.api.connection import ReadConnection
    from reconciler.api.live import read

    with open_connection(app, target, ReadConnection) as connection, reading(app):
        return read(connection)


def _compared(infos: "list[TargetInfo]", lives: "list[Live]") -> "Compared":
    from reconciler.diff.shops import shop_differences
    from reconciler.model.plan import Exit, Tool
    from reconciler.model.shops import Compared
    from reconciler.plan.seal import stamp

    first, second = lives
    differences = tuple(shop_differences(first, second))
    differing = {each.address for each in differences}
    ending = Exit(code=ExitCode.DONE, reason="alike")
    if differences:
        ending = Exit(code=ExitCode.PENDING, reason="different")
    return Compared(
        tool=Tool(name="shopimind-reconciler", version=__version__),
        first=infos[0],
        second=infos[1],
        created_at=stamp(datetime.now(UTC)),
        differences=differences,
        alike=tuple(sorted(set(first.resources) - differing)),
        warnings=tuple(_warnings(infos, lives)),
        exit=ending,
    )


def _warnings(infos: "list[TargetInfo]", lives: "list[Live]") -> "Iterator[str]":
    for info, live in zip(infos, lives, strict=True):
        for warning in live.warnings:
            yield f"{info.name}: {warning}"
