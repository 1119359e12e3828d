"""A refusal for the limit teaches the run to send less, for as long as somebody else uses the key."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, repeat

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.api.connection import Connection, ConnectionOptions
from reconciler.api.limiter import Limiter
from reconciler.api.rate import LEAST, Rate
from tests.api.test_limiter import ACCESS, Clock, StrictServer

MINUTE = 60.0
ASKED = httpx.Request("GET", "http://localhost/x")
DELAYS = (1.0, 2.0, 4.0, 8.0, 10.0)
"""Before each try of a request that was refused; the last one again and again."""


class Unteachable(Limiter):
    """As it was before: it waits when it is told to, and sends as much as ever."""

    def learn(self) -> str:
        """Nothing."""
        return ""


@dataclass
class Shop:
    """Lets `share` requests a minute of ours pass, by a sliding window; refusals count to nobody."""

    share: int
    limiter: Callable[..., Limiter] = Limiter
    clock: Clock = field(default_factory=Clock)
    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ours = self.limiter(clock=self.clock, sleep=self.clock.sleep)
        self.server = StrictServer(self.clock, self.share, MINUTE, lambda: None)

    def ask(self, minutes: float) -> None:
        """One request after the other, as a connection sends them."""
        while self.clock() < minutes * MINUTE:
            for delay in chain(DELAYS, repeat(DELAYS[-1])):
                if self._passes():
                    break
                self.ours.learn()
                self.ours.hold(delay)
                self.clock.sleep(delay)

    def _passes(self) -> bool:
        with self.ours.slot():
            self.clock.sleep(0.02)
            full = self.server(ASKED).status_code == 429
            (self.refused if full else self.accepted).append(self.clock())
        return not full


@pytest.mark.parametrize("share", [60, 150, 400])
def test_it_converges_to_what_others_leave(share: int, figure: Callable) -> None:
    """After some minutes there is a refusal now and then, and most of the share is used."""
    before, now = Shop(share, Unteachable), Shop(share)
    before.ask(17)
    now.ask(17)
    late = [sum(at > 7 * MINUTE for at in shop.refused) for shop in (before, now)]
    used = sum(at > 7 * MINUTE for at in now.accepted) / (10 * share)
    figure(
        "limit shared with others",
        f"{share} of 600 a minute left, 10 minutes: {late[0]} × 429 before, {late[1]} now; {used:.0%} of it used",
    )
    assert late[1] <= late[0] / 3
    assert used > 0.6


@pytest.mark.parametrize("limit", [1, 2, 3, 30, 600])
def test_it_is_given_back_when_others_are_gone(limit: int) -> None:
    """Step by step, and never beyond what was configured."""
    rate = Rate(limit, MINUTE)
    rate.refused(0.0)
    assert rate.allowed == max(limit // 2, min(LEAST, limit))
    seen = []
    for minute in range(1, 60):
        rate.calm(minute * MINUTE)
        seen.append(rate.allowed)
    assert sorted(seen) == seen
    assert limit == seen[-1]
    assert not rate.is_lowered


def test_one_shortage_halves_it_once() -> None:
    """What is refused within a window was let go before, or is refused for the same reason."""
    rate = Rate(600, MINUTE)
    for moment in (0.0, 1.0, 3.0, 59.9):
        rate.refused(moment)
    assert 300 == rate.allowed
    rate.refused(60.0)
    assert 150 == rate.allowed


@settings(max_examples=60)
@given(
    limit=st.integers(1, 600),
    happens=st.lists(st.tuples(st.floats(0, 200, allow_nan=False), st.booleans()), max_size=60),
)
def test_it_is_never_more_than_configured_and_never_none(limit: int, happens: list[tuple[float, bool]]) -> None:
    """Whatever is refused whenever; a refusal never raises it, and time never lowers it."""
    rate, now = Rate(limit, MINUTE), 0.0
    for passes, is_refused in happens:
        now += passes
        before = rate.allowed
        rate.calm(now)
        assert before <= rate.allowed
        before = rate.allowed
        if is_refused:
            rate.refused(now)
            assert before >= rate.allowed
        assert min(LEAST, limit) <= rate.allowed <= limit


@settings(max_examples=20)
@given(
    limit=st.integers(1, 40),
    happens=st.lists(st.sampled_from(["ask", "refused", "write", "wait"]), min_size=1, max_size=120),
)
def test_no_window_has_more_requests_than_were_configured(limit: int, happens: list[str]) -> None:
    """Looks with their writes included; nobody waits for ever, however little is left."""
    clock, sent = Clock(), list[float]()
    limiter = Limiter(limit, clock=clock, sleep=clock.sleep)

    def send() -> None:
        with limiter.slot():
            sent.append(clock())

    for what in happens:
        match what:
            case "ask":
                send()
            case "write":
                with limiter.in_one_go():
                    send()
                    send()
            case "refused":
                limiter.learn()
            case "wait":
                clock.sleep(7.0)
    windows = [[at for at in sent if start <= at < start + MINUTE] for start in sent]
    assert limit >= max(map(len, windows), default=0)
    assert limit >= limiter.allowed


def test_it_is_told_once() -> None:
    """What was refused, how many are sent now, and that it becomes more again."""
    limiter = Limiter()
    expected = (
        "Somebody else sends with this key, too, or the shop allows less than 600 requests a minute: "
        "at most 300 are sent from now on, and more again step by step while nothing is refused."
    )
    assert [expected, "", ""] == [limiter.learn() for _ in range(3)]
    assert "this run's share of 300 requests a minute" == limiter.waited_for
    assert "the shop's limit of 600 a minute" == str(limiter) == Limiter().waited_for
    assert "" == Limiter(1).learn()


def test_a_connection_learns_also_when_it_does_not_wait(fake: Callable) -> None:
    """The run goes on with others; the sentence is said in any case."""
    answers = iter([httpx.Response(429, headers={"retry-after": "600"}), httpx.Response(429)])
    faked = fake(lambda request: next(answers, httpx.Response(200, json={})))
    with pytest.raises(Exception, match="429"):
        faked.connection.get("/x")
    faked.connection.get("/x")
    assert ["at most 500,000 are sent"] == [told.split(": ")[1].split(" from")[0] for told in faked.notes]


def test_the_configured_rate_is_what_it_is_lowered_from() -> None:
    """`[targets.X] rate` stays the most that is ever sent."""
    clock = Clock()
    options = ConnectionOptions(
        httpx.MockTransport(lambda request: httpx.Response(429)),
        limiter=Limiter(100, clock=clock, sleep=clock.sleep),
        sleep=clock.sleep,
    )
    with Connection(ACCESS, options) as connection, pytest.raises(Exception, match="429"):
        connection.get("/x")
    assert 100 // 2 >= options.limiter.allowed
