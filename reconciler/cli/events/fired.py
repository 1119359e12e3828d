"""The options that commands about fired events share."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click

from reconciler.cli.choice import OneOf
from reconciler.cli.options import Option


def _by(parse: Callable[[str], Any]) -> Callable[..., Any]:
    """A callback of click that tells what is wrong with the value."""

    def callback(
        context: click.Context, parameter: click.Parameter, value: str | None
    ) -> Any:
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError as wrong:
            raise click.BadParameter(str(wrong)) from None

    return callback


def _target(text: str) -> Any:
    from reconciler.events.target import parse_target

    return parse_target(text)


def _span(text: str) -> timedelta:
    from reconciler.events.clock import parse_span

    return parse_span(text)


CONTACT = Option(
    "contact",
    "Whom it is about: id, email or phone, and its value.",
    {"metavar": "KEY=VALUE", "callback": _by(_target)},
)
SINCE = Option(
    "since",
    "How far back it is looked, such as 30m, 24h or 7d.",
    {"metavar": "SPAN", "callback": _by(_span)},
)
FORM = Option(
    "format",
    "How to print the result.",
    {"type": OneOf(["text", "json"]), "default": "text", "show_default": True},
    parameter="form",
)
