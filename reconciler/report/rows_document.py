"""Rows as documents for programs: JSON and CSV."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.form.words import value_words
from reconciler.model.plan import FORMAT_VERSION
from reconciler.records.compared import RowDifference
from reconciler.records.report import RowsReport
from reconciler.report.terminal import printable

MOST_REFUSED = 1_000
"""Refused rows that are listed; of the others the number is."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def rows_document(report: RowsReport) -> dict[str, Any]:
    """The report as plain JSON values. Its counts of rows add up to the rows of the
    files, and those that are deleted.
    """
    compared, files = report.compared, report.files
    return {
        "format_version": FORMAT_VERSION,
        "address": report.address,
        "target": report.target,
        "mode": report.mode,
        "file": _file(report),
        "files": [{"path": f.path, "rows": f.rows, "sha256": f.sha256} for f in files],
        "read": {
            "how": compared.choice.how,
            "requests": compared.requests,
            "live": compared.live,
        },
        "rows": _rows(report),
        "columns": dict(compared.columns),
        "first": [_difference(report, row) for row in compared.first],
        "refused": list(_refused(report)),
        "scenarios": list(report.scenarios),
        "impact": report.impact,
        "pointing": [
            {"table": each.definition, "field": each.field, "rows": each.rows}
            for each in compared.pointing
        ],
        "warnings": list(report.warnings),
        "batch": report.outcome.batch if report.outcome else report.batch,
        "forecast": {
            "requests": report.forecast.requests,
            "seconds": report.forecast.seconds,
        },
        "digest": compared.digest,
        **_outcome(report),
        "exit": {"code": report.exit.code, "reason": report.exit.reason},
    }


def _file(report: RowsReport) -> dict[str, Any]:
    """The file; of several the names, and how many rows they have together."""
    files = report.files
    if len(files) == 1:
        return {"path": files[0].path, "rows": files[0].rows, "sha256": files[0].sha256}
    rows = sum(file.rows for file in files)
    return {"path": ", ".join(f.path for f in files), "rows": rows, "sha256": None}


def _rows(report: RowsReport) -> Mapping[str, int]:
    compared, outcome = report.compared, report.outcome
    if outcome is None:
        counts = (compared.create, compared.update, compared.delete, compared.unchanged)
        others = (0, 0, 0, 0)
    else:
        counts = (outcome.created, outcome.updated, outcome.deleted, outcome.unchanged)
        others = (outcome.moved, outcome.rejected, outcome.unknown, outcome.not_sent)
    create, update, delete, unchanged = counts
    moved, rejected, unknown, not_sent = others
    return {
        "create": create,
        "update": update,
        "delete": delete,
        "unchanged": unchanged,
        "refused": compared.refused,
        "moved": moved,
        "rejected": rejected,
        "unknown": unknown,
        "not_sent": not_sent,
    }


def _refused(report: RowsReport) -> Iterator[dict[str, Any]]:
    for each in report.compared.why_refused[:MOST_REFUSED]:
        yield {
            "file": report.files[each.file].path,
            "line": each.line,
            "rule": each.problem.rule,
            "message": each.problem.words(report.show),
        }


def _difference(report: RowsReport, row: RowDifference) -> dict[str, Any]:
    fields = []
    for each in row.fields:
        said: dict[str, Any] = {"name": each.name}
        if report.may_tell(each.name):
            said |= {"old": each.old, "new": each.new}
        fields.append(said)
    return {
        "file": report.files[row.file].path,
        "line": row.line,
        "key": report.key_words(row) or None,
        "fields": fields,
    }


def _outcome(report: RowsReport) -> dict[str, Any]:
    outcome = report.outcome
    if outcome is None:
        return {}
    return {
        "not_stored": [
            {
                "file": report.files[each.file].path,
                "line": each.line,
                "state": each.state.name.lower(),
                "reason": each.reason if report.show == "values" else None,
            }
            for each in outcome.not_stored
        ],
        "delete_unknown": outcome.delete_unknown,
        "not_deleted": outcome.not_deleted,
        "read_back": outcome.read_back,
        "stopped": outcome.stopped or None,
        "notes": list(outcome.notes),
        "requests": outcome.requests + outcome.compared.requests,
        "seconds": round(outcome.seconds, 3),
    }


def rows_csv(report: RowsReport) -> str:
    """The rows that differ, a field in each line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "line", "key", "field", "old", "new"])
    for row in report.compared.first:
        path = report.files[row.file].path
        key = report.key_words(row)
        for each in row.fields:
            values = ("", "")
            if report.may_tell(each.name):
                values = (value_words(each.old), value_words(each.new))
            writer.writerow(map(_harmless, (path, row.line, key, each.name, *values)))
    return text.getvalue()


def _harmless(value: object) -> str:
    """A text that no spreadsheet computes, and no runner obeys."""
    text = printable(value)
    return f"'{text}" if text.startswith(FORMULA) else text
