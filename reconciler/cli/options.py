"""The options that commands share, in one table, and how a command takes them.

`@options(PATHS, "format", "only", …)` gives a command those of the table that it names,
in the order in which `--help` lists them. To add a shared option, add one entry to
SHARED; an option of one command stands as an `Option` among the names. Each can also be
set by its environment variable, RECONCILER_ and its name.
"""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from reconciler.cli.choice import OneOf
from reconciler.cli.completing import complete_address, complete_target
from reconciler.cli.reports import Reports
from reconciler.form.spelling import did_you_mean, in_quotes
from reconciler.report.formats import FORMATS, Format, ResultKind
from reconciler.report.terminal import printable

F = TypeVar("F", bound=Callable[..., Any])
Settings = Mapping[str, Any]
"""What `click.option` takes besides the name, the variable and the help."""

FLAG: Settings = {"is_flag": True}
DEFAULT_PATH = "manifests"


class Seconds(click.FloatRange):
    """A number of seconds. `nan` and `inf` are numbers for Python, and no time that
    ever ends.
    """

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return float(super().convert(seconds, param, ctx))


def _nothing_more(formats: Sequence[Format]) -> Settings:
    return {}


@dataclass(frozen=True, slots=True)
class Option:
    """`--name`, `short` as well, or the variable RECONCILER_NAME.

    The command's function gets it as `parameter`, which is the name if nothing else is
    said. `by_formats` gives the settings that depend on the formats of the command's
    result; in the help, `{formats}` stands for their names.
    """

    name: str
    help: str
    settings: Settings = field(default_factory=dict)
    short: str | None = None
    parameter: str | None = None
    by_formats: Callable[[Sequence[Format]], Settings] = _nothing_more

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "RECONCILER_" + self.name.upper().replace("-", "_")

    def but(self, about: str, **settings: Any) -> "Option":
        """The same option with another help and these settings, for one command."""
        return replace(self, help=about, settings={**self.settings, **settings})

    def add_to(self, command: F, formats: Sequence[Format]) -> F:
        """The command with this option before those that it has."""
        declarations = [self.short, f"--{self.name}", self.parameter]
        names = ", ".join(known.name for known in formats)
        return click.option(
            *filter(None, declarations),
            cls=_Given,
            envvar=self.variable,
            help=self.help.replace("{formats}", names),
            **self.settings,
            **self.by_formats(formats),
        )(command)


class _Given(click.Option):
    """An option that refuses the empty text on the command line: that is a variable
    which nobody has set, and must not count as "not given". In the environment, the
    empty text is what CI makes of a variable that is not set.
    """

    def consume_value(
        self, ctx: click.Context, opts: Mapping[str, Any]
    ) -> tuple[Any, ParameterSource]:
        value, source = super().consume_value(ctx, opts)
        if source is ParameterSource.COMMANDLINE and _holds_empty_text(value):
            raise click.BadParameter(
                "it is given the empty text, which is no value. Leave it out, or set the variable that it comes from.",
                ctx=ctx,
                param=self,
            )
        return value, source


def _holds_empty_text(value: object) -> bool:
    return value == "" or (isinstance(value, (list, tuple)) and "" in value)


@dataclass(frozen=True, slots=True)
class Paths:
    """The files and folders with the manifests; without any, `default_path`."""

    metavar: str = "[PATHS]..."

    def add_to(self, command: F, formats: Sequence[Format]) -> F:
        """The command with these arguments."""
        return click.argument(
            "paths", nargs=-1, metavar=self.metavar, callback=_paths_or_default
        )(command)


def options(
    *taken: str | Option | Paths,
    result: ResultKind | None = None,
    formats: Sequence[Format] = FORMATS,
) -> Callable[[F], F]:
    """Gives a command these options and those that every command has. `result` is the
    kind of its result, on which the formats depend.
    """
    fitting = [known for known in formats if result and known.shows(result)]

    def add_all(command: F) -> F:
        # a decorator puts its option before those that are there
        for each in reversed((*taken, *OF_EVERY_COMMAND)):
            option = SHARED[each] if isinstance(each, str) else each
            command = option.add_to(command, fitting)
        return command

    return add_all


def default_path() -> str:
    """The nearest folder `manifests`, from here up to the top of the repository. Where
    there is none, it would be here.
    """
    if os.path.lexists(DEFAULT_PATH):
        return DEFAULT_PATH
    from reconciler.cli.git.repository import folders_above, nearest_repository

    repository = nearest_repository(os.curdir)
    if repository is None:
        return DEFAULT_PATH
    for folder in filter(repository.holds, folders_above(os.curdir)):
        place = os.path.join(folder, DEFAULT_PATH)
        if os.path.lexists(place):
            return os.path.relpath(place)
    return DEFAULT_PATH


def _paths_or_default(
    context: click.Context, parameter: click.Parameter, paths: tuple[str, ...]
) -> tuple[str, ...]:
    if "" in paths:
        raise click.BadParameter(
            "one of them is the empty text, which names nothing. Leave it out, or set the variable that it comes from."
        )
    if paths:
        return paths
    found = default_path()
    # A shell that asks what could be typed next is told nothing else.
    if found != DEFAULT_PATH and not context.resilient_parsing:
        context.obj.talk(
            f"Manifests: {printable(found)} (there is no {in_quotes(DEFAULT_PATH)} in this folder)"
        )
    return (found,)


