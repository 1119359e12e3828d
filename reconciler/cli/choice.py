"""A word out of a few, with the one that was probably meant."""

from collections.abc import Iterable
from typing import Any

import click

from reconciler.form.spelling import did_you_mean, in_quotes


class OneOf(click.Choice[str]):
    """One of these words."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        if value not in self.choices:
            raise click.BadParameter(not_one_of(str(value), self.choices), ctx, param)
        return str(value)

    def get_missing_message(
        self, param: click.Parameter, ctx: click.Context | None
    ) -> str:
        return f"It is one of {', '.join(self.choices)}."


def not_one_of(word: str, known: Iterable[str]) -> str:
    """What is wrong with a word, and which ones there are."""
    known = list(known)
    told = f"{in_quotes(word)} is not one of {', '.join(map(in_quotes, known))}"
    return f"{told}{did_you_mean(word, known) or '.'}"
