"""Whole listings: all pages, few requests, and no trust in what a server says about itself."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from reconciler.api import live as reading
from reconciler.api.connection import Policy, ReadConnection
from reconciler.api.listing import pages_until, parameters, rows_of
from reconciler.api.live import read
from reconciler.api.registry import ENDPOINTS
from reconciler.api.shop import HttpShop
from reconciler.errors import ApiError, NotUnderstood, Unauthorized, Unreachable
from reconciler.model.address import Address
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches

DEFINITIONS, EVENTS = ENDPOINTS["definition"].listing, ENDPOINTS["event"].listing
PATH = DEFINITIONS.path
QUICK = Policy(first_delay=0.0, longest_delay=0.0)
FIELD = {"name": "a", "label": "a", "type": "text", "required": False}


def numbered(count: int) -> list[dict[str, Any]]:
    """So many definitions."""
    return [{"id_definition": str(n), "name": f"D{n}", "status": "active"} for n in range(1, count + 1)]


def found(faked: Any) -> list[int]:
    """The ids of a whole listing."""
    with ThreadPoolExecutor(4) as pool:
        return sorted(int(row["id_definition"]) for row in rows_of(faked.connection, DEFINITIONS, pool))


def offsets(faked: Any) -> list[int]:
    """Where the pages began that were asked for."""
    return sorted(int(request.url.params["offset"]) for request in faked.asked)


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (200, 2), (1001, 11)])
def test_a_listing_costs_a_request_a_hundred(fake: Callable, shelf: Any, count: int, requests: int) -> None:
    """At least one, and none too many."""
    faked = fake(shelf({PATH: numbered(count)}))
    assert list(range(1, count + 1)) == found(faked)
    assert requests == len(faked.asked)


def test_every_page_asks_for_a_hundred_in_an_explicit_order(fake: Callable, shelf: Any) -> None:
    """In the encoding of the official SDK."""
    faked = fake(shelf({PATH: numbered(150)}))
    found(faked)
    for request in faked.asked:
        assert "100" == request.url.params["limit"]
        assert "created_at" == request.url.params["order[0][field]"]
        assert "asc" == request.url.params["order[0][type]"]


def test_event_listings_take_one_json_parameter_as_well() -> None:
    """Both ways are documented somewhere (contract §2)."""
    asked = parameters(EVENTS, 100)
    settings = {"limit": 100, "offset": 100, "order": [{"field": "created_at", "type": "asc"}]}
    assert settings == json.loads(asked["settings"])
    assert ("100", "100") == (asked["limit"], asked["offset"])


def test_a_whole_read_is_the_physical_limit(new_lab: Callable, figure: Callable) -> None:
    """ceil(definitions / 100) + ceil(events / 100) + 1, tombstones included in the pages."""
    lab = new_lab(switches=Switches(rate_limit=0))
    for n in range(205):
        lab.post(PATH, {"name": f"D{n}", "fields": [FIELD]})
    for n in range(101):
        lab.post("/events", {"name": "E", "code_name": f"e.{n}"})
    for number in (3, 104, 205):
        lab.send("DELETE", f"{PATH}/{number}")
    lab.store.clear_requests()
    live = read(lab.connect(ReadConnection))
    figure("requests of a plan", f"205 definitions, 101 events: {len(lab.requests())}, limit 6")
    assert 3 + 2 + 1 == len(lab.requests())
    assert (202, 101) == (len(live.of_kind("definition")), len(live.of_kind("event")))
    assert [] == lab.writes()


def test_pages_after_the_first_are_fetched_at_once(fake: Callable, shelf: Any) -> None:
    """Eight of them, by as many readers as the three listings leave."""
    shelves, lock = shelf({PATH: numbered(901)}), threading.Lock()
    now = most = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        sleep(0.1)
        with lock:
            now -= 1
        return shelves(request)

    began = monotonic()
    assert 901 == len(read(fake(answer).connection).of_kind("definition"))
    print(f"10 pages of 100 ms each: {monotonic() - began:.2f} s, at most {most} at once")
    assert 5 <= most <= reading.PAGE_READERS + 3


@pytest.mark.parametrize("limit", [1, 7, 10, 99])
def test_a_server_that_ignored_the_limit_is_noticed(fake: Callable, shelf: Any, limit: int) -> None:
    """items_per_page tells how far the next page is."""
    faked = fake(shelf({PATH: numbered(53)}, limit=limit))
    assert list(range(1, 54)) == found(faked)
    assert list(range(0, 53, limit)) == offsets(faked)


@pytest.mark.parametrize("limit", [10, 100])
def test_a_server_without_paging_meta_is_asked_until_there_is_no_more(fake: Callable, shelf: Any, limit: int) -> None:
    """Ten rows may be all there is, or a limit that was ignored."""
    assert list(range(1, 124)) == found(fake(shelf({PATH: numbered(123)}, limit=limit, meta=False)))


@pytest.mark.parametrize("limit", [10, 100])
def test_a_server_that_does_not_say_whether_there_is_more(fake: Callable, shelf: Any, limit: int) -> None:
    """The total says it as well, without another request."""
    faked = fake(shelf({PATH: numbered(123)}, limit=limit, more=False))
    assert list(range(1, 124)) == found(faked)
    assert -(-123 // limit) == len(faked.asked)


@pytest.mark.parametrize("count", [0, 5, 100, 200, 250])
def test_a_server_that_always_says_more_is_left_at_the_end(fake: Callable, shelf: Any, count: int) -> None:
    """An empty page is the end."""
    assert list(range(1, count + 1)) == found(fake(shelf({PATH: numbered(count)}, always_more=True)))


@pytest.mark.parametrize("meta", [True, False])
def test_a_page_loop_is_noticed(fake: Callable, shelf: Any, meta: bool) -> None:
    """A server that serves its only page again and again does not hold the client for ever."""
    faked = fake(shelf({PATH: numbered(5)}, always_more=True, ignores_offset=True, meta=meta))
    assert [1, 2, 3, 4, 5] == found(faked)
    assert 2 == len(faked.asked)


def test_a_first_page_for_every_page_is_refused(fake: Callable, shelf: Any) -> None:
    """250 were promised and 100 shown: a plan from these would create the others again."""
    faked = fake(shelf({PATH: numbered(250)}, ignores_offset=True))
    with pytest.raises(NotUnderstood, match="says it has 250 rows, but its pages only ever held 100 different ones"):
        found(faked)


def test_a_total_that_is_never_reached_is_refused(fake: Callable, shelf: Any) -> None:
    """After reading it again a few times."""
    faked = fake(shelf({PATH: numbered(5)}, total=6))
    with pytest.raises(NotUnderstood, match="6 rows"):
        found(faked)
    assert 12 == len(faked.asked)


def test_a_listing_without_end_is_refused(fake: Callable) -> None:
    """A total that nobody can have."""

    def answer(request: httpx.Request) -> httpx.Response:
        paging = {"total_items": 10**9, "items_per_page": 100, "has_next_page": True}
        return httpx.Response(200, json={"data": numbered(100), "statusCode": 200, "meta": {"pagination": paging}})

    faked = fake(answer)
    with pytest.raises(NotUnderstood, match="has 1,000,000,000 rows, and no more than 100,000 are read"):
        found(faked)
    assert 1 == len(faked.asked)


def test_an_endless_supply_of_new_rows_is_refused(fake: Callable) -> None:
    """Without a total, one row a page, and always more."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{"id": int(request.url.params["offset"]) + 1}])

    with ThreadPoolExecutor(1) as pool, pytest.raises(NotUnderstood, match="more than 5,000 pages"):
        rows_of(fake(answer).connection, DEFINITIONS, pool)


