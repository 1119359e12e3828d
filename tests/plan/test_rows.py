"""Record sets in a plan: one change each, with counts of rows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import reconciler
from reconciler.api.connection import ReadConnection
from reconciler.model.address import Address
from reconciler.model.change import Blocked, RowCounts, Update
from reconciler.model.plan import Asked, RestsOn
from reconciler.plan.rows import PlannedRows, fields_of, row_changes, without_rows
from tests.conftest import OCCASION

ROWS = Address("records", "A")
SHOP = """
kind: definition
name: A
unique_keys: [a]
fields:
  - {name: a, type: text, required: true}
---
kind: records
definition: A
rows: [{a: "1"}]
"""


def row_change(**counts: int) -> Update:
    """A record set that is pushed after its definition."""
    rows = RowCounts(**counts)
    return Update(
        address=ROWS,
        impact="safe",
        reason="rows are pushed",
        fields=tuple(fields_of(rows)),
        depends_on=(Address("definition", "A"),),
        requests=3,
        rows=rows,
    )


@pytest.fixture
def planned(lab: Any) -> Callable:
    """A plan of the shop with these rows, and what the comparison of rows was asked for."""

    def make(rows: PlannedRows, **asked: Any) -> Any:
        lab.write(SHOP)
        picked: list[Address] = []

        def compare(desired: Any, live: Any, only: Any) -> PlannedRows:
            picked.extend(only)
            return rows

        provenance = replace(OCCASION, asked=Asked(**asked), saved=True)
        plan, _ = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), provenance, rows=compare)
        return plan, picked

    return make


def test_a_count_that_is_zero_has_no_line() -> None:
    """What comes is added, and what goes is removed."""
    found = [(field.path, field.op, field.old, field.new) for field in fields_of(RowCounts(create=61, delete=2))]
    assert [(("rows", "create"), "added", None, 61), (("rows", "delete"), "removed", 2, None)] == found
    assert [("rows", "update")] == [field.path for field in fields_of(RowCounts(update=1))]


def test_rows_come_after_their_definition_and_count_as_one_change(planned: Callable) -> None:
    """The forecast has their requests, and the document their numbers."""
    plan, picked = planned(PlannedRows(changes=(row_change(create=61, update=204),)))
    assert [Address("definition", "A"), ROWS] == [change.address for change in plan.changes]
    assert {Address("definition", "A"), ROWS} == set(picked)
    assert (1, 1) == (plan.summary.create, plan.summary.update)
    assert 1 + 1 + 3 == plan.forecast.requests
    first, second = plan.document()["changes"]
    assert "rows" not in first
    assert {"create": 61, "update": 204, "delete": 0} == second["rows"]
    assert (plan.changes[:1], plan.changes[1:]) == (without_rows(plan.changes), row_changes(plan.changes))


def test_what_is_deleted_goes_after_the_rows(planned: Callable, lab: Any) -> None:
    """A definition that leaves may have been what rows pointed at."""
    lab.write("kind: definition\nname: Old\nfields:\n  - {name: a, type: text}\n")
    lab.apply()
    plan, _ = planned(PlannedRows(changes=(row_change(create=1),)), prune=True)
    assert ["definition/A", "records/A", "definition/Old"] == [str(change.address) for change in plan.changes]


def test_only_what_is_asked_for_is_compared(planned: Callable) -> None:
    """With what it needs; of definitions alone no rows are read."""
    _, picked = planned(PlannedRows(), only="records/*")
    assert {Address("definition", "A"), ROWS} == set(picked)
    _, picked = planned(PlannedRows(), only="definition/*")
    assert [Address("definition", "A")] == picked


def test_what_rows_rest_on_is_in_a_saved_plan(planned: Callable) -> None:
    """With what is unchanged, blocked, and to be told."""
    blocked = Blocked(address=ROWS, rule="definition-inactive", path=(), ways_out=("switch it on",), message="inactive")
    rests_on = RestsOn(manifest="m", live="l")
    rows = PlannedRows(blocked=(blocked,), warnings=("two rows are refused",), rests_on={ROWS: rests_on})
    plan, _ = planned(rows)
    assert (rests_on, (blocked,)) == (plan.rests_on[ROWS], plan.blocked)
    assert ("two rows are refused",) == plan.warnings
    plan, _ = planned(PlannedRows(unchanged=(ROWS,)))
    assert (ROWS,) == plan.unchanged


def test_without_a_comparison_rows_are_left_alone(lab: Any) -> None:
    """So it is offline, and for whoever asks for the schema alone."""
    lab.write(SHOP)
    plan, _ = lab.plan()
    assert ["definition/A"] == [str(change.address) for change in plan.changes]
