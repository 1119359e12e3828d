"""The read-back: what was written is looked at again, and only what is as planned is
called applied.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.apply.patience import FOR_A_SECOND_ONE, UNTIL_SHOWN, Patience
from reconciler.apply.shop import ReadBack, Shop
from reconciler.apply.state import State
from reconciler.apply.steps import Work
from reconciler.apply.unexpected import unexpected
from reconciler.diff.warnings import altered_texts, spelling_warning
from reconciler.errors import ApiError, Rejected
from reconciler.form.fields import Path, holds, text_at
from reconciler.form.spelling import cut, shown
from reconciler.form.wording import told_of_sent
from reconciler.form.words import name_words, plural
from reconciler.kinds.registry import AnyKind, kind_of
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.event import Applied, Changed, Ending, Unknown
from reconciler.model.live import TRANSIENT, LiveId, LiveResource, Touched

NOT_READ_BACK = "the API accepted it, but it cannot be read back"
IN_THE_MAKING = "the shop is done by itself or never: wait a minute, then plan again"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads back what was written."""

    shop: Shop
    state: State
    patience: Patience
    deleted: set[LiveId] = field(default_factory=set)
    """The ids that were listed as deleted."""
    strangers: set[Address] = field(default_factory=set)
    """What was created, and whose id is that of something else."""
    twice: set[Address] = field(default_factory=set)
    """What lives more than once: no later look changes that."""

    def endings(self, written: Iterable[Work]) -> Iterator[Ending]:
        """One ending per written change, in the order given; a page of each listing
        serves a hundred of them.

        What is not yet as it should be is looked at again for a bounded time, all of it
        together.
        """
        works = list(written)
        endings = self._look(works)
        waiting = self._unsettled(works, endings)
        count = f"{len(waiting)} {plural(len(waiting), 'change')}"
        if waiting:
            for _ in self.patience.looks(UNTIL_SHOWN, f"the shop to show {count}"):
                endings |= self._look(waiting)
                waiting = self._unsettled(waiting, endings)
                if not waiting:
                    break
        self._look_by_name(waiting, endings)
        self._look_for_second_ones(works, endings)
        yield from (self._unless_dangling(work, endings) for work in works)

    def _look_by_name(
        self, waiting: Sequence[Work], endings: dict[Address, Ending]
    ) -> None:
        """The answer to a create may have named another id: then its name has the say."""
        for work in waiting:
            address = work.address
            if not work.creates or not self._may_have_another_id(address, endings):
                continue
            try:
                found = self.shop.find(address)
            except ApiError:
                continue  # it stays as it was told
            if found is not None and found.id is not None:
                self.state.ids[address] = found.id
                self.strangers.discard(address)
                endings |= self._look([work])

    def _may_have_another_id(
        self, address: Address, endings: Mapping[Address, Ending]
    ) -> bool:
        """What others were built on by that id is no matter of a name."""
        if self.state.is_built_on(address):
            return False
        is_nowhere = endings[address] == Unknown(address, NOT_READ_BACK)
        return is_nowhere or address in self.strangers

    def _look_for_second_ones(
        self, works: Sequence[Work], endings: dict[Address, Ending]
    ) -> None:
        """What was sent twice can still be carried out twice: it is looked at for a
        while after all else is done.
        """
        resent = [work for work in works if work.address in self.state.resent]
        what = "a second one of what was sent twice"
        waits = FOR_A_SECOND_ONE if resent else ()
        for _ in self.patience.looks(waits, what):
            endings |= self._look(resent)

    def _unsettled(
        self, works: Iterable[Work], endings: Mapping[Address, Ending]
    ) -> list[Work]:
        """Those that may be as planned a little later."""
        open_ends = (w for w in works if not isinstance(endings[w.address], Applied))
        return [work for work in open_ends if work.address not in self.twice]

    def _look(self, waiting: Sequence[Work]) -> dict[Address, Ending]:
        """How each of them stands now."""
        # Each kind has its own listing; one that cannot be read says nothing about the
        # others.
        by_kind: dict[str, list[Work]] = {}
        for work in waiting:
            by_kind.setdefault(work.address.kind, []).append(work)
        endings: dict[Address, Ending] = {}
        for kind in sorted(by_kind):
            endings.update(self._look_at_kind(kind, by_kind[kind]))
        return endings

    def _look_at_kind(
        self, kind: str, works: Sequence[Work]
    ) -> Iterator[tuple[Address, Ending]]:
        try:
            seen = self.shop.read_back(kind, self._touched(kind, works))
        except ApiError as blind:
            error = f"written, but reading it back failed: {blind}"
            for work in works:
                yield work.address, Unknown(work.address, error, blind.request)
            return
        # Kept from look to look: a later one reads only as many pages as it needs.
        self.deleted.update(LiveId(kind, number) for number in seen.deleted)
        for work in works:
            yield work.address, self._ending(work, seen)

    def _touched(self, kind: str, works: Iterable[Work]) -> Touched:
        ids = self.state.ids
        mine = [work for work in works if work.address in ids]
        new = frozenset(work.address for work in mine if work.brings_a_name)
        known = self.state.live.of_kind(kind).values()
        return Touched(
            numbers={work.address: ids[work.address] for work in mine},
            new=new,
            known=frozenset(each.id for each in known if each.id is not None),
        )

    def _ending(self, work: Work, back: ReadBack) -> Ending:
        address = work.address
        seen = back.resources.get(address)
        if seen is None:
            return _ending_of_nothing(work)
        has_its_name = self.state.has_its_name(work, seen)
        if has_its_name and (twins := back.twins.get(address)):
            self.twice.add(address)
            return Changed(address, _twice(seen, twins))
        # What is being made may still be incomplete: no verdict on it before it is done.
        if seen.status in TRANSIENT and work.action != "delete":
            accepted = "the API accepted it, but it" if work.legs else "it"
            error = f"{accepted} is still {seen.status}; {IN_THE_MAKING}"
            return Unknown(address, error)
        wrong = self._wrong(work, seen)
        if wrong:
            error = f"the API accepted it, but it reads back different: {wrong}"
            return Changed(address, error)
        return Applied(address, tuple(self._notes(work, seen)))

    def _wrong(self, work: Work, seen: LiveResource) -> str:
        """What is not as planned, in words; empty when all is well."""
        if not work.legs:
            return ""
        if work.action == "delete":
            return "it still lives"
        if _is_inactive_by_itself(work, seen):
            return self._activate(work, seen)
        if dead := ", ".join(self._deleted_targets(work, seen)):
            return f"what {dead} refers to has been deleted meanwhile"
        if not self.state.has_its_name(work, seen):
            if work.creates:
                self.strangers.add(work.address)
            return _called(kind_of(work.address).name_of(seen))
        return ", ".join(self._differences(work, seen))

    def _differences(self, work: Work, seen: LiveResource) -> Iterator[str]:
        kind, names = kind_of(work.address), self.state.names
        is_respelled = self._is_respelled(work, seen)
        if is_respelled and work.address not in self.state.adopted:
            yield _called(kind.name_of(seen))
        differing = kind.differences(seen, work.wanted, names)
        for change in differing:
            if not self._told_of_cut(work, change):
                old = _value_words(kind, change.path, change.old)
                new = _value_words(kind, change.path, change.new)
                yield f"{kind.dotted(change.path)} is {old}, not {new}"
        known = {change.path for change in differing}
        for place, told in unexpected(work, seen, self.state):
            if place not in known:
                yield f"{kind.dotted(place)} {told}"

    def _is_respelled(self, work: Work, seen: LiveResource) -> bool:
        """Whether what is new has another spelling of its name."""
        name = kind_of(work.address).name_of(seen)
        return work.creates and not work.address.is_spelled(name)

    def _notes(self, work: Work, seen: LiveResource) -> Iterator[str]:
        """What the shop made of the texts that it was sent."""
        yield from _origin(work.address, self.state)
        kind = kind_of(work.address)
        if self._is_respelled(work, seen):
            yield spelling_warning(work.address, kind.name_of(seen))
        form = kind.live_form(seen, self.state.names)
        found = kind.declared(seen, form, work.wanted)
        keeping = self.state.live.keeping
        changes, wordings = kind.changes_and_wordings(found, work.wanted, keeping)
        yield from altered_texts(work.address, wordings)
        for change in changes:
            told = self._told_of_cut(work, change)
            yield f"{work.address} {kind.dotted(change.path)}: {told}"

    def _told_of_cut(self, work: Work, change: FieldChange) -> str | None:
        """What is told of texts of which only a part was stored. One that can never be
        changed would be blocked from now on, and has to be as planned.
        """
        kind = kind_of(work.address)
        if not kind.is_text(change.path) or kind.is_frozen(change.path):
            return None
        return told_of_sent(change, self._before(work, change.path))

    def _before(self, work: Work, path: Path) -> str | None:
        """The text that was there before."""
        live = self.state.live.resources.get(work.address)
        if live is None:
            return None
        return text_at(kind_of(work.address).live_form(live, self.state.names), path)

    def _deleted_targets(self, work: Work, seen: LiveResource) -> Iterator[str]:
        """The names of references whose other end was listed as deleted."""
        for path, number in kind_of(work.address).points_at(seen):
            # Only those that were written: older ones are the plan's to judge.
            if number in self.deleted and holds(work.wanted, path):
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

    def _unless_dangling(self, work: Work, endings: Mapping[Address, Ending]) -> Ending:
        """What reads back as planned is not applied when what it refers to is not
        there, or is something else.
        """
        ending = endings[work.address]
        if not isinstance(ending, Applied):
            return ending
        for target in work.refers_to:
            if endings.get(target) == Unknown(target, NOT_READ_BACK):
                error = f"it reads back as planned, but it refers to {target}, which cannot be read back"
                return Unknown(work.address, error)
            if target in self.strangers:
                error = f"it refers to {target} by an id that is something else's"
                return Changed(work.address, error)
        return ending


