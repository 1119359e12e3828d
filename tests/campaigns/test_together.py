"""Two and four applies at once against one shop: nothing is there twice, no override is lost."""

import os
import subprocess
from collections.abc import Callable

import pytest

from tests.campaigns.generated import documents_of
from tests.warm.start import warm_command


def test_a_sample_of_applies_at_once(real_shops: Callable, figure: Callable) -> None:
    """One seed."""
    figure("applies at once (sample)", _campaign(real_shops, range(1)))


@pytest.mark.campaign
def test_applies_at_once(real_shops: Callable, figure: Callable) -> None:
    """Fifty seeds."""
    figure("applies at once", _campaign(real_shops, range(50)))


def _campaign(real_shops: Callable, seeds: range) -> str:
    codes: list[int] = []
    for seed in seeds:
        documents = documents_of(seed, definitions=8, events=5)
        for processes in (2, 4):
            shop = real_shops(f"seed {seed}, {processes} at once")
            shop.write(documents)
            environment = {**os.environ, "SHOPIMIND_CORE_API_BASE": shop.url, "SHOPIMIND_API_KEY": shop.key}
            command = [*warm_command(), "apply", ".", "--auto-approve", "-q"]
            started = [
                subprocess.Popen(command, cwd=shop.folder, env=environment, stdout=subprocess.DEVNULL)
                for _ in range(processes)
            ]
            ended = [process.wait(timeout=120) for process in started]
            codes += ended
            assert [] == shop.duplicates(), seed
            plan = shop.plan()
            assert () == plan.changes, (seed, ended)
            overrides = [document for document in documents if document["kind"] == "override"]
            assert len(overrides) == sum(address.kind == "override" for address in plan.unchanged)
    well = codes.count(0)
    return f"{len(seeds)} seeds × (2 and 4 processes): 0 duplicates, 0 lost overrides, {well} of {len(codes)} exited 0"
