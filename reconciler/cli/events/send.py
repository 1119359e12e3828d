"""`reconciler events send`"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.cli.asking import is_confirmed
from reconciler.cli.events.after_records import Waiting, definitions_read
from reconciler.cli.events.body import check_body, complete, read_body
from reconciler.cli.events.declared import check_declared, declared_in
from reconciler.cli.events.fired import CONTACT, FORM
from reconciler.cli.events.options import MANIFESTS, described
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, Option, Seconds, default_path, options
from reconciler.cli.records.options import AUTO_APPROVE, parse_pairs
from reconciler.cli.session import open_connection, target_for
from reconciler.cli.signals import StopSignals
from reconciler.errors import Refused
from reconciler.form.words import counted
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.triggers import HttpEvents
    from reconciler.events.seen import Declared
    from reconciler.events.send import Event
    from reconciler.events.sent import SendOutcome
    from reconciler.events.shop import LiveContact, Target


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `events send`."""

    code: str
    file: str | None
    contact: "Target | None"
    meta: Mapping[str, str]
    after_records: bool
    auto_approve: bool
    wait: float
    manifests: tuple[str, ...]
    form: str


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler events send loyalty.tier_upgraded manifests/samples/gold.json\n"
    "  reconciler events send pos_sale --contact email=a@b.example --meta amount=42",
)
@click.argument("code")
@click.argument("file", required=False, metavar="[FILE|-]")
@options(
    CONTACT,
    Option(
        "meta",
        "A property of metaData, in the type that the manifest gives it.",
        {"multiple": True, "metavar": "NAME=VALUE", "callback": parse_pairs},
    ),
    Option(
        "after-records",
        "First wait until the contact's rows can be read that messages of this event read.",
        FLAG,
    ),
    AUTO_APPROVE,
    Option(
        "wait",
        "How long rows are waited for, and then the event's row in the history.",
        {
            "type": Seconds(min=0),
            "default": 30.0,
            "show_default": True,
            "metavar": "SECONDS",
        },
    ),
    MANIFESTS,
    FORM,
)
@click.pass_obj
def send(app: App, /, **given: Any) -> int:
    """Send one event, once, and look in the history what became of it.

    It is never sent again by itself: each call starts scenarios anew. Exit code 0 when
    it landed and its target was resolved, 1 when it was refused or nobody was found, 3
    when it was not approved, 5 when nobody knows.
    """
    from reconciler.api.connection import Connection
    from reconciler.api.triggers import HttpEvents
    from reconciler.events.send import Event
    from reconciler.events.target import target_of

    chosen = Chosen(**given)
    target = target_for(app, chosen.manifests or (default_path(),))
    resolved = described(app, chosen.manifests)
    declared = declared_in(resolved, chosen.code)
    check_declared(declared, chosen.code)
    assert declared.event is not None
    said = read_body(chosen.file, declared.event.code_name)
    body = complete(said, chosen.contact, chosen.meta, declared.event)
    check_body(body, declared.event)
    event = Event(declared.event.code_name, body, target_of(body))
    app.has_begun = True
    with open_connection(app, target, Connection) as connection:
        shop = HttpEvents(connection)
        contact = _look_up(app, shop, event)
        if chosen.after_records:
            desired = resolved.desired
            definitions = definitions_read(desired, declared.listeners)
            Waiting(app, connection, desired, contact, chosen.wait).run(definitions)
        _show_request(app, event, chosen)
        _ask(app, event, declared, chosen)
        known = contact.id if contact else None
        return _sent(app, shop, event, known, chosen)


def _look_up(app: App, shop: "HttpEvents", event: "Event") -> "LiveContact | None":
    """The contact. Whoever asks for a message hears before it is sent that
    nobody will get it.
    """
    from reconciler.errors import NotUnderstood, Rejected
    from reconciler.events.shop import CannotLookUp
    from reconciler.events.target import named

    if event.target.visitor is not None:
        return None
    try:
        found = shop.contact(event.target)
    except (CannotLookUp, Rejected, NotUnderstood):
        return None  # the event needs no contact that the key may read
    if found is None:
        app.talk(
            f"Warning: there is no contact {printable(named(event.target))} now: the event would be in the "
            "history, and no scenario would start."
        )
    return found


def _show_request(app: App, event: "Event", chosen: Chosen) -> None:
    if chosen.form != "text":
        return
    from reconciler.api.triggers import path_of

    text = json.dumps(dict(event.body), indent=2, ensure_ascii=False)
    lines = [f"POST {path_of(event.code)}", *text.splitlines()]
    app.result("".join(f"{printable(line)}\n" for line in lines))


def _ask(app: App, event: "Event", declared: "Declared", chosen: Chosen) -> None:
    """Raises Refused unless a person says yes."""
    if chosen.auto_approve:
        return
    terminal = streams.is_terminal(sys.stdin) and streams.is_terminal(sys.stderr)
    if not terminal or chosen.form != "text" or chosen.file == "-":
        why = "there is no terminal to ask on"
        if terminal:
            why = (
                "stdin holds the payload"
                if chosen.file == "-"
                else "--format json does not ask"
            )
        raise Refused(
            f"The event needs approval and {why}. Nothing was sent. Look at the request, then send it with "
            "--auto-approve.",
            reason="approval",
        )
    if not is_confirmed(app, question(event, declared)):
        raise Refused("Not approved. Nothing was sent.", reason="approval")


def question(event: "Event", declared: "Declared") -> str:
    """What a person is asked: whom it may reach, and who listens."""
    from reconciler.events.target import named

    names = [each.name for each in declared.listeners if each.is_active]
    listen = "no declared scenario listens"
    if names:
        verb = "listens" if len(names) == 1 else "listen"
        count = counted(len(names), "declared scenario")
        listen = f"{count} {verb}, {' and '.join(names)}"
    who = named(event.target)
    return printable(f"This may start scenarios for {who}: {listen}. Send?")


def _sent(
    app: App,
    shop: "HttpEvents",
    event: "Event",
    known: int | None,
    chosen: Chosen,
) -> int:
    from reconciler.events.send import Pace, Sender

    history = history_command(event)
    app.what_to_do = f"look at `{history}` before you send it again"
    with StopSignals(app, None) as signals:
        app.stop = signals.stop
        sender = Sender(shop, event, Pace(app.rest, signals.stop), known)
        app.is_sending = True
        app.begin("Looking at the history", "requests")
        try:
            outcome = sender.run(chosen.wait)
        finally:
            app.progress.end()
            app.is_sending = sender.answer is not None
    return _show(app, event, outcome, history, chosen)


def history_command(event: "Event") -> str:
    """What shows the rows of the event; without personal data, for it may be logged."""
    from reconciler.events.target import option_of

    words = (
        "reconciler events history --code",
        quote(event.code),
        option_of(event.target),
        "--since 10m",
    )
    return " ".join(filter(None, words))


def _show(
    app: App, event: "Event", outcome: "SendOutcome", history: str, chosen: Chosen
) -> int:
    code = outcome.exit.code
    if chosen.form == "json":
        from reconciler.report.documents import as_json
        from reconciler.report.event_sent import sent_document

        document = sent_document(event.code, event.body, outcome, history)
        app.reported = code
        app.document(as_json(document))
        return code
    from reconciler.report.event_sent import sent_text

    app.reported = code
    app.result(sent_text(outcome, history))
    return code
