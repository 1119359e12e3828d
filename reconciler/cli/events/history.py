"""`reconciler events history`"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.app import App
from reconciler.cli.events.fired import CONTACT, FORM, SINCE
from reconciler.cli.events.options import MANIFESTS
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, Option, default_path, options
from reconciler.cli.session import open_connection, reading, target_for
from reconciler.errors import ExitCode
from reconciler.form.words import counted
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.api.triggers import ReadEvents
    from reconciler.events.shop import HistoryRow, Target
    from reconciler.events.walk import Walk, Wanted

EVERY = 2.0
"""Seconds between two looks of --follow."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `events history`."""

    code: str | None
    contact: "Target | None"
    since: timedelta | None
    limit: int
    follow: bool
    manifests: tuple[str, ...]
    form: str


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that are wanted, the newest first. `not_understood` of those that were
    looked at might be meant as well. `walk` says how far it was looked.
    """

    rows: "tuple[HistoryRow, ...]"
    not_understood: int
    walk: "Walk"


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler events history --code loyalty.tier_upgraded --since 1h\n"
    "  reconciler events history --contact email=a@b.example --follow",
)
@options(
    Option("code", "Only this code name.", {"metavar": "CODE"}),
    CONTACT,
    SINCE,
    Option(
        "limit",
        "How many rows are shown, the newest first.",
        {"type": click.IntRange(min=1), "default": 50, "show_default": True},
    ),
    Option("follow", "Go on, and show new rows as they come, until Ctrl-C.", FLAG),
    MANIFESTS.but("Where the settings are, if not beside the folder manifests."),
    FORM,
)
@click.pass_obj
def history(app: App, /, **given: Any) -> int:
    """Show which events came, and what became of them; nothing is written.

    With --follow the oldest row comes first, and --format json prints one row a line.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.api.triggers import ReadEvents

    chosen = Chosen(**given)
    target = target_for(app, chosen.manifests or (default_path(),))
    app.has_begun = True
    with open_connection(app, target, ReadConnection) as connection:
        shop = ReadEvents(connection)
        now = datetime.now(UTC)
        wanted = _wanted(shop, chosen, now)
        with reading(app):
            found = find(shop, wanted, chosen.limit, now)
        if chosen.follow:
            return _follow(app, shop, wanted, found, chosen)
        _show(app, found, chosen)
    return ExitCode.DONE


def _wanted(shop: "ReadEvents", chosen: Chosen, now: datetime) -> "Wanted":
    from reconciler.errors import NotUnderstood, Rejected
    from reconciler.events.shop import CannotLookUp
    from reconciler.events.walk import Wanted

    since = now - chosen.since if chosen.since else None
    wanted = Wanted(chosen.code, chosen.contact, since)
    if chosen.contact is None:
        return wanted
    try:
        contact = shop.contact(chosen.contact)
    except (CannotLookUp, Rejected, NotUnderstood):
        return wanted  # the rows may say themselves whom they are about
    return replace(wanted, known=contact.id if contact else None)


def find(shop: "ReadEvents", wanted: "Wanted", limit: int, now: datetime) -> Found:
    """The newest rows that are wanted, as of `now`. Raises ApiError."""
    from reconciler.events.walk import Walk

    walk, rows, unread = Walk(shop, wanted, now=now), [], 0
    for row in walk.rows():
        unread += not row.is_understood
        if wanted.is_about(row):
            rows.append(row)
        if len(rows) == limit:
            break
    return Found(tuple(rows), unread, walk)


def _show(app: App, found: Found, chosen: Chosen) -> None:
    from reconciler.report.documents import as_json
    from reconciler.report.event_histories import histories_document, row_text

    if chosen.form == "json":
        document = histories_document(
            found.rows, found.not_understood, is_cut=found.walk.is_cut
        )
        app.document(as_json(document))
    else:
        now = datetime.now(UTC)
        app.result("".join(row_text(row, now) for row in found.rows))
    _tell(app, found, chosen)


def _tell(app: App, found: Found, chosen: Chosen) -> None:
    """What the rows alone do not say."""
    if found.not_understood:
        app.talk(
            f"Warning: the history's rows cannot be understood ({counted(found.not_understood, 'row')} of those "
            "that were looked at): this says nothing of whether an event landed."
        )
    elif not found.rows:
        app.talk(f"There is no row{_narrowed(chosen)}.")
    if found.walk.is_cut:
        app.talk("Older rows were not looked at. Ask for less with --code and --since.")


def _narrowed(chosen: Chosen) -> str:
    from reconciler.events.clock import span_words

    words = f" of {printable(chosen.code)}" if chosen.code else ""
    if chosen.contact:
        words += " about this contact"
    if chosen.since:
        words += f" in the last {span_words(chosen.since)}"
    return words


def _follow(
    app: App, shop: "ReadEvents", wanted: "Wanted", found: Found, chosen: Chosen
) -> int:
    """New rows as they come, each once; the end of it is Ctrl-C, and no failure."""
    from reconciler.events.walk import Follow

    follow = Follow(shop, wanted, found.walk.seen, found.walk.highest)
    try:
        _print(app, reversed(found.rows), chosen)
        while True:
            app.rest(EVERY)
            _print(app, follow.new_rows(), chosen)
    except KeyboardInterrupt:
        return ExitCode.DONE


def _print(app: App, rows: "Iterable[HistoryRow]", chosen: Chosen) -> None:
    from reconciler.report.event_histories import row_line, row_text

    for row in rows:
        if chosen.form == "json":
            app.document(row_line(row))
        else:
            app.result(row_text(row, datetime.now(UTC)))
