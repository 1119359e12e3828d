"""Never more than 600 requests in any 60 seconds, whatever the threads do and however long answers take."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr

from reconciler.api.connection import Access, Connection, ConnectionOptions
from reconciler.api.limiter import Limiter
from reconciler.errors import ApiError
from reconciler.sandbox.store import Store
from reconciler.sandbox.transport import SandboxTransport

ACCESS = Access("http://localhost/v1", SecretStr("k" * 20))


class Clock:
    """A clock that moves when somebody sleeps; threads take turns at it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Seconds since the start."""
        with self._lock:
            return self.now

    def sleep(self, seconds: float) -> None:
        """Time passes for everybody."""
        with self._lock:
            self.now += seconds


class StrictServer:
    """Counts each request at some moment while it is under way; 429 for one too many in any window."""

    def __init__(self, clock: Callable[[], float], limit: int, window: float, work: Callable[[], object]) -> None:
        self.clock, self.limit, self.window, self.work = clock, limit, window, work
        self.taken: deque[float] = deque()
        self.refused = 0
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Some work, the count, and some more work."""
        with self._lock:
            self.work()
            now = self.clock()
            while self.taken and self.taken[0] <= now - self.window:
                self.taken.popleft()
            full = len(self.taken) >= self.limit
            self.refused += full
            if not full:
                self.taken.append(now)
            self.work()
        return httpx.Response(429 if full else 200, json=[])


@pytest.mark.parametrize("slowness", [0.0, 0.02, 0.3])
def test_two_thousand_calls_of_eight_threads_never_meet_a_429(slowness: float, figure: Callable) -> None:
    """One budget for all of them, against a server that counts strictly."""
    clock, chance = Clock(), random.Random(7)
    server = StrictServer(clock, 600, 60.0, lambda: clock.sleep(chance.uniform(0, slowness)))
    options = ConnectionOptions(
        httpx.MockTransport(server), limiter=Limiter(clock=clock, sleep=clock.sleep), sleep=clock.sleep
    )
    with Connection(ACCESS, options) as connection, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: connection.get("/x"), range(2000)))
    figure("rate", f"2,000 calls, strict 600/min, 8 threads, slowness {slowness}: {server.refused} × 429")
    assert 0 == server.refused
    assert 2000 == connection.requests


def test_real_threads_stay_within_a_smaller_window() -> None:
    """The same with real time: 40 requests in any 0.2 seconds."""
    server = StrictServer(time.monotonic, 40, 0.2, lambda: None)
    options = ConnectionOptions(httpx.MockTransport(server), limiter=Limiter(40, 0.2))
    with Connection(ACCESS, options) as connection, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: connection.get("/x"), range(200)))
    assert 0 == server.refused
    assert 200 == connection.requests


def test_the_sandbox_never_says_429_to_a_limited_client(new_lab: Callable, figure: Callable) -> None:
    """Its 600 a minute, on a shared clock, and 1,300 calls of eight threads."""
    clock = Clock()
    lab = new_lab(store=Store(":memory:", clock=lambda: 1_700_000_000.0 + clock()))
    limiter = Limiter(clock=clock, sleep=clock.sleep)
    options = ConnectionOptions(SandboxTransport(lab.app), limiter=limiter, sleep=clock.sleep)
    with (
        Connection(Access("http://localhost/v1", SecretStr(lab.key)), options) as connection,
        ThreadPoolExecutor(8) as pool,
    ):
        list(pool.map(lambda _: connection.get("/events"), range(1300)))
    statuses = [asked.status for asked in lab.requests()]
    figure("rate", f"sandbox, {len(statuses):,} requests: {statuses.count(429)} × 429")
    assert [200] * 1300 == statuses


def test_the_sandbox_says_429_to_a_client_without_limit(new_lab: Callable) -> None:
    """So the figure above means something."""
    frozen = new_lab(store=Store(":memory:", clock=lambda: 1_700_000_000.0)).connect(Connection)
    for _ in range(600):
        frozen.get("/events")
    with pytest.raises(ApiError, match="429"):
        frozen.get("/events")


def test_the_limit_is_used_up_before_anybody_waits() -> None:
    """600 at once, and the 601st after a minute."""
    clock = Clock()
    limiter = Limiter(clock=clock, sleep=clock.sleep)
    for _ in range(600):
        with limiter.slot():
            pass
    assert 0.0 == clock()
    with limiter.slot():
        assert 60.0 <= clock() <= 60.01


