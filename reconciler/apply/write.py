"""What one task sends, in a worker thread, and what grows while a plan is applied."""

from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.apply.schedule import Task
from reconciler.apply.settle import Settler
from reconciler.apply.shop import LOOKS, Shop
from reconciler.apply.steps import Steps
from reconciler.diff.compare import differences
from reconciler.diff.fields import Form
from reconciler.diff.normalize import status
from reconciler.errors import ApiError, NeverSent
from reconciler.model.address import Address
from reconciler.model.event import Ending, Written
from reconciler.model.live import (
    GONE,
    TRANSIENT,
    Live,
    LiveDefinition,
    LiveEvent,
    LiveOverride,
    LiveResource,
)
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

    `names` is for definitions only: events have ids of their own, and the same numbers.
    """

    live: Live
    ids: dict[str, int]
    names: dict[int, str]
    resources: dict[str, LiveResource] = field(default_factory=dict)
    steps: dict[str, Steps] = field(default_factory=dict)
    results: dict[str, Written | Ending] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    @property
    def written(self) -> set[str]:
        return {
            address
            for address, result in self.results.items()
            if isinstance(result, Written)
        }

    def name(self, definition_id: int) -> str:
        return self.names.get(definition_id) or self.live.others.get(
            definition_id, GONE
        )


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
        _, address, turn = task
        steps, ids = self.state.steps[address], self.state.ids
        form = (steps.later if turn else steps.first) or {}
        if self.options.recheck and address not in self.state.begun:
            self._check_unmoved(steps)
        created = None
        if steps.action == "delete":
            self._delete(steps)
        elif steps.address.kind == "override":
            self._put(steps, form)
        elif steps.action == "create" and not turn:
            created = self._created(steps, form)
        elif steps.address.kind == "event":
            self._update_event(steps, form)
        elif any(form.values()):
            self.settler.extend(steps.address, ids[address], form, ids)
        if steps.status and (turn or steps.later is None):
            self._switch(steps, created or ids[address], steps.status)
        return created

    def _put(self, steps: Steps, form: Form) -> None:
        self.settler.repeat(
            steps.address,
            lambda: self.shop.put_override(steps.address, form, self.state.ids),
            lambda live: (
                not (
                    differences(live, form, self.state.name)
                    if live
                    else form["sources"]
                )
            ),
        )

    def _update_event(self, steps: Steps, form: Form) -> None:
        number = self.state.ids[str(steps.address)]
        self.settler.repeat(
            steps.address,
            lambda: self.shop.update_event(number, steps.address, form),
            lambda live: (
                isinstance(live, LiveEvent)
                and live.id == number
                and not differences(live, steps.wanted, self.state.name)
            ),
        )

    def _delete(self, steps: Steps) -> None:
        if steps.address.kind == "override":
            self._put(steps, steps.wanted)
            return
        number = self.state.ids[str(steps.address)]
        self.settler.repeat(
            steps.address,
            lambda: self.shop.delete(steps.address, number),
            lambda live: (
                live is None or isinstance(live, LiveOverride) or live.id != number
            ),
        )

    def _switch(self, steps: Steps, number: int, wanted: str) -> None:
        switch = self.shop.activate if wanted == "active" else self.shop.deactivate
        self.settler.repeat(
            steps.address,
            lambda: switch(number),
            lambda live: isinstance(live, LiveDefinition) and status(live) == wanted,
        )

    def _check_unmoved(self, steps: Steps) -> None:
        """Reads what is to be changed once more. A create needs no look: the server
        refuses a second live name.
        """
        before = self.state.resources.get(str(steps.address))
        if before is None and steps.address.kind != "override":
            return
        try:
            now = self._read_again(steps.address, before)
        except ApiError as blind:
            raise NeverSent(
                f"it could not be read once more, so nothing was sent: {blind}",
                request=blind.request,
            ) from None
        if of_live(before) != of_live(now):
            what = "it has been changed" if now else "it cannot be read any more"
            raise HasMoved(
                f"{what} since the plan was made; nothing was sent, plan again"
            )

    def _read_again(
        self, address: Address, before: LiveResource | None
    ) -> LiveResource | None:
        match before:
            case LiveDefinition():
                return self.shop.read_definition(before.id)
            case LiveEvent():
                return self.shop.read_event(before.id)
            case _:
                return self.shop.overrides().get(address)

    def _created(self, steps: Steps, form: Form) -> int:
        created = self.settler.create(steps.address, form, self.state.ids)
        if created.status in TRANSIENT:
            self._await_active(created.id)
        return created.id

    def _await_active(self, definition_id: int) -> None:
        """Waits a bounded time for the API to finish; it is created, and the read-back
        at the end has the last word.
        """
        for look in range(1, LOOKS + 1):
            self.options.pause(look)
            try:
                live = self.shop.read_definition(definition_id)
            except ApiError:
                return
            if live is not None and live.status not in TRANSIENT:
                return
