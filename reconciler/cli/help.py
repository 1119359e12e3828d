"""The page of --help: options in groups, the variables that set them, and where to read
more.
"""

from collections.abc import Iterator, Mapping

import click

from reconciler.published import REPOSITORY

DOCUMENTATION = f"{REPOSITORY}#readme"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Selection": (
        "against",
        "head",
        "no-records",
        "only",
        "prune",
        "target",
    ),
    "Safety": (
        "allow",
        "allow-destroy",
        "auto-approve",
        "digest",
        "fail-on",
        "keep-going",
        "no-verify",
        "require",
        "settings-from",
    ),
    "Output": (
        "curl",
        "detailed-exitcode",
        "format",
        "log-format",
        "out",
        "quiet",
        "report",
        "show-requests",
        "verbose",
    ),
}
"""The options of each group by name; all others are what the command is about."""

Rows = list[tuple[str, str]]


class Command(click.Command):
    """A command whose help is read in groups."""

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        for title, rows in self._groups(ctx).items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def _groups(self, ctx: click.Context) -> dict[str, Rows]:
        """The rows of each group, in the order of the groups."""
        group_of = {name: title for title, names in GROUPS.items() for name in names}
        groups: dict[str, Rows] = {"Options": [], **{title: [] for title in GROUPS}}
        groups["General"] = []
        for param in self.get_params(ctx):
            row = param.get_help_record(ctx)
            if row is not None and isinstance(param, click.Option):
                groups[_group(param, group_of)].append(row)
        return groups

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("More"):
            if variable := next(self._variables(ctx), None):
                option, name = variable
                told = f"Every option has a variable: {option} is {name}."
                formatter.write_text(told)
            formatter.write_text(DOCUMENTATION)
        super().format_epilog(ctx, formatter)

    def _variables(self, ctx: click.Context) -> Iterator[tuple[str, str]]:
        """Options and the variables that set them."""
        for param in self.get_params(ctx):
            if isinstance(param, click.Option) and isinstance(param.envvar, str):
                yield param.opts[-1], param.envvar


def _group(param: click.Parameter, group_of: Mapping[str, str]) -> str:
    long = param.opts[-1].removeprefix("--")
    return "General" if long == "help" else group_of.get(long, "Options")
