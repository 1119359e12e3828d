"""The limit holds in any 60 seconds."""

from __future__ import annotations

from collections.abc import Callable


def test_the_request_after_the_last_allowed_one_is_429(open_shop: Callable) -> None:
    """Two a minute means that the third is refused."""
    shop = open_shop("rate_limit=2")
    assert [200, 200, 429] == [shop.http.get("/events").status_code for _ in range(3)]


def test_the_window_slides(open_shop: Callable) -> None:
    """A place is free 60 seconds after it was taken, not at the full minute."""
    shop = open_shop("rate_limit=1")
    shop.http.get("/events")
    shop.clock.wait(59)
    early = shop.http.get("/events").status_code
    shop.clock.wait(1)
    assert (429, 200) == (early, shop.http.get("/events").status_code)


def test_retry_after_is_sent_when_asked_for(open_shop: Callable) -> None:
    """With the switch a 429 says how long to wait."""
    shop = open_shop("rate_limit=1", "retry_after=on")
    shop.http.get("/events")
    shop.clock.wait(18)
    assert "42" == shop.http.get("/events").headers["Retry-After"]


def test_retry_after_is_not_sent_by_default(open_shop: Callable) -> None:
    """No source says that the API sends it."""
    shop = open_shop("rate_limit=1")
    shop.http.get("/events")
    assert "Retry-After" not in shop.http.get("/events").headers


def test_zero_is_no_limit(open_shop: Callable) -> None:
    """``rate_limit=0`` lets everything pass."""
    shop = open_shop("rate_limit=0")
    assert {200} == {shop.http.get("/events").status_code for _ in range(700)}
