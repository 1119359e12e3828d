"""The read-back: what was written is looked at again, and only what is as planned is called applied."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.apply.shop import LOOKS, TRANSIENT, Shop
from reconciler.apply.steps import Steps
from reconciler.diff.compare import differences
from reconciler.diff.normalize import Naming
from reconciler.errors import ApiError
from reconciler.model.address import casefolded
from reconciler.model.event import Applied, Ending, Failed, Unknown
from reconciler.model.live import LiveDefinition, LiveOverride, LiveResource


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads back what was written. `pause(n)` waits before look n; `naming` speaks of ids."""

    shop: Shop
    naming: Naming
    pause: Callable[[int], None]

    def endings(self, written: Iterable[Steps], ids: Mapping[str, int]) -> Iterator[Ending]:
        """One ending per written change, in the order given; a page of each listing serves a hundred of them.

        What is not yet as it should be is looked at again for a bounded time, all of it together.
        """
        todo = waiting = list(written)
        endings = self._look(waiting, ids)
        for look in range(1, LOOKS):
            waiting = [steps for steps in waiting if not isinstance(endings[str(steps.address)], Applied)]
            if not waiting:
                break
            self.pause(look)
            endings |= self._look(waiting, ids)
        yield from (endings[str(steps.address)] for steps in todo)

    def _look(self, waiting: list[Steps], ids: Mapping[str, int]) -> dict[str, Ending]:
        try:
            seen = self._seen(waiting, ids)
        except ApiError as blind:
            told = f"written, but reading it back failed: {blind}"
            return {str(steps.address): Unknown(str(steps.address), told, blind.request) for steps in waiting}
        return {str(steps.address): self._ending(steps, seen.get(str(steps.address))) for steps in waiting}

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
        address = str(steps.address)
        wrong = self._wrong(steps, seen)
        if not wrong:
            return Applied(address)
        if seen is None:
            return Unknown(address, "the API accepted it, but it cannot be read back")
        return Failed(address, f"the API accepted it, but it reads back different: {wrong}")

    def _wrong(self, steps: Steps, seen: LiveResource | None) -> str:
        """What is not as planned, in words; empty when all is well."""
        if seen is None:
            return "" if steps.address.kind == "override" and not steps.wanted["sources"] else "it is not there"
        if isinstance(seen, LiveDefinition) and seen.status in TRANSIENT:
            return f"it is still {seen.status}"
        if isinstance(seen, LiveDefinition) and steps.creates and seen.status == "inactive":
            return self._activated(seen)
        name = _name(seen)
        if casefolded(name) != casefolded(steps.address.name):
            return f"it is called {name} now"
        found = differences(seen, steps.wanted, self.naming)
        return ", ".join(f"{change.dotted} is {change.old!r}, not {change.new!r}" for change in found)

    def _activated(self, seen: LiveDefinition) -> str:
        """One that we created and that came out inactive is switched on; the next look counts (contract §13 row 6)."""
        try:
            self.shop.activate(seen.id)
        except ApiError as refusal:
            return f"it is inactive and stays so: {refusal}"
        return "it is still inactive"


def _name(live: LiveResource) -> str:
    if isinstance(live, LiveOverride):
        return live.target
    return live.name if isinstance(live, LiveDefinition) else live.code_name
