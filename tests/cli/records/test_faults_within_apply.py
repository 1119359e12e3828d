"""A fault at any request of a whole `apply` that pushes rows: definitions are there, rows of two tables are not, the
second naming rows of the first.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import FaultRules, Rule
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport
from tests.cli.records.conftest import Desk

FAULTS: dict[str, dict[str, Any]] = {
    "lost before": {"action": "lose_before"},
    "lost after commit": {"action": "lose_after"},
    "500 before": {"action": "status_before", "status": 500},
    "500 after commit": {"action": "status_after", "status": 500},
    "429": {"action": "status_before", "status": 429, "retry_after": 1},
    "broken JSON": {"action": "broken_json"},
}
MANIFESTS = """
kind: records
definition: Manager
file: managers.csv
---
kind: records
definition: Assignment
show: values
file: assigned.csv
"""
MANAGERS = [(f"COM-{i}", f"Name {i}", i) for i in range(120)]
PEOPLE = [f"p{i}@example.com" for i in range(20)]


class FaultySandbox(EmbeddedSandbox):
    """The sandbox of the folder, with faults."""

    def __init__(self) -> None:
        self.faults = FaultRules()

    def embedded(self, file: Path) -> Any:
        """As the tool has it."""
        store = Store(file)
        app = create_app(store, Switches(rate_limit=0, async_delay=0.0), self.faults)
        return SandboxTransport(app), store.ensure_shop().key


class Shop:
    """A shop with customers, its manifests, and faults."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.sandbox = desk, FaultySandbox()
        desk.customers(*PEOPLE)
        desk.rows(*MANAGERS, name="manifests/managers.csv")
        rows = [(email, f"COM-{i}", "n") for i, email in enumerate(PEOPLE)]
        desk.rows(*rows, header="contact_id.email,code,note", name="manifests/assigned.csv")
        desk.write("manifests/rows.yaml", MANIFESTS)

    def apply(self, *rules: Rule) -> int:
        """One whole apply; its exit code."""
        self.sandbox.faults.set(rules)
        return run_command(("--target", "sandbox", "-q", "apply", "--auto-approve"), self.sandbox)

    def check(self, where: str) -> None:
        """Every row is there once, and a plan finds nothing to do."""
        desk = self.desk
        managers, assigned = self._all("Manager"), self._all("Assignment")
        assert Counter(code for code, _, _ in MANAGERS) == Counter(row["code"] for row in managers), where
        assert Counter(f"COM-{i}" for i in range(len(PEOPLE))) == Counter(row["code"] for row in assigned), where
        assert len(PEOPLE) == len({row["contact_id"] for row in assigned}), where
        plan = json.loads(desk.run("plan", "--format", "json").out)
        assert [] == plan["changes"], where

    def _all(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        path, offset, more = f"/custom-data-records/{self.desk.ids()[name]}", 0, True
        while more:
            query = {"limit": 100, "offset": offset, "order[0][field]": "id", "order[0][type]": "asc"}
            body = self.desk.other.get(path, params=query).json()
            rows += body["data"]
            offset, more = offset + 100, body["meta"]["pagination"]["has_next_page"] in (True, "true")
        return rows


@pytest.fixture
def new_shop(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[str], Shop]]:
    """Makes shops, each in a folder of its own."""
    made: list[Desk] = []

    def make(name: str) -> Shop:
        while made:
            made.pop().close()
        folder = tmp_path / name
        (folder / ".reconciler").mkdir(parents=True)
        monkeypatch.chdir(folder)
        copyfile(prepared, folder / ".reconciler" / "sandbox.db")
        made.append(Desk(folder, capsys))
        return Shop(made[-1])

    yield make
    while made:
        made.pop().close()


def _length(new_shop: Callable) -> int:
    """How many requests the apply takes when nothing goes wrong."""
    shop = new_shop("length")
    shop.desk.store.clear_requests()
    assert 0 == shop.apply()
    shop.check("without a fault")
    return int(str(shop.sandbox.faults.state()["seen"]))


def _runs(new_shop: Callable, runs: Iterator[tuple[int, str]]) -> str:
    made, further, codes = 0, 0, Counter[int]()
    for index, fault in runs:
        where = f"request {index}, {fault}"
        shop = new_shop(f"{index} {fault}")
        code = shop.apply(Rule.parse({**FAULTS[fault], "at": index}))
        codes[code] += 1
        if code != 0:
            assert 0 == shop.apply(), where
            further += 1
        shop.check(f"{where}: exit {code}")
        made += 1
    return f"{made} runs, 0 duplicates, 0 lost rows, {further} needed a second run, exits {dict(codes)}"


def test_a_fault_at_some_requests(new_shop: Callable, figure: Callable) -> None:
    """A sample: every second fault once, spread over the run."""
    length = _length(new_shop)
    some = list(FAULTS)[::2]
    runs = ((1 + number * length // len(some), fault) for number, fault in enumerate(some))
    figure("fault in an apply of rows (sample)", _runs(new_shop, runs))


@pytest.mark.campaign
def test_a_fault_at_any_request(new_shop: Callable, figure: Callable) -> None:
    """Every request × every fault."""
    runs = ((index, fault) for index in range(1, _length(new_shop) + 1) for fault in FAULTS)
    figure("fault in an apply of rows", _runs(new_shop, runs))
