"""From exceptions to messages and exit codes: the one place where that happens."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import assert_never

import click

from reconciler.cli.abandoned import Ending, error_as, report_why
from reconciler.cli.app import App
from reconciler.cli.streams import STOPPING
from reconciler.errors import ExitCode, InvalidManifests, ReconcilerError
from reconciler.form.spelling import in_quotes
from reconciler.model.source import Finding

_DRY_RUN = "`reconciler plan` is the dry run: it reads the shop and sends nothing."
_APPROVE = "To apply without being asked: --auto-approve."
MEANT = {
    "--dry-run": _DRY_RUN,
    "--dryrun": _DRY_RUN,
    "--check": "`reconciler plan --detailed-exitcode` ends with 2 when there is something to do.",
    "-y": _APPROVE,
    "--yes": _APPROVE,
    "--force": _APPROVE,
    "-f": "Manifests are named without an option: reconciler plan FOLDER.",
    "-o": "To save a plan: --out FILE; to write a report: --report FORMAT=FILE.",
    "--json": "The format is chosen with --format json.",
    "--delete": "What lives without a manifest is deleted with --prune and --allow-destroy.",
}
"""Options of other tools, and what they are called here."""

Ended = (
    click.Abort | click.ClickException | KeyboardInterrupt | OSError | ReconcilerError
)
"""What may end a command other than by mistake of ours."""


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
        app.complain(help_page.format_message())
        return ExitCode.USAGE
    except SystemExit as done:  # click's, after the script for a shell's completion
        return int(done.code or 0)
    except (
        click.Abort,
        click.ClickException,
        KeyboardInterrupt,
        OSError,
        ReconcilerError,
    ) as ended:
        is_interruption = isinstance(ended, KeyboardInterrupt | click.Abort)
        if is_interruption and app.reported is not None:
            return app.reported
        with _undisturbed():
            return _explain(_ending(ended, app), app)
    except Exception as defect:  # a defect gets a document and an exit code, too
        # The code says whether the shop may have been changed.
        with _undisturbed():
            return _explain(_ending_of_defect(defect, app), app)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second signal waits until it has been said why the command ends."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ending_of_defect(defect: Exception, app: App) -> Ending:
    message = explain_defect(defect, app)
    if not app.is_sending:
        return Ending(message, ExitCode.FAILED, "defect")
    message += _what_was_sent(app)
    return Ending(message, ExitCode.PARTIAL, "defect")


def explain_defect(defect: BaseException, app: App) -> str:
    """What went wrong in one sentence, and what to do; -v shows the traceback too."""
    from reconciler.cli.defects import defect_text, traceback_text

    app.trace(app.redact(traceback_text(defect)))
    return app.redact(defect_text(defect))


def _ending(ended: Ended, app: App) -> Ending:
    match ended:
        case click.UsageError():
            return _wrong_usage(ended)
        case click.ClickException():
            return Ending(ended.format_message(), ExitCode.FAILED, "failed")
        case click.Abort() | KeyboardInterrupt():
            told = f"Interrupted.{_what_was_sent(app)}"
            return Ending(told, ExitCode.INTERRUPTED, "interrupted")
        case InvalidManifests():
            return _invalid_manifests(ended)
        case ReconcilerError():
            return Ending(str(ended), ended.exit_code, ended.reason)
        case OSError():
            message = f"{ended.strerror or ended}."
            if ended.filename is not None:
                message = f"{ended.filename}: {message}"
            message += _what_was_sent(app)
            return Ending(message, ExitCode.FAILED, "failed")
        case _:
            assert_never(ended)


def _what_was_sent(app: App) -> str:
    """A sentence for whoever wonders whether the shop has changed; none for a command
    that has nothing to do with one.
    """
    if app.is_sending:
        return f" The shop may have been changed: {app.what_to_do}."
    return " Nothing was sent." if app.has_begun else ""


def _wrong_usage(wrong: click.UsageError) -> Ending:
    message = wrong.format_message()
    if isinstance(wrong, click.NoSuchOption) and wrong.option_name in MEANT:
        # What click finds near by its letters alone may be the opposite.
        name = wrong.option_name
        message = f"No such option {in_quotes(name)}. {MEANT[name]}"
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
    """Says why: findings and message on stderr, or a document on stdout for whoever has
    asked for one that has words for an error.
    """
    from reconciler.report.findings_text import findings_text
    from reconciler.report.terminal import printable

    findings = ending.findings
    report_why(app, ending)
    form = wanted_format(app)
    if form in ("json", "junit") and not app.has_document:
        with suppress(OSError):  # what cannot be said on stdout is said on stderr below
            app.document(error_as(form, ending) or "")
    elif findings:
        app.complain(findings_text(findings).removesuffix("\n"))
    app.progress.end()
    app.complain(f"Error: {printable(ending.message)}")
    return int(ending.code)


def wanted_format(app: App) -> str | None:
    """Read from the arguments themselves: a usage error comes before click has told
    us.
    """
    arguments = app.arguments
    for index, argument in enumerate(arguments):
        if argument == "--format":
            return next(iter(arguments[index + 1 : index + 2]), None)
        if argument.startswith("--format="):
            return argument.removeprefix("--format=")
    return app.environment.get("RECONCILER_FORMAT")
