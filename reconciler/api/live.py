"""Read everything that lives: three listings at once, tombstones dropped, homonyms
decided (contract §2, §3, §10).
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.api.listing import Listing, rows_of
from reconciler.errors import NotUnderstood
from reconciler.model.address import Address, casefolded
from reconciler.model.live import (
    Live,
    LiveDefinition,
    LiveEvent,
    LiveOverride,
    LiveSource,
)

READERS = 8
_RANK: dict[str | None, int] = {
    "active": 0,
    None: 1,
    "inactive": 2,
    "editing": 3,
    "creating": 3,
}
_UNKNOWN_STATUS = 1
"""A missing or unknown status counts as usable, after active."""


DEFINITIONS = Listing(
    "/custom-data-definitions",
    lambda row: wire.identifier(row, "id_definition", "id") or repr(row),
)
EVENTS = Listing(
    "/events",
    lambda row: wire.identifier(row, "id_event", "id") or repr(row),
    settings=True,
)
OVERRIDES = Listing("/custom-data-definitions/overrides", repr, order="priority")


def read(connection: ReadConnection, names: Iterable[Address] = ()) -> Live:
    """All definitions, event types and overrides; whole at least those that have one of
    the names. Raises ApiError.
    """
    wanted = {(address.kind, casefolded(address.name)) for address in names}
    with ThreadPoolExecutor(READERS) as pool:
        definitions = pool.submit(rows_of, connection, DEFINITIONS, pool)
        events = pool.submit(rows_of, connection, EVENTS, pool)
        overrides = pool.submit(
            read_overrides,
            connection,
            pool,
            strict=any(kind == "override" for kind, _ in wanted),
        )
        rows = completed(
            connection,
            DEFINITIONS,
            definitions.result(),
            lambda live: ("definition", live) in wanted,
        )
        more = completed(
            connection, EVENTS, events.result(), lambda live: ("event", live) in wanted
        )
        return live_of(rows, more, overrides.result())


def completed(
    connection: ReadConnection,
    listing: Listing,
    rows: Iterable[wire.Row],
    wanted: Callable[[str], bool],
) -> list[wire.Row]:
    """The rows. Those with a name that is wanted (folded by case) and without readable
    fields or properties are read by themselves: what is not shown is not empty. Raises
    ApiError.
    """
    shows, value = (
        (wire.shows_properties, wire.event)
        if listing is EVENTS
        else (wire.shows_fields, wire.definition)
    )

    def whole(row: wire.Row) -> wire.Row:
        live = None if shows(row) or wire.is_deleted(row) else value(row)
        name = (
            live.code_name if isinstance(live, LiveEvent) else live.name if live else ""
        )
        if live is None or not wanted(casefolded(name)):
            return row
        path = f"{listing.path}/{live.id}"
        alone = {**row, **wire.row_of(connection.get(path), f"GET {path}")}
        if not shows(alone) and (listing is not EVENTS or "properties" in alone):
            raise NotUnderstood(
                f"GET {path} does not show what {name} consists of",
                request=f"GET {path}",
            )
        return alone

    return [whole(row) for row in rows]


def live_of(
    definitions: Iterable[wire.Row],
    events: Iterable[wire.Row],
    overrides: Mapping[Address, LiveOverride],
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
    found = [
        event
        for row in events
        if not wire.is_deleted(row) and (event := wire.event(row))
    ]
    kept, more = _events(found)
    return Live(chosen, kept, overrides, others, (*warnings, *more))


def _without_homonyms(
    definitions: Iterable[LiveDefinition], others: dict[int, str]
) -> tuple[dict[Address, LiveDefinition], list[str]]:
    """One definition per name: the most usable status, then the lowest id; the rest
    goes to `others`.
    """
    by_name: dict[str, list[LiveDefinition]] = {}
    for definition in definitions:
        by_name.setdefault(casefolded(definition.name), []).append(definition)
    chosen, warnings = {}, []
    for group in by_name.values():
        best, *rest = sorted(
            group, key=lambda d: (_RANK.get(d.status, _UNKNOWN_STATUS), d.id)
        )
        chosen[Address("definition", best.name.strip())] = best
        others |= {other.id: f"(another) {other.name}" for other in rest}
        if rest:
            alike = [other for other in group if other.status == best.status]
            words = [
                *(["oldest"] if len(alike) > 1 else []),
                *([best.status] if best.status else []),
            ]
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
            warnings.append(
                f"several live events have the code name {event.code_name}; the oldest is meant"
            )
    return {
        Address("event", e.code_name.strip()): e for _, e in sorted(chosen.items())
    }, warnings


def read_overrides(
    connection: ReadConnection, pool: Executor, *, strict: bool = True
) -> dict[Address, LiveOverride]:
    """All native fields that have sources. Raises ApiError; `strict`: also for a row
    that could be of any field.
    """
    sources: dict[str, list[LiveSource]] = {}
    for row in rows_of(connection, OVERRIDES, pool):
        found = wire.override_source(row)
        if found:
            sources.setdefault(found[0], []).append(found[1])
        elif strict:
            told = f"GET {OVERRIDES.path} holds a row that does not say which price it is for"
            raise NotUnderstood(told, request=f"GET {OVERRIDES.path}")
    return {
        Address("override", target): LiveOverride(
            target, tuple(sorted(sources[target], key=lambda s: s.priority))
        )
        for target in sorted(sources)
    }
