"""From exceptions to messages and exit codes: the one place where that happens."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import assert_never

import click

from reconciler.cli.app import App
from reconciler.errors import ExitCode, InvalidManifests, ReconcilerError
from reconciler.model.source import Finding

Ended = (
    click.Abort
    | click.ClickException
    | KeyboardInterrupt
    | OSError
    | ReconcilerError
    | SystemExit
)
"""What may end a command other than by mistake of ours."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a command stopped before it had a result."""

    message: str
    code: int
    reason: str
    findings: tuple[Finding, ...] = ()


def exit_code_of(run: Callable[[], int], app: App) -> int:
    """What `run` returns, or the code of the exception that ended it, after saying
    why.
    """
    try:
        return run()
    except click.exceptions.Exit as done:
        # click's own exit code 2 would read as "changes pending"
        return ExitCode.USAGE if done.exit_code == 2 else done.exit_code
    except click.exceptions.NoArgsIsHelpError as help_page:
        click.echo(help_page.format_message(), err=True)
        return ExitCode.USAGE
    except (
        click.Abort,
        click.ClickException,
        KeyboardInterrupt,
        OSError,
        ReconcilerError,
        SystemExit,
    ) as ended:
        return _explain(_ending(ended), app)


def _ending(ended: Ended) -> Ending:
    match ended:
        case click.UsageError():
            return _wrong_usage(ended)
        case click.ClickException():
            return Ending(ended.format_message(), ExitCode.FAILED, "failed")
        case click.Abort() | KeyboardInterrupt():
            return Ending("Interrupted.", ExitCode.INTERRUPTED, "interrupted")
        case InvalidManifests():
            return _invalid_manifests(ended)
        case ReconcilerError():
            return Ending(str(ended), ended.exit_code, ended.reason)
        case SystemExit():  # click's answer to a reader that has gone away
            message = "Nobody reads the output any more."
            return Ending(message, ExitCode.FAILED, "output-closed")
        case OSError():
            message = f"{ended.strerror or ended}."
            return Ending(message, ExitCode.FAILED, "failed")
        case _:
            assert_never(ended)


def _wrong_usage(wrong: click.UsageError) -> Ending:
    message = wrong.format_message()
    if wrong.ctx:
        message += f" Try '{wrong.ctx.command_path} --help'."
    return Ending(message, ExitCode.USAGE, "usage")


def _invalid_manifests(invalid: InvalidManifests) -> Ending:
    findings = (found for found in invalid.findings if isinstance(found, Finding))
    return Ending(
        "The manifests are not valid.",
        invalid.exit_code,
        invalid.reason,
        tuple(findings),
    )


def _explain(ending: Ending, app: App) -> int:
    """Says why: findings and message on stderr, or a document on stdout for JSON."""
    from reconciler.report.documents import as_json, error_document
    from reconciler.report.findings_text import findings_text
    from reconciler.report.terminal import printable

    findings = ending.findings
    if wants_json(app):
        document = error_document(ending.message, findings, ending.code, ending.reason)
        with suppress(OSError):  # what cannot be said on stdout is said on stderr below
            app.result(as_json(document))
    elif findings:
        click.echo(findings_text(findings), err=True, nl=False)
    click.echo(f"Error: {printable(ending.message)}", err=True)
    return int(ending.code)


def wants_json(app: App) -> bool:
    """Read from the arguments themselves: a usage error comes before click has told
    us.
    """
    arguments = app.arguments
    for index, argument in enumerate(arguments):
        if argument == "--format":
            return arguments[index + 1 : index + 2] == ("json",)
        if argument.startswith("--format="):
            return argument == "--format=json"
    return app.environment.get("RECONCILER_FORMAT") == "json"
