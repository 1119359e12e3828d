"""A fault at any request: nothing is doubled, nothing is lost, and two more runs are enough."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.campaigns.generated import documents_of, grown, left

FAULTS: dict[str, dict[str, Any]] = {
    "lost before": {"action": "lose_before"},
    "lost after commit": {"action": "lose_after"},
    "500 before": {"action": "status_before", "status": 500},
    "500 after commit": {"action": "status_after", "status": 500},
    "429 with Retry-After": {"action": "status_before", "status": 429, "retry_after": 1},
    "429 without Retry-After": {"action": "status_before", "status": 429},
    "broken JSON": {"action": "broken_json"},
    "hang": {"action": "hang_after", "seconds": 0.6},
}
SCENARIOS = ("all new", "everything grows", "half is there", "much leaves")
Run = tuple[str, int, str]


def test_any_fault_at_a_sample_of_requests(real_shops: Callable, figure: Callable) -> None:
    """A sample of the campaign: every fault once, every scenario with two faults."""
    chance = random.Random(20261121)
    lengths = {scenario: _length(real_shops, scenario) for scenario in SCENARIOS}
    pairs = [(SCENARIOS[number % len(SCENARIOS)], fault) for number, fault in enumerate(FAULTS)]
    runs = [(scenario, chance.randint(1, lengths[scenario]), fault) for scenario, fault in pairs]
    figure("fault at any request (sample)", _campaign(real_shops, iter(runs)))


@pytest.mark.campaign
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_any_fault_at_any_request(real_shops: Callable, figure: Callable, scenario: str) -> None:
    """Every request index × every fault."""
    length = _length(real_shops, scenario)
    runs = ((scenario, index, fault) for index in range(1, length + 1) for fault in FAULTS)
    figure("fault at any request", f"{scenario}: {_campaign(real_shops, runs)}")


def _documents(scenario: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(what is applied beforehand, what is wanted)."""
    documents = documents_of(7, definitions=24, events=18)
    if scenario == "all new":
        return [], documents
    if scenario == "everything grows":
        return documents, grown(documents, 1)
    if scenario == "much leaves":
        return documents, left(documents, 1)
    events = [document for document in documents if document["kind"] == "event"]
    return events[:8], documents


def _prepared(real_shops: Callable, scenario: str, name: str) -> Any:
    shop = real_shops(name)
    before, wanted = _documents(scenario)
    shop.control("DELETE", "faults")
    if before:
        shop.write(before)
        shop.prepare()
    shop.write(wanted)
    return shop


def _length(real_shops: Callable, scenario: str) -> int:
    """How many requests the scenario takes when nothing goes wrong."""
    shop = _prepared(real_shops, scenario, f"length of {scenario}")
    shop.control("PUT", "faults", {"rules": []})
    assert 0 == shop.apply()
    return int(shop.control("GET", "faults")["seen"])


def _campaign(real_shops: Callable, runs: Iterator[Run]) -> str:
    """Makes the runs; returns the figure."""
    worst, made = 0, 0
    codes: set[int] = set()
    for scenario, index, fault in runs:
        made += 1
        shop = _prepared(real_shops, scenario, f"{scenario} {index} {fault}")
        shop.control("PUT", "faults", {"rules": [{**FAULTS[fault], "at": index}]})
        code = shop.apply()
        codes.add(code)
        further = 0
        where = f"{scenario}, request {index}, {fault}: exit {code}"
        while shop.plan().changes:
            assert 0 != code, f"{where}, and something is missing"
            assert 2 > further, f"{where}, not converged"
            code = shop.apply()
            further += 1
        assert [] == shop.duplicates(), where
        assert {} == {name: n for name, n in shop.names().items() if n != 1}, where
        worst = max(worst, further)
    return f"{made} runs, 0 duplicates, 0 lost changes, converged after at most {worst} further runs, exits {codes}"
