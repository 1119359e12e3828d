"""`reconciler impact`"""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reconciler.cli.app import App
from reconciler.cli.completing import complete_address
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, PATHS, Option, options
from reconciler.cli.reports import print_result
from reconciler.cli.session import (
    load_manifests,
    open_connection,
    reading,
    target_for,
)
from reconciler.errors import InvalidManifests
from reconciler.report.formats import Format, ImpactView

if TYPE_CHECKING:
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.target import Target
    from reconciler.model.usage import Impact


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler impact definition/LoyaltyAccount.tier\n"
    "  reconciler impact event/loyalty.tier_upgraded --format json",
)
@click.argument("address", metavar="ADDRESS[.FIELD]", shell_complete=complete_address)
@options(
    PATHS,
    Option(
        "live",
        "Also count the rows in the shop, and name who lives there without a manifest.",
        FLAG,
    ),
    "format",
    "settings-from",
    result="impact",
)
@click.pass_obj
def impact(
    app: App, /, address: str, paths: tuple[str, ...], live: bool, form: Format
) -> int:
    """Say who uses a resource or a field of it: relationships, unique keys, overrides,
    files of rows, messages, segments, scenarios and sample payloads.

    No key and no network, but for --live.
    """
    from reconciler.manifest.dependents import impact_of

    target = target_for(app, paths)
    resolved = load_manifests(app, paths, target)
    if any(finding.severity == "error" for finding in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    found = impact_of(resolved, address)
    if live:
        found = _with_live(app, target, resolved, found)
    print_result(app, form, form.render(ImpactView(found, paint=app.paint)))
    return 0


def _with_live(
    app: App, target: "Target", resolved: "Resolved", found: "Impact"
) -> "Impact":
    """With what lives without a manifest, and the rows of every definition concerned: a
    request each.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.api.live import read
    from reconciler.api.rows import ReadRows
    from reconciler.manifest.living import LIVING, concerned, living_users

    with open_connection(app, target, ReadConnection) as connection, reading(app):
        live = read(connection, [found.address], needed=LIVING)
        users = tuple(living_users(live, resolved.desired, found))
        found = replace(found, users=(*found.users, *users))
        shop = ReadRows(connection)
        rows = {
            str(address): shop.count(number, {})
            for address, number in concerned(live, found)
        }
    return replace(found, rows=rows)
