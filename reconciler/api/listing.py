"""Whole listings, page by page (contract §2): an explicit order, 100 a page, and no
trust in the server's arithmetic.

The first page tells how many rows there are; the rest is fetched at once, in parallel.
Rows are counted by id: when pages overlapped or left rows out (no stable order, or
somebody wrote meanwhile) the listing is read again. So it is when a row is missed on
whose absence something rests: when one leaves and one arrives, the count stays right.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.api.connection import ReadConnection
from reconciler.api.wire import Row, unwrap, whole
from reconciler.errors import NotUnderstood
from reconciler.form.scalars import truth

PAGE = 100
"""More is silently answered with 10 rows (contract §2)."""
PASSES = 12
"""How often a listing whose pages do not add up is read; what an earlier pass found is
kept.
"""
MOST_PAGES = 5_000
MOST_ROWS = 100_000
"""A thousand full pages, which the limit of 600 requests a minute lets through in two
minutes.
"""
MOST_BYTES = 256 * 2**20
MOST_VALUES = 5_000_000
"""JSON values of all pages together; one takes about a hundred bytes."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; the operators are those of contract §2."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing: its path, the field it is ordered by, how rows are told apart, and
    how parameters are written. `filters` and `fields` narrow it; without fields all are
    shown.
    """

    path: str
    identity: Callable[[Row], object]
    order: str = "created_at"
    direction: str = "asc"
    settings: bool = False
    filters: tuple[Filter, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One answer. `total` is None when the server does not say; `stride` is how far the
    next page is; bytes and JSON values are those of the answer. `generated_at` is the
    server's time as it says it, if it does.
    """

    rows: tuple[Row, ...]
    total: int | None
    stride: int
    more: bool
    bytes: int
    values: int
    generated_at: object = None


class Rows(dict[object, Row]):
    """The rows that were found, by what tells them apart, and the size of all answers
    that held them.
    """

    size = 0
    json_values = 0


def parameters(listing: Listing, offset: int) -> dict[str, str]:
    """Query parameters in the encoding the official SDK produces; event listings take
    one JSON `settings` as well.
    """
    plain = {"limit": str(PAGE), "offset": str(offset)}
    if listing.settings:
        order = [{"field": listing.order, "type": listing.direction}]
        settings: dict[str, Any] = {"limit": PAGE, "offset": offset, "order": order}
        if listing.filters:
            settings["filter"] = list(map(_as_setting, listing.filters))
        return {**plain, "settings": json.dumps(settings, separators=(",", ":"))}
    narrowed = dict(_narrowing(listing))
    return {
        **plain,
        "order[0][field]": listing.order,
        "order[0][type]": listing.direction,
        **narrowed,
    }


def _as_setting(narrowing: Filter) -> dict[str, Any]:
    """A filter as `settings` has it: one value is a scalar (contract §2)."""
    several = list(narrowing.values)
    values = several[0] if len(several) == 1 else several
    return {
        "field": narrowing.field,
        "values": values,
        "operator": narrowing.operator,
    }


def _narrowing(listing: Listing) -> Iterator[tuple[str, str]]:
    if listing.fields:
        yield "fields", ",".join(listing.fields)
    for number, each in enumerate(listing.filters):
        here = f"filters[{number}]"
        yield f"{here}[field]", each.field
        yield f"{here}[operator]", each.operator
        if len(each.values) == 1:
            yield f"{here}[values]", each.values[0]
            continue
        for place, value in enumerate(each.values):
            yield f"{here}[values][{place}]", value


def page_of(connection: ReadConnection, listing: Listing, offset: int) -> Page:
    """One page. Raises ApiError."""
    answer = connection.get_sized(listing.path, parameters(listing, offset))
    body = answer.value
    rows = unwrap(body)
    if not isinstance(rows, list):
        raise _not_understood(listing, "was answered without a list")
    if not all(isinstance(row, Mapping) for row in rows):
        raise _not_understood(listing, "was answered with rows that are no objects")
    pagination = _pagination(body)
    if not rows and offset == 0 and not _says_how_many(pagination):
        raise _not_understood(
            listing,
            "was answered with an empty list that does not say how many there are",
        )
    # No trust in `limit`: the server may have used another one, and the last page is
    # shorter. So the next page begins after what was really given.
    stride = min(whole(pagination.get("items_per_page")) or PAGE, len(rows), PAGE)
    more = _has_more(pagination, offset + len(rows))
    return Page(
        rows=tuple(rows),
        total=whole(pagination.get("total_items")),
        stride=stride,
        more=bool(rows) and more,
        bytes=answer.bytes,
        values=answer.values,
        generated_at=_generated_at(body),
    )


def _generated_at(body: Any) -> object:
    match body:
        case {"meta": {"generated_at": moment}}:
            return moment
        case _:
            return None


def _pagination(body: Any) -> Mapping[str, Any]:
    """What the server says of its pages; empty when it says nothing."""
    match body:
        case {"meta": {"pagination": Mapping() as pagination}}:
            return pagination
        case _:
            return {}


