"""Asks a person whether a plan is to be applied."""

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.errors import Interrupted, Refused
from reconciler.form.words import counted
from reconciler.report.formats import Format
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.model.plan import Plan


def ask(app: App, plan: "Plan", form: Format) -> None:
    """Raises Refused unless a person says yes, and Interrupted for a signal."""
    count = len(plan.changes)
    words, need = counted(count, "change"), "needs" if count == 1 else "need"
    # the question goes to stderr, since stdout may be a file
    terminal = streams.is_terminal(sys.stdin) and streams.is_terminal(sys.stderr)
    if not terminal or form.name != "text":
        why = "there is no terminal to ask on"
        if terminal:
            why = f"--format {form.name} does not ask"
        raise Refused(
            f"{words} {need} approval and {why}. "
            "Nothing was sent. Review the plan, then apply with --auto-approve.",
            reason="approval",
        )
    question = f"Apply {words} to {printable(plan.target.name)}?"
    if not is_confirmed(app, question):
        raise Refused("Not approved. Nothing was sent.", reason="approval")


def is_confirmed(app: App, question: str) -> bool:
    """What a person answers on the terminal; the end of the input is a no. Raises Interrupted."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        app.complain("")  # the cursor stands behind the question
        if app.given_up:
            raise Interrupted from None
        return False
