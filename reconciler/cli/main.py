"""The group of commands. Each command is imported when it is asked for: `--help` must
not pay for the others.
"""

import os
import signal
from collections.abc import Sequence

import click

from reconciler import __version__
from reconciler.cli.app import App, Sandbox
from reconciler.cli.exits import exit_code_of
from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import options
from reconciler.cli.streams import STOPPING

COMMANDS = {
    "init": (
        "reconciler.cli.init",
        "Begin: a manifest, settings and a pipeline, with nothing left to fill in.",
    ),
    "validate": (
        "reconciler.cli.validate",
        "Check manifests offline: no key, no network.",
    ),
    "fmt": (
        "reconciler.cli.fmt",
        "Give manifests one layout; comments, order and values stay.",
    ),
    "plan": ("reconciler.cli.plan", "Read the shop and show what apply would do."),
    "diff": (
        "reconciler.cli.diff",
        "Say what a change of the manifests means, from git alone.",
    ),
    "apply": (
        "reconciler.cli.apply",
        "Plan, ask, apply in dependency order, and read back.",
    ),
    "pull": (
        "reconciler.cli.pull",
        "Write down what lives in the shop as manifests.",
    ),
    "drift": (
        "reconciler.cli.drift",
        "Show what the shop has that the manifests do not say.",
    ),
    "compare": (
        "reconciler.cli.compare",
        "Show what one shop has that another has not.",
    ),
    "records": (
        "reconciler.cli.records",
        "The rows of one definition: check, compare, push, export.",
    ),
    "events": (
        "reconciler.cli.events",
        "Payloads of event types, as senders trigger them.",
    ),
    "render": (
        "reconciler.cli.render",
        "Show the message that a contact gets, from live data.",
    ),
    "generate": (
        "reconciler.cli.generate",
        "Types of payloads and rows for senders, in Python or TypeScript.",
    ),
    "impact": (
        "reconciler.cli.impact",
        "Say who uses a resource or a field of it.",
    ),
    "graph": (
        "reconciler.cli.graph",
        "Draw the definitions and how they refer to each other.",
    ),
    "explain": (
        "reconciler.cli.explain",
        "Say what a rule means; without one, list them.",
    ),
    "schema": (
        "reconciler.cli.schema",
        "Print the JSON Schema of manifests, for editors, or of the plan document.",
    ),
    "completion": (
        "reconciler.cli.completion",
        "Print the script for TAB in bash, zsh or fish.",
    ),
    "targets": (
        "reconciler.cli.targets",
        "List the known targets and whether each has its key.",
    ),
    "sandbox": (
        "reconciler.cli.sandbox",
        "The embedded ShopiMind: serve it, empty it, look at it.",
    ),
}


@click.group(
    cls=LazyGroup,
    known=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="\b\nExamples:\n  reconciler validate\n  reconciler --target sandbox apply --auto-approve",
)
@click.version_option(__version__, message="reconciler %(version)s")
@options()
def reconciler() -> None:
    """Schema as code for ShopiMind: manifests in git, planned against a shop, applied
    in dependency order.
    """


def run(arguments: Sequence[str], sandbox: Sandbox) -> int:
    """Runs one command and returns its exit code. Talk goes to stderr, results to
    stdout.
    """
    app = App(sandbox=sandbox, environment=dict(os.environ), arguments=tuple(arguments))
    if app.environment.get("RECONCILER_LOG_FORMAT") == "json":
        app.log_format = (
            "json"  # what is wrong with the options is said before they are read
        )
    return exit_code_of(lambda: _run(list(arguments), app), app)


def _run(arguments: list[str], app: App) -> int:
    # From here on whoever is interrupted is answered.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    result = reconciler.main(
        args=arguments, prog_name="reconciler", standalone_mode=False, obj=app
    )
    return int(result or 0)
