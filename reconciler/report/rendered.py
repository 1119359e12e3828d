"""A rendered message, why its values are what they are, the prices that go with it, and how
many contacts it fits: as text and as documents.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.errors import ExitCode
from reconciler.form.words import counted
from reconciler.messages.coverage import Counted, Coverage
from reconciler.messages.price import Price
from reconciler.messages.remark import variable
from reconciler.messages.render import Filled, Message, printed
from reconciler.model.source import Finding
from reconciler.report.documents import FORMAT_VERSION, exit_of, finding_row
from reconciler.report.terminal import Paint, plain, printable

_COLOURS = {"filled": "green", "payload": "yellow"}
_SHOWN_AS_EMOJI = "\ufe0f"
"""Stands behind a sign to have it shown in colours; nothing hides by it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message for the contact with this id, what is proven wrong in its template, and
    the prices of the product that was asked for.
    """

    message: Message
    contact: int
    findings: tuple[Finding, ...]
    product: str | None
    prices: tuple[Price, ...]
    requests: int

    @property
    def code(self) -> ExitCode:
        """FAILED when a variable cannot have a value for anybody."""
        unresolved = {"wrong", "not live"}
        states = {each.state for each in self.message.filled}
        return (
            ExitCode.FAILED if self.findings or states & unresolved else ExitCode.DONE
        )

    @property
    def reason(self) -> str:
        """The same in a word."""
        return "unresolved" if self.code else "rendered"


def message_text(message: Message) -> str:
    """The subject, if there is one, and the body, as they would be sent."""
    subject = "" if message.subject is None else f"Subject: {message.subject}\n\n"
    end = "" if message.body.endswith("\n") else "\n"
    return f"{subject}{message.body}{end}"


def in_terminal(text: str) -> str:
    """The same with nothing in it that a terminal would obey."""
    lines = [
        _SHOWN_AS_EMOJI.join(map(printable, line.split(_SHOWN_AS_EMOJI)))
        for line in text.splitlines()
    ]
    return "".join(f"{line}\n" for line in lines)


def ways_text(filled: Iterable[Filled], paint: Paint = plain) -> str:
    """Each variable once, with the steps of its way; the last one ended it."""
    lines: list[str] = []
    for each in {each.path: each for each in filled}.values():
        state = paint(each.state, _COLOURS.get(each.state, "red"))
        told = each.text if each.state == "filled" else each.why
        lines.append(f"{printable(variable([each.path]))}  {state}: {printable(told)}")
        lines += _steps(each)
    return "".join(f"{line}\n" for line in lines)


def _steps(each: Filled) -> Iterator[str]:
    for number, step in enumerate(each.taken, 1):
        request = f"   {step.request}" if step.request else ""
        yield printable(f"  {number} {step.sought}: {_found(step.found)}{request}")


def _found(count: int) -> str:
    if count == 0:
        return "none"
    return "found" if count == 1 else f"{count:,}, of which the oldest is taken"


def prices_text(product: str, prices: Sequence[Price], *, explain: bool = False) -> str:
    """What a contact sees of a product, and which source won."""
    lines = [f"Prices of {printable(product)} for this contact"]
    for each in prices:
        lines.append(f"  {each.field:<15} {_amount(each.value):<10} {_winner(each)}")
        if explain:
            lines += [
                f"    {tried.priority} {printable(tried.source)}: {printable(tried.outcome)}"
                for tried in each.tried
            ]
    return "".join(f"{line}\n" for line in lines)


def _amount(value: Any) -> str:
    return "none" if value in (None, "") else printable(printed(value, "decimal"))


def _winner(price: Price) -> str:
    if not price.source:
        return "the product's own"
    native = _amount(price.native)
    return f"{printable(price.source)}, priority {price.priority} (the product's own: {native})"


def coverage_text(name: str, coverage: Coverage) -> str:
    """How many contacts would find a hole, and where."""
    lines = [f"{printable(name)}: {counted(coverage.contacts, 'contact')}"]
    lines += [f"  {_counted_line(each)}" for each in coverage.counted]
    least, most = coverage.at_least, coverage.at_most
    some = f"{least:,}" if least == most else f"between {least:,} and {most:,}"
    told = "Contacts that have no row where the message needs one"
    lines.append(f"{told}: {some} of {coverage.contacts:,}.")
    if coverage.untold:
        some = ", ".join(map(printable, coverage.untold))
        lines.append(f"What may be empty besides, totals do not tell: {some}.")
    return "".join(f"{line}\n" for line in lines)


def _counted_line(each: Counted) -> str:
    name = printable(each.definition)
    variables = ", ".join(map(printable, each.variables))
    if each.rows is None:
        return f"{name}: {each.why} ({variables})"
    rows = counted(each.rows, "row")
    if each.without is None:
        return f"{name}: {rows}; {each.why} ({variables})"
    why = f" ({printable(each.why)})" if each.why else ""
    return f"{name}: {rows}, so {counted(each.without, 'contact')} without{why}: {variables}"


def message_document(rendered: Rendered) -> dict[str, Any]:
    """The message as it would be sent, and each variable of it."""
    message = rendered.message
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "template": message.template,
        "contact": rendered.contact,
        "subject": message.subject,
        "body": message.body,
        "variables": [
            *_variables("subject", message.in_subject),
            *_variables("body", message.in_body),
        ],
        "findings": [finding_row(each) for each in rendered.findings],
    }
    if rendered.product is not None:
        document["product"] = rendered.product
        document["prices"] = [_price(each) for each in rendered.prices]
    ended = exit_of(rendered.code, rendered.reason)
    return {**document, "requests": rendered.requests, "exit": ended}


def _variables(where: str, filled: Iterable[Filled]) -> Iterator[dict[str, Any]]:
    for each in filled:
        yield {
            "variable": each.variable.token.written,
            "path": each.path,
            "in": where,
            "state": each.state,
            "value": each.text if each.state == "filled" else None,
            "message": each.why,
            "steps": [
                {"sought": step.sought, "request": step.request, "found": step.found}
                for step in each.taken
            ],
        }


def _price(price: Price) -> dict[str, Any]:
    return {
        "field": price.field,
        "value": price.value,
        "native": price.native,
        "source": price.source,
        "priority": price.priority,
        "tried": [
            {"source": each.source, "priority": each.priority, "outcome": each.outcome}
            for each in price.tried
        ],
    }


def coverage_document(
    name: str,
    coverage: Coverage,
    findings: Sequence[Finding],
    requests: int,
) -> dict[str, Any]:
    """The same figures for programs."""
    return {
        "format_version": FORMAT_VERSION,
        "template": name,
        "contacts": coverage.contacts,
        "definitions": [
            {
                "definition": each.definition,
                "rows": each.rows,
                "contacts_without": each.without,
                "variables": list(each.variables),
                "message": each.why,
            }
            for each in coverage.counted
        ],
        "at_least": coverage.at_least,
        "at_most": coverage.at_most,
        "not_told": list(coverage.untold),
        "findings": [finding_row(each) for each in findings],
        "requests": requests,
        "exit": exit_of(int(bool(findings)), "unresolved" if findings else "counted"),
    }
