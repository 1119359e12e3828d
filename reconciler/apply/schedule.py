"""Which request may go next. Each leg of a change is a task; a task is ready when all
that it needs has been answered, and doomed when something that it needs did not end well.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.apply.steps import Work
from reconciler.model.address import Address


class Task(NamedTuple):
    """One leg of a change: the change's place in the plan, its address, and which of its
    legs, from 0.
    """

    place: int
    address: Address
    turn: int


@dataclass(slots=True)
class Schedule:
    """Belongs to one thread. `doomed` names, for each task that cannot be sent any
    more, what it needed.
    """

    waiting: dict[Task, set[Task]]
    ready: list[Task] = field(default_factory=list)
    doomed: dict[Task, Address] = field(default_factory=dict)
    _users: dict[Task, list[Task]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for task, needs in self.waiting.items():
            for need in needs:
                self._users.setdefault(need, []).append(task)
            if not needs and task not in self.doomed:
                self.ready.append(task)
        heapq.heapify(self.ready)
        # A copy: each answer can doom others.
        for task in list(self.doomed):
            if not self.waiting[task]:
                self.answered(task, well=False)

    def next(self, unlike: str = "") -> Task:
        """Takes the ready task that comes first in the plan; where there are others, none
        of the kind `unlike`.
        """
        others = [task for task in self.ready if task.address.kind != unlike]
        if not unlike or not others:
            return heapq.heappop(self.ready)
        first = min(others)
        self.ready.remove(first)
        heapq.heapify(self.ready)
        return first

    def answered(self, task: Task, *, well: bool) -> None:
        """Makes ready, or dooms, what waited for `task` alone."""
        # No recursion: a chain of 10,000 changes is deeper than Python's stack.
        answers = [(task, well)]
        while answers:
            done, is_well = answers.pop()
            for user in self._users.get(done, ()):
                self.waiting[user].discard(done)
                if not is_well:
                    self._doom(user, done.address)
                if self.waiting[user]:
                    continue
                if user in self.doomed:
                    answers.append((user, False))
                else:
                    heapq.heappush(self.ready, user)

    def _doom(self, task: Task, because: Address) -> None:
        """Of several causes the first by address counts, whichever came first."""
        self.doomed[task] = min(because, self.doomed.get(task, because))


def schedule_of(work: Iterable[Work], done: Collection[Address] = ()) -> Schedule:
    """The tasks of some changes, in plan order. What needs something that is neither
    among them nor `done` is doomed at once.
    """
    works = list(work)
    first_tasks = {
        each.address: Task(place, each.address, 0) for place, each in enumerate(works)
    }
    waiting: dict[Task, set[Task]] = {}
    doomed: dict[Task, Address] = {}
    for each in works:
        waiting.update(_needs_of(each, first_tasks))
        missing = set(each.legs[0].waits_for).difference(first_tasks, done)
        if missing:
            doomed[first_tasks[each.address]] = min(missing)
    return Schedule(waiting, doomed=doomed)


def _needs_of(
    work: Work, first_tasks: Mapping[Address, Task]
) -> Iterator[tuple[Task, set[Task]]]:
    """(task, what it needs) of every leg: its own leg before, and the first legs of
    others.
    """
    first = first_tasks[work.address]
    for turn, leg in enumerate(work.legs):
        needs = {first_tasks[other] for other in leg.waits_for if other in first_tasks}
        if turn:
            needs.add(first._replace(turn=turn - 1))
        yield first._replace(turn=turn), needs
