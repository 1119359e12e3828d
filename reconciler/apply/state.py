"""How a plan is to be applied, and the state that grows meanwhile."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from reconciler.apply.steps import Work, work_of
from reconciler.apply.tries import InDoubt
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.event import Ending, Written
from reconciler.model.live import Live, LiveId, LiveResource, Names
from reconciler.model.plan import Plan
from reconciler.plan.steps import worth_confirming


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

    `to_confirm` are the creates of which not even an answer with the right name is
    believed, `begun` has the last leg that was sent of each change, `sent` every change that was
    given to a worker, `touched` those of which the API has accepted anything, `adopted`
    what was found instead of being created, `resent` what was asked for twice,
    `in_the_making` what the shop was still making after a bounded wait, `respelled` the
    names of what was created under another spelling, as the answers say, `doubts` why
    nobody knows what became of a change.
    """

    live: Live
    work: Mapping[Address, Work]
    to_confirm: Collection[Address]
    ids: dict[Address, int]
    addresses: dict[LiveId, Address]
    results: dict[Address, Written | Ending] = field(default_factory=dict)
    begun: dict[Address, int] = field(default_factory=dict)
    sent: set[Address] = field(default_factory=set)
    touched: set[Address] = field(default_factory=set)
    adopted: set[Address] = field(default_factory=set)
    resent: set[Address] = field(default_factory=set)
    in_the_making: set[Address] = field(default_factory=set)
    respelled: dict[Address, str] = field(default_factory=dict)
    doubts: dict[Address, InDoubt] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, live: Live) -> Self:
        """The state before anything is sent."""
        confirmed = worth_confirming(plan.changes)
        return cls(live, work_of(plan, live), confirmed, live.ids, live.addresses)

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
