"""`reconciler render`"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.cli.completing import complete_event, complete_template
from reconciler.cli.events.fired import CONTACT, FORM
from reconciler.cli.events.options import MANIFESTS, described
from reconciler.cli.options import FLAG, Option, default_path, options
from reconciler.cli.records.options import AUTO_APPROVE
from reconciler.cli.session import open_connection, reading, target_for
from reconciler.errors import ReconcilerError, Refused, WrongUsage
from reconciler.form.words import counted
from reconciler.report.terminal import inert, printable

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.cli.templates import Chosen as Template
    from reconciler.events.shop import LiveContact, Target
    from reconciler.messages.render import Message
    from reconciler.messages.shop import Once
    from reconciler.model.target import Target as Shop
    from reconciler.report.rendered import Rendered


class NoContact(ReconcilerError):
    """The shop does not have the contact, or has several that may be meant."""

    reason = "contact-missing"


class NoProduct(ReconcilerError):
    """The shop does not have the product."""

    reason = "product-missing"


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments and options of one `render`."""

    template: str
    contact: "Target | None"
    event: str | None
    payload: str | None
    product: str | None
    plain: bool
    explain: bool
    coverage: bool
    auto_approve: bool
    manifests: tuple[str, ...]
    form: str


@click.command(
    epilog="\b\nExamples:\n  reconciler render gold-upgrade --contact email=a@b.example --payload gold.json\n"
    "  reconciler render account-manager --coverage"
)
@click.argument("template", shell_complete=complete_template)
@options(
    CONTACT.but("Who gets the message: id, email or phone, and its value."),
    Option(
        "event",
        "The code name of the event that starts the message, if several can.",
        {"metavar": "CODE", "shell_complete": complete_event},
    ),
    Option(
        "payload",
        "A file with the payload of the event, or - for stdin.",
        {"metavar": "FILE"},
    ),
    Option(
        "product",
        "Also show what the contact pays for this product, and why.",
        {"metavar": "SKU"},
    ),
    Option("plain", "Leave out the marks where a variable is empty.", FLAG),
    Option("explain", "Also show the way of each variable, request by request.", FLAG),
    Option("coverage", "Instead, count how many contacts would find a hole.", FLAG),
    AUTO_APPROVE.but("Print personal data into the log of GitHub Actions."),
    MANIFESTS,
    FORM,
)
@click.pass_obj
def render(app: App, /, **given: Any) -> int:
    """Show the message that a contact gets now, from live data; nothing is written.

    Where a variable is empty, a mark such as ⟦empty: Attribution.phone⟧ stands in its
    place, on a terminal, in a pipe or in a file; with --plain, and in JSON, nothing
    stands there, as in the message. Values of the event are marked too while there is no
    --payload.

    Exit code 1 when a variable cannot have a value for anybody.
    """
    asked = Asked(**given)
    if not asked.coverage:
        _check_allowed(app, asked)
    template, shop = _template(app, asked)
    if asked.coverage:
        return _count(app, template, shop, asked)
    contact = asked.contact or template.named_in_payload
    if contact is None:
        raise click.UsageError("Say who gets the message: --contact email=…")
    return _render(app, template, shop, contact, asked)


def _check_allowed(app: App, asked: Asked) -> None:
    """Raises Refused where what is printed can be read by many."""
    if app.environment.get("GITHUB_ACTIONS") and not asked.auto_approve:
        raise Refused(
            "The message holds personal data, and logs of GitHub Actions are kept. Nothing was read. "
            "Print it all the same with --auto-approve, or count contacts with --coverage.",
            reason="approval",
        )


def _template(app: App, asked: Asked) -> "tuple[Template, Shop]":
    from reconciler.cli.templates import choose

    shop = target_for(app, asked.manifests or (default_path(),))
    resolved = described(app, asked.manifests)
    template = choose(resolved, asked.template, asked.event)
    return template.with_payload(asked.payload, asked.contact), shop


def _render(
    app: App, template: "Template", shop: "Shop", contact: "Target", asked: Asked
) -> int:
    from reconciler.api.connection import ReadConnection
    from reconciler.api.messages import ReadMessages
    from reconciler.messages.shop import Once
    from reconciler.messages.walk import Walk
    from reconciler.report.rendered import Rendered

    app.has_begun = True
    with open_connection(app, shop, ReadConnection) as connection:
        with reading(app):
            found = find_contact(connection, contact)
            once = Once(ReadMessages(connection), ["the contact"])
            walk = Walk(once, found.id, found.values, template.payload)
            is_marked = not asked.plain and asked.form == "text"
            message = template.message(walk, marks=is_marked)
            prices = tuple(_prices(once, found.id, asked.product))
        rendered = Rendered(
            message,
            found.id,
            tuple(template.errors),
            asked.product,
            prices,
            connection.requests,
        )
    _show(app, rendered, asked)
    _tell(app, template, message, asked)
    _tell_requests(app, once, rendered.requests)
    return int(rendered.code)


