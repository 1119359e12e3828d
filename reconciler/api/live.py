"""Read what lives: every listing that is needed at once, tombstones dropped, homonyms
decided (contract §2, §3, §10).
"""

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from reconciler.api.connection import ReadConnection
from reconciler.api.endpoint import Reading
from reconciler.api.listing import rows_of
from reconciler.api.registry import ENDPOINTS
from reconciler.api.wire import Row
from reconciler.errors import ApiError
from reconciler.kinds.registry import KINDS
from reconciler.model.address import Address, casefolded
from reconciler.model.live import Live

READERS = 8


def read(
    connection: ReadConnection,
    names: Iterable[Address] = (),
    *,
    needed: Collection[str] | None = None,
    helpful: Collection[str] = (),
) -> Live:
    """What lives of the kinds that are `needed` (None is all), and whole at least what
    has one of the names.

    A kind that is only `helpful` is read too; when it cannot be, a warning says so.
    Raises ApiError.
    """
    wanted: dict[str, set[str]] = {}
    for address in names:
        wanted.setdefault(address.kind, set()).add(casefolded(address.name))
    must = set(ENDPOINTS if needed is None else needed)
    kinds = [kind for kind in ENDPOINTS if kind in must or kind in helpful]
    with ThreadPoolExecutor(READERS) as pool:
        listed: dict[str, Future[list[Row]]] = {
            kind: pool.submit(rows_of, connection, ENDPOINTS[kind].listing, pool)
            for kind in kinds
        }
        readings: dict[str, Reading[Any]] = {}
        warnings = []
        for kind, rows in listed.items():
            try:
                readings[kind] = _reading(connection, kind, rows, wanted)
            except ApiError as blind:
                if kind in must:
                    raise
                told = f"{KINDS[kind].nouns.listed} could not be read"
                warnings.append(f"{told}, so nothing is known of them: {blind}")
    return live_of(readings, tuple(warnings))


def _reading(
    connection: ReadConnection,
    kind: str,
    rows: Future[list[Row]],
    wanted: Mapping[str, Collection[str]],
) -> Reading[Any]:
    endpoint, names = ENDPOINTS[kind], frozenset(wanted.get(kind, ()))
    whole = endpoint.completed(connection, rows.result(), names)
    return endpoint.read_rows(whole, strict=bool(names))


def live_of(
    readings: Mapping[str, Reading[Any]], warnings: tuple[str, ...] = ()
) -> Live:
    """One live state out of what was read of each kind."""
    return Live(
        resources={
            a: r for each in readings.values() for a, r in each.resources.items()
        },
        lost={i: words for each in readings.values() for i, words in each.lost.items()},
        warnings=(*(w for each in readings.values() for w in each.warnings), *warnings),
        read=frozenset(readings),
    )
