"""What became of the rows of a push, as a person reads it."""

from dataclasses import replace

from reconciler.report.rows_text import rows_text
from tests.report.row_reports import row_outcome, row_report


def test_what_became_of_rows_stands_in_one_column() -> None:
    """Whatever it is; a state of which no line is known has no blanks behind its count."""
    report = row_outcome()
    assert report.outcome is not None
    outcome = replace(report.outcome, rejected=2, moved=3, not_sent=48_300)
    lines = rows_text(replace(report, outcome=outcome)).splitlines()
    assert {
        "stored     1 created, 1 deleted",
        "unknown    1  COM-001.csv:88",
        "rejected   2",
        "moved      3",
        "not sent   48,300",
        "refused    1  COM-001.csv:311",
    } <= set(lines)


def test_no_line_ends_with_a_blank() -> None:
    """Of a comparison and of an outcome."""
    for report in (row_report(), row_outcome()):
        assert [] == [line for line in rows_text(report).splitlines() if line != line.rstrip()]
