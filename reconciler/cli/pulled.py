"""What a pull tells: its document, from what was written and what was found."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.errors import ExitCode
from reconciler.model import pulled as told
from reconciler.model.plan import Exit, Plan
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.cli.pull import Chosen
    from reconciler.cli.records.pulled import PulledRows
    from reconciler.manifest.dump.draft import Draft, Unwritten
    from reconciler.model.source import Finding
    from reconciler.plan.build import Provenance


def pulled_of(  # noqa: PLR0913, PLR0917 – each says another thing of the pull
    provenance: "Provenance",
    draft: "Draft",
    rows: "PulledRows",
    chosen: "Chosen",
    findings: "list[Finding]",
    plan: Plan | None,
    requests: int,
) -> told.Pulled:
    """Everything that is told of it, in the order of addresses and files."""
    not_written = [*map(_not_written, draft.unwritten), *rows.not_written]
    files = [*_pulled_files(draft), *rows.told()]
    unread = any(not draft.live.was_read(kind) for kind in chosen.kinds.names)
    return told.Pulled(
        tool=provenance.tool,
        target=provenance.target,
        created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        folder=printable(chosen.folder),
        check=chosen.check,
        files=tuple(files),
        kept=draft.kept,
        not_written=tuple(not_written),
        silenced=tuple(
            told.SilencedRule(
                rule=s.rule, message=s.message, file=printable(s.file), line=s.line
            )
            for s in draft.silenced
        ),
        others=tuple(
            told.Others(address=each.address, others=each.others)
            for each in draft.namesakes
        ),
        findings=tuple(map(_finding, findings)),
        plan=plan.summary if plan else None,
        warnings=draft.live.warnings,
        requests=requests,
        exit=_exit(chosen, findings, bool(files), bool(not_written) or unread),
    )


def _pulled_files(draft: "Draft") -> "Iterator[told.PulledFile]":
    for file in draft.texts:
        yield told.PulledFile(
            file=printable(file),
            action="created" if file in draft.created else "changed",
            addresses=draft.addresses[file],
        )


def _not_written(each: "Unwritten") -> told.NotWritten:
    return told.NotWritten(
        address=each.address, path=each.path, reason=each.reason, source=each.source
    )


def _finding(each: "Finding") -> told.PulledFinding:
    place = each.source
    return told.PulledFinding(
        rule=each.rule,
        severity=each.severity,
        message=each.message,
        file=place.file,
        line=place.line,
        column=place.column,
    )


def _exit(
    chosen: "Chosen", findings: "list[Finding]", changes: bool, missing: bool
) -> Exit:
    if any(each.severity == "error" for each in findings):
        return Exit(code=ExitCode.FAILED, reason="invalid-manifests")
    if chosen.check and changes:
        return Exit(code=ExitCode.REFUSED, reason="files-would-change")
    if missing:
        return Exit(code=ExitCode.PARTIAL, reason="not-all-written")
    return Exit(code=ExitCode.DONE, reason="pulled")
