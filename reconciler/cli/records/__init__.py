"""`reconciler records …`: the rows of one definition. Each command is imported when it is
asked for.
"""

import click

from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import options

COMMANDS = {
    "check": (
        "reconciler.cli.records.check",
        "Check rows offline, against the definition: no key, no network.",
    ),
    "diff": (
        "reconciler.cli.records.diff",
        "Compare rows with the shop; nothing is written.",
    ),
    "apply": (
        "reconciler.cli.records.apply",
        "Compare rows with the shop, push what differs, and read it back.",
    ),
    "export": (
        "reconciler.cli.records.export",
        "Write the rows of the shop as a file that apply takes.",
    ),
    "update": (
        "reconciler.cli.records.update",
        "Change all rows that fit a condition.",
    ),
    "delete": (
        "reconciler.cli.records.delete",
        "Delete rows by a condition, or by their keys.",
    ),
}


@click.group(
    cls=LazyGroup,
    known=COMMANDS,
    epilog="\b\nExamples:\n  reconciler records check Attribution\n  reconciler records check Vet --file vets.csv",
)
@options()
def records() -> None:
    """The rows of one definition.

    A manifest of kind `records` says where they are and how they are written; `--file`
    names others instead.
    """
