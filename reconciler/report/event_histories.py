"""Rows of the histories, as text and as a document."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reconciler.errors import ExitCode
from reconciler.events.clock import time_words
from reconciler.events.shop import HistoryRow, Target
from reconciler.report.documents import FORMAT_VERSION, exit_of
from reconciler.report.terminal import printable, printable_json


def row_text(row: HistoryRow, now: datetime) -> str:
    """One line: when, what, for whom, what became of it, and the payload. A row that
    cannot be understood is shown as it came.
    """
    if not row.is_understood:
        return printable(f"not understood: {_compact(dict(row.raw))}") + "\n"
    when = time_words(row.at, now) if row.at else "(no time)"
    parts = [when, str(row.code), _whom(row.target), _became(row)]
    if row.payload:
        parts.append(_compact({k: v for k, v in row.payload.items() if v}))
    return printable("  ".join(filter(None, parts))) + "\n"


def row_line(row: HistoryRow) -> str:
    """The row as the API shows it, in one line of JSON."""
    return printable_json(_compact(dict(row.raw))) + "\n"


def histories_document(
    rows: Sequence[HistoryRow], not_understood: int, *, is_cut: bool
) -> dict[str, Any]:
    """The rows as the API shows them, the newest first."""
    return {
        "format_version": FORMAT_VERSION,
        "histories": [dict(row.raw) for row in rows],
        "not_understood": not_understood,
        "complete": not is_cut,
        "exit": exit_of(ExitCode.DONE, "read"),
    }


def _whom(target: Target) -> str:
    if target.email or target.phone:
        return str(target.email or target.phone)
    if target.id is not None:
        return f"contact {target.id}"
    return f"visitor {target.visitor}" if target.visitor else ""


def _became(row: HistoryRow) -> str:
    outcome = row.outcome or ""
    if row.resolved and row.contact:
        return f"{outcome} (contact {row.contact})".strip()
    if row.resolved is False:
        return f"{outcome} (no contact)".strip()
    return outcome


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=str)
