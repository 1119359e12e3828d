"""The options that commands about rows share."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.choice import OneOf
from reconciler.cli.completing import complete_definition
from reconciler.cli.options import FLAG, Option, Seconds
from reconciler.cli.reports import Reports
from reconciler.report.formats import Format

if TYPE_CHECKING:
    from reconciler.model.target import Target
    from reconciler.records.cost import Verify
    from reconciler.records.options import OnMoved, PushOptions

F = TypeVar("F", bound=Callable[..., Any])
MODES = ["upsert", "update", "mirror", "insert-once"]


def parse_pairs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> Mapping[str, str]:
    """`NAME=VALUE`, as often as it is given."""
    pairs: dict[str, str] = {}
    for value in values:
        name, sign, text = value.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{value!r} is not {parameter.metavar}.")
        if name in pairs:
            raise click.BadParameter(f"{name} is given twice.")
        pairs[name] = text
    return pairs


def _check_named(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value:
        raise click.BadParameter(
            "it is the empty text, which names nothing. Set the variable that it comes from."
        )
    return value


def definition_argument(command: F) -> F:
    """The command with the name of a definition as its first argument."""
    return click.argument(
        "definition", callback=_check_named, shell_complete=complete_definition
    )(command)


def _pairs(name: str, about: str) -> Option:
    settings: Mapping[str, Any] = {
        "multiple": True,
        "metavar": "FIELD=VALUE",
        "callback": parse_pairs,
    }
    return Option(name, about, settings)


_LINES = re.compile(r"([0-9]{1,18})(?:(-)([0-9]{1,18})?)?")


def parse_lines(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[int, int | None] | None:
    """`A-B`, `A-` or `A`."""
    if value is None:
        return None
    found = _LINES.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not A-B, such as 412001- or 2-500.")
    first, sign, last = found.groups()
    end = int(last) if last else None
    if not sign:
        end = int(first)
    if end is not None and end < int(first):
        raise click.BadParameter(f"{value!r} ends before it begins.")
    return int(first), end


WHERE = _pairs("where", "Only rows with this value, in the files and in the shop.")
SET = _pairs("set", "The value that the rows get.")
MODE = Option(
    "mode",
    "Instead of the mode that the manifest gives.",
    {"type": OneOf(MODES)},
)
READ = Option(
    "read",
    "How the shop is read before anything is sent.",
    {
        "type": OneOf(["auto", "whole", "keys", "none"]),
        "default": "auto",
        "show_default": True,
    },
)
ROWS = Option(
    "rows",
    "How many of the rows that differ are shown; 0 shows all.",
    {"type": click.IntRange(min=0), "default": 20, "show_default": True},
    parameter="shown",
)


def parse_rejected(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """A file, which stdout is not: the report goes there."""
    if value == "-":
        raise click.BadParameter("the report goes to stdout. Name a file.")
    return value


AUTO_APPROVE = Option("auto-approve", "Do not ask.", FLAG)
PUSHING = (
    AUTO_APPROVE,
    "allow",
    Option(
        "first",
        "Send so many rows, read them back, and stop.",
        {"type": click.IntRange(min=1), "metavar": "N"},
    ),
    Option(
        "lines",
        "Send the rows of these lines only.",
        {"metavar": "A-B", "callback": parse_lines},
    ),
    Option(
        "batch",
        "Rows in one request, instead of what the shop turns out to take.",
        {"type": click.IntRange(1, 50), "metavar": "N"},
    ),
    Option(
        "on-moved",
        "What to do with rows that somebody else changed after they were compared.",
        {
            "type": OneOf(["skip", "overwrite", "stop"]),
            "default": "skip",
            "show_default": True,
        },
    ),
    Option(
        "verify",
        "How accepted rows are read back: all up to 10,000, then a sample.",
        {"type": OneOf(["all", "sample", "count"])},
    ),
    Option(
        "wait",
        "How long accepted rows are waited for.",
        {
            "type": Seconds(min=0),
            "default": 60.0,
            "show_default": True,
            "metavar": "SECONDS",
        },
    ),
    Option(
        "rejected",
        "Write the rows that are not stored to this CSV file, to be mended and applied again.",
        {"metavar": "FILE", "callback": parse_rejected},
    ),
    Option(
        "max-requests",
        "Stop after so many requests.",
        {"type": click.IntRange(min=1), "metavar": "N"},
    ),
    Option(
        "timeout",
        "Start nothing new after this time; what is under way finishes.",
        {"type": Seconds(min=0.1), "metavar": "SECONDS"},
    ),
)


@dataclass(frozen=True, slots=True)
class ChosenPush:
    """What the options of a command that pushes say: those of PUSHING, and its reports."""

    auto_approve: bool
    allow: tuple[str, ...]
    first: int | None
    lines: tuple[int, int | None] | None
    batch: int | None
    on_moved: "OnMoved"
    verify: "Verify | None"
    wait: float
    rejected: str | None
    max_requests: int | None
    timeout: float | None
    form: Format
    reports: Reports

    @property
    def outputs(self) -> tuple[str, ...]:
        """The files that are written."""
        rejected = () if self.rejected is None else (self.rejected,)
        return (*self.reports.places, *rejected)

    def push_options(self, target: "Target") -> "PushOptions":
        """How to push; what no option says, the settings of the target do."""
        from reconciler.records.options import PushOptions

        return PushOptions(
            first=self.first,
            lines=self.lines,
            batch=self.batch or target.records_batch,
            on_moved=self.on_moved,
            verify=self.verify,
            wait=self.wait,
            max_requests=self.max_requests or target.guards.max_requests,
        )
