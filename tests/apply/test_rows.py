"""Record sets in an apply: pushed when what they need is done, each with one ending."""

from typing import Any

import pytest

import reconciler
from reconciler.api.connection import Connection
from reconciler.api.shop import HttpShop
from reconciler.apply.run import STOPPED, Options
from reconciler.model.address import Address
from reconciler.model.change import RowCounts, Update
from reconciler.model.event import Applied, Changed, Failed, Limited, Progress, Skipped, Written
from reconciler.plan.rows import fields_of
from reconciler.sandbox.faults import Action, Rule

A, B = Address("records", "A"), Address("records", "B")
SHOP = "kind: definition\nname: A\nfields:\n  - {name: a, type: text}\n"


def row_change(address: Address, *needs: Address) -> Update:
    """A record set with one new row."""
    rows = RowCounts(create=1)
    return Update(address=address, impact="safe", reason="", fields=tuple(fields_of(rows)), depends_on=needs, rows=rows)


def events_of(lab: Any, push: Any, **options: Any) -> list[Progress]:
    """The definition A, its rows, and rows that point at those."""
    lab.write(SHOP)
    plan, live = lab.plan()
    rows = (row_change(A, Address("definition", "A")), row_change(B, A))
    plan = plan.model_copy(update={"changes": (*plan.changes, *rows)})
    shop = HttpShop(lab.connect(Connection))
    chosen = Options(rest=lab.slept.append, **options)
    return list(reconciler.run_plan(plan, live, shop, chosen, push))


def test_rows_are_pushed_when_what_they_need_is_done(lab: Any) -> None:
    """In their order, and they count as read back: that is part of a push."""
    pushed = []

    def push(change: Any) -> Applied:
        assert ["POST /v1/custom-data-definitions"] == lab.writes()
        pushed.append(change.address)
        return Applied(change.address)

    events = events_of(lab, push)
    assert [A, B] == pushed
    assert [Written(A), Applied(A), Written(B), Applied(B)] == events[-4:]


def test_rows_that_are_not_stored_stop_those_that_need_them(lab: Any) -> None:
    """What is stored in part has changed the shop all the same."""
    events = events_of(lab, lambda change: Changed(change.address, "1 of 2 rows stored"))
    assert [Changed(A, "1 of 2 rows stored"), Skipped(B, "records/A did not end well")] == events[-2:]


def test_no_rows_are_pushed_to_a_shop_that_does_not_answer(lab: Any) -> None:
    """They are left out for the reason for which other changes are."""
    tables = "".join(f"---\n{SHOP.replace('name: A', f'name: T{number}')}" for number in range(9))
    lab.write(tables, "tables.yaml")
    lab.faults.set([Rule(Action.STATUS_BEFORE, method="POST", status=429, count=999)])
    events = events_of(lab, lambda change: Applied(change.address), parallelism=1)
    assert [Limited, Limited] == [type(event) for event in events if event.address in (A, B)]


def test_rows_of_a_definition_that_failed_are_not_pushed(lab: Any) -> None:
    """They have nowhere to go."""
    lab.faults.set([Rule(Action.STATUS_BEFORE, method="POST", status=422, count=5)])
    events = events_of(lab, pytest.fail)
    assert isinstance(events[0], Failed)
    assert [Skipped(A, "definition/A did not end well"), Skipped(B, "records/A did not end well")] == events[-2:]


@pytest.mark.parametrize("reason", ["nobody pushes", "it was stopped"])
def test_rows_that_nobody_pushes_are_skipped(lab: Any, reason: str) -> None:
    """As everything that a run is stopped before."""
    stop = {"stop": lambda: True} if reason == "it was stopped" else {}
    events = events_of(lab, None if not stop else pytest.fail, **stop)
    assert Skipped(A, STOPPED) in events or Skipped(A, "definition/A did not end well") in events
