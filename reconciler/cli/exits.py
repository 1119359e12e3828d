"""From exceptions to messages and exit codes: the one place where that happens."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from reconciler.cli.app import App
from reconciler.errors import ExitCode, InvalidManifests, ReconcilerError
from reconciler.model.source import Finding


def exit_code_of(run: Callable[[], int], app: App) -> int:
    """What `run` returns, or the code of the exception that ended it, after saying
    why.
    """
    try:
        return run()
    except click.exceptions.Exit as done:
        return ExitCode.USAGE if done.exit_code == 2 else done.exit_code
    except click.UsageError as wrong:
        return _usage(wrong, app)
    except (click.Abort, KeyboardInterrupt):
        return _explained("Interrupted.", (), ExitCode.INTERRUPTED, "interrupted", app)
    except click.ClickException as wrong:
        return _explained(wrong.format_message(), (), ExitCode.FAILED, "failed", app)
    except InvalidManifests as invalid:
        findings = [
            finding for finding in invalid.findings if isinstance(finding, Finding)
        ]
        return _explained(
            "The manifests are not valid.",
            findings,
            invalid.exit_code,
            invalid.reason,
            app,
        )
    except ReconcilerError as error:
        return _explained(str(error), (), error.exit_code, error.reason, app)
    except SystemExit:  # click's answer to a reader that has gone away
        return _explained(
            "Nobody reads the output any more.",
            (),
            ExitCode.FAILED,
            "output-closed",
            app,
        )
    except OSError as broken:
        return _explained(
            f"{broken.strerror or broken}.", (), ExitCode.FAILED, "failed", app
        )


def _usage(wrong: click.UsageError, app: App) -> int:
    """click's own exit code 2 would read as "changes pending"."""
    if isinstance(wrong, click.exceptions.NoArgsIsHelpError):
        click.echo(wrong.format_message(), err=True)
        return ExitCode.USAGE
    where = f" Try '{wrong.ctx.command_path} --help'." if wrong.ctx else ""
    return _explained(
        f"{wrong.format_message()}{where}", (), ExitCode.USAGE, "usage", app
    )


def _explained(message: str, findings: Any, code: int, reason: str, app: App) -> int:
    from reconciler.report.documents import as_json, error_document
    from reconciler.report.findings_text import findings_text
    from reconciler.report.terminal import shown

    if wants_json(app):
        with suppress(OSError):  # what cannot be said on stdout is said on stderr below
            app.result(as_json(error_document(message, findings, code, reason)))
    elif findings:
        click.echo(findings_text(findings), err=True, nl=False)
    click.echo(f"Error: {shown(message)}", err=True)
    return int(code)


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
