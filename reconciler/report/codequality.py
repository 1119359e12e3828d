"""Code Quality of GitLab, which shows it in a merge request: an entry per finding, or per
item of a plan that is blocked, breaks something or is stopped by a guard.

The form is that of https://docs.gitlab.com/ci/testing/code_quality/. Every entry stands
at a line of a file; what has none, a changed guard for example, is in the other formats.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reconciler.model.plan import Plan
from reconciler.model.source import Finding
from reconciler.report.attention import Attention, attentions
from reconciler.report.documents import as_json
from reconciler.report.escape import shorten
from reconciler.report.terminal import printable

LONGEST_MESSAGE = 2000
_DEGREES: dict[str, str] = {
    "error": "critical",
    "warning": "major",
    "note": "info",
    "info": "info",
}


def plan_codequality(plan: Plan) -> str:
    """What is blocked or breaking."""
    return _report(_of_item(item) for item in attentions(plan) if item.place)


def findings_codequality(findings: Iterable[Finding]) -> str:
    """What is wrong in manifests."""
    return _report(map(_of_finding, findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """`identity` tells it from others of its rule when lines move."""

    rule: str
    message: str
    degree: str
    file: str
    line: int
    identity: str


def _of_item(item: Attention) -> _Entry:
    assert item.place is not None
    return _Entry(
        rule=item.rule,
        message=item.sentence,
        degree="blocker" if item.level == "blocked" else _DEGREES[item.severity],
        file=item.place.file,
        line=item.place.line,
        identity=f"{item.address}\0{item.difference.partition(':')[0]}",
    )


def _of_finding(finding: Finding) -> _Entry:
    source = finding.source
    return _Entry(
        rule=finding.rule,
        message=finding.message,
        degree=_DEGREES[finding.severity],
        file=source.file,
        line=max(source.line, 1),
        identity=f"{source.file}\0{finding.message}",
    )


def _report(entries: Iterable[_Entry]) -> str:
    seen: Counter[str] = Counter()
    report = []
    for entry in entries:
        identity = f"{entry.rule}\0{entry.identity}"
        seen[identity] += 1
        report.append(_document(entry, f"{identity}\0{seen[identity]}"))
    return as_json(report)


def _document(entry: _Entry, identity: str) -> dict[str, Any]:
    """GitLab shows one of those with the same fingerprint, and compares two branches by
    it.
    """
    fingerprint = hashlib.sha256(identity.encode(errors="replace")).hexdigest()[:32]
    return {
        "check_name": printable(entry.rule),
        "description": shorten(entry.message, LONGEST_MESSAGE),
        "severity": entry.degree,
        "fingerprint": fingerprint,
        "location": {
            "path": printable(entry.file),
            "lines": {"begin": entry.line},
        },
    }
