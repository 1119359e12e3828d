"""Read what lives: every listing that is needed at once, tombstones dropped, twins
decided (contract §2, §3, §10).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Executor, Future, wait
from functools import partial
from typing import Any

from reconciler.api.connection import ReadConnection
from reconciler.api.endpoint import Reading
from reconciler.api.listing import rows_of
from reconciler.api.readers import readers
from reconciler.api.registry import ENDPOINTS
from reconciler.api.wire import Row
from reconciler.errors import ApiError, OutOfTime, Unreachable
from reconciler.kinds.registry import KINDS
from reconciler.model.address import Address, casefolded, server_name
from reconciler.model.live import Live, LiveId, LiveResource

PAGE_READERS = 5
"""Threads that fetch the pages of all listings together. Each listing holds one more
while it waits for its pages.
"""
UNAUTHORIZED = 401


def read(
    connection: ReadConnection,
    names: Iterable[Address] | None = (),
    *,
    needed: Collection[str] | None = None,
    helpful: Collection[str] = (),
    confirmed: Iterable[Address] = (),
) -> Live:
    """What lives of the kinds that are `needed` (None is all), and whole at least what
    has one of the names (None is any). The absence of what is `confirmed` was looked at twice, where
    a listing has several pages.

    A kind that is only `helpful` is read too; when the API does not show it, a warning
    says so. Raises ApiError, also when it showed nothing at all.
    """
    must = set(ENDPOINTS if needed is None else needed)
    # In the order of the registry, so that warnings stand in the same order every time.
    kinds = [kind for kind in ENDPOINTS if kind in must or kind in helpful]
    wanted = None if names is None else _names_by_kind(names)
    connection.progress.expect(len(kinds))  # a first page each
    with (
        connection.time_to_read(),
        readers(PAGE_READERS + len(kinds)) as pool,
    ):
        started = _start_reading(connection, kinds, pool, _confirmed_names(confirmed))
        readings, refusals = _readings(connection, started, wanted, must)
    _check_refusals(refusals, readings)
    return live_of(readings, map(_unread, refusals, refusals.values()))


def _readings(
    connection: ReadConnection,
    started: Mapping[str, Future[list[Row]]],
    wanted: Mapping[str, Collection[str]] | None,
    must: Collection[str],
) -> tuple[dict[str, Reading[Any]], dict[str, ApiError]]:
    """What was read of each kind, and why another one was not. Raises the refusal of a
    kind that must be read.
    """
    readings: dict[str, Reading[Any]] = {}
    refusals: dict[str, ApiError] = {}
    for kind, rows in started.items():
        try:
            in_time = _in_time(connection, rows)
            named = None if wanted is None else frozenset(wanted.get(kind, ()))
            readings[kind] = _whole(connection, kind, in_time, named)
        except ApiError as refusal:
            if kind in must:
                raise
            refusals[kind] = refusal
    return readings, refusals


def _check_refusals(
    refusals: Mapping[str, ApiError], readings: Mapping[str, Reading[Any]]
) -> None:
    """Raises a refusal that is not about its kind alone, and the first one when nothing
    was read: a state of nothing but warnings would look like a shop in order.
    """
    for refusal in refusals.values():
        if not readings or _is_about_every_kind(refusal):
            raise refusal


def _is_about_every_kind(failure: ApiError) -> bool:
    """A wrong key or a lost network; a key may be forbidden (403) one kind only."""
    return (
        isinstance(failure, Unreachable | OutOfTime) or failure.status == UNAUTHORIZED
    )


def _unread(kind: str, refusal: ApiError) -> str:
    told = f"{KINDS[kind].nouns.listed} could not be read"
    return f"{told}, so nothing is known of them: {refusal}"


def _names_by_kind(names: Iterable[Address]) -> Mapping[str, Collection[str]]:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for address in names:
        by_kind[address.kind].add(casefolded(address.name))
    return by_kind


def _confirmed_names(names: Iterable[Address]) -> Mapping[str, Collection[str]]:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for address in names:
        by_kind[address.kind].add(server_name(address.name))
    return by_kind


def _start_reading(
    connection: ReadConnection,
    kinds: Iterable[str],
    pool: Executor,
    confirmed: Mapping[str, Collection[str]],
) -> dict[str, Future[list[Row]]]:
    """The rows of each kind's listing, to wait for."""
    listed = {}
    for kind in kinds:
        endpoint = ENDPOINTS[kind]
        shows_all = partial(endpoint.shows, names=confirmed.get(kind, ()))
        listed[kind] = pool.submit(
            rows_of, connection, endpoint.listing, pool, shows_all
        )
    return listed


def _in_time(connection: ReadConnection, listed: Future[list[Row]]) -> list[Row]:
    """The rows, once they are there. Raises OutOfTime when that takes too long, whatever
    is still under way.
    """
    wait([listed], connection.seconds_to_read())
    if not listed.done():
        raise connection.out_of_time("and not all of them were answered")
    return listed.result()


def _whole(
    connection: ReadConnection,
    kind: str,
    rows: Iterable[Row],
    names: frozenset[str] | None,
) -> Reading[Any]:
    """What the rows hold, whole at least where it has one of the names. Where nothing is
    asked for by name, a row that cannot be told apart does no harm.
    """
    endpoint = ENDPOINTS[kind]
    whole = endpoint.complete(connection, rows, names)
    return endpoint.read_rows(whole, strict=names is None or bool(names))


def live_of(readings: Mapping[str, Reading[Any]], warnings: Iterable[str] = ()) -> Live:
    """One live state out of what was read of each kind."""
    resources: dict[Address, LiveResource] = {}
    twins: dict[Address, tuple[LiveResource, ...]] = {}
    lost: dict[LiveId, str] = {}
    told: list[str] = []
    for reading in readings.values():
        resources |= reading.resources
        twins |= reading.twins
        lost |= reading.lost
        told += reading.warnings
    return Live(
        resources=resources,
        twins=twins,
        lost=lost,
        warnings=(*told, *warnings),
        read=frozenset(readings),
    )