def test_a_request_counts_until_a_minute_after_its_answer() -> None:
    """The server may have counted it as late as that."""
    clock = Clock()
    limiter = Limiter(1, 60.0, clock=clock, sleep=clock.sleep)
    with limiter.slot():
        clock.sleep(45.0)
    with limiter.slot():
        assert 105.0 <= clock() <= 105.01


def test_a_request_that_failed_counts_too() -> None:
    """Nobody knows how far it came."""
    clock = Clock()
    limiter = Limiter(1, 60.0, clock=clock, sleep=clock.sleep)

    def failing() -> None:
        with limiter.slot():
            raise ValueError("lost")

    with pytest.raises(ValueError, match="lost"):
        failing()
    with limiter.slot():
        assert 60.0 <= clock()


def test_waiting_for_a_request_under_way_goes_by_small_steps() -> None:
    """Nothing has ended yet, so nothing says when a slot will be free."""
    waits: list[float] = []
    under_way = threading.Event()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        under_way.set()
        time.sleep(0.001)

    limiter = Limiter(1, 0.0, clock=lambda: 0.0, sleep=sleep)
    first = limiter.slot()
    first.__enter__()
    waiter = threading.Thread(target=lambda: limiter.slot().__enter__())
    waiter.start()
    assert under_way.wait(5)
    first.__exit__(None, None, None)
    waiter.join(5)
    assert not waiter.is_alive()
    assert {0.05} == set(waits)


def test_a_look_and_its_write_are_let_go_together() -> None:
    """The wait for the limit comes before the look and not between the two."""
    clock = Clock()
    limiter = Limiter(3, clock=clock, sleep=clock.sleep)
    for _ in range(2):
        with limiter.slot():
            clock.sleep(1.0)
    with limiter.in_one_go():
        began = clock()
        with limiter.slot(kept=1):
            pass
        with limiter.slot():
            pass
        assert began == clock() > 60.0


def test_a_look_of_more_requests_leaves_the_write_its_place() -> None:
    """Only the look waits."""
    clock = Clock()
    limiter = Limiter(2, clock=clock, sleep=clock.sleep)
    with limiter.in_one_go():
        for _ in range(2):
            with limiter.slot(kept=1):
                pass
        looked = clock()
        with limiter.slot():
            pass
        assert looked == clock() >= 60.0


def test_what_is_not_used_is_given_back() -> None:
    """A look that finds nothing to do sends no write."""
    clock = Clock()
    limiter = Limiter(2, clock=clock, sleep=clock.sleep)
    for _ in range(3):
        with limiter.in_one_go():
            pass
    assert 0.0 == clock()


def test_what_one_thread_is_told_holds_for_all_others() -> None:
    """The one that was refused waits by itself, and nobody waits longer than the longest time."""
    clock = Clock()
    limiter = Limiter(clock=clock, sleep=clock.sleep)
    limiter.hold(20.0)
    limiter.hold(5.0)
    assert 0.0 == limiter.held
    with ThreadPoolExecutor(1) as pool:
        assert 20.0 == pool.submit(lambda: limiter.held).result()
        clock.sleep(30.0)
        assert 0.0 == pool.submit(lambda: limiter.held).result()


def test_nobody_waits_between_a_look_and_its_write() -> None:
    """What was looked at would be old: the wait comes before both."""
    clock = Clock()
    limiter = Limiter(clock=clock, sleep=clock.sleep)
    with limiter.in_one_go(), ThreadPoolExecutor(1) as pool:
        pool.submit(limiter.hold, 20.0).result()
        assert 0.0 == limiter.held
    assert 20.0 == limiter.held


def test_a_refused_request_keeps_the_others_from_being_refused(figure: Callable) -> None:
    """Eight threads, and a key whose minute somebody else has used up: all wait as long as one of them was told."""
    clock = Clock()
    server = StrictServer(clock, 600, 60.0, lambda: None)
    server.taken.extend([0.0] * 600)
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        answered = server(request)
        if answered.status_code == 429:
            answered.headers["retry-after"] = "60"
        return answered

    options = ConnectionOptions(httpx.MockTransport(answer), limiter=Limiter(clock=clock, sleep=clock.sleep))
    options = replace(options, sleep=clock.sleep)
    with Connection(ACCESS, options) as connection:
        with pytest.raises(ApiError):
            connection.write("PUT", "/x", body={})
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: connection.get("/x"), range(100)))
    figure("limit used up by others", f"100 requests of eight threads after one 429: {server.refused - 1} × 429")
    assert (1, 101) == (server.refused, asked)
