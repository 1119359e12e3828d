"""What one task sends, in a worker thread, and what grows while a plan is applied."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from reconciler.apply.schedule import Task
from reconciler.apply.settle import Settler
from reconciler.apply.shop import LOOKS, Shop
from reconciler.apply.steps import Work
from reconciler.errors import ApiError, NeverSent
from reconciler.form.fields import Form
from reconciler.kinds.registry import kind_of
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.event import Ending, Written
from reconciler.model.live import TRANSIENT, Live, LiveId, LiveResource, Names
from reconciler.plan.fingerprint import of_live


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `stop()` is asked before anything new is sent; `pause(n)` waits
    before the n-th look.

    With `recheck`, what is to be changed is read once more right before, and left alone
    when it has moved.
    """

    parallelism: int = 8
    verify: bool = True
    recheck: bool = False
    stop: Callable[[], bool] = lambda: False
    pause: Callable[[int], None] = lambda _: None


@dataclass(slots=True)
class State:
    """What grows while a plan is applied. The scheduling thread writes it; workers only
    read `ids` and `names`.

    `begun` has the last leg that was sent of each change.
    """

    live: Live
    work: Mapping[Address, Work]
    ids: dict[Address, int]
    addresses: dict[LiveId, Address]
    results: dict[Address, Written | Ending] = field(default_factory=dict)
    begun: dict[Address, int] = field(default_factory=dict)

    @classmethod
    def of(cls, live: Live, work: Mapping[Address, Work]) -> Self:
        """Before anything is sent."""
        return cls(live, work, live.ids, live.addresses)

    @property
    def written(self) -> set[Address]:
        """What the API has accepted whole."""
        return {a for a, result in self.results.items() if isinstance(result, Written)}

    @property
    def names(self) -> Names:
        """How to speak of ids, those of what is created included."""
        return Names(self.addresses, self.live.lost)


class HasMoved(Exception):
    """Somebody else changed what was about to be changed."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Sends one task, in a worker thread."""

    state: State
    shop: Shop
    settler: Settler
    options: Options

    def send(self, task: Task) -> int | None:
        """Returns the id of a resource that was created. Raises ApiError, InDoubt, or
        HasMoved.
        """
        work = self.state.work[task.address]
        if self.options.recheck and not task.turn:
            self._check_unmoved(work)
        created = None
        for step in work.legs[task.turn].steps:
            created = self._send_step(work, step, created) or created
        return created

    def _send_step(self, work: Work, step: Step, created: int | None) -> int | None:
        """Returns the id if the step creates something."""
        match step.verb:
            case "create":
                return self._create(work, step.form)
            case "extend":
                self.settler.extend(work.address, step.form, self.state.ids)
            case "replace":
                self._replace(work, step.form)
            case "switch":
                self._switch(work, created, str(step.status))
            case "delete":
                self._delete(work)
        return None

    def _create(self, work: Work, form: Form) -> int:
        created = self.settler.create(work.address, form, self.state.ids)
        if created.status in TRANSIENT:
            self._await_active(work.address, created.id)
        return created.id

    def _await_active(self, address: Address, number: int) -> None:
        """Waits a bounded time for the API to finish; it is created, and the read-back
        at the end has the last word.
        """
        for look in range(1, LOOKS + 1):
            self.options.pause(look)
            try:
                live = self.shop.read(address, number)
            except ApiError:
                return
            if live is not None and live.status not in TRANSIENT:
                return

    def _replace(self, work: Work, form: Form) -> None:
        address, kind = work.address, kind_of(work.address)
        number = self.state.ids.get(address)

        def is_done(live: LiveResource | None) -> bool:
            if live is None:
                return kind.is_nothing(work.wanted)
            if live.id != number:
                return False
            return not kind.differences(live, work.wanted, self.state.names)

        self.settler.repeat(
            address, lambda: self.shop.replace(address, form, self.state.ids), is_done
        )

    def _delete(self, work: Work) -> None:
        number = self.state.ids[work.address]
        self.settler.repeat(
            work.address,
            lambda: self.shop.delete(work.address, number),
            lambda live: live is None or live.id != number,
        )

    def _switch(self, work: Work, created: int | None, status: str) -> None:
        address, kind = work.address, kind_of(work.address)
        number = created or self.state.ids[address]
        self.settler.repeat(
            address,
            lambda: self.shop.switch(address, number, status),
            lambda live: live is not None and kind.status_of(live) == status,
        )

    def _check_unmoved(self, work: Work) -> None:
        """Reads what is to be changed once more. A create needs no look where the
        server refuses a second live name; what has no id is looked at always.
        """
        address = work.address
        before = self.state.live.resources.get(address)
        if before is None and any(
            step.verb == "create" for leg in work.legs for step in leg.steps
        ):
            return
        try:
            now = self.shop.read(address, before.id if before else None)
        except ApiError as blind:
            raise NeverSent(
                f"it could not be read once more, so nothing was sent: {blind}",
                request=blind.request,
            ) from None
        if of_live(address, before) != of_live(address, now):
            what = "it has been changed" if now else "it cannot be read any more"
            raise HasMoved(
                f"{what} since the plan was made; nothing was sent, plan again"
            )
