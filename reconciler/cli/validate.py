"""`reconciler validate`"""

from typing import TYPE_CHECKING

import click

import reconciler
from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.session import target_for
from reconciler.errors import ExitCode
from reconciler.report.formats import FindingsView, Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.manifest.resolve import Resolved
    from reconciler.model.address import Address
    from reconciler.model.manifest import Desired
    from reconciler.model.source import Finding


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler validate\n  reconciler validate shop/ --format json",
)
@options(PATHS, "format", "report", "settings-from", result="findings")
@click.pass_obj
def validate(app: App, paths: tuple[str, ...], form: Format, reports: Reports) -> int:
    """Check manifests offline: no key, no network.

    All findings come in one run, each with its place and rule id; `reconciler explain
    RULE` says more. A comment `# reconciler: ignore[RULE] reason` silences one line.
    """
    from reconciler.manifest.doubts import doubtful

    resolved = reconciler.load(paths, target_for(app, paths), app.environment)
    wrong, messages = findings_in(resolved)
    findings = sorted([*wrong, *doubtful(resolved.desired)])
    code, reason = ExitCode.DONE, "valid"
    if any(finding.severity == "error" for finding in findings):
        code, reason = ExitCode.FAILED, "invalid-manifests"
    count = len(resolved.desired.manifests)
    view = FindingsView(
        findings,
        count,
        code,
        reason,
        __version__,
        messages,
        with_notes=app.verbosity > 0,
    )
    return show(app, view, form, reports)


def findings_in(resolved: "Resolved") -> "tuple[list[Finding], int]":
    """All that is known to be wrong without a shop, rows, samples and messages included,
    and how many messages there are.
    """
    in_messages, messages = _in_messages(resolved)
    found = [
        *resolved.offline_findings,
        *_in_rows(resolved.desired),
        *_in_samples(resolved),
        *in_messages,
    ]
    return sorted(found), messages


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


def _in_messages(resolved: "Resolved") -> "tuple[Iterable[Finding], int]":
    """What is wrong with declared messages and copies, and how many messages there are."""
    # Whoever declares nothing of the dashboard does not pay for looking at it.
    if all(_lives(address) for address in resolved.desired.manifests):
        return (), 0
    from datetime import UTC, datetime

    from reconciler.manifest.bodies import templates
    from reconciler.manifest.messages import message_findings

    today = datetime.now(UTC).date()
    messages = sum(1 for _ in templates(resolved.desired))
    return message_findings(resolved, today), messages


def _lives(address: "Address") -> bool:
    from reconciler.kinds.registry import kind_of

    return kind_of(address).lives