@pytest.mark.parametrize(("rows", "readable"), [(99, True), (100, False)])
def test_pages_that_are_all_the_same_are_not_the_end(fake: Callable, rows: int, readable: bool) -> None:
    """The server ignores the offset and does not say how many there are: a full page proves nothing."""
    faked = fake(lambda request: httpx.Response(200, json=numbered(rows)))
    if readable:
        assert rows == len(found(faked))
    else:
        with pytest.raises(NotUnderstood, match="every page with the same 100 rows"):
            found(faked)
    assert 2 == len(faked.asked)


def test_rows_that_move_between_pages_are_found(fake: Callable) -> None:
    """The second page slips by twenty: rows are seen twice and others not at all, until the next look."""
    calls = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        rows = numbered(150) if calls <= 2 else numbered(150)[::-1]
        begin = int(request.url.params["offset"])
        paging = {"total_items": 150, "items_per_page": 100, "has_next_page": begin == 0}
        data = rows[80:130] if calls == 2 else rows[begin : begin + 100]
        return httpx.Response(200, json={"statusCode": 200, "data": data, "meta": {"pagination": paging}})

    faked = fake(answer)
    assert list(range(1, 151)) == found(faked)
    assert 4 == len(faked.asked)


class Moving:
    """101 rows; of the first page one is deleted before the second is read, and one more is created: the count stays
    right, and the row that slips onto the first page is on none of the pages that are read."""

    def __init__(self, moves: bool = True) -> None:
        self.rows = [{**row, "fields": []} for row in numbered(101)]
        self.moves = moves

    def __call__(self, request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        page = self.rows[offset : offset + 100]
        paging = {"total_items": len(self.rows), "items_per_page": 100, "has_next_page": offset == 0}
        if self.moves and offset == 0:
            self.moves = False
            self.rows = [*self.rows[1:], {"id_definition": "999", "name": "New", "status": "active"}]
        return httpx.Response(200, json={"statusCode": 200, "data": page, "meta": {"pagination": paging}})


@pytest.mark.parametrize(
    ("name", "moves", "requests"), [("D101", True, 4), ("d50", True, 2), ("Nobody", True, 4), ("Nobody", False, 4)]
)
def test_an_absence_is_confirmed_by_a_second_pass(fake: Callable, name: str, moves: bool, requests: int) -> None:
    """Something is created or not deleted because of it. What is there needs no second look."""
    faked = fake(Moving(moves))
    live = read(faked.connection, needed={"definition"}, confirmed=[Address("definition", name)])
    assert requests == len(faked.asked)
    assert (name != "Nobody") == any(name.casefold() == a.name.casefold() for a in live.resources)


def test_a_missed_row_is_found_by_its_name(fake: Callable) -> None:
    """Looking for one that may have been created reads twice as well."""
    faked = fake(Moving())
    live = HttpShop(faked.connection).find(Address("definition", "D101"))
    assert (101, 4) == (live.id if live else None, len(faked.asked))


@pytest.mark.parametrize("count", [0, 100])
def test_the_absence_in_a_single_page_is_certain(fake: Callable, shelf: Any, count: int) -> None:
    """Nothing can slip from one page to another."""
    faked = fake(shelf({PATH: numbered(count)}))
    read(faked.connection, needed={"definition"}, confirmed=[Address("definition", "Nobody")])
    assert 1 == len(faked.asked)


def test_a_tombstone_is_an_absence(fake: Callable) -> None:
    """It keeps the name, and nothing lives under it."""
    moving = Moving(moves=False)
    moving.rows[0]["status"] = "deleted"
    faked = fake(moving)
    read(faked.connection, needed={"definition"}, confirmed=[Address("definition", "D1")])
    assert 4 == len(faked.asked)


def test_no_set_of_prices_is_no_absence(fake: Callable) -> None:
    """An override without sources is empty, and its rows have no names."""
    row = {"target_system_schema": "products", "system_field_name": "price"}

    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        rows = [{**row, "id_custom_data_definition": n, "custom_field_name": "p", "priority": n} for n in (1, 2)]
        paging = {"total_items": 2, "items_per_page": 1, "has_next_page": offset == 0}
        return httpx.Response(200, json={"statusCode": 200, "data": rows[offset:][:1], "meta": {"pagination": paging}})

    faked = fake(answer)
    read(faked.connection, needed={"override"}, confirmed=[Address("override", "products.price_discount")])
    assert 2 == len(faked.asked)


@pytest.mark.parametrize("attempt", range(3))
def test_rows_in_no_order_at_all_are_found(new_lab: Callable, attempt: int) -> None:
    """250 definitions of one moment, and every page of every request shuffled anew."""
    lab = new_lab(
        store=Store(":memory:", clock=lambda: 1_700_000_000.0), switches=Switches(rate_limit=0, shuffle_listings=True)
    )
    for n in range(250):
        lab.post(PATH, {"name": f"D{n}", "fields": [FIELD]})
    assert 250 == len(read(lab.connect(ReadConnection)).of_kind("definition"))


@pytest.mark.parametrize(
    "paging",
    [None, [], "x", {}, {"total_items": "x", "items_per_page": "0", "has_next_page": "false"},
     {"total_items": -1, "items_per_page": "9" * 5000, "has_next_page": False},
     {"total_items": "2", "items_per_page": 2.0, "has_next_page": "False"}],
)  # fmt: skip
def test_meta_of_any_shape_is_survived(fake: Callable, paging: Any) -> None:
    """Numbers as text, and nonsense."""

    def answer(request: httpx.Request) -> httpx.Response:
        data = numbered(2)[int(request.url.params["offset"]) :]
        return httpx.Response(200, json={"statusCode": 200, "data": data, "meta": {"pagination": paging}})

    assert [1, 2] == found(fake(answer))


@pytest.mark.parametrize(
    "body", [None, {}, {"statusCode": 200, "data": None}, {"data": []}, 7, "x", {"statusCode": 200, "data": {}}]
)
def test_an_answer_without_a_list_is_not_an_empty_listing(fake: Callable, body: Any) -> None:
    """Or everything would be created again."""
    with pytest.raises(NotUnderstood, match="without a list"):
        found(fake(lambda request: httpx.Response(200, content=json.dumps(body))))


@pytest.mark.parametrize("rows", [[1, "a", None, []], [None], [{"id_definition": 1, "name": "A"}, "x"]])
def test_rows_that_are_no_objects_are_not_understood(fake: Callable, rows: list[Any]) -> None:
    """Garbage is no absence, whatever the total says."""
    body = {"statusCode": 200, "data": rows, "meta": {"pagination": {"total_items": len(rows)}}}
    with pytest.raises(NotUnderstood, match="with rows that are no objects"):
        found(fake(lambda request: httpx.Response(200, json=body)))


@pytest.mark.parametrize("status", [201, 202, 203, 206, 207, 226])
def test_only_200_is_a_whole_answer(fake: Callable, status: int) -> None:
    """A part of a listing, or what a proxy makes of it, is no empty shop."""
    body = {"statusCode": 200, "data": [], "meta": {"pagination": {"total_items": 0}}}
    with pytest.raises(NotUnderstood, match=f"was answered {status}, and only 200"):
        found(fake(lambda request: httpx.Response(status, json=body)))


@pytest.mark.parametrize("meta", [{}, {"meta": None}, {"meta": {}}, {"meta": {"pagination": {"offset": 0}}}])
def test_an_empty_list_has_to_say_that_it_is_all(fake: Callable, meta: dict[str, Any]) -> None:
    """Or everything would be created again."""
    with pytest.raises(NotUnderstood, match="an empty list that does not say how many there are"):
        found(fake(lambda request: httpx.Response(200, json={"statusCode": 200, "data": [], **meta})))


@pytest.mark.parametrize("path", [PATH, "/events", f"{PATH}/overrides"])
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_read_that_fails_is_an_error_and_not_absence(fake: Callable, shelf: Any, path: str, status: int) -> None:
    """Whichever of the three listings it is."""
    shelves = shelf({})

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status) if request.url.path == "/v1" + path else shelves(request)

    with pytest.raises(ApiError, match=str(status)):
        read(fake(answer, policy=QUICK).connection)


