"""`reconciler records …`: the rows of one definition. Each command is imported when it is
asked for.
"""

import importlib

import click

from reconciler.cli.options import options

COMMANDS = {
    "check": "Check rows offline, against the definition: no key, no network.",
    "diff": "Compare rows with the shop; nothing is written.",
    "apply": "Compare rows with the shop, push what differs, and read it back.",
    "export": "Write the rows of the shop as a file that apply takes.",
    "update": "Change all rows that fit a condition.",
    "delete": "Delete rows by a condition, or by their keys.",
}


class _LazyGroup(click.Group):
    """Knows its commands by name and one line of help until one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"reconciler.cli.records.{cmd_name}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    epilog="\b\nExamples:\n  reconciler records check Attribution\n  reconciler records check Vet --file vets.csv",
)
@options()
def records() -> None:
    """The rows of one definition.

    A manifest of kind `records` says where they are and how they are written; `--file`
    names others instead.
    """