def find_contact(connection: "ReadConnection", target: "Target") -> "LiveContact":
    """The contact that is meant. Raises NoContact, WrongUsage, ApiError."""
    from reconciler.api.contacts import contact_of, contacts_with_phone
    from reconciler.events.shop import Target
    from reconciler.events.target import named

    who = printable(named(target))
    if target.id is None and target.email is None:
        if target.phone is None:
            raise WrongUsage(
                "Messages go to contacts, and the payload names a visitor."
            )
        numbers = contacts_with_phone(connection, target.phone)
        if len(numbers) > 1:
            some = ", ".join(f"id={number}" for number in numbers[:5])
            told = f"{len(numbers)} contacts of this shop have {who}."
            raise NoContact(f"{told} Choose one with --contact: {some}.")
        if not numbers:
            told = f"There is no contact with {who} in this shop, as the number is written here."
            raise NoContact(
                f"{told} Write it as the shop has it, or use email= or id=."
            )
        target = Target(id=numbers[0])
    found = contact_of(connection, target)
    if found is None:
        who = who if target.id is not None else f"contact {who}"
        told = f"There is no {who} in this shop: contacts come from customers."
        raise NoContact(f"{told} Push the customer first (POST /customers).")
    return found


def _prices(shop: "Once", contact: int, product: str | None) -> Iterator[Any]:
    """Raises NoProduct, ApiError."""
    from reconciler.messages.price import FIELDS, Prices

    if product is None:
        return
    rows = shop.product(product)
    if not rows.first:
        told = (
            f"There is no product {printable(product)} in this shop ({rows.request})."
        )
        raise NoProduct(told)
    prices = Prices(shop, contact)
    for field in FIELDS:
        yield prices.seen(rows.first[0], field)


def _show(app: App, rendered: "Rendered", asked: Asked) -> None:
    from reconciler.report.documents import as_json
    from reconciler.report.rendered import (
        in_terminal,
        message_document,
        message_text,
        prices_text,
        ways_text,
    )

    if asked.form == "json":
        app.document(as_json(message_document(rendered)))
        return
    text = message_text(rendered.message)
    rest = ""
    if asked.product is not None:
        rest += "\n" + prices_text(
            asked.product, rendered.prices, explain=asked.explain
        )
    if asked.explain:
        rest += "\n" + ways_text(rendered.message.filled, app.paint)
    if streams.is_terminal(sys.stdout):
        app.result(in_terminal(text) + rest)
    elif app.environment.get("GITHUB_ACTIONS"):
        app.document(inert(text + rest))
    else:
        app.document(text + rest)  # whoever reads it gets the message to the letter


def _tell(app: App, template: "Template", message: "Message", asked: Asked) -> None:
    """What the text alone does not say."""
    from reconciler.report.findings_text import findings_text

    if template.errors and asked.form == "text":
        app.complain(findings_text(template.errors).removesuffix("\n"))
    for line in dict.fromkeys(_notes(template, message)):
        app.talk(printable(line))


def _notes(template: "Template", message: "Message") -> Iterator[str]:
    if template.is_html and message.in_body:
        yield "The text is HTML: values are escaped in it. Whether the platform does so, no source says."
    for each in message.filled:
        written = each.variable.token.written
        if each.variable.token.encoded:
            yield (
                f"{written} is hidden by {each.variable.token.encoded}: it is filled in here, and whether the "
                "platform finds it is not known."
            )
        for step in each.taken:
            if step.found > 1:
                # Whom the row is about is for stdout.
                what = step.sought.partition(" with ")[0]
                yield (
                    f"{each.path}: there is more than one {what} ({step.found:,}). The oldest is shown here, and which "
                    "one the platform shows is not known."
                )
        if each.state == "not live":
            yield f"{each.path}: {each.why}. Apply it first: reconciler apply"
    waiting = {each.path for each in message.filled if each.state == "payload"}
    if waiting:
        come = "it comes" if len(waiting) == 1 else "they come"
        yield f"{', '.join(sorted(waiting))}: {come} with the event. Say its payload: --payload FILE"
    empty = {
        f"{each.path}: {each.why}" for each in message.filled if each.state == "empty"
    }
    for hole in sorted(empty):
        yield f"Empty: {hole}."


def _tell_requests(app: App, shop: "Once", requests: int) -> None:
    app.talk(f"{counted(requests, 'request')}: {printable(', '.join(shop.asked))}.")


def _count(app: App, template: "Template", shop: "Shop", asked: Asked) -> int:
    from reconciler.api.connection import ReadConnection
    from reconciler.api.messages import ReadMessages
    from reconciler.messages.coverage import cover
    from reconciler.messages.shop import Once
    from reconciler.report.documents import as_json
    from reconciler.report.findings_text import findings_text
    from reconciler.report.rendered import coverage_document, coverage_text

    app.has_begun = True
    with open_connection(app, shop, ReadConnection) as connection:
        once = Once(ReadMessages(connection))
        with reading(app):
            coverage = cover(template.chains, once)
        requests = connection.requests
    if asked.form == "json":
        document = coverage_document(template.name, coverage, template.errors, requests)
        app.document(as_json(document))
    else:
        app.result(coverage_text(template.name, coverage))
        if template.errors:
            app.complain(findings_text(template.errors).removesuffix("\n"))
    _tell_requests(app, once, requests)
    return int(bool(template.errors))