def test_only_the_kinds_that_are_needed_are_read(fake: Callable, shelf: Any) -> None:
    """Of the others nothing is known, and nothing is asked."""
    faked = fake(shelf({PATH: numbered(2), "/events": [{"id_event": 1, "code_name": "a"}]}))
    live = read(faked.connection, needed={"definition"})
    assert ["/v1" + PATH] == [request.url.path for request in faked.asked]
    assert (2, True, False) == (len(live.resources), live.was_read("definition"), live.was_read("event"))


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_kind_that_is_only_helpful_may_be_unreadable(fake: Callable, shelf: Any, status: int) -> None:
    """A warning says what is not known; one that can be read is read."""
    shelves = shelf({PATH: numbered(2)})

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status) if request.url.path == "/v1/events" else shelves(request)

    faked = fake(answer, policy=QUICK)
    live = read(faked.connection, needed={"definition"}, helpful={"event", "override"})
    assert [True, False, True] == [live.was_read(kind) for kind in ("definition", "event", "override")]
    (told,) = live.warnings
    assert told.startswith("events could not be read, so nothing is known of them: ")
    assert "GET /events" in told
    assert str(status) in told


def test_a_wrong_key_is_wrong_for_every_kind(fake: Callable, shelf: Any) -> None:
    """Even when what is needed was read before."""
    shelves = shelf({PATH: numbered(2)})

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401) if request.url.path == "/v1/events" else shelves(request)

    with pytest.raises(Unauthorized, match="401"):
        read(fake(answer, policy=QUICK).connection, needed={"definition"}, helpful={"event"})


