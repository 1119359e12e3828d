"""`reconciler events …`: what senders fire at event types. Each command is imported when
it is asked for.
"""

import click

from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import options

COMMANDS = {
    "check": (
        "reconciler.cli.events.check",
        "Check payloads offline, against the manifests: no key, no network.",
    ),
    "sample": (
        "reconciler.cli.events.sample",
        "Make up a payload that the event type takes.",
    ),
    "send": (
        "reconciler.cli.events.send",
        "Send one event, once, and see in the history what became of it.",
    ),
    "history": (
        "reconciler.cli.events.history",
        "Show which events came, and what became of them.",
    ),
    "diagnose": (
        "reconciler.cli.events.diagnose",
        "Say step by step why an event started nothing.",
    ),
}


@click.group(
    cls=LazyGroup,
    known=COMMANDS,
    epilog="\b\nExamples:\n  reconciler events check\n  reconciler events sample loyalty.points_earned",
)
@options()
def events() -> None:
    """Payloads of event types, as senders trigger them."""
