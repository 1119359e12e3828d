"""Which request may go next, and what becomes of those that never may."""

from collections.abc import Callable
from typing import Any

from reconciler.apply.schedule import Schedule, schedule_of
from reconciler.apply.steps import Steps
from reconciler.model.address import Address
from reconciler.model.change import Create, FieldChange
from reconciler.model.event import Skipped


def task(place: int, turn: int = 0) -> tuple[int, str, int]:
    return place, f"definition/{'ABCDEF'[place]}", turn


def test_ready_tasks_come_in_plan_order() -> None:
    """Not in the order in which they became ready."""
    schedule = Schedule({task(2): set(), task(0): set(), task(1): {task(2)}, task(3): set()})
    assert task(0) == schedule.next()
    assert task(2) == schedule.next()
    schedule.answered(task(2), well=True)
    assert [task(1), task(3)] == [schedule.next(), schedule.next()]
    assert [] == schedule.ready


def test_a_task_waits_for_all_that_it_needs() -> None:
    """One answer of two is not enough."""
    schedule = Schedule({task(0): set(), task(1): set(), task(2): {task(0), task(1)}})
    schedule.answered(task(0), well=True)
    assert task(2) not in schedule.ready
    schedule.answered(task(1), well=True)
    assert task(2) in schedule.ready


def test_doom_spreads_with_the_nearest_reason() -> None:
    """And by name when there are several, whichever came first."""
    for order in ((0, 1), (1, 0)):
        schedule = Schedule({task(0): set(), task(1): set(), task(2): {task(0), task(1)}, task(3): {task(2)}})
        for place in order:
            schedule.answered(task(place), well=False)
        assert {task(2): "definition/A", task(3): "definition/C"} == schedule.doomed
        assert [task(0), task(1)] == sorted(schedule.ready)


def test_what_is_doomed_by_one_need_is_not_freed_by_another() -> None:
    """The last need ends well, and the task stays doomed."""
    schedule = Schedule({task(0): set(), task(1): set(), task(2): {task(0), task(1)}})
    schedule.answered(task(0), well=False)
    schedule.answered(task(1), well=True)
    assert {task(2): "definition/A"} == schedule.doomed
    assert task(2) not in schedule.ready


def _create(name: str, *needs: str) -> Create:
    field = FieldChange(path=("fields", "a"), op="added", new={})
    return Create(address=name, impact="safe", reason="", fields=(field,), depends_on=needs)


def _steps(name: str, **more: Any) -> Steps:
    values: dict[str, Any] = {"action": "create", "first": {"fields": {}}, "later": None, "waits_for": (), "wanted": {}}
    return Steps(Address.parse(name), **{**values, **more})


def test_what_needs_a_blocked_address_is_doomed_from_the_start() -> None:
    """Also when it would have to wait for others first."""
    a, b, c, d = (f"definition/{name}" for name in "ABCD")
    changes = [_create(a), _create(b, "definition/Y", "definition/X"), _create(c, a, "definition/X"), _create(d, b)]
    schedule = schedule_of(changes, {name: _steps(name) for name in (a, b, c, d)})
    assert [(0, a, 0)] == schedule.ready
    assert {(1, b, 0): "definition/X", (2, c, 0): "definition/X", (3, d, 0): b} == schedule.doomed
    schedule.answered(schedule.next(), well=True)
    assert [] == schedule.ready


def test_what_was_done_before_dooms_nothing() -> None:
    """Deletes are a schedule of their own, after all the others."""
    a, b = "definition/A", "definition/B"
    schedule = schedule_of(
        [_create(a, "event/done"), _create(b, "event/not")], {n: _steps(n) for n in (a, b)}, {"event/done"}
    )
    assert [(0, a, 0)] == schedule.ready
    assert {(1, b, 0): "event/not"} == schedule.doomed


def test_the_second_request_waits_for_the_first_and_for_its_targets() -> None:
    """A change whose everything is postponed has only the second."""
    a, b = "definition/A", "definition/B"
    steps = {
        a: _steps(a, later={"relationships": {}}, waits_for=(b,)),
        b: _steps(b, first=None, later={"relationships": {}}, waits_for=("definition/Z",)),
    }
    schedule = schedule_of([_create(a), _create(b)], steps)
    assert {(0, a, 0): set(), (0, a, 1): {(0, a, 0), (1, b, 1)}, (1, b, 1): set()} == schedule.waiting
    assert [(0, a, 0), (1, b, 1)] == sorted(schedule.ready)


def test_an_override_of_a_blocked_definition_is_skipped_with_its_reason(
    lab: Any, definition: Callable, override: Callable, apply: Callable
) -> None:
    """The rest is applied: that is what --keep-going is for."""
    priced = {"p": "products"}
    lab.write(definition("A", "n1", "p", to=priced))
    apply(lab)
    retyped = definition("A", "n1", "p", to=priced).replace(
        '{"name": "p", "type": "text"}', '{"name": "p", "type": "number"}'
    )
    lab.write(retyped + "\n" + override("A.n1") + "\n" + definition("B", "a"))
    outcome = apply(lab)
    assert ("definition/B",) == outcome.applied
    assert (Skipped("override/products.price", "definition/A did not end well"),) == outcome.skipped
