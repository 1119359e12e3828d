"""How one task is sent, in a worker thread, and the state that grows while a plan is
applied.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from reconciler.apply.patience import UNTIL_SHOWN, Patience
from reconciler.apply.schedule import Task
from reconciler.apply.settle import Settler
from reconciler.apply.shop import Shop
from reconciler.apply.steps import Work
from reconciler.errors import ApiError, NeverSent, Stopped
from reconciler.kinds.registry import kind_of
from reconciler.kinds.step import Step, Verb
from reconciler.model.address import Address
from reconciler.model.event import Ending, Written
from reconciler.model.live import (
    TRANSIENT,
    Created,
    Live,
    LiveId,
    LiveResource,
    Names,
)
from reconciler.plan.fingerprint import of_live


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `stop()` is asked before anything new is sent.

    `rest(seconds)` waits between two looks, in any thread, and should return early when
    `stop()` becomes true; what is waited for longer is said to `tell`.
    """

    parallelism: int = 8
    verify: bool = True
    stop: Callable[[], bool] = lambda: False
    rest: Callable[[float], object] = time.sleep
    tell: Callable[[str], object] = lambda line: None
    explain: Callable[[BaseException], str] = repr
    """What to say of an exception that nobody foresaw."""
    begin: Callable[[str, str, int], object] = lambda what, unit, total: None
    """Told of each stage, and of how many units it has; 0 is not known."""
    advance: Callable[[], object] = lambda: None
    """Told of each change that is sent or given up."""
    watch: Callable[[Callable[[], "list[Ending]"]], object] = lambda endings: None
    """Given, before anything is sent, what tells at any time how each change stands."""


@dataclass(slots=True)
class State:
    """What grows while a plan is applied. The scheduling thread writes it; workers only
    read `ids` and `names`, and add to `touched`.

    `begun` has the last leg that was sent of each change, `sent` every change that was
    given to a worker, `touched` those of which the API has accepted anything, `adopted`
    what was found instead of being created.
    """

    live: Live
    work: Mapping[Address, Work]
    ids: dict[Address, int]
    addresses: dict[LiveId, Address]
    results: dict[Address, Written | Ending] = field(default_factory=dict)
    begun: dict[Address, int] = field(default_factory=dict)
    sent: set[Address] = field(default_factory=set)
    touched: set[Address] = field(default_factory=set)
    adopted: set[Address] = field(default_factory=set)

    @classmethod
    def of(cls, live: Live, work: Mapping[Address, Work]) -> Self:
        """The state before anything is sent."""
        return cls(live, work, live.ids, live.addresses)

    @property
    def written(self) -> set[Address]:
        """The changes of which the API has accepted every request."""
        return {a for a, result in self.results.items() if isinstance(result, Written)}

    def is_built_on(self, address: Address) -> bool:
        """Whether another change refers to it."""
        works = self.work.values()
        return any(address in work.refers_to for work in works)

    def has_its_name(self, work: Work, seen: LiveResource) -> bool:
        """Whether what was seen is called as planned: as the address says, or as before
        when its name was not to be changed.
        """
        name_of = kind_of(work.address).name_of
        if work.address.is_called(name_of(seen)):
            return True
        before = self.live.resources.get(work.address)
        if before is None or work.brings_a_name:
            return False
        return name_of(before) == name_of(seen)

    @property
    def names(self) -> Names:
        """How to speak of ids, those of what is created included."""
        return Names(self.addresses, self.live.lost, self.live.keeping)


