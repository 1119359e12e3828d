"""`reconciler events check`"""

import os
import sys
from itertools import chain
from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.events.options import CODE, MANIFESTS, described, schema_called
from reconciler.cli.help import Command
from reconciler.cli.options import options
from reconciler.cli.reports import Reports, show
from reconciler.errors import ExitCode, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.report.formats import FindingsView, Format
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.manifest.samples import PayloadsCheck
    from reconciler.model.source import Finding

STDIN = "-"


def _files(
    context: click.Context, parameter: click.Parameter, files: tuple[str, ...]
) -> tuple[str, ...]:
    if "" in files:
        raise click.BadParameter(
            "one of them is the empty text, which names nothing. Leave it out, or set the variable that it comes from."
        )
    return files


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler events check\n  reconciler events check --code loyalty.points_earned -",
)
@click.argument("files", nargs=-1, metavar="[FILE|-]...", callback=_files)
@options(
    CODE,
    MANIFESTS,
    "format",
    "report",
    "settings-from",
    result="findings",
)
@click.pass_obj
def check(
    app: App,
    files: tuple[str, ...],
    code: str | None,
    manifests: tuple[str, ...],
    form: Format,
    reports: Reports,
) -> int:
    """Check payloads offline, against the manifests: no key, no network.

    A FILE holds one payload, a JSON array of them, or JSON lines; - reads stdin.
    Without one, all sample payloads beside the manifests are checked. Of which event
    type a payload is says its "code_name", --code, or the name of its file or folder.
    """
    from reconciler.events.schema import schemas_in
    from reconciler.manifest.samples import PayloadsCheck

    resolved = described(app, manifests)
    schemas = schemas_in(resolved.desired)
    if code is not None:
        schema_called(schemas, code)
    work = PayloadsCheck(schemas)
    found: Iterable[Finding]
    if files:
        found = chain.from_iterable(_in_place(work, each, code) for each in files)
    else:
        _check_any(resolved.samples, code)
        found = work.samples(resolved.samples, code)
    findings = sorted(found)
    ending, reason = ExitCode.DONE, "valid"
    if any(finding.severity == "error" for finding in findings):
        ending, reason = ExitCode.FAILED, "invalid-payloads"
    view = FindingsView(
        findings, work.payloads, ending, reason, __version__, noun="payload"
    )
    return show(app, view, form, reports)


def _in_place(work: "PayloadsCheck", place: str, code: str | None) -> "list[Finding]":
    """What is wrong with the payloads of a file, of the files below a folder, or of
    stdin. Raises WrongUsage.
    """
    from reconciler.manifest.files import payload_files_in

    if place == STDIN:
        return _in_stdin(work, code)
    _check_is_there(place)
    if not os.path.isdir(place):
        return list(work.file(os.path.normpath(place), code))
    findings: list[Finding] = []
    files = payload_files_in(place, findings)
    if not files and not findings:
        raise WrongUsage(
            f"There is no file with payloads (.json, .jsonl) in {_quoted(place)}."
        )
    return [*findings, *work.samples(files, code)]


def _in_stdin(work: "PayloadsCheck", code: str | None) -> "list[Finding]":
    from reconciler.events.text import Naming
    from reconciler.manifest.samples import (
        LARGEST_PAYLOADS,
        PayloadFile,
        UnreadablePayloads,
        payload_text,
    )
    from reconciler.model.source import Finding, Source

    if sys.stdin is None:
        raise WrongUsage("There is no stdin to read payloads from.")
    raw = sys.stdin.buffer.read(LARGEST_PAYLOADS + 1)
    try:
        text = payload_text(raw)
    except UnreadablePayloads as broken:
        return [Finding(Source("stdin"), "payload-file", str(broken))]
    return work.text(PayloadFile("stdin", text, Naming(code)))


def _check_is_there(place: str) -> None:
    """Raises WrongUsage."""
    if not os.path.lexists(place):
        raise WrongUsage(
            f"There is no file or folder {_quoted(place)}. Name a file with payloads, or - for stdin."
        )


def _check_any(samples: tuple[str, ...], code: str | None) -> None:
    """Raises WrongUsage when there is nothing to check, of which no command says that it
    is valid, and for a code name that is not that of all samples.
    """
    if code is not None:
        raise WrongUsage(
            "--code says what the payloads of a FILE are. Sample payloads beside the manifests say it themselves, "
            "or by the names of their files and folders: leave --code out, or name a file."
        )
    if not samples:
        raise WrongUsage(
            "There are no sample payloads: no folder called samples with .json or .jsonl files stands below the "
            "manifests. Name a file with payloads, or make a sample: reconciler events sample CODE"
        )


def _quoted(place: str) -> str:
    return in_quotes(printable(place))
