"""At its end, a run waits once for everything that is in doubt together, and reads what
became of it.
"""

from dataclasses import dataclass

from reconciler.apply.patience import MORE_THAN_A_MINUTE, Patience
from reconciler.apply.shop import Shop
from reconciler.apply.state import State
from reconciler.apply.steps import Work
from reconciler.apply.tries import InDoubt
from reconciler.errors import (
    ApiError,
    NotUnderstood,
    Rejected,
    TooManyRequests,
    Unauthorized,
)
from reconciler.form.words import counted
from reconciler.kinds.registry import kind_of
from reconciler.model.event import Ending, Failed, Written
from reconciler.model.live import LiveId, LiveResource
from reconciler.plan.fingerprint import of_live

ONCE = (sum(MORE_THAN_A_MINUTE),)
"""As long as any other wait before something that does not show counts as absent."""

NOT_CARRIED = (TooManyRequests, Unauthorized)
"""Refusals that say nothing of what was sent before."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """Settles what it can; the rest stays unknown, and so does what a defect of ours left."""

    shop: Shop
    state: State
    patience: Patience

    def settle(self) -> list[Written]:
        """What has been carried out after all, in plan order, to be read back like the
        rest; what has not is failed now.
        """
        results, doubts = self.state.results, self.state.doubts
        doubtful = [w for w in self.state.work.values() if w.address in doubts]
        if not doubtful:
            return []
        changes = counted(len(doubtful), "change")
        for _ in self.patience.looks(
            ONCE, f"the shop to show what became of {changes}"
        ):
            self._look(doubtful)
        landed = (results[work.address] for work in doubtful)
        return [result for result in landed if isinstance(result, Written)]

    def _look(self, works: list[Work]) -> None:
        for work in works:
            try:
                seen = self._seen(work)
            except ApiError:
                return  # it would not show the others either
            self.state.results[work.address] = self._result(work, seen)

    def _seen(self, work: Work) -> LiveResource | None:
        address = work.address
        number = self.state.ids.get(address)
        if number is None and work.creates:
            return self.shop.find(address)
        found = self.shop.read(address, number)
        if found is None and number is not None:
            # A refusal to show it alone proves nothing; then the listing has the say.
            found = self.shop.find(address, number)
        return found

    def _result(self, work: Work, seen: LiveResource | None) -> Written | Ending:
        address = work.address
        if self._has_landed(work, seen):
            self._note(work, seen)
            return Written(address)
        doubt = self.state.doubts[address]
        if not self._is_refuted(work, seen, doubt):
            return self.state.results[address]
        has = "has it as it was before" if seen else "has nothing under its name"
        cause, seconds = doubt.cause, ONCE[0]
        told = f"it was not carried out: {cause}, and {seconds:.0f} seconds later the shop {has}"
        return Failed(address, told, cause.request)

    def _has_landed(self, work: Work, seen: LiveResource | None) -> bool:
        kind = kind_of(work.address)
        if seen is None:
            return work.action == "delete" or kind.is_nothing(work.wanted)
        if work.action == "delete" or self._is_another(work, seen):
            return False
        if work.final_status not in (None, kind.status_of(seen)):
            return False
        if not self.state.has_its_name(work, seen):
            return False
        return not kind.differences(seen, work.wanted, self.state.names)

    def _is_another(self, work: Work, seen: LiveResource) -> bool:
        return seen.id != self.state.ids.get(work.address, seen.id)

    def _note(self, work: Work, seen: LiveResource | None) -> None:
        """Of what was created, the id; that it was found is told."""
        address = work.address
        if not work.creates or seen is None or seen.id is None:
            return
        self.state.adopted.add(address)
        self.state.ids[address] = seen.id
        self.state.addresses[LiveId(address.kind, seen.id)] = address

    def _is_refuted(
        self, work: Work, seen: LiveResource | None, doubt: InDoubt
    ) -> bool:
        """Whether the shop is as it was before the change, and that says something: it
        does not to whoever did not wait.
        """
        address = work.address
        if self.patience.stop() or address in self.state.touched or _says_done(doubt):
            return False
        before = self.state.live.resources.get(address)
        return of_live(address, before) == of_live(address, seen)


def _says_done(doubt: InDoubt) -> bool:
    """Whether an answer spoke for it: a "yes", however odd, or that it is there already.
    A write with a "yes" that could not be read back is in doubt for the reading.
    """
    if isinstance(doubt.cause, NotUnderstood) or doubt.cause.request.startswith("GET"):
        return True
    return isinstance(doubt.then, Rejected) and not isinstance(doubt.then, NOT_CARRIED)
