"""The body of the one request: from a file or stdin, and from options."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.form.spelling import in_quotes, shown
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.events.shop import Body, Target
    from reconciler.kinds.event.manifest import Event

STDIN = "-"
_TRUTH = {"true": True, "false": False}
Meta = Mapping[str, str]


class InvalidPayload(ReconcilerError):
    """The payload is not as the manifest says."""

    reason = "invalid-payload"


def read_body(file: str | None, code: str) -> "Body":
    """What the file says; without one, nothing yet. Raises WrongUsage."""
    if file is None:
        return {}
    from reconciler.events.file import Unread, payloads_in

    name = "stdin" if file == STDIN else printable(file)
    text = _text(file)
    found = list(payloads_in(text))
    for each in found:
        if isinstance(each, Unread):
            raise WrongUsage(f"{_place(name, text, each.at)}: {each.words}.")
    if len(found) != 1:
        told = f"{name} holds {len(found)} payloads, and one is sent at a time."
        raise WrongUsage(f"{told} Put it into a file of its own.")
    payload = found[0]
    assert not isinstance(payload, Unread)
    for key, at in payload.doubled:
        told = f"the key {shown(key)} stands twice in one object, and nobody can tell which is meant"
        raise InvalidPayload(
            f"{_place(name, text, at)}: {told}: keep one of them. Nothing was sent."
        )
    if payload.code_name not in (None, code):
        said = in_quotes(str(payload.code_name))
        raise WrongUsage(f"{name} is a payload of {said}, not of {in_quotes(code)}.")
    return payload.body


def _place(name: str, text: str, at: int) -> str:
    """`gold.json:2:7`."""
    from reconciler.manifest.lines import place_at

    line, column = place_at(text, at)
    return f"{name}:{line}:{column}"


def _text(file: str) -> str:
    from reconciler.manifest.samples import (
        UnreadablePayloads,
        payload_text,
        read_payloads,
    )

    try:
        if file != STDIN:
            return read_payloads(file).text
        if sys.stdin is None:
            raise WrongUsage("There is no stdin to read a payload from.")
        return payload_text(sys.stdin.buffer.read())
    except UnreadablePayloads as broken:
        raise WrongUsage(f"{printable(file)}: {broken}.") from None


def complete(
    body: "Body", target: "Target | None", meta: Meta, event: "Event"
) -> "Body":
    """The body with what the options say. Raises click.BadParameter."""
    from reconciler.events.target import with_target

    if target is not None:
        body = with_target(body, target)
    if not meta:
        return body
    said = body.get("metaData")
    properties = dict(said) if isinstance(said, Mapping) else {}
    types = {each.name: each.type for each in event.properties.meta_data or ()}
    for name, text in meta.items():
        properties[name] = _typed(name, text, types.get(name, "text"))
    return {**body, "metaData": properties}


def _typed(name: str, text: str, type_name: str) -> Any:
    """The value that the text stands for in a property of this type."""
    if type_name in ("number", "decimal", "json"):
        try:
            return _json_value(text)
        except (ValueError, RecursionError):
            kind = "JSON" if type_name == "json" else "a number"
            told = f"--meta {name}: {in_quotes(text)} is not {kind}."
            raise click.BadParameter(told) from None
    if type_name == "bool":
        if text.lower() not in _TRUTH:
            raise click.BadParameter(f"--meta {name}: write true or false.")
        return _TRUTH[text.lower()]
    return text


def _json_value(text: str) -> Any:
    """Raises ValueError, also for a number that JSON does not have."""
    value = json.loads(text)
    json.dumps(value, allow_nan=False)
    return value


def check_body(body: "Body", event: "Event") -> None:
    """Raises InvalidPayload."""
    wrong = wrong_in(body, event)
    if wrong:
        raise InvalidPayload(f"{wrong}. Nothing was sent.")


def wrong_in(body: "Body", event: "Event") -> str:
    """All that is wrong with the body, in a sentence without its end; empty for none."""
    from reconciler.events.check import payload_mistakes
    from reconciler.events.schema import schema_of

    found = payload_mistakes(body, schema_of(event))
    told = "; ".join(f"{each.message} [{each.rule}]" for each in found)
    about = f"The payload is not as the manifest of {event.code_name} says"
    return f"{about}: {told}" if found else ""
