"""`reconciler validate`"""

from typing import TYPE_CHECKING

import click

import reconciler
from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.options import PATHS, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.session import target_for
from reconciler.errors import ExitCode
from reconciler.report.formats import FindingsView, Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.resolve import Resolved
    from reconciler.model.manifest import Desired
    from reconciler.model.source import Finding


@click.command(
    epilog="\b\nExamples:\n  reconciler validate\n  reconciler validate shop/ --format json"
)
@options(PATHS, "format", "report", "settings-from", result="findings")
@click.pass_obj
def validate(app: App, paths: tuple[str, ...], form: Format, reports: Reports) -> int:
    """Check manifests offline: no key, no network.

    All findings come in one run, each with its place and rule id; `reconciler explain
    RULE` says more. A comment `# reconciler: ignore[RULE] reason` silences one line.
    """
    resolved = reconciler.load(paths, target_for(app, paths), app.environment)
    found = [
        *resolved.offline_findings,
        *_in_rows(resolved.desired),
        *_in_samples(resolved),
    ]
    findings = sorted(found)
    code, reason = ExitCode.DONE, "valid"
    if any(finding.severity == "error" for finding in findings):
        code, reason = ExitCode.FAILED, "invalid-manifests"
    count = len(resolved.desired.manifests)
    view = FindingsView(findings, count, code, reason, __version__)
    return show(app, view, form, reports)


def _in_rows(desired: "Desired") -> "Iterator[Finding]":
    """What is wrong with the rows of record sets."""
    from reconciler.manifest.record_sets import record_sets

    if not any(record_sets(desired)):
        return
    from reconciler.manifest.rows import row_findings

    yield from row_findings(desired)


def _in_samples(resolved: "Resolved") -> "Iterator[Finding]":
    """What is wrong with sample payloads."""
    if not resolved.samples:
        return
    from reconciler.manifest.samples import sample_findings

    yield from sample_findings(resolved)
