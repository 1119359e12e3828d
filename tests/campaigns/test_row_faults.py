"""A fault at any request of a push of rows: nothing is doubled, lost or sent again that was stored."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from reconciler.errors import ApiError
from reconciler.records.options import PushOptions
from tests.records.pushing import RowShop, managers, new_shop

ROWS = 600
THERE = 200
REQUESTS = 23
"""Four to compare, twelve to push, seven or more to read back."""
FAULTS: dict[str, dict[str, Any]] = {
    "lost before": {"action": "lose_before"},
    "lost after commit": {"action": "lose_after"},
    "500 before": {"action": "status_before", "status": 500},
    "500 after commit": {"action": "status_after", "status": 500},
    "429 with Retry-After": {"action": "status_before", "status": 429, "retry_after": 7},
    "429 without Retry-After": {"action": "status_before", "status": 429},
    "broken JSON": {"action": "broken_json"},
    "hang": {"action": "hang_after", "seconds": 0.05},
}
DELAYS = (0.2, 2.0, 5.0)
WANTED = managers(ROWS, level=2)
Run = tuple[int, str, float]


def test_any_fault_at_a_sample_of_requests_of_a_push(figure: Callable) -> None:
    """Each fault at a write, and half of them at any request."""
    chance = random.Random(20261126)
    runs = [(chance.randint(5, 16), fault, chance.choice(DELAYS)) for fault in FAULTS]
    runs += [(chance.randint(1, REQUESTS), fault, 0.2) for fault in list(FAULTS)[::2]]
    figure("fault in a push of rows (sample)", _campaign(iter(runs)))


def test_the_eyes_of_the_campaign_see_rows_that_are_sent_again() -> None:
    """A push that does not read sends what is stored: every row is noticed."""
    sent = Sent()
    with new_shop(around=sent.around) as shop:
        shop.push(managers(5))
        sent.shop = shop
        shop.push(managers(5), read="none")
        assert 5 == len(sent.again)


@pytest.mark.campaign
@pytest.mark.parametrize("delay", DELAYS)
def test_any_fault_at_any_request_of_a_push(figure: Callable, delay: float) -> None:
    """Every request index × every fault × how long writes are queued."""
    runs = ((index, fault, delay) for index in range(1, REQUESTS + 1) for fault in FAULTS)
    figure(f"fault in a push of rows, queued {delay:g} s", _campaign(runs))


def _campaign(runs: Iterator[Run]) -> str:
    worst = made = 0
    codes: Counter[int] = Counter()
    for run in runs:
        made += 1
        further, code = _one(run)
        codes[code] += 1
        worst = max(worst, further)
    ends = ", ".join(f"{code}: {count}" for code, count in sorted(codes.items()))
    return (
        f"{made} runs × {ROWS} rows, 0 duplicates, 0 lost, 0 stored rows sent again, "
        f"converged after at most {worst} further runs, exits {ends}"
    )


def _one(run: Run) -> tuple[int, int]:
    """(further runs, exit code of the first)."""
    index, fault, delay = run
    sent = Sent()
    with new_shop(around=sent.around, async_delay=delay, read_timeout=0.5) as shop:
        shop.save(*({"code": f"M{i}", "name": f"Name {i}", "level": 1 + i % 2} for i in range(THERE)))
        sent.shop = shop
        shop.fail(**FAULTS[fault], at=index)
        code = _pushed(shop)
        shop.faults.set(())
        further = 0
        while shop.compare(WANTED).changes:
            assert 0 != code, (run, "exit 0, and something is missing")
            assert 2 > further, (run, "not converged")
            code = _pushed(shop)
            further += 1
        assert ROWS == len(shop.live()) == len({row["code"] for row in shop.live()}), run
        assert {} == sent.again, run
        return further, code


def _pushed(shop: RowShop) -> int:
    try:
        return int(shop.push(WANTED, options=PushOptions(wait=60)).outcome.exit.code)
    except ApiError as failure:
        shop.clock.now += 60
        return int(failure.exit_code)
    finally:
        shop.clock.now += 60


class Sent:
    """Stands between the tool and the shop, and sees which rows are sent that are stored as they are."""

    def __init__(self) -> None:
        self.shop: RowShop | None = None
        self.again: dict[str, str] = {}
        self._stored: set[str] = set()

    def around(self, inner: httpx.BaseTransport) -> httpx.BaseTransport:
        return _Watched(inner, self)

    def see(self, body: bytes) -> None:
        """A POST is on its way."""
        if self.shop is None:
            return
        self.shop.store.settle()
        with self.shop.store.reading() as db:
            stored = {tuple(sorted(_values(row["data"]))) for row in db.execute("SELECT data FROM record")}
        for row in json.loads(body):
            if tuple(sorted(map(str, row.values()))) in stored:
                self.again[row["code"]] = "is stored, and sent again"


def _values(data: str) -> list[str]:
    read = json.loads(data)
    return [str(value) for value in (read.values() if isinstance(read, dict) else read)]


class _Watched(httpx.BaseTransport):
    def __init__(self, inner: httpx.BaseTransport, sent: Sent) -> None:
        self._inner, self._sent = inner, sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self._sent.see(request.read())
        return self._inner.handle_request(request)
