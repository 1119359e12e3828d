"""The threads that send. They are started before anything is sent, and there are as many
as the system gives: with none at all, the caller sends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from reconciler.apply.schedule import Task
from reconciler.model.live import Created


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task: what it created, if anything, or why it failed."""

    task: Task
    created: Created | None = None
    failure: BaseException | None = None


class Workers:
    """Up to `most` threads that call `send`. Whoever leaves the `with` block waits for
    the calls under way.
    """

    def __init__(self, send: Callable[[Task], Created | None], most: int) -> None:
        self._send = send
        self._most = most
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._answers: SimpleQueue[Answer | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        for _ in range(self._most):
            thread = Thread(target=self._work, daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system allows no more
                break
            self._threads.append(thread)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    @property
    def size(self) -> int:
        """How many tasks can be under way."""
        return len(self._threads) or 1

    def submit(self, task: Task) -> None:
        """The task is sent as soon as a thread is free."""
        if self._threads:
            self._tasks.put(task)
        else:
            self._answers.put(self._answer(task))

    def wake(self) -> None:
        """Lets whoever waits for an answer look around."""
        self._answers.put(None)

    def next_answer(self) -> Answer | None:
        """Waits for one of the tasks that were submitted; None for a `wake`."""
        return self._answers.get()

    def _work(self) -> None:
        while task := self._tasks.get():
            self._answers.put(self._answer(task))

    def _answer(self, task: Task) -> Answer:
        """Every task has its answer, whatever happens: somebody waits for it."""
        try:
            return Answer(task, created=self._send(task))
        except BaseException as failure:
            return Answer(task, failure=failure)