class HasMoved(Exception):
    """Somebody else changed what was about to be changed."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Sends one task, in a worker thread."""

    state: State
    shop: Shop
    settler: Settler
    patience: Patience

    def send(self, task: Task) -> Created | None:
        """Returns what was created. Raises ApiError (Stopped only when nothing of the
        task was sent), InDoubt, or HasMoved.
        """
        work = self.state.work[task.address]
        # Once its own first request has changed it, it is not what it was.
        if not task.turn and self._is_done_already(work):
            return None
        first, *others = work.legs[task.turn].steps
        created = self._send_step(work, first, None)
        self.state.touched.add(work.address)
        try:
            for step in others:
                created = self._send_step(work, step, created)
        except Stopped as stopped:
            raise NeverSent(str(stopped), request=stopped.request) from None
        return created

    def _send_step(
        self, work: Work, step: Step, created: Created | None
    ) -> Created | None:
        """Returns what this step or one before it created."""
        if step.verb == "create":
            return self._create(work, step)
        number = created.id if created else self.state.ids.get(work.address)
        _SENDERS[step.verb](self, work, step, number)
        return created

    def _create(self, work: Work, step: Step) -> Created:
        address = work.address
        created = self.settler.create(address, step.form, self.state.ids)
        if created.status in TRANSIENT:
            self._await_active(address, created.id)
        is_named = created.adopted or created.name is not None
        if not is_named and self.state.is_built_on(address):
            return self.settler.confirm(address, step.form, created)
        return created

    def _await_active(self, address: Address, number: int) -> None:
        """Waits a bounded time for the API to finish; it is created, and the read-back
        at the end has the last word.
        """
        what = f"{address}, which the shop is still making"
        for _ in self.patience.looks(UNTIL_SHOWN, what):
            try:
                live = self.shop.read(address, number)
            except ApiError:
                return
            if live is not None and live.status not in TRANSIENT:
                return

    def _extend(self, work: Work, step: Step, number: int | None) -> None:
        """Adds what is missing."""
        self.settler.extend(work.address, step.form, self.state.ids)

    def _replace(self, work: Work, step: Step, number: int | None) -> None:
        """Writes the whole resource."""
        address, kind = work.address, kind_of(work.address)

        def send() -> None:
            self.shop.replace(address, step.form, self.state.ids)

        def look() -> LiveResource | None:
            return self.shop.read(address, number)

        def is_done(live: LiveResource | None) -> bool:
            if live is None:
                return number is None and kind.is_nothing(work.wanted)
            if live.id != number:
                return False
            return not kind.differences(live, work.wanted, self.state.names)

        self.settler.repeat(address, send, look, is_done)

    def _delete(self, work: Work, step: Step, number: int | None) -> None:
        """Deletes it. Done when nothing has its id any more."""
        assert number is not None

        def send() -> None:
            self.shop.delete(work.address, number)

        def look() -> LiveResource | None:
            return self.shop.find(work.address, number)

        def is_done(live: LiveResource | None) -> bool:
            return live is None

        self.settler.repeat(work.address, send, look, is_done)

    def _switch(self, work: Work, step: Step, number: int | None) -> None:
        """Switches it to the status that the step names."""
        address, status = work.address, step.status
        assert number is not None
        assert status is not None

        def send() -> None:
            self.shop.switch(address, number, status)

        def look() -> LiveResource | None:
            return self.shop.read(address, number)

        def is_done(live: LiveResource | None) -> bool:
            return live is not None and kind_of(address).status_of(live) == status

        self.settler.repeat(address, send, look, is_done)

    def _is_done_already(self, work: Work) -> bool:
        """Reads what is to be changed once more: what others have changed since the
        plan was made would be lost. Raises HasMoved, unless what they have done is what
        this change wants, as another run of the same manifests does.

        A create needs no look where the server refuses a second live name; what has no
        id is looked at always.
        """
        address = work.address
        before = self.state.live.resources.get(address)
        if before is None and work.creates:
            return False
        try:
            now = self._seen_now(address, before)
        except ApiError as blind:
            raise NeverSent(
                f"it could not be read once more, so nothing was sent: {blind}",
                request=blind.request,
            ) from None
        if of_live(address, before) == of_live(address, now):
            return False
        if self._is_as_wanted(work, now):
            return True
        what = "it has been changed" if now else "it cannot be read any more"
        raise HasMoved(f"{what} since the plan was made; nothing was sent, plan again")

    def _is_as_wanted(self, work: Work, now: LiveResource | None) -> bool:
        """Whether nothing of the change is left to be sent."""
        if work.action == "delete":
            return now is None
        if now is None or len(work.legs) > 1:
            return False
        kind = kind_of(work.address)
        if work.final_status not in (None, kind.status_of(now)):
            return False
        if not self.state.has_its_name(work, now):
            return False
        return not kind.differences(now, work.wanted, self.state.names)

    def _seen_now(
        self, address: Address, before: LiveResource | None
    ) -> LiveResource | None:
        """A refusal to show it alone proves nothing; then the listing has the say."""
        if before is None or before.id is None:
            return self.shop.read(address, None)
        now = self.shop.read(address, before.id)
        if now is None:
            old_name = Address(address.kind, kind_of(address).name_of(before))
            now = self.shop.find(old_name, before.id)
        return now


_Sender = Callable[[Writer, Work, Step, int | None], None]
"""Sends a step about the resource with that id, if it has one."""

_SENDERS: Mapping[Verb, _Sender] = {
    "extend": Writer._extend,
    "replace": Writer._replace,
    "switch": Writer._switch,
    "delete": Writer._delete,
}
"""What sends each verb but `create`, which is the only one that gives an id."""
