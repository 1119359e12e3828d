"""A fault at any request of an event that is sent: it is never sent twice, and nobody is told more than is known."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from reconciler.errors import ApiError
from reconciler.events.sent import SendOutcome
from tests.events.firing import EventShop, body, event_shop

FAULTS: dict[str, dict[str, Any]] = {
    "lost before": {"action": "lose_before"},
    "lost after commit": {"action": "lose_after"},
    "500 before": {"action": "status_before", "status": 500},
    "500 after commit": {"action": "status_after", "status": 500},
    "503 before": {"action": "status_before", "status": 503, "retry_after": 1},
    "429 before": {"action": "status_before", "status": 429},
    "429 after commit": {"action": "status_after", "status": 429, "retry_after": 7},
    "broken JSON": {"action": "broken_json"},
    "hang before": {"action": "hang_before", "seconds": 0.02},
    "hang after commit": {"action": "hang_after", "seconds": 0.02},
    "slow drip": {"action": "drip", "seconds": 0.02},
}
PLACES: dict[str, dict[str, Any]] = {
    "before": {"method": "GET"},
    "trigger": {"method": "POST"},
    "first looks": {"method": "GET", "skip": 1, "count": 12},
    "all looks": {"method": "GET", "skip": 1, "count": 1000},
}
DELAYS = (0.0, 5.0, 100.0)
PEOPLE = ("marie.dupont@example.com", "nobody@example.com")
Run = tuple[str, str, str, float, str]
"""The fault at the trigger, that at a look, where that is, how long events are queued, and who is meant."""


def test_a_sample_of_faults_of_a_send(figure: Callable) -> None:
    """Each fault at the trigger, and at looks."""
    chance = random.Random(20261126)
    runs = [(fault, "", "", chance.choice(DELAYS), PEOPLE[0]) for fault in FAULTS]
    runs += [chance.choice(_all_runs()) for _ in range(7)]
    figure("faults of an event (sample)", _campaign(runs))


@pytest.mark.campaign
def test_any_fault_of_a_send(figure: Callable) -> None:
    """Every fault at the trigger and at each look, alone and with another one."""
    chance = random.Random(7)
    runs = _all_runs()
    chance.shuffle(runs)
    figure("faults of an event", _campaign(runs))


def test_the_eyes_of_the_campaign_see_a_second_send() -> None:
    """A run that sends twice is noticed."""
    with event_shop() as shop:
        shop.send()
        shop.send()
        with pytest.raises(AssertionError, match="sent twice"):
            _check(shop, shop.send(), ("", "", "", 0.0, PEOPLE[0]))


def _all_runs() -> list[Run]:
    alone = [
        (fault if place == "trigger" else "", "" if place == "trigger" else fault, place, delay, who)
        for fault in FAULTS
        for place in PLACES
        for delay in DELAYS
        for who in PEOPLE
    ]
    both = [
        (fault, other, "first looks", delay, PEOPLE[0])
        for fault in FAULTS
        for other in ("lost before", "broken JSON")
        for delay in DELAYS[:2]
    ]
    return [*alone, *both]


def _campaign(runs: Iterable[Run]) -> str:
    codes: Counter[int | str] = Counter()
    made = 0
    for run in runs:
        made += 1
        codes[_one(run)] += 1
    late = codes.pop("late", 0)
    ends = ", ".join(f"{code}: {count}" for code, count in sorted(codes.items(), key=str))
    return (
        f"{made} runs, 0 sent twice, 0 times exit 0 for what did not land, exits {ends}; "
        f"{late} times exit 1 after a 429 whose event came after more than 30 s"
    )


def _one(run: Run) -> int | str:
    fault, look_fault, place, delay, who = run
    with event_shop(async_delay=delay) as shop:
        rules = []
        if fault:
            rules.append({**FAULTS[fault], "method": "POST"})
        if look_fault:
            rules.append({**PLACES[place], **FAULTS[look_fault]})
        shop.fail_all(rules)
        try:
            outcome = shop.send(body(who))
        except ApiError:
            shop.fail_all([])
            assert place == "before", run
            assert [] == shop.histories(), (run, "nothing was sent, they say")
            return 1
        shop.fail_all([])
        return _check(shop, outcome, run)


def _check(shop: EventShop, outcome: SendOutcome, run: Run) -> int | str:
    rows = shop.histories()
    assert shop.triggers() <= 1 and len(rows) <= 1, (run, "sent twice")  # noqa: PT018 - one promise
    code = int(outcome.exit.code)
    match outcome.state:
        case "landed":
            assert (0, ["processed"]) == (code, [row["status"] for row in rows]), run
        case "unresolved":
            assert (1, ["target_not_found"]) == (code, [row["status"] for row in rows]), run
        case "unknown":
            assert code == 5, run
            assert outcome.safe_at is not None, run
        case "refused" if rows:
            # The contract has a 429 for what was not carried out, and here it was.
            assert ("429 after commit", 100.0) == (run[0], run[3]), run
            return "late"
        case _:
            assert [] == rows, run
            assert code == 1, run
    return code
