"""What has to be done for one change: its requests, in which groups they are sent, and
what must be read back in the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.form.fields import Form
from reconciler.kinds.registry import kind_of
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.plan.steps import base_of, steps_of


@dataclass(frozen=True, slots=True)
class Leg:
    """Steps that are sent one right after the other, once all of `waits_for` have sent
    their first leg.
    """

    steps: tuple[Step, ...]
    waits_for: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """One change, leg by leg. `wanted` is what must be read back in the end."""

    address: Address
    action: Action
    legs: tuple[Leg, ...]
    wanted: Form
    refers_to: tuple[Address, ...]

    @property
    def steps(self) -> Iterator[Step]:
        """All of its requests."""
        for leg in self.legs:
            yield from leg.steps

    @property
    def creates(self) -> bool:
        """Whether it brings a new id."""
        return any(step.verb == "create" for step in self.steps)

    @property
    def brings_a_name(self) -> bool:
        """Whether it creates or renames: nothing lived under its name before."""
        key = kind_of(self.address).key
        return self.creates or any(key in step.form for step in self.steps)

    @property
    def final_status(self) -> str | None:
        """What it is switched to."""
        for step in self.steps:
            if step.status:
                return step.status
        return None


def work_of(plan: Plan, live: Live) -> dict[Address, Work]:
    """The work of every change, in plan order."""
    changes = {change.address: change for change in plan.changes}
    work = {}
    for address, change in changes.items():
        base = base_of(address, live)
        steps = steps_of(change, changes, change.depends_on, base)
        work[address] = _work(change, steps, base)
    return work


def untouched(address: Address) -> Work:
    """Nothing to send: it is only waited for."""
    return Work(address, "update", legs=(), wanted={}, refers_to=())


def _work(change: Change, steps: tuple[Step, ...], base: Form) -> Work:
    first, *later = _legs(change, steps)
    postponed = {other for leg in later for other in leg.waits_for}
    return Work(
        address=change.address,
        action=change.action,
        legs=(first, *later),
        wanted=kind_of(change.address).wanted(change, base),
        refers_to=(*change.depends_on, *sorted(postponed)),
    )


def _legs(change: Change, steps: tuple[Step, ...]) -> list[Leg]:
    """A step that has to wait for others begins a leg of its own."""
    legs: list[Leg] = []
    for step in steps:
        if not legs:
            # Even a step that waits for nothing of its own waits for the change's needs.
            own = step.waits_for or ()
            legs.append(Leg((step,), (*change.depends_on, *own)))
        elif step.waits_for is not None:
            legs.append(Leg((step,), step.waits_for))
        else:
            last = legs[-1]
            legs[-1] = Leg((*last.steps, step), last.waits_for)
    return legs
