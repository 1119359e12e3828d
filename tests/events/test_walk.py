"""Going back through the histories, and following them."""

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from reconciler.events.shop import HistoryRow, Target
from reconciler.events.walk import Follow, Walk, Wanted
from tests.events.firing import CODE, MARIE, EventShop, body, event_shop


@pytest.fixture
def shop() -> Iterator[EventShop]:
    """A shop with one firing."""
    with event_shop() as made:
        made.fire()
        made.histories()
        yield made


def _copy(shop: EventShop, doublings: int) -> None:
    with shop.store.writing() as db:
        for _ in range(doublings):
            db.execute(
                "INSERT INTO history (shop_id, id_event, code_name, status, target, payload, date_creation)"
                " SELECT shop_id, id_event, code_name, status, target, payload, date_creation FROM history"
            )


def test_it_ends_after_so_many_pages_and_says_so(shop: EventShop) -> None:
    """100 rows each, and where they end."""
    _copy(shop, 9)
    walk = Walk(shop.shop, Wanted(CODE), most_pages=3)
    assert 300 == len(list(walk.rows()))
    assert walk.is_cut
    assert walk.oldest is not None


def test_it_ends_with_the_rows(shop: EventShop) -> None:
    """Each comes once."""
    _copy(shop, 8)
    walk = Walk(shop.shop, Wanted(CODE))
    rows = list(walk.rows())
    assert 256 == len(rows) == len({row.identity for row in rows})
    assert not walk.is_cut


def test_a_server_that_does_not_filter_is_read_all_the_same() -> None:
    """Rows of other event types are passed over."""
    other = {"name": "Other", "code_name": "other"}
    with event_shop(around=_WithoutFilter) as shop:
        shop.post("/events", other)
        shop.fire()
        shop.post("/events/trigger/other", body())
        shop.histories()
        assert [CODE] == [row.code for row in Walk(shop.shop, Wanted(CODE)).rows()]
        assert "landed" == shop.send().state


def test_following_shows_what_is_new_once_the_oldest_first(shop: EventShop) -> None:
    """More than a page at once, and none of those that were there."""
    _copy(shop, 7)
    walk = Walk(shop.shop, Wanted(CODE))
    before = len(list(walk.rows()))
    follow = Follow(shop.shop, Wanted(CODE), walk.seen, walk.highest)
    assert [] == follow.new_rows()
    _copy(shop, 1)
    found = [row.number or 0 for row in follow.new_rows()]
    assert (before, sorted(found)) == (len(found), found)
    assert [] == follow.new_rows()


def test_following_passes_over_other_targets(shop: EventShop) -> None:
    """What is not asked for is not shown."""
    shop.customer("jean@example.com")
    walk = Walk(shop.shop, Wanted(CODE, Target(email=MARIE)))
    list(walk.rows())
    follow = Follow(shop.shop, walk.wanted, walk.seen, walk.highest)
    shop.fire(body("jean@example.com"))
    shop.fire()
    shop.histories()
    assert [MARIE] == [_email(row) for row in follow.new_rows()]


def _email(row: HistoryRow) -> str | None:
    return row.target.email


class _WithoutFilter(httpx.BaseTransport):
    """A server that takes no notice of filters."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        settings = json.loads(request.url.params.get("settings", "{}"))
        if settings.pop("filter", None):
            params = request.url.params.set("settings", json.dumps(settings))
            url = request.url.copy_with(params=params)
            request = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        return self._inner.handle_request(request)


@pytest.mark.parametrize("hours", [-25, -1, 0, 1, 25])
def test_a_span_is_measured_by_the_clock_of_the_shop(shop: EventShop, hours: int) -> None:
    """However wrong the clock of this machine is: an event that came a moment ago is there, and an old one is not."""
    here = shop.clock.moment() + timedelta(hours=hours)
    half_an_hour = Wanted(CODE, since=here - timedelta(minutes=30))
    assert 1 == len(list(Walk(shop.shop, half_an_hour, now=here).rows()))
    shop.clock.now += 3600
    here += timedelta(hours=1)
    half_an_hour = Wanted(CODE, since=here - timedelta(minutes=30))
    assert [] == list(Walk(shop.shop, half_an_hour, now=here).rows())
