"""What a large push takes: requests that can be computed beforehand, and memory that does not grow."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.benchmarks.rows_in_sandbox import run

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


def test_the_benchmark_against_the_sandbox(figure: Callable[[str, str], None]) -> None:
    """A sample of it: a read, four batches, two reads to verify; all rows are there, and nothing is sent again."""
    took = run(200)
    assert (7, 200) == (took["requests"], took["equal"])
    assert (0, 2) == (took["writes_again"], took["requests_again"])
    figure("push of 200 rows to the sandbox (sample)", f"{took['requests']:.0f} requests, {took['equal']:.0f} equal")
