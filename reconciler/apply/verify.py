"""The read-back: what was written is looked at again, and only what is as planned is
called applied.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.apply.shop import LOOKS, Shop
from reconciler.apply.steps import Work
from reconciler.diff.warnings import altered_texts
from reconciler.errors import ApiError, Rejected
from reconciler.form.fields import Form, Path
from reconciler.form.texts import shortening
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address, casefolded
from reconciler.model.change import FieldChange
from reconciler.model.event import Applied, Ending, Failed, Unknown
from reconciler.model.live import TRANSIENT, LiveId, LiveResource, Names

NOT_READ_BACK = "the API accepted it, but it cannot be read back"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads back what was written. `pause(n)` waits before look n."""

    shop: Shop
    names: Names
    pause: Callable[[int], None]
    deleted: set[LiveId] = field(default_factory=set)
    """The ids that were listed as deleted."""

    def endings(
        self, written: Iterable[Work], ids: Mapping[Address, int]
    ) -> Iterator[Ending]:
        """One ending per written change, in the order given; a page of each listing
        serves a hundred of them.

        What is not yet as it should be is looked at again for a bounded time, all of it
        together.
        """
        works = list(written)
        endings: dict[Address, Ending] = {}
        waiting = works
        for look in range(LOOKS):
            if look:
                self.pause(look)
            endings |= self._look(waiting, ids)
            waiting = [each for each in waiting if not _is_applied(each, endings)]
            if not waiting:
                break
        yield from (_unless_dangling(work, endings) for work in works)

    def _look(
        self, waiting: Sequence[Work], ids: Mapping[Address, int]
    ) -> dict[Address, Ending]:
        """How each of them stands now."""
        # Each kind has its own listing; one that cannot be read says nothing about the
        # others.
        by_kind: dict[str, list[Work]] = {}
        for work in waiting:
            by_kind.setdefault(work.address.kind, []).append(work)
        endings: dict[Address, Ending] = {}
        for kind in sorted(by_kind):
            endings.update(self._look_at_kind(kind, by_kind[kind], ids))
        return endings

    def _look_at_kind(
        self, kind: str, works: Sequence[Work], ids: Mapping[Address, int]
    ) -> Iterator[tuple[Address, Ending]]:
        addresses = [work.address for work in works]
        numbers = {address: ids[address] for address in addresses if address in ids}
        try:
            seen = self.shop.read_back(kind, numbers)
        except ApiError as blind:
            error = f"written, but reading it back failed: {blind}"
            for address in addresses:
                yield address, Unknown(address, error, blind.request)
            return
        # Kept from look to look: a later one reads only as many pages as it needs.
        self.deleted.update(LiveId(kind, number) for number in seen.deleted)
        for work in works:
            yield work.address, self._ending(work, seen.resources.get(work.address))

    def _ending(self, work: Work, seen: LiveResource | None) -> Ending:
        address = work.address
        if seen is None:
            return _ending_of_nothing(work)
        # What is being made may still be incomplete: no verdict on it before it is done.
        if seen.status in TRANSIENT and work.action != "delete":
            error = f"the API accepted it, but it is still {seen.status}"
            return Unknown(address, error)
        wrong = self._wrong(work, seen)
        if wrong:
            error = f"the API accepted it, but it reads back different: {wrong}"
            return Failed(address, error)
        return Applied(address, tuple(self._notes(work, seen)))

    def _wrong(self, work: Work, seen: LiveResource) -> str:
        """What is not as planned, in words; empty when all is well."""
        if work.action == "delete":
            return "it still lives"
        if _is_inactive_by_itself(work, seen):
            return self._activate(work, seen)
        if dead := ", ".join(self._deleted_targets(work, seen)):
            return f"what {dead} refers to has been deleted meanwhile"
        name = kind_of(work.address).name_of(seen)
        if casefolded(name) != casefolded(work.address.name):
            return f"it is called {name} now"
        return ", ".join(self._differences(work, seen))

    def _differences(self, work: Work, seen: LiveResource) -> Iterator[str]:
        kind = kind_of(work.address)
        for change in kind.differences(seen, work.wanted, self.names):
            if not _told_of_cut(work, change):
                path = kind.dotted(change.path)
                yield f"{path} is {change.old!r}, not {change.new!r}"

    def _notes(self, work: Work, seen: LiveResource) -> Iterator[str]:
        """What the shop made of the texts that it was sent."""
        kind = kind_of(work.address)
        form = kind.live_form(seen, self.names)
        found = kind.declared(seen, form, work.wanted)
        yield from altered_texts(work.address, kind.wordings(found, work.wanted))
        for change in kind.changes(found, work.wanted):
            yield f"{work.address} {kind.dotted(change.path)}: {_told_of_cut(work, change)}"

    def _deleted_targets(self, work: Work, seen: LiveResource) -> Iterator[str]:
        """The names of references whose other end was listed as deleted."""
        for path, number in kind_of(work.address).points_at(seen):
            # Only those that were written: older ones are the plan's to judge.
            if number in self.deleted and _holds(work.wanted, path):
                yield path[-1]

    def _activate(self, work: Work, seen: LiveResource) -> str:
        """Switches on what we created and what came out inactive (contract §13 row 6).
        Says what is wrong until the next look.
        """
        assert seen.id is not None
        try:
            self.shop.switch(work.address, seen.id, "active")
        except ApiError as refusal:
            # "Already active" is answered like that too: look, as after a yes.
            if not (isinstance(refusal, Rejected) and refusal.status == 409):
                return f"it is inactive and stays so: {refusal}"
        return "it is still inactive"


def _told_of_cut(work: Work, change: FieldChange) -> str | None:
    """What is told of a text of which only the beginning was stored. Of an update, the
    beginning may be what was there before.
    """
    are_texts = isinstance(change.old, str) and isinstance(change.new, str)
    is_free = are_texts and kind_of(work.address).is_text(change.path)
    if work.action != "create" or not is_free:
        return None
    return shortening(change.new, change.old)


def _is_applied(work: Work, endings: Mapping[Address, Ending]) -> bool:
    return isinstance(endings[work.address], Applied)


def _ending_of_nothing(work: Work) -> Ending:
    """The ending of a change when nothing lives under its address."""
    if work.action == "delete" or kind_of(work.address).is_nothing(work.wanted):
        return Applied(work.address)
    return Unknown(work.address, NOT_READ_BACK)


def _unless_dangling(work: Work, endings: Mapping[Address, Ending]) -> Ending:
    """What reads back as planned is not applied when what it refers to is not there."""
    ending = endings[work.address]
    if not isinstance(ending, Applied):
        return ending
    for target in work.refers_to:
        if endings.get(target) == Unknown(target, NOT_READ_BACK):
            error = f"it reads back as planned, but it refers to {target}, which cannot be read back"
            return Unknown(work.address, error)
    return ending


def _is_inactive_by_itself(work: Work, seen: LiveResource) -> bool:
    is_inactive = seen.status == "inactive" and work.final_status != "inactive"
    return work.action == "create" and is_inactive


def _holds(form: Form, path: Path) -> bool:
    """Whether the form has something at that path."""
    found: object = form
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return False
        found = found[key]
    return True
