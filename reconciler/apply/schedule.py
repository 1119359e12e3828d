"""Which request may go next: a change is one or two tasks, and a task is ready when all
it needs has been answered.
"""

import heapq
from collections.abc import Collection, Iterable
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
        for task in [task for task in self.doomed if not self.waiting[task]]:
            self.answered(task, well=False)

    def next(self) -> Task:
        """Takes the ready task that comes first in the plan."""
        return heapq.heappop(self.ready)

    def answered(self, task: Task, *, well: bool) -> None:
        """Frees, or dooms, what waited for `task`."""
        news = [(task, well)]
        while news:
            done, good = news.pop()
            for user in self._users.get(done, ()):
                self.waiting[user].discard(done)
                if not good:
                    first = self.doomed.get(user, done.address)
                    self.doomed[user] = min(first, done.address)
                if self.waiting[user]:
                    continue
                if user in self.doomed:
                    news.append((user, False))
                else:
                    heapq.heappush(self.ready, user)


def schedule_of(work: Iterable[Work], done: Collection[Address] = ()) -> Schedule:
    """The tasks of some changes, in plan order. What needs something that is neither
    among them nor `done` is doomed at once.
    """
    every = {each.address: each for each in work}
    place = {address: position for position, address in enumerate(every)}
    waiting: dict[Task, set[Task]] = {}
    doomed: dict[Task, Address] = {}
    for address, each in every.items():
        for turn, leg in enumerate(each.legs):
            task = Task(place[address], address, turn)
            waiting[task] = {
                Task(place[other], other, 0)
                for other in leg.waits_for
                if other in place
            }
            if turn:
                waiting[task].add(Task(place[address], address, turn - 1))
        missing = [
            other
            for other in each.legs[0].waits_for
            if other not in place and other not in done
        ]
        if missing:
            doomed[Task(place[address], address, 0)] = min(missing)
    return Schedule(waiting, doomed=doomed)
