"""The in-process transport behaves as a network would."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest


def test_eight_threads_share_one_transport(shop) -> None:
    """Concurrent creates each get their own id."""

    def create(number: int) -> int:
        return int(shop.define(f"D{number}")["id_definition"])

    with ThreadPoolExecutor(8) as pool:
        assert set(range(1, 201)) == set(pool.map(create, range(200)))


def test_latency_does_not_queue_requests(open_shop: Callable) -> None:
    """Eight slow requests at once take about as long as one."""
    shop = open_shop("latency=0.2")
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: shop.http.get("/events"), range(8)))
    assert time.perf_counter() - start < 1


def test_a_client_that_gives_up_does_not_stop_the_server(open_shop: Callable) -> None:
    """The request is executed although nobody waits for the answer."""
    shop = open_shop("latency=0.3")
    with pytest.raises(httpx.ReadTimeout):
        shop.http.post("/custom-data-definitions", json={"name": "A", "fields": []}, timeout=0.05)
    time.sleep(0.6)
    assert 1 == shop.store.counts()["definitions"]


def test_closing_does_not_wait_for_hanging_requests(open_shop: Callable) -> None:
    """Close stops whatever still sleeps."""
    shop = open_shop("latency=60")
    with pytest.raises(httpx.ReadTimeout):
        shop.http.get("/events", timeout=0.05)
    start = time.perf_counter()
    shop.http.close()
    assert time.perf_counter() - start < 2
