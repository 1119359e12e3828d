"""Findings as a person reads them: a line each, and the sum."""

from collections.abc import Sequence

from reconciler.model.source import Finding
from reconciler.report.terminal import Paint, plain, shown

_COLOURS = {"error": "red", "warning": "yellow"}


def findings_text(findings: Sequence[Finding], paint: Paint = plain) -> str:
    """`file:line:column: severity: message [rule]` for each."""
    return "".join(_line(finding, paint) + "\n" for finding in findings)


def _line(finding: Finding, paint: Paint) -> str:
    severity = paint(finding.severity, _COLOURS[finding.severity])
    return f"{shown(finding.source)}: {severity}: {shown(finding.message)} [{finding.rule}]"


def validation_text(
    findings: Sequence[Finding], manifests: int, paint: Paint = plain
) -> str:
    """All findings and how many there are."""
    counted = "1 manifest" if manifests == 1 else f"{manifests} manifests"
    errors = sum(finding.severity == "error" for finding in findings)
    if not findings:
        return f"{counted}, all valid\n"
    warnings = len(findings) - errors
    sums = [
        f"{count} {word if count == 1 else word + 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return findings_text(findings, paint) + f"\n{counted} · {', '.join(sums)}\n"
