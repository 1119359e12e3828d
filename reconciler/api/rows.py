"""How rows and contacts travel (contract §5, §7)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.api.connection import Connection, ReadConnection
from reconciler.api.listing import Filter, Listing, Page, page_of
from reconciler.api.wire import Row, identifier, unwrap, whole
from reconciler.errors import NotUnderstood, Rejected
from reconciler.records.row import fold_key
from reconciler.records.shop import (
    Contact,
    FilterIgnored,
    LivePage,
    LiveRow,
    Refused,
    TooMany,
    Values,
    Wanted,
)

_ID = "id"
_CONTACT_FIELDS = {
    "id_contact": "id_shop_contact",
    "email": "contact_data_email",
    "id_customer": "id_customer_shop",
}
_NO_BATCH = 400
_ABSENT = 404


class ReadRows:
    """Reads rows over a connection that need not be able to write."""

    def __init__(self, connection: ReadConnection) -> None:
        self._reading = connection

    @property
    def reading(self) -> ReadConnection:
        """The connection, for what is no row."""
        return self._reading

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._reading.requests

    def head(self, table: int, wanted: Wanted) -> LivePage:
        """The first page in the order of ids."""
        return _live_page(self._page(table, _filters(wanted)))

    def pages(self, table: int, wanted: Wanted, first: LivePage) -> Iterator[LivePage]:
        """Each page asks for the ids after the last one, so what others delete shifts
        nothing. A server that does not know such a filter is read by offset, twice.
        Every row comes once.
        """
        seen = _Ids()
        for page in self._pages(table, wanted, first):
            yield replace(page, rows=seen.new_among(page.rows))

    def _pages(self, table: int, wanted: Wanted, first: LivePage) -> Iterator[LivePage]:
        yield first
        page, filters = first, _filters(wanted)
        while page.rows and page.total != len(page.rows):
            last = page.rows[-1].id
            after = Filter(_ID, "GREATER_THAN", (str(last),))
            page = _live_page(self._page(table, (*filters, after)))
            if any(row.id <= last for row in page.rows):
                yield from self._by_offset(table, filters)
                yield from self._by_offset(table, filters)
                return
            yield page

    def _by_offset(self, table: int, filters: tuple[Filter, ...]) -> Iterator[LivePage]:
        offset, more = 0, True
        while more:
            page = self._page(table, filters, offset)
            yield _live_page(page)
            offset, more = offset + page.stride, page.more

    def _page(self, table: int, filters: tuple[Filter, ...], offset: int = 0) -> Page:
        path = f"/custom-data-records/{table}"
        listing = Listing(path, _row_id, order=_ID, filters=filters)
        return page_of(self._reading, listing, offset)

    def among(self, table: int, wanted: Wanted) -> list[LiveRow]:
        """The rows whose fields have the wanted values. Raises FilterIgnored."""
        sets = {name: {fold_key(value) for value in wanted[name]} for name in wanted}
        found: dict[int, LiveRow] = {}
        first = self.head(table, wanted)
        for page in self.pages(table, wanted, first):
            for row in page.rows:
                if not _is_wanted({**row.values, _ID: row.id}, sets):
                    raise FilterIgnored
                found[row.id] = row
        return list(found.values())

    def first_among(self, table: int, wanted: Wanted) -> LivePage:
        """The first of the rows that have the wanted values. Raises FilterIgnored."""
        sets = {name: {fold_key(value) for value in wanted[name]} for name in wanted}
        first = self.head(table, wanted)
        if not all(_is_wanted({**row.values, _ID: row.id}, sets) for row in first.rows):
            raise FilterIgnored
        return first

    def count(self, table: int, wanted: Wanted) -> int:
        """How many rows have the wanted values. Raises FilterIgnored."""
        first = self.first_among(table, wanted)
        if first.total is None:
            return len(self.among(table, wanted))
        return first.total

    def contacts(self, by: str, values: Sequence[str]) -> list[Contact]:
        """The contacts that have one of these keys. Raises FilterIgnored."""
        field = _CONTACT_FIELDS[by]
        sets = {field: {fold_key(value) for value in values}}
        listing = Listing(
            "/contacts/all",
            lambda row: row.get("id_shop_contact"),
            order="id_shop_contact",
            filters=_filters({field: values}),
            fields=tuple(_CONTACT_FIELDS.values()),
        )
        found, offset, more = [], 0, True
        while more:
            page = page_of(self._reading, listing, offset)
            for row in page.rows:
                if not _is_wanted(row, sets):
                    raise FilterIgnored
                found.append(_contact(row))
            offset, more = offset + page.stride, page.more
        return found

    def contact(self, by: str, value: str) -> int | None:
        """One contact by one key; only "not found" says that there is none (contract
        §7).
        """
        params = {_CONTACT_FIELDS[by]: value, "fields": "id_shop_contact"}
        try:
            row = unwrap(self._reading.get("/contacts", params))
        except Rejected as refusal:
            if refusal.status == _ABSENT:
                return None
            raise
        number = (
            identifier(row, "id_shop_contact") if isinstance(row, Mapping) else None
        )
        if number is None:
            request = "GET /contacts"
            told = f"{request} was answered without an id"
            raise NotUnderstood(told, request=request)
        return number


class _Ids:
    """The ids of rows that came before, a bit each: a table may have a million."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}

    def new_among(self, rows: Sequence[LiveRow]) -> tuple[LiveRow, ...]:
        """Those that did not come before."""
        return tuple(row for row in rows if self._add(row.id))

    def _add(self, number: int) -> bool:
        place, bit = number >> 10, 1 << (number & 1023)
        bits = self._bits.get(place, 0)
        self._bits[place] = bits | bit
        return not bits & bit


