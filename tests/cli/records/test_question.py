"""What a person says yes to."""

from dataclasses import replace

import pytest

from reconciler.cli.records.apply import question
from tests.report.row_reports import row_report


@pytest.mark.parametrize(
    ("asked", "create", "update", "delete"),
    [
        ("Push 3 rows of Manager to Manager?", 1, 2, 0),
        ("Push 1 row of Manager to Manager, and delete 2,000 rows?", 1, 0, 2_000),
        ("Delete 1 row of Manager from Manager?", 0, 0, 1),
    ],
)
def test_deletes_are_asked_for_as_deletes(asked: str, create: int, update: int, delete: int) -> None:
    """They are never called a push."""
    report = row_report("Manager")
    compared = replace(report.compared, create=create, update=update, delete=delete)
    assert asked == question(replace(report, compared=compared))
