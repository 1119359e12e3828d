"""The read-back: what was written is looked at again, and only what is as planned is called applied."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.apply.shop import Shop
from reconciler.apply.steps import Steps
from reconciler.diff.compare import differences
from reconciler.diff.normalize import Naming
from reconciler.errors import ApiError
from reconciler.model.event import Applied, Ending, Failed, Unknown
from reconciler.model.state import LiveDefinition, LiveResource

LOOKS = 8
"""How often a write that is not visible, not active or not complete yet is looked for."""
TRANSIENT = ("creating", "editing")
"""Statuses a definition leaves by itself (contract §3.1)."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads back what was written. `pause(n)` waits before look n; `naming` speaks of ids."""

    shop: Shop
    naming: Naming
    pause: Callable[[int], None]

    def endings(self, written: Iterable[Steps], ids: Mapping[str, int]) -> Iterator[Ending]:
        """One ending per written change, in the order given; a page of each listing serves a hundred of them."""
        todo = list(written)
        try:
            seen = self._seen(todo, ids)
        except ApiError as blind:
            for steps in todo:
                yield Unknown(str(steps.address), f"written, but reading it back failed: {blind}", blind.request)
            return
        for steps in todo:
            yield self._ending(steps, seen.get(str(steps.address)))

    def _seen(self, written: list[Steps], ids: Mapping[str, int]) -> dict[str, LiveResource]:
        seen: dict[str, LiveResource] = {}
        wanted = {kind: [str(s.address) for s in written if s.address.kind == kind] for kind in ("definition", "event")}
        if wanted["definition"]:
            definitions = self.shop.definitions_with([ids[name] for name in wanted["definition"]])
            seen |= {name: definitions[ids[name]] for name in wanted["definition"] if ids[name] in definitions}
        if wanted["event"]:
            events = self.shop.events_with([ids[name] for name in wanted["event"]])
            seen |= {name: events[ids[name]] for name in wanted["event"] if ids[name] in events}
        if any(steps.address.kind == "override" for steps in written):
            seen |= {str(address): override for address, override in self.shop.overrides().items()}
        return seen

    def _ending(self, steps: Steps, seen: LiveResource | None) -> Ending:
        """Looks again for a bounded time at what is not yet as it should be."""
        address = str(steps.address)
        try:
            for look in range(1, LOOKS + 1):
                seen = self._activated(steps, seen)
                if not self._wrong(steps, seen):
                    return Applied(address)
                self.pause(look)
                seen = self.shop.find(steps.address)
        except ApiError as blind:
            return Unknown(address, f"written, but reading it back failed: {blind}", blind.request)
        wrong = self._wrong(steps, seen)
        if not wrong:
            return Applied(address)
        if seen is None:
            return Unknown(address, "the API accepted it, but it cannot be read back")
        return Failed(address, f"the API accepted it, but it reads back different: {wrong}")

    def _activated(self, steps: Steps, seen: LiveResource | None) -> LiveResource | None:
        """A definition that we created and that came out inactive is switched on (contract §13 row 6)."""
        if steps.creates and isinstance(seen, LiveDefinition) and seen.status == "inactive":
            self.shop.activate(seen.id)
            return self.shop.find(steps.address)
        return seen

    def _wrong(self, steps: Steps, seen: LiveResource | None) -> str:
        """What is not as planned, in words; empty when all is well."""
        if seen is None:
            return "" if steps.address.kind == "override" and not steps.wanted["sources"] else "it is not there"
        if isinstance(seen, LiveDefinition) and seen.status in TRANSIENT:
            return f"it is still {seen.status}"
        found = differences(seen, steps.wanted, self.naming)
        return ", ".join(f"{change.dotted} is {change.old!r}, not {change.new!r}" for change in found)