def _says_how_many(pagination: Mapping[str, Any]) -> bool:
    """Whether an empty page can be believed: a gateway may answer one in the server's
    place.
    """
    total = whole(pagination.get("total_items"))
    return total is not None or pagination.get("has_next_page") is not None


def _has_more(pagination: Mapping[str, Any], seen: int) -> bool:
    """Whether there is another page. A server that says nothing is asked until a page
    has nothing new.
    """
    has_next = pagination.get("has_next_page")
    if has_next is not None:
        return truth(has_next)
    total = whole(pagination.get("total_items"))
    return total is None or seen < total


def _not_understood(listing: Listing, what: str) -> NotUnderstood:
    request = f"GET {listing.path}"
    return NotUnderstood(f"{request} {what}", request=request)


def rows_of(
    connection: ReadConnection,
    listing: Listing,
    pool: Executor,
    shows_all: Callable[[Collection[Row]], bool] = lambda rows: True,
) -> list[Row]:
    """All rows, each once. When `shows_all` misses one in a listing of several pages,
    absence is confirmed by reading it once more.

    Raises ApiError, NotUnderstood when the pages never add up.
    """
    found = Rows()
    first = _read_whole(connection, listing, pool, found)
    if first.more and not shows_all(found.values()):
        _read_whole(connection, listing, pool, found)
    return list(found.values())


def _read_whole(
    connection: ReadConnection,
    listing: Listing,
    pool: Executor,
    found: Rows,
) -> Page:
    """Reads it until its pages add up; returns the first page."""
    # What others write meanwhile moves rows from page to page.
    for _ in range(PASSES):
        first = _read_all(connection, listing, pool, found)
        if first.total is None or len(found) >= first.total:
            return first
    raise _not_understood(
        listing,
        f"says it has {first.total} rows, but its pages only ever held {len(found)} different ones",
    )


def _read_all(
    connection: ReadConnection,
    listing: Listing,
    pool: Executor,
    found: Rows,
) -> Page:
    """Adds the rows of all pages to `found`; returns the first page."""
    # The first page says how many there are, so that the others need not wait in turn.
    first = last = page_of(connection, listing, 0)
    _keep(listing, first, found)
    offsets = range(0)
    if first.more and first.total:
        offsets = range(first.stride, first.total, first.stride)
    _check_length(listing, len(offsets))
    connection.progress.expect(len(offsets))
    for last in pool.map(partial(page_of, connection, listing), offsets):
        _keep(listing, last, found)
    if last.more:
        # There are more than it said, or it did not say how many.
        _read_on(connection, listing, first, max(offsets, default=0), found)
    return first


def _read_on(
    connection: ReadConnection,
    listing: Listing,
    first: Page,
    offset: int,
    found: Rows,
) -> None:
    """Adds the pages after `offset` one by one, as long as the server says that there
    are more.
    """
    while True:
        offset += first.stride
        _check_length(listing, offset // first.stride)
        page = page_of(connection, listing, offset)
        new = _keep(listing, page, found)
        if not page.more or not new:
            break
    # A server that gives the first page whatever is asked would go round for ever.
    if not new and first.total is None and len(page.rows) >= PAGE:
        raise _not_understood(
            listing,
            f"answers every page with the same {PAGE} rows, so the rest cannot be read",
        )


def _check_length(listing: Listing, pages: int) -> None:
    if pages > MOST_PAGES:
        raise _not_understood(listing, f"goes on for more than {MOST_PAGES:,} pages")


def _check_size(listing: Listing, found: Rows, total: int | None) -> None:
    """All pages together are bounded, by what came and by what is still to come."""
    rows = max(len(found), total or 0)
    if rows > MOST_ROWS:
        told = f"has {rows:,} rows, and no more than {MOST_ROWS:,} are read"
        raise _not_understood(listing, told)
    if found.size > MOST_BYTES:
        told = f"comes to more than {MOST_BYTES // 2**20} MiB in all its pages"
        raise _not_understood(listing, told)
    if found.json_values > MOST_VALUES:
        told = f"comes to more than {MOST_VALUES:,} JSON values in all its pages"
        raise _not_understood(listing, told)


def _keep(listing: Listing, page: Page, found: Rows) -> int:
    """Adds the page's rows; returns how many were new. Raises NotUnderstood."""
    before = len(found)
    found.update((listing.identity(row), row) for row in page.rows)
    found.size += page.bytes
    found.json_values += page.values
    _check_size(listing, found, page.total)
    return len(found) - before


def pages_until(
    connection: ReadConnection, listing: Listing, enough: Callable[[list[Row]], bool]
) -> list[Row]:
    """Rows from the first page on, until there are enough of them or there are no
    more.
    """
    found = Rows()
    offset, page = 0, page_of(connection, listing, 0)
    while _keep(listing, page, found) and page.more and not enough(list(page.rows)):
        offset += page.stride
        page = page_of(connection, listing, offset)
    return list(found.values())