def _format_settings(formats: Sequence[Format]) -> Settings:
    by_name = {known.name: known for known in formats}

    def find(context: click.Context, parameter: click.Parameter, name: str) -> Format:
        return by_name[name]

    return {
        "type": OneOf(list(by_name)),
        "default": formats[0].name,
        "callback": find,
    }


def _report_settings(formats: Sequence[Format]) -> Settings:
    summary = next((known for known in formats if known.step_summary), None)

    def parse(
        context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
    ) -> Reports:
        files = tuple(_format_and_file(value, formats) for value in values)
        return Reports(files, summary)

    return {"callback": parse}


def _format_and_file(value: str, formats: Sequence[Format]) -> tuple[Format, str]:
    by_name = {known.name: known for known in formats}
    name, _, file = value.partition("=")
    if not file or name not in by_name:
        raise click.BadParameter(
            f"{in_quotes(value)} is not FORMAT=FILE with a format of {', '.join(by_name)}"
            f"{did_you_mean(name, by_name) or '.'}"
        )
    return by_name[name], file


def _one_pattern(
    context: click.Context, parameter: click.Parameter, pattern: str | None
) -> str | None:
    """What was typed, which is UTF-8 like the manifests, whatever the locale says. A
    second pattern is refused: click would take the last one, and leave the first out in
    silence.
    """
    if pattern is None:
        return None
    app = context.find_object(object)
    given = [each.partition("=")[0] for each in getattr(app, "arguments", ())]
    if given.count("--only") > 1:
        raise click.BadParameter(
            "it is given twice, and takes one pattern, which may fit several addresses, such as definition/Vet*."
        )
    try:
        return os.fsencode(pattern).decode()
    except UnicodeError:
        return pattern


def _set_settings_from(
    context: click.Context, parameter: click.Parameter, revision: str | None
) -> None:
    context.obj.settings_from = revision


def _set_target(
    context: click.Context, parameter: click.Parameter, name: str | None
) -> None:
    # it may have been given before the command's name, to the group
    if name is not None:
        context.obj.target = name


def _talk_less(context: click.Context, parameter: click.Parameter, given: bool) -> None:
    if given:
        context.obj.verbosity = -1


def _talk_more(context: click.Context, parameter: click.Parameter, given: bool) -> None:
    if given:
        context.obj.verbosity = 1


def _set_log_format(
    context: click.Context, parameter: click.Parameter, name: str | None
) -> None:
    if name is not None:
        context.obj.log_format = name


def _for_the_app(callback: Callable[..., None], **settings: Any) -> Settings:
    """An option that is noted in the App and is no parameter of the command."""
    return {"callback": callback, "expose_value": False, **settings}


SHARED = {
    option.name: option
    for option in (
        Option(
            "format",
            "How to print the result.",
            {"show_default": True},
            parameter="form",
            by_formats=_format_settings,
        ),
        Option(
            "report",
            "Also write the result to a file, as {formats}.",
            {"multiple": True, "metavar": "FORMAT=FILE"},
            parameter="reports",
            by_formats=_report_settings,
        ),
        Option(
            "only",
            "Only these addresses and what they refer to.",
            {
                "metavar": "GLOB",
                "callback": _one_pattern,
                "shell_complete": complete_address,
            },
        ),
        Option("prune", "Also delete what lives without a manifest.", FLAG),
        Option("no-records", "Leave the rows of record sets alone.", FLAG),
        Option(
            "fail-on",
            "What ends with exit code 3.",
            {
                "type": OneOf(["breaking", "blocked", "never"]),
                "default": "blocked",
                "show_default": True,
            },
        ),
        Option(
            "allow",
            "Permit breaking changes, or that declared scenarios start for rows.",
            {"type": OneOf(["breaking", "scenarios"]), "multiple": True},
        ),
        Option("allow-destroy", "Permit deletes.", FLAG),
        # a pull request must not relax the rules that it is judged by
        Option(
            "settings-from",
            "Take guards, targets and allow-lists of reconciler.toml from this git revision.",
            _for_the_app(_set_settings_from, metavar="REV"),
        ),
        Option(
            "target",
            "The shop: a target of reconciler.toml, `shopimind` or `sandbox`.",
            _for_the_app(
                _set_target,
                is_eager=True,
                metavar="NAME",
                shell_complete=complete_target,
            ),
        ),
        Option(
            "quiet",
            "Only results and errors.",
            _for_the_app(_talk_less, is_eager=True, **FLAG),
            short="-q",
        ),
        Option(
            "verbose",
            "Show every request.",
            _for_the_app(_talk_more, is_eager=True, **FLAG),
            short="-v",
        ),
        Option(
            "log-format",
            "How to write what is said besides the result.",
            _for_the_app(_set_log_format, is_eager=True, type=OneOf(["text", "json"])),
        ),
    )
}
OF_EVERY_COMMAND = ("target", "quiet", "verbose", "log-format")
"""The group has them too: they may stand before or after the command's name."""

PATHS = Paths()
