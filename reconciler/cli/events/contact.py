"""Whom an event is about, as it is said on the command line."""

from collections.abc import Mapping
from typing import Any

import click

from reconciler.cli.options import Option
from reconciler.form.spelling import in_quotes

SAMPLE_CONTACT = "email=marie.dupont@example.com"
MATCHING = ("id", "email", "phone")
"""What triggers know a contact by (contract §6.2)."""


def parse_contact(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> Mapping[str, Any] | None:
    """`id=|email=|phone=VALUE` as the contact of a payload."""
    if value is None:
        return None
    key, sign, text = value.partition("=")
    text = text.strip()
    if not sign or key not in MATCHING or not text:
        raise click.BadParameter(
            f"{in_quotes(value)} is none of id=NUMBER, email=ADDRESS and phone=NUMBER."
        )
    if key != "id":
        return {key: text}
    if not text.isascii() or not text.isdigit() or len(text) > 15 or not int(text):
        raise click.BadParameter(f"{in_quotes(text)} is no contact's number.")
    return {key: int(text)}


CONTACT = Option(
    "contact",
    "Whom the event is about: id=, email= or phone=VALUE.",
    {"metavar": "BY=VALUE", "callback": parse_contact},
)
