"""kill -9, Ctrl-C and SIGTERM in the middle of a push of rows; two pushes at once; streams that end early."""

import csv
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.sandbox.store import Store
from tests.conftest import client_of
from tests.warm.start import COLD, warm_command

DEFINITION = """
kind: definition
name: Manager
unique_keys: [code]
fields:
  - {name: code, label: Code, type: text, required: true}
  - {name: name, label: Name, type: text, required: false}
"""
ROWS = 2_000
WRITES = ROWS // 50
READS = 2
"""Definitions, and the first page of the table, before the first write."""


class Shop:
    """One shop with the definition, and a file of rows."""

    def __init__(self, url: str, key: str, folder: Path, control: Callable[..., Any], rows: int) -> None:
        self.url, self.key, self.folder, self.control = url, key, folder, control
        self.environment = {**os.environ, "SHOPIMIND_CORE_API_BASE": url, "SHOPIMIND_API_KEY": key}
        self.folder.mkdir(exist_ok=True)
        (self.folder / "definition.yaml").write_text(DEFINITION, encoding="utf-8")
        with (self.folder / "rows.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["code", "name"])
            writer.writerows((f"M{i}", f"Name {i}") for i in range(rows))
        field = {"label": "l", "type": "text", "required": False}
        body = {
            "name": "Manager",
            "unique_keys": ["code"],
            "fields": [{"name": "code", **field, "required": True}, {"name": "name", **field}],
        }
        with self._client() as client:
            answer = client.post("/custom-data-definitions", json=body)
            self.number = answer.json()["data"]["id_definition"]

    def _client(self) -> httpx.Client:
        return client_of(self.url, self.key)

    def command(self, program: list[str] | None = None, *more: str) -> list[str]:
        """A push of the file."""
        base = [*(program or warm_command()), "records", "apply", "Manager", ".", "--file", "rows.csv"]
        return [*base, "--auto-approve", *more]

    def start(self, program: list[str] | None = None, *more: str, **streams: Any) -> "subprocess.Popen[bytes]":
        """A push in a process of its own."""
        chosen = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
        return subprocess.Popen(self.command(program, *more), cwd=self.folder, env=self.environment, **chosen)

    def codes(self) -> list[str]:
        """The keys of all rows that live, asked for without the tool."""
        found: list[str] = []
        with self._client() as client:
            while True:
                params = {"limit": 100, "offset": len(found), "order[0][field]": "id", "order[0][type]": "asc"}
                rows = client.get(f"/custom-data-records/{self.number}", params=params).json()["data"]
                found += [row["code"] for row in rows]
                if not rows:
                    return found


@pytest.fixture
def row_shops(serve: Callable[..., Any], tmp_path: Path) -> Callable[..., Shop]:
    """Makes shops, all in one served sandbox without a rate limit."""
    served = serve("rate_limit=0", "async_delay=0.05")
    store = Store(tmp_path / "served.db")

    def make(name: str, rows: int = ROWS) -> Shop:
        key = store.ensure_shop(name).key
        return Shop(served.url, key, tmp_path / name, served.control, rows)

    return make


def test_a_sample_of_kills(row_shops: Callable[..., Shop], figure: Callable) -> None:
    """Two writes, before and after each."""
    figure("R14 kill -9 in a push of rows (sample)", _kills(row_shops, [5], rows=400))


@pytest.mark.campaign
def test_sixty_kills(row_shops: Callable[..., Shop], figure: Callable) -> None:
    """Before and after thirty of forty writes."""
    chance = random.Random(1)
    figure(
        "R14 kill -9 in a push of rows", _kills(row_shops, sorted(chance.sample(range(1, WRITES + 1), 30)), rows=ROWS)
    )


def _kills(row_shops: Callable[..., Shop], writes: list[int], rows: int) -> str:
    kills = 0
    for write in writes:
        for moment in ("before", "after"):
            shop = row_shops(f"killed {moment} {write}", rows)
            rule = {"action": f"hang_{moment}", "method": "POST", "skip": write - 1, "seconds": 20}
            shop.control("PUT", "faults", {"rules": [rule]})
            process = shop.start(COLD)
            _until(lambda: shop.control("GET", "faults")["seen"] >= READS + write, process)  # noqa: B023 – called before the loop goes on
            time.sleep(0.05)
            os.kill(process.pid, signal.SIGKILL)
            assert -signal.SIGKILL == process.wait()
            kills += 1
            shop.control("DELETE", "faults")
            time.sleep(0.1)
            stored = len(shop.codes())
            shop.control("DELETE", "requests")
            again = shop.start()
            assert 0 == again.wait(timeout=120), f"{moment} write {write}"
            new = _log(shop)
            assert -(-(rows - stored) // 50) == sum(method == "POST" for method in new), (moment, write)
            found = shop.codes()
            assert rows == len(found) == len(set(found)), f"{moment} write {write}"
            assert ["definition.yaml", "rows.csv"] == sorted(os.listdir(shop.folder))
    return f"{kills} kills in a push of {rows:,} rows: 0 duplicates, 0 lost, only what was missing was sent again"


def _log(shop: Shop) -> list[str]:
    return [each["method"] for each in shop.control("GET", "requests")]


def _until(reached: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "the request never came"
        assert process.poll() is None, "the push ended before its request came"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_finishes_the_request_and_reports(row_shops: Callable[..., Shop], number: int) -> None:
    """Exit 130 with the sum; the next run does the rest."""
    shop = row_shops(f"signal {number}", 1_000)
    shop.control("PUT", "faults", {"rules": [{"action": "drip", "method": "POST", "skip": 4, "seconds": 1}]})
    process = shop.start(None, "--format", "json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _until(lambda: shop.control("GET", "faults")["seen"] >= READS + 5, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    report = json.loads(out)
    assert 130 == process.returncode == report["exit"]["code"]
    assert b"Stopping" in err
    counts = report["rows"]
    assert 1_000 == sum(counts.values()) - counts["delete"]
    assert 250 == counts["create"] + counts["unknown"]
    assert 750 == counts["not_sent"]
    assert 0 == shop.start().wait(timeout=60)
    assert 1_000 == len(set(shop.codes())) == len(shop.codes())


def test_a_second_signal_ends_at_once(row_shops: Callable[..., Shop]) -> None:
    """Whatever hangs; and the next run does the rest."""
    shop = row_shops("twice", 500)
    shop.control("PUT", "faults", {"rules": [{"action": "hang_after", "method": "POST", "skip": 2, "seconds": 20}]})
    process = shop.start(None, stderr=subprocess.PIPE)
    _until(lambda: shop.control("GET", "faults")["seen"] >= READS + 3, process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert 130 == process.returncode
    shop.control("DELETE", "faults")
    assert 0 == shop.start().wait(timeout=60)
    assert 500 == len(set(shop.codes())) == len(shop.codes())


def test_two_pushes_at_once(row_shops: Callable[..., Shop], figure: Callable) -> None:
    """Each row is there once, whoever sent it."""
    shop = row_shops("two at once", 1_000)
    ended = [process.wait(timeout=120) for process in [shop.start(), shop.start()]]
    found = shop.codes()
    assert 1_000 == len(found) == len(set(found))
    assert set(ended) <= {0, 5}
    assert 0 == shop.start().wait(timeout=60)
    figure("two pushes of 1,000 rows at once", f"0 duplicates, exits {ended}")


def test_a_report_that_nobody_takes_loses_no_row(row_shops: Callable[..., Shop]) -> None:
    """`| head -1` and a full disk behind stdout or stderr: everything is stored."""
    shop = row_shops("full", 200)
    command = " ".join(shop.command())
    for shell in (f"{command} | head -1", f"{command} 2>/dev/full", f"{command} >/dev/full"):
        subprocess.run(["bash", "-c", shell], cwd=shop.folder, env=shop.environment, capture_output=True, timeout=60)
        assert 200 == len(shop.codes()), shell