def test_no_answer_is_not_about_one_kind(fake: Callable, shelf: Any) -> None:
    """What else would have been asked is as unknown."""
    shelves = shelf({PATH: numbered(2)})

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/events":
            raise httpx.ReadError("cut")
        return shelves(request)

    with pytest.raises(Unreachable):
        read(fake(answer, policy=QUICK).connection, needed={"definition"}, helpful={"event"})


@pytest.mark.parametrize("status", [403, 500])
def test_where_nothing_at_all_is_shown_there_is_no_state(fake: Callable, status: int) -> None:
    """A state of nothing but warnings would look like a shop without a difference."""
    faked = fake(lambda request: httpx.Response(status), policy=QUICK)
    with pytest.raises(ApiError, match=str(status)):
        read(faked.connection, needed=(), helpful=ENDPOINTS)


def test_a_later_page_that_fails_is_an_error(fake: Callable, shelf: Any) -> None:
    """Half a listing is none."""
    shelves = shelf({PATH: numbered(301)})

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400) if "200" == request.url.params["offset"] else shelves(request)

    with pytest.raises(ApiError, match="400"):
        found(fake(answer))


def test_reading_until_enough_stops_early(fake: Callable, shelf: Any) -> None:
    """The read-back looks at the newest rows only."""
    faked = fake(shelf({PATH: numbered(500)}))
    rows = pages_until(faked.connection, DEFINITIONS, lambda page: any(row["id_definition"] == "150" for row in page))
    assert 200 == len(rows)
    assert [0, 100] == offsets(faked)


@pytest.mark.parametrize("always_more", [True, False])
def test_reading_until_enough_ends_with_the_listing(fake: Callable, shelf: Any, always_more: bool) -> None:
    """Also when the server says that there is more."""
    faked = fake(shelf({PATH: numbered(120)}, always_more=always_more))
    assert 120 == len(pages_until(faked.connection, DEFINITIONS, lambda page: False))
    assert 2 + always_more == len(faked.asked)


def test_any_number_of_kinds_is_read_at_once(fake: Callable, shelf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each listing waits for pages of its own, and there is always somebody left to fetch them."""
    many = {f"definition {number}": ENDPOINTS["definition"] for number in range(20)}
    # Twenty kinds of the product's own do not exist.
    monkeypatch.setattr(reading, "ENDPOINTS", many)
    live = read(fake(shelf({PATH: numbered(201)})).connection)
    assert (many.keys(), 201) == (live.read, len(live.resources))
