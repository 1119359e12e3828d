"""What a large push takes: requests that can be computed beforehand, and memory that does not grow."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.speed import Speed
from reconciler.records.cost import Verify, forecast, looks
from reconciler.records.options import PushOptions
from tests.benchmarks.rows_in_sandbox import run
from tests.records.pushing import managers, new_shop

ROWS = 20_000
CHANGED = ROWS // 100
LIMIT = 150
"""MiB, for any number of rows."""


def test_a_push_of_twenty_thousand_rows(figure: Callable[[str, str], None]) -> None:
    """Read whole, one in a hundred sent, all of those read back: and not a request more."""
    took = _pushed("few", ROWS)
    assert ROWS // 100 + CHANGED // 50 + CHANGED // 100 == took["requests"]
    assert took["mebibytes"] < LIMIT
    figure("R15 20,000 rows, 1 % changed (sample)", f"{took['requests']} requests, {took['mebibytes']:.0f} MiB")


@pytest.mark.campaign
def test_a_push_of_a_million_rows(figure: Callable[[str, str], None]) -> None:
    """R15: all new; counted, and one in a hundred read back. Seconds are the machine's, and only told."""
    rows = 1_000_000
    took = _pushed("new", rows)
    assert took["mebibytes"] < LIMIT
    each = took["seconds"] * 10_000 / rows
    figure(
        "R15 1,000,000 new rows", f"{took['requests']:,} requests, {took['mebibytes']:.0f} MiB, {each:.2f} s / 10,000"
    )


def _pushed(how: str, rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.rows", how, str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=rows / 1_000 + 100)
    return dict(json.loads(done.stdout))


FORECASTS: list[tuple[dict[str, Any], int, int, Verify | None]] = [
    ({}, 0, 230, None),
    ({}, 0, 230, "sample"),
    ({}, 0, 230, "count"),
    ({"mode": "mirror", "scope": {"level": [1]}}, 50, 230, None),
]


@pytest.mark.parametrize(("settings", "gone", "rows", "verify"), FORECASTS)
def test_a_push_takes_the_requests_that_are_foretold(
    settings: dict[str, Any], gone: int, rows: int, verify: Verify | None
) -> None:
    """When all is visible at once: batches, what is read back, and three requests for each twenty deletes."""
    with new_shop(async_delay=0.0) as shop:
        shop.save(*({"code": f"GONE{i}", "name": "x", "level": 1} for i in range(gone)))
        pushed = shop.push(managers(rows), options=PushOptions(verify=verify), **settings)
    assert (0, gone, rows) == (pushed.outcome.exit.code, pushed.outcome.deleted, pushed.outcome.created)
    told = forecast(rows, gone, looks(rows, verify), 50, Speed())
    assert told.requests == pushed.outcome.requests


@pytest.mark.parametrize(("requests", "rows"), [(0, 0), (1, 1), (100, 10_000), (3, 10_001), (101, 1_000_000)])
def test_of_a_large_push_a_sample_is_read_back(requests: int, rows: int) -> None:
    """Over 10,000 rows each hundredth, and their number."""
    assert requests == looks(rows, None)


def test_the_benchmark_against_the_sandbox(figure: Callable[[str, str], None]) -> None:
    """A sample of it: a read, four batches, two reads to verify; all rows are there, and nothing is sent again."""
    took = run(200)
    assert (7, 200) == (took["requests"], took["equal"])
    assert (0, 2) == (took["writes_again"], took["requests_again"])
    figure("push of 200 rows to the sandbox (sample)", f"{took['requests']:.0f} requests, {took['equal']:.0f} equal")
