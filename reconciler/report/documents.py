"""The JSON documents of findings and errors. Each document of the tool has the exit
code in it.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from reconciler.model.source import Finding
from reconciler.report.terminal import printable_json

FORMAT_VERSION = "1.0"


def as_json(document: dict[str, Any] | list[dict[str, Any]]) -> str:
    """The text of a document: what it says is not changed, what does not show is
    escaped.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return printable_json(text) + "\n"


def findings_document(
    findings: Iterable[Finding],
    count: int,
    code: int,
    reason: str,
    messages: int = 0,
    noun: str = "manifest",
) -> dict[str, Any]:
    """What was found in so many of what `noun` says; `messages` is how many of the
    manifests are templates.
    """
    rows = [finding_row(finding) for finding in findings]
    counted = Counter(row["severity"] for row in rows)
    counts = {f"{noun}s": count}
    if noun == "manifest":
        counts["messages"] = messages
    summary = {
        **counts,
        "errors": counted["error"],
        "warnings": counted["warning"],
        "infos": counted["info"],
    }
    return {
        "format_version": FORMAT_VERSION,
        "findings": rows,
        "summary": summary,
        "exit": exit_of(code, reason),
    }


def error_document(
    message: str, findings: Iterable[Finding], code: int, reason: str
) -> dict[str, Any]:
    """Why a command stopped before it had anything else to say."""
    rows = [finding_row(finding) for finding in findings]
    found = {"findings": rows} if rows else {}
    return {
        "format_version": FORMAT_VERSION,
        "error": message,
        **found,
        "exit": exit_of(code, reason),
    }


def exit_of(code: int, reason: str) -> dict[str, Any]:
    return {"code": int(code), "reason": reason}


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding with its place."""
    source = finding.source
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "file": source.file,
        "line": source.line,
        "column": source.column,
        "excerpt": asdict(finding.excerpt) if finding.excerpt else None,
    }
