"""Which request may go next, and what becomes of those that never may."""

from collections.abc import Callable
from typing import Any

from reconciler.apply.schedule import Schedule, Task, schedule_of
from reconciler.apply.steps import Leg, Work
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.event import Skipped

A, B, C, D, X, Y, Z = (Address("definition", name) for name in "ABCDXYZ")


def task(place: int, turn: int = 0) -> Task:
    return Task(place, (A, B, C, D)[place], turn)


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
        assert {task(2): A, task(3): C} == schedule.doomed
        assert [task(0), task(1)] == sorted(schedule.ready)


def test_what_is_doomed_by_one_need_is_not_freed_by_another() -> None:
    """The last need ends well, and the task stays doomed."""
    schedule = Schedule({task(0): set(), task(1): set(), task(2): {task(0), task(1)}})
    schedule.answered(task(0), well=False)
    schedule.answered(task(1), well=True)
    assert {task(2): A} == schedule.doomed
    assert task(2) not in schedule.ready


def _work(address: Address, *legs: tuple[Address, ...]) -> Work:
    """A change with one request per leg; each leg is what it waits for."""
    return Work(address, "create", tuple(Leg((Step("extend"),), waits_for) for waits_for in legs), {}, ())


def test_what_needs_a_blocked_address_is_doomed_from_the_start() -> None:
    """Also when it would have to wait for others first."""
    schedule = schedule_of([_work(A, ()), _work(B, (Y, X)), _work(C, (A, X)), _work(D, (B,))])
    assert [(0, A, 0)] == schedule.ready
    assert {(1, B, 0): X, (2, C, 0): X, (3, D, 0): B} == schedule.doomed
    schedule.answered(schedule.next(), well=True)
    assert [] == schedule.ready


def test_what_was_done_before_dooms_nothing() -> None:
    """Deletes are a schedule of their own, after all the others."""
    done, not_done = Address("event", "done"), Address("event", "not")
    schedule = schedule_of([_work(A, (done,)), _work(B, (not_done,))], {done})
    assert [(0, A, 0)] == schedule.ready
    assert {(1, B, 0): not_done} == schedule.doomed


def test_the_second_request_waits_for_the_first_and_for_its_targets() -> None:
    """A change whose everything is postponed has only one, which waits for what is among the changes."""
    schedule = schedule_of([_work(A, (), (B,)), _work(B, (Z,))], {Z})
    assert {(0, A, 0): set(), (0, A, 1): {(0, A, 0), (1, B, 0)}, (1, B, 0): set()} == schedule.waiting
    assert [(0, A, 0), (1, B, 0)] == sorted(schedule.ready)


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
    assert ["definition/B"] == list(map(str, outcome.applied))
    assert (Skipped(Address("override", "products.price"), "definition/A did not end well"),) == outcome.skipped
