"""The read-back: what was written is looked at again, and only what is as planned is
called applied.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.apply.shop import LOOKS, Shop
from reconciler.apply.steps import Steps
from reconciler.diff.compare import differences
from reconciler.diff.normalize import Naming
from reconciler.errors import ApiError, Rejected
from reconciler.model.address import KINDS, Kind, casefolded
from reconciler.model.event import Applied, Ending, Failed, Unknown
from reconciler.model.live import TRANSIENT, LiveDefinition, LiveOverride, LiveResource

NOT_THERE = "the API accepted it, but it cannot be read back"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads back what was written. `pause(n)` waits before look n; `naming` speaks of
    ids.
    """

    shop: Shop
    naming: Naming
    pause: Callable[[int], None]
    deleted: set[int] = field(default_factory=set)
    """Ids of definitions that were listed as deleted."""

    def endings(
        self, written: Iterable[Steps], ids: Mapping[str, int]
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
                steps
                for steps in waiting
                if not isinstance(endings[str(steps.address)], Applied)
            ]
            if not waiting:
                break
            self.pause(look)
            endings |= self._look(waiting, ids)
        yield from (_unless_dangling(steps, endings) for steps in todo)

    def _look(self, waiting: list[Steps], ids: Mapping[str, int]) -> dict[str, Ending]:
        """Each kind has its own listing; one that cannot be read says nothing about the
        others.
        """
        endings: dict[str, Ending] = {}
        for kind in KINDS:
            of_kind = [steps for steps in waiting if steps.address.kind == kind]
            try:
                seen = (
                    self._seen(kind, [str(steps.address) for steps in of_kind], ids)
                    if of_kind
                    else {}
                )
            except ApiError as blind:
                told = f"written, but reading it back failed: {blind}"
                endings |= {
                    str(s.address): Unknown(str(s.address), told, blind.request)
                    for s in of_kind
                }
            else:
                endings |= {
                    str(s.address): self._ending(s, seen.get(str(s.address)))
                    for s in of_kind
                }
        return endings

    def _seen(
        self, kind: Kind, names: list[str], ids: Mapping[str, int]
    ) -> Mapping[str, LiveResource]:
        match kind:
            case "definition":
                listed = self.shop.definitions_with([ids[name] for name in names])
                self.deleted.update(
                    number
                    for number, definition in listed.items()
                    if definition.status == "deleted"
                )
                lives = {*listed} - self.deleted
                return {name: listed[ids[name]] for name in names if ids[name] in lives}
            case "event":
                events = self.shop.events_with([ids[name] for name in names])
                return {
                    name: events[ids[name]] for name in names if ids[name] in events
                }
            case _:
                return {
                    str(address): override
                    for address, override in self.shop.overrides().items()
                }

    def _ending(self, steps: Steps, seen: LiveResource | None) -> Ending:
        address = str(steps.address)
        if seen is None:
            gone = steps.action == "delete" or (
                steps.address.kind == "override" and not steps.wanted["sources"]
            )
            return Applied(address) if gone else Unknown(address, NOT_THERE)
        if (
            isinstance(seen, LiveDefinition)
            and seen.status in TRANSIENT
            and steps.action != "delete"
        ):
            return Unknown(
                address, f"the API accepted it, but it is still {seen.status}"
            )
        wrong = self._wrong(steps, seen)
        return (
            Failed(
                address, f"the API accepted it, but it reads back different: {wrong}"
            )
            if wrong
            else Applied(address)
        )

    def _wrong(self, steps: Steps, seen: LiveResource) -> str:
        """What is not as planned, in words; empty when all is well."""
        if steps.action == "delete":
            return "it still lives"
        if isinstance(seen, LiveDefinition) and _inactive_by_itself(steps, seen):
            return self._activated(seen)
        if dead := self._deleted_targets(steps, seen):
            return f"what {', '.join(dead)} refers to has been deleted meanwhile"
        name = _name(seen)
        if casefolded(name) != casefolded(steps.address.name):
            return f"it is called {name} now"
        found = differences(seen, steps.wanted, self.naming)
        return ", ".join(
            f"{change.dotted} is {change.old!r}, not {change.new!r}" for change in found
        )

    def _deleted_targets(self, steps: Steps, seen: LiveResource) -> list[str]:
        """Of the relationships that were written; what was stored before is the plan's
        to judge.
        """
        stored = seen.relationships if isinstance(seen, LiveDefinition) else ()
        written = [
            each
            for each in stored
            if each.source_field in steps.wanted["relationships"]
        ]
        return [
            relationship.source_field
            for relationship in written
            if relationship.target_id in self.deleted
        ]

    def _activated(self, seen: LiveDefinition) -> str:
        """One that we created and that came out inactive is switched on; the next look
        counts (contract §13 row 6).
        """
        try:
            self.shop.activate(seen.id)
        except ApiError as refusal:
            if not (
                isinstance(refusal, Rejected) and refusal.status == 409
            ):  # "already active": look, as after a yes
                return f"it is inactive and stays so: {refusal}"
        return "it is still inactive"


def _unless_dangling(steps: Steps, endings: Mapping[str, Ending]) -> Ending:
    """What reads back as planned is not applied when what it refers to is not there."""
    address = str(steps.address)
    missing = [
        target
        for target in steps.refers_to
        if endings.get(target) == Unknown(target, NOT_THERE)
    ]
    if not missing or not isinstance(endings[address], Applied):
        return endings[address]
    return Unknown(
        address,
        f"it reads back as planned, but it refers to {missing[0]}, which cannot be read back",
    )


def _inactive_by_itself(steps: Steps, seen: LiveDefinition) -> bool:
    return (
        steps.action == "create"
        and seen.status == "inactive"
        and steps.status != "inactive"
    )


def _name(live: LiveResource) -> str:
    if isinstance(live, LiveOverride):
        return live.target
    return live.name if isinstance(live, LiveDefinition) else live.code_name