class HttpRows(ReadRows):
    """Reads and writes."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection

    def save(self, table: int, items: Sequence[Values]) -> tuple[Refused, ...]:
        """POST of one raw array (contract §5). Raises TooMany for a refusal that names
        no item.
        """
        path = f"/custom-data-records/{table}"
        return self._send(path, [dict(item) for item in items])

    def delete(self, table: int, ids: Sequence[int]) -> tuple[Refused, ...]:
        """POST of a raw array of ids (contract §5)."""
        return self._send(f"/custom-data-records/{table}/bulk-delete", list(ids))

    def _send(self, path: str, items: list[Any]) -> tuple[Refused, ...]:
        request = f"POST {path}"
        try:
            answer = self._connection.write_once("POST", path, body=items)
        except Rejected as refusal:
            refused = _refused_in(refusal.content)
            if any(each.says_which for each in refused):
                return refused
            if refusal.status == _NO_BATCH:
                raise TooMany(str(refusal)) from refusal
            raise
        refused = _refused_in(answer)
        if len(refused) > len(items):
            told = f"{request} was answered with more refusals than there were items"
            raise NotUnderstood(told, request=request)
        return refused


def _filters(wanted: Wanted) -> tuple[Filter, ...]:
    return tuple(
        Filter(name, "IN" if len(values) > 1 else "EQUALS", tuple(values))
        for name, values in wanted.items()
    )


def _live_page(page: Page) -> LivePage:
    rows = []
    for row in page.rows:
        number = identifier(row, _ID)
        if number is None:
            told = "a row of the listing has no id"
            raise NotUnderstood(told, request="GET /custom-data-records")
        rows.append(LiveRow(number, {k: v for k, v in row.items() if k != _ID}))
    rows.sort(key=lambda row: row.id)
    return LivePage(tuple(rows), page.total if page.more or page.total else len(rows))


def _row_id(row: Row) -> object:
    return identifier(row, _ID)


def _is_wanted(values: Values, sets: Mapping[str, Collection[str]]) -> bool:
    return all(_folded(values.get(name)) in sets[name] for name in sets)


def _folded(value: Any) -> str:
    """As `fold_key` gives a wanted value, whatever type a listing shows it in."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return fold_key(str(value))


def _contact(row: Row) -> Contact:
    number = identifier(row, "id_shop_contact", "id_contact", "id")
    if number is None:
        told = "a contact of the listing has no id"
        raise NotUnderstood(told, request="GET /contacts/all")
    email, customer = row.get("contact_data_email"), row.get("id_customer_shop")
    return Contact(number, _text(email), _text(customer))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


_INDEX = ("index", "position", "i")
_ITEM = ("item", "payload", "data", "record")
_REASONS = ("errors", "error", "message", "messages", "reason", "details")


def _refused_in(answer: Any) -> tuple[Refused, ...]:
    """The `rejected_items` of a bulk answer; what they are called is not documented
    (contract §13 row 20).
    """
    body = answer if isinstance(answer, Mapping) else {}
    if "rejected_items" not in body:
        body = unwrap(body)
    listed = body.get("rejected_items") if isinstance(body, Mapping) else None
    refused = tuple(map(_refused, listed)) if isinstance(listed, list) else ()
    count = whole(body.get("rejected_count")) if isinstance(body, Mapping) else None
    if count is not None and count > len(refused):
        told = f"{count} rows were refused, and the answer does not say which"
        return (*refused, Refused(None, None, (told,)))
    return refused


def _refused(each: Any) -> Refused:
    if not isinstance(each, Mapping):
        return Refused(None, each, ())
    index = next((whole(each[key]) for key in _INDEX if key in each), None)
    item = next((each[key] for key in _ITEM if key in each), None)
    said = next((each[key] for key in _REASONS if each.get(key)), ())
    reasons = said if isinstance(said, list | tuple) else [said]
    return Refused(index, item, tuple(map(str, reasons)))
