"""The read-back: what was written is looked at again, and only what is as planned is
called applied.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.apply.shop import LOOKS, Shop
from reconciler.apply.steps import Work
from reconciler.errors import ApiError, Rejected
from reconciler.form.fields import Form, Path
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address, casefolded
from reconciler.model.event import Applied, Ending, Failed, Unknown
from reconciler.model.live import TRANSIENT, LiveId, LiveResource, Names

NOT_THERE = "the API accepted it, but it cannot be read back"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads back what was written. `pause(n)` waits before look n."""

    shop: Shop
    names: Names
    pause: Callable[[int], None]
    deleted: set[LiveId] = field(default_factory=set)
    """What was listed as deleted."""

    def endings(
        self, written: Iterable[Work], ids: Mapping[Address, int]
    ) -> Iterator[Ending]:
        """One ending per written change, in the order given; a page of each listing
        serves a hundred of them.

        What is not yet as it should be is looked at again for a bounded time, all of it
        together.
        """
        todo = waiting = list(written)
        endings = self._look(waiting, ids)
        for look in range(1, LOOKS):
            waiting = [
                work
                for work in waiting
                if not isinstance(endings[work.address], Applied)
            ]
            if not waiting:
                break
            self.pause(look)
            endings |= self._look(waiting, ids)
        yield from (_unless_dangling(work, endings) for work in todo)

    def _look(
        self, waiting: Sequence[Work], ids: Mapping[Address, int]
    ) -> dict[Address, Ending]:
        """Each kind has its own listing; one that cannot be read says nothing about the
        others.
        """
        by_kind: dict[str, list[Work]] = {}
        for work in waiting:
            by_kind.setdefault(work.address.kind, []).append(work)
        endings: dict[Address, Ending] = {}
        for kind in sorted(by_kind):
            endings |= self._look_at_kind(kind, by_kind[kind], ids)
        return endings

    def _look_at_kind(
        self, kind: str, works: Sequence[Work], ids: Mapping[Address, int]
    ) -> dict[Address, Ending]:
        addresses = [work.address for work in works]
        numbers = {address: ids[address] for address in addresses if address in ids}
        try:
            seen = self.shop.read_back(kind, numbers)
        except ApiError as blind:
            told = f"written, but reading it back failed: {blind}"
            return {a: Unknown(a, told, blind.request) for a in addresses}
        self.deleted.update(LiveId(kind, number) for number in seen.deleted)
        return {
            work.address: self._ending(work, seen.resources.get(work.address))
            for work in works
        }

    def _ending(self, work: Work, seen: LiveResource | None) -> Ending:
        address, kind = work.address, kind_of(work.address)
        if seen is None:
            is_right = work.action == "delete" or kind.is_nothing(work.wanted)
            return Applied(address) if is_right else Unknown(address, NOT_THERE)
        if seen.status in TRANSIENT and work.action != "delete":
            told = f"the API accepted it, but it is still {seen.status}"
            return Unknown(address, told)
        wrong = self._wrong(work, seen)
        if wrong:
            told = f"the API accepted it, but it reads back different: {wrong}"
            return Failed(address, told)
        return Applied(address)

    def _wrong(self, work: Work, seen: LiveResource) -> str:
        """What is not as planned, in words; empty when all is well."""
        kind = kind_of(work.address)
        if work.action == "delete":
            return "it still lives"
        if _is_inactive_by_itself(work, seen):
            return self._activated(work, seen)
        if dead := list(self._deleted_targets(work, seen)):
            names = ", ".join(path[-1] for path in dead)
            return f"what {names} refers to has been deleted meanwhile"
        name = kind.name_of(seen)
        if casefolded(name) != casefolded(work.address.name):
            return f"it is called {name} now"
        found = kind.differences(seen, work.wanted, self.names)
        return ", ".join(
            f"{kind.dotted(change.path)} is {change.old!r}, not {change.new!r}"
            for change in found
        )

    def _deleted_targets(self, work: Work, seen: LiveResource) -> Iterator[Path]:
        """Of the references that were written; what was stored before is the plan's to
        judge.
        """
        for path, number in kind_of(work.address).points_at(seen):
            if number in self.deleted and _holds(work.wanted, path):
                yield path

    def _activated(self, work: Work, seen: LiveResource) -> str:
        """One that we created and that came out inactive is switched on; the next look
        counts (contract §13 row 6).
        """
        assert seen.id is not None
        try:
            self.shop.switch(work.address, seen.id, "active")
        except ApiError as refusal:
            # "Already active" is answered like that too: look, as after a yes.
            if not (isinstance(refusal, Rejected) and refusal.status == 409):
                return f"it is inactive and stays so: {refusal}"
        return "it is still inactive"


def _unless_dangling(work: Work, endings: Mapping[Address, Ending]) -> Ending:
    """What reads back as planned is not applied when what it refers to is not there."""
    ending = endings[work.address]
    missing = [
        target
        for target in work.refers_to
        if endings.get(target) == Unknown(target, NOT_THERE)
    ]
    if not missing or not isinstance(ending, Applied):
        return ending
    told = f"it reads back as planned, but it refers to {missing[0]}, which cannot be read back"
    return Unknown(work.address, told)


def _is_inactive_by_itself(work: Work, seen: LiveResource) -> bool:
    is_inactive = seen.status == "inactive" and work.final_status != "inactive"
    return work.action == "create" and is_inactive


def _holds(form: Form, path: Path) -> bool:
    """Whether there is something at that path of a form."""
    found: object = form
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return False
        found = found[key]
    return True
