"""Read everything that lives: three listings at once, tombstones dropped, homonyms decided (contract §2, §3, §10)."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.api.listing import Listing, rows_of
from reconciler.model.address import Address, casefolded
from reconciler.model.live import Live, LiveDefinition, LiveEvent, LiveOverride, LiveSource

READERS = 8
_RANK: dict[str | None, int] = {"active": 0, None: 1, "inactive": 2, "editing": 3, "creating": 3}
_UNKNOWN_STATUS = 1
"""A missing or unknown status counts as usable, after active."""


DEFINITIONS = Listing("/custom-data-definitions", lambda row: wire.identifier(row, "id_definition", "id") or repr(row))
EVENTS = Listing("/events", lambda row: wire.identifier(row, "id_event", "id") or repr(row), settings=True)
OVERRIDES = Listing("/custom-data-definitions/overrides", repr, order="priority")


def read(connection: ReadConnection) -> Live:
    """All definitions, event types and overrides. Raises ApiError."""
    with ThreadPoolExecutor(READERS) as pool:
        definitions = pool.submit(rows_of, connection, DEFINITIONS, pool)
        events = pool.submit(rows_of, connection, EVENTS, pool)
        overrides = pool.submit(read_overrides, connection, pool)
        return live_of(definitions.result(), events.result(), overrides.result())


def live_of(
    definitions: Iterable[wire.Row], events: Iterable[wire.Row], overrides: Mapping[Address, LiveOverride]
) -> Live:
    """The live state in the rows of the listings."""
    others: dict[int, str] = {}
    usable = []
    for row in definitions:
        definition = wire.definition(row)
        if definition and definition.status == "deleted":
            others[definition.id] = f"(deleted) {definition.name}"
        elif definition:
            usable.append(definition)
    chosen, warnings = _without_homonyms(usable, others)
    found = [event for row in events if wire.status_of(row) != "deleted" and (event := wire.event(row))]
    kept, more = _events(found)
    return Live(chosen, kept, overrides, others, (*warnings, *more))


def _without_homonyms(
    definitions: Iterable[LiveDefinition], others: dict[int, str]
) -> tuple[dict[Address, LiveDefinition], list[str]]:
    """One definition per name: the most usable status, then the lowest id; the rest goes to `others`."""
    by_name: dict[str, list[LiveDefinition]] = {}
    for definition in definitions:
        by_name.setdefault(casefolded(definition.name), []).append(definition)
    chosen, warnings = {}, []
    for group in by_name.values():
        best, *rest = sorted(group, key=lambda d: (_RANK.get(d.status, _UNKNOWN_STATUS), d.id))
        chosen[Address("definition", best.name.strip())] = best
        others |= {other.id: f"(another) {other.name}" for other in rest}
        if rest:
            alike = [other for other in group if other.status == best.status]
            words = [*(["oldest"] if len(alike) > 1 else []), *([best.status] if best.status else [])]
            warnings.append(
                f"{len(group)} live definitions are called {best.name}; the {' '.join(words) or 'first'} one is meant"
            )
    return {address: chosen[address] for address in sorted(chosen)}, sorted(warnings)


def _events(events: Iterable[LiveEvent]) -> tuple[dict[Address, LiveEvent], list[str]]:
    """One event type per code name, the lowest id of several."""
    chosen: dict[str, LiveEvent] = {}
    warnings = []
    for event in sorted(events, key=lambda event: event.id):
        first = chosen.setdefault(casefolded(event.code_name), event)
        if first is not event:
            warnings.append(f"several live events have the code name {event.code_name}; the oldest is meant")
    return {Address("event", e.code_name.strip()): e for _, e in sorted(chosen.items())}, warnings


def read_overrides(connection: ReadConnection, pool: Executor) -> dict[Address, LiveOverride]:
    """All native fields that have sources. Raises ApiError."""
    sources: dict[str, list[LiveSource]] = {}
    for row in rows_of(connection, OVERRIDES, pool):
        found = wire.override_source(row)
        if found:
            sources.setdefault(found[0], []).append(found[1])
    return {
        Address("override", target): LiveOverride(target, tuple(sorted(sources[target], key=lambda s: s.priority)))
        for target in sorted(sources)
    }