def _value_words(kind: AnyKind, path: Path, value: Any) -> str:
    return shown(value) if isinstance(value, str) else cut(kind.words(path, value))


def unverified(work: Work, state: State) -> Ending:
    """The API's word is taken for what it accepted; of the rest it has given none."""
    address = work.address
    if address in state.in_the_making:
        told = f"the API accepted it, but the shop is still making it; {IN_THE_MAKING}"
        return Unknown(address, told)
    if name := state.respelled.get(address):
        return Changed(address, f"the API accepted it, but {_called(name)}")
    if work.legs:
        return Applied(address, tuple(_origin(address, state)))
    error = f"the shop is still making it; {IN_THE_MAKING}"
    return Unknown(work.address, error)


def _origin(address: Address, state: State) -> Iterator[str]:
    """What is to be known of how a create came about."""
    if address in state.adopted:
        yield f"{address} was there already when it was looked for, and is as planned"
    if address in state.resent:
        yield (
            f"{address} was sent twice, because nobody could tell whether the first one "
            "was carried out: look in the shop for a second one"
        )


def _called(name: str) -> str:
    return f"it is called {name_words(name)} now"


def _twice(seen: LiveResource, twins: Collection[int]) -> str:
    others = ", ".join(map(str, sorted(twins)))
    return (
        f"it lives more than once: with the id {seen.id}, which this run knows, and with "
        f"{others}. Delete all but one: the next plan says which one it means, and which "
        "requests delete the others"
    )


def _ending_of_nothing(work: Work) -> Ending:
    """The ending of a change when nothing lives under its address."""
    if work.action == "delete" or kind_of(work.address).is_nothing(work.wanted):
        return Applied(work.address)
    return Unknown(work.address, NOT_READ_BACK)


def _is_inactive_by_itself(work: Work, seen: LiveResource) -> bool:
    is_inactive = seen.status == "inactive" and work.final_status != "inactive"
    return work.action == "create" and is_inactive
