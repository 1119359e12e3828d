"""kill -9 in the middle of an apply: the next run finishes the job, and nothing is there twice."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.campaigns.generated import documents_of
from tests.warm.start import COLD, warm_command

OBJECTS = documents_of(11, definitions=22, events=17)
PLAN_READS = 3


def test_killed_around_a_sample_of_writes(real_shops: Callable, figure: Callable) -> None:
    """One in the middle, before and after it."""
    figure("kill -9 at any point (sample)", _campaign(real_shops, [_writes(real_shops) // 2]))


@pytest.mark.campaign
def test_killed_around_every_write(real_shops: Callable, figure: Callable) -> None:
    """Before and after each of them."""
    figure("kill -9 at any point", _campaign(real_shops, range(1, _writes(real_shops) + 1)))


def _writes(real_shops: Callable) -> int:
    shop = real_shops("length")
    shop.write(OBJECTS)
    shop.control("PUT", "faults", {"rules": []})
    assert 0 == _start(shop).wait()
    return len([d for d in OBJECTS if d]) + _postponed(shop)


def _postponed(shop: Any) -> int:
    """Second requests, for relationships that close a cycle; the rest of what was asked are reads."""
    asked = shop.control("GET", "faults")["seen"]
    return int(asked) - PLAN_READS - len(OBJECTS) - 3


def _campaign(real_shops: Callable, writes: Any) -> str:
    kills = 0
    for write in writes:
        for moment in ("before", "after"):
            shop = real_shops(f"killed {moment} {write}")
            shop.write(OBJECTS)
            at = PLAN_READS + write
            rule = {"action": f"hang_{moment}", "at": at, "seconds": 20}
            shop.control("PUT", "faults", {"rules": [rule]})
            process = _start(shop, COLD)
            _until(lambda: shop.control("GET", "faults")["seen"] >= at, process)  # noqa: B023 - called before the loop goes on
            os.kill(process.pid, signal.SIGKILL)
            assert -signal.SIGKILL == process.wait()
            kills += 1
            shop.control("DELETE", "faults")
            again = _start(shop)
            assert 0 == again.wait(), f"{moment} write {write}"
            assert () == shop.plan().changes
            assert [] == shop.duplicates()
            assert ["manifests.yaml"] == sorted(os.listdir(shop.folder))
    return f"{kills} kills around the writes of a {len(OBJECTS)}-object apply: every re-run converged, 0 duplicates"


def _start(shop: Any, program: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """An apply in a process of its own; one write at a time, so that the n-th request is always the same one."""
    environment = {**os.environ, "SHOPIMIND_CORE_API_BASE": shop.url, "SHOPIMIND_API_KEY": shop.key}
    command = [*(program or warm_command()), "apply", ".", "--auto-approve", "--parallelism", "1"]
    return subprocess.Popen(command, cwd=shop.folder, env=environment, stdout=subprocess.DEVNULL)


def _until(reached: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "the request never came"
        assert process.poll() is None, "the apply ended before its request came"
        time.sleep(0.02)


def test_ctrl_c_finishes_what_is_under_way_and_reports(real_shops: Callable) -> None:
    """Exit 130; what was sent is applied, the rest is skipped, and the next run does the rest."""
    shop = real_shops("interrupted")
    shop.write(OBJECTS)
    shop.control("PUT", "faults", {"rules": [{"action": "drip", "at": PLAN_READS + 5, "seconds": 1}]})
    environment = {**os.environ, "SHOPIMIND_CORE_API_BASE": shop.url, "SHOPIMIND_API_KEY": shop.key}
    command = [*warm_command(), "apply", ".", "--auto-approve", "--format", "json"]
    process = subprocess.Popen(
        command, cwd=shop.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _until(lambda: shop.control("GET", "faults")["seen"] >= PLAN_READS + 5, process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    report = json.loads(out)
    assert 130 == process.returncode == report["exit"]["code"]
    assert b"Stopping" in err
    assert report["applied"]
    assert {"the run was stopped before it was sent"} == {skipped["because"] for skipped in report["skipped"]}
    assert len(OBJECTS) == len(report["applied"]) + len(report["skipped"]) + len(report["failed"])
    assert 0 == _start(shop).wait()
    assert () == shop.plan().changes
    assert [] == shop.duplicates()
