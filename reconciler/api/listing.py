"""Whole listings, page by page (contract §2): an explicit order, 100 a page, and no trust in the server's arithmetic.

The first page tells how many rows there are; the rest is fetched at once, in parallel. Rows are counted by id: when
pages overlapped or left rows out (no stable order, or somebody wrote meanwhile) the listing is read again.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from reconciler.api.connection import ReadConnection
from reconciler.api.wire import Row, unwrapped
from reconciler.errors import NotUnderstood

PAGE = 100
"""More is silently answered with 10 rows (contract §2)."""
PASSES = 5
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing: its path, the field it is ordered by, how rows are told apart, and how parameters are written."""

    path: str
    identity: Callable[[Row], object]
    order: str = "created_at"
    direction: str = "asc"
    settings: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One answer. `total` is None when the server does not say; `stride` is the page size it really used."""

    rows: tuple[Row, ...]
    total: int | None
    stride: int
    more: bool


def parameters(listing: Listing, offset: int) -> dict[str, str]:
    """Query parameters in the encoding the official SDK produces; event listings take one JSON `settings` as well."""
    plain = {"limit": str(PAGE), "offset": str(offset)}
    if listing.settings:
        order = [{"field": listing.order, "type": listing.direction}]
        settings = {"limit": PAGE, "offset": offset, "order": order}
        return {**plain, "settings": json.dumps(settings, separators=(",", ":"))}
    return {**plain, "order[0][field]": listing.order, "order[0][type]": listing.direction}


def page_of(connection: ReadConnection, listing: Listing, offset: int) -> Page:
    """One page. Raises ApiError."""
    body = connection.get(listing.path, parameters(listing, offset))
    rows = unwrapped(body)
    if not isinstance(rows, list):
        raise NotUnderstood(f"GET {listing.path} was answered without a list", request=f"GET {listing.path}")
    kept = tuple(row for row in rows if isinstance(row, Mapping))
    meta = body.get("meta") if isinstance(body, Mapping) else None
    paging = meta.get("pagination") if isinstance(meta, Mapping) else None
    told: Mapping[str, Any] = paging if isinstance(paging, Mapping) else {}
    stride = _count(told.get("items_per_page")) or PAGE
    more = told.get("has_next_page", len(rows) >= stride)
    return Page(kept, _count(told.get("total_items")), min(stride, PAGE), str(more).lower() == "true" and bool(rows))


def rows_of(connection: ReadConnection, listing: Listing, pool: Executor) -> list[Row]:
    """All rows, each once. Raises ApiError, NotUnderstood when the pages never add up."""
    found: dict[object, Row] = {}
    for _ in range(PASSES):
        total = _pass(connection, listing, pool, found)
        if total is None or len(found) >= total:
            return list(found.values())
    raise NotUnderstood(
        f"GET {listing.path} says it has {total} rows, but its pages only ever held {len(found)} different ones",
        request=f"GET {listing.path}",
    )


def _pass(connection: ReadConnection, listing: Listing, pool: Executor, found: dict[object, Row]) -> int | None:
    """Adds the rows of all pages to `found`; returns how many rows the server says there are."""
    first = page_of(connection, listing, 0)
    _keep(listing, first, found)
    stride = min(first.stride, len(first.rows)) if first.more else first.stride
    last, reached = first, 0
    if first.more and first.total:
        offsets = range(stride, first.total, stride)
        for last in pool.map(lambda offset: page_of(connection, listing, offset), offsets):
            _keep(listing, last, found)
        reached = offsets[-1] if offsets else 0
    while last.more:
        reached += stride
        last = page_of(connection, listing, reached)
        if not _keep(listing, last, found):
            break  # a page that repeats what we have: the server would go round for ever
    return first.total


def _keep(listing: Listing, page: Page, found: dict[object, Row]) -> int:
    """Adds the page's rows; returns how many were new."""
    before = len(found)
    found.update((listing.identity(row), row) for row in page.rows)
    return len(found) - before


def pages_until(connection: ReadConnection, listing: Listing, enough: Callable[[list[Row]], bool]) -> list[Row]:
    """Rows from the first page on, until there are enough of them or there are no more."""
    found: dict[object, Row] = {}
    offset, page = 0, page_of(connection, listing, 0)
    while _keep(listing, page, found) and page.more and not enough(list(page.rows)):
        offset += min(page.stride, len(page.rows))
        page = page_of(connection, listing, offset)
    return list(found.values())


def _count(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None
