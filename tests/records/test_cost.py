"""What a large push takes: requests that can be computed beforehand, and memory that does not grow."""

import json
import subprocess
import sys
from collections.abc import Callable

from tests.benchmarks.rows_in_sandbox import run

ROWS = 20_000
CHANGED = ROWS // 100
LIMIT = 150
"""MiB, for any number of rows."""


def test_a_push_of_twenty_thousand_rows(figure: Callable[[str, str], None]) -> None:
    """Read whole, one in a hundred sent, all of those read back: and not a request more."""
    command = [sys.executable, "-m", "tests.benchmarks.rows", "few", str(ROWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    took = json.loads(done.stdout)
    assert ROWS // 100 + CHANGED // 50 + CHANGED // 100 == took["requests"]
    assert took["mebibytes"] < LIMIT
    figure("push of 20,000 rows, 1 % changed", f"{took['requests']} requests, {took['mebibytes']:.0f} MiB")


def test_the_benchmark_against_the_sandbox(figure: Callable[[str, str], None]) -> None:
    """A sample of it: a read, four batches, two reads to verify; all rows are there, and nothing is sent again."""
    took = run(200)
    assert (7, 200) == (took["requests"], took["equal"])
    assert (0, 2) == (took["writes_again"], took["requests_again"])
    figure("push of 200 rows to the sandbox (sample)", f"{took['requests']:.0f} requests, {took['equal']:.0f} equal")
