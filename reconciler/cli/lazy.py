"""A group of commands that are imported when they are asked for: `--help` must not pay
for the others.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from reconciler.cli.help import DOCUMENTATION

Known = Mapping[str, tuple[str, str]]
"""Commands by name: the module, whose function is called like the command, and one line
of help.
"""


class LazyGroup(click.Group):
    """Knows its commands by name and one line of help until one is called."""

    def __init__(self, *arguments: Any, known: Known, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.known = known

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.known)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.known:
            return None
        module = importlib.import_module(self.known[cmd_name][0])
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        lines = [(name, about) for name, (_, about) in self.known.items()]
        if not lines:
            return
        with formatter.section("Commands"):
            formatter.write_dl(lines)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("More"):
            formatter.write_text(DOCUMENTATION)
        super().format_epilog(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.known and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], self.known, n=1)
            message = f"No such command {args[0]!r}."
            if close:
                message += f" Did you mean {close[0]!r}?"
            ctx.fail(message)
        return super().resolve_command(ctx, args)
