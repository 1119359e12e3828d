"""`reconciler events check`"""

import os
import sys
from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.events.options import CODE, MANIFESTS, described, schema_called
from reconciler.cli.options import Paths, options
from reconciler.cli.reports import Reports, show
from reconciler.errors import ExitCode, WrongUsage
from reconciler.report.formats import FindingsView, Format

if TYPE_CHECKING:
    from reconciler.manifest.samples import PayloadsCheck
    from reconciler.model.source import Finding

STDIN = "-"


@click.command(
    epilog="\b\nExamples:\n  reconciler events check\n  reconciler events check --code loyalty.points_earned -"
)
@options(
    Files(),
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
    findings: list[Finding] = []
    if files:
        for file in files:
            findings += _in_place(work, file, code)
    else:
        _check_has_samples(resolved.samples)
        findings += work.files(resolved.samples, code)
    ending, reason = ExitCode.DONE, "valid"
    if any(finding.severity == "error" for finding in findings):
        ending, reason = ExitCode.FAILED, "invalid-payloads"
    view = FindingsView(
        sorted(findings), work.payloads, ending, reason, __version__, "payload"
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
        return list(work.files([os.path.normpath(place)], code))
    findings: list[Finding] = []
    files = payload_files_in(place, findings)
    return [*findings, *work.files(files, code)]
