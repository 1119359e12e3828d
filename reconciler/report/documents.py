"""The JSON documents other than the plan. Each has the exit code in it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from reconciler.model.outcome import Outcome
from reconciler.model.source import Finding

FORMAT_VERSION = "1.0"


def as_json(document: dict[str, Any]) -> str:
    """The text of a document."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def findings_document(findings: Iterable[Finding], manifests: int, code: int, reason: str) -> dict[str, Any]:
    """What `validate` found."""
    rows = [_finding(finding) for finding in findings]
    errors = sum(row["severity"] == "error" for row in rows)
    summary = {"manifests": manifests, "errors": errors, "warnings": len(rows) - errors}
    return {"format_version": FORMAT_VERSION, "findings": rows, "summary": summary, "exit": exit_of(code, reason)}


def outcome_document(outcome: Outcome, code: int, reason: str) -> dict[str, Any]:
    """What `apply` did."""
    return {
        "format_version": FORMAT_VERSION,
        "applied": list(outcome.applied),
        "failed": [asdict(failed) for failed in outcome.failed],
        "skipped": [asdict(skipped) for skipped in outcome.skipped],
        "unknown": [asdict(unknown) for unknown in outcome.unknown],
        "verified": outcome.verified,
        "requests": outcome.requests,
        "seconds": round(outcome.seconds, 3),
        "exit": exit_of(code, reason),
    }


def error_document(message: str, findings: Iterable[Finding], code: int, reason: str) -> dict[str, Any]:
    """Why a command stopped before it had anything else to say."""
    rows = [_finding(finding) for finding in findings]
    found = {"findings": rows} if rows else {}
    return {"format_version": FORMAT_VERSION, "error": message, **found, "exit": exit_of(code, reason)}


def exit_of(code: int, reason: str) -> dict[str, Any]:
    return {"code": int(code), "reason": reason}


def _finding(finding: Finding) -> dict[str, Any]:
    source = finding.source
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "file": source.file,
        "line": source.line,
        "column": source.column,
    }
