"""Which request may go next: a change is one or two tasks, and a task is ready when all
it needs has been answered.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.apply.steps import Steps
from reconciler.model.change import Change

Task = tuple[int, str, int]
"""Place in the plan, address, and which of the two requests: 0 the first, 1 the
postponed relationships.
"""


@dataclass(slots=True)
class Schedule:
    """Belongs to one thread. `doomed` names, for each task that cannot be sent any
    more, what it needed.
    """

    waiting: dict[Task, set[Task]]
    ready: list[Task] = field(default_factory=list)
    doomed: dict[Task, str] = field(default_factory=dict)
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
                    self.doomed[user] = min(self.doomed.get(user, done[1]), done[1])
                if self.waiting[user]:
                    continue
                if user in self.doomed:
                    news.append((user, False))
                else:
                    heapq.heappush(self.ready, user)


def schedule_of(
    changes: Iterable[Change], steps: Mapping[str, Steps], done: Collection[str] = ()
) -> Schedule:
    """The tasks of some changes. What needs something that is neither among them nor
    `done` is doomed at once.
    """
    changes = tuple(changes)
    place = {change.address: position for position, change in enumerate(changes)}

    def first_task(address: str) -> Task:
        return place[address], address, 0 if steps[address].first is not None else 1

    def first_tasks(addresses: Iterable[str]) -> set[Task]:
        return {first_task(address) for address in addresses if address in place}

    waiting: dict[Task, set[Task]] = {}
    doomed = {}
    for change in changes:
        first = first_task(change.address)
        waiting[first] = first_tasks(change.depends_on)
        if steps[change.address].later is not None:
            later = (first[0], first[1], 1)
            waiting.setdefault(later, set()).update(
                first_tasks(steps[change.address].waits_for)
            )
            waiting[later] |= {first} - {later}
        stuck = [
            address
            for address in change.depends_on
            if address not in place and address not in done
        ]
        if stuck:
            doomed[first] = min(stuck)
    return Schedule(waiting, doomed=doomed)
