"""kill -9 in the middle of a whole `apply` that makes definitions and pushes rows of two tables, the second naming rows
of the first: the next run finishes the job, and nothing is there twice.
"""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox.store import Store
from tests.campaigns.conftest import RealShop
from tests.conftest import client_of
from tests.warm.start import COLD, warm_command

MANIFESTS = """
kind: definition
name: Clinic
unique_keys: [nom]
fields:
  - {name: nom, label: Name, type: text, required: true}
---
kind: definition
name: Price
unique_keys: [clinic_id, product]
fields:
  - {name: clinic_id, label: Clinic, type: number, required: true}
  - {name: product, label: Product, type: text, required: true}
  - {name: price, label: Price, type: decimal}
relationships:
  - {sourceField: clinic_id, targetSchemaType: custom, targetSchema: Clinic, targetField: id}
---
kind: event
name: Price changed
code_name: price.changed
properties:
  metaData:
    - {name: price, type: decimal}
---
kind: records
definition: Clinic
file: clinics.csv
---
kind: records
definition: Price
file: prices.csv
columns: {clinic_id: {column: clinic, by: nom}}
"""
CLINICS, PRICES = 120, 170
FILES = ["clinics.csv", "manifests.yaml", "prices.csv"]


@pytest.fixture
def shops(serve: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[[str], RealShop]]:
    """Makes shops with the manifests and files of rows, all in one served sandbox without a rate limit."""
    served = serve("rate_limit=0", "async_delay=0.02")
    store = Store(tmp_path / "served.db")

    def make(name: str) -> RealShop:
        shop = RealShop(served.url, store.ensure_shop(name).key, tmp_path / name, served.control)
        shop.folder.mkdir()
        clinics = [f"Clinic {i}\n" for i in range(CLINICS)]
        prices = [f"Clinic {i % CLINICS},P{i},{i}.5\n" for i in range(PRICES)]
        (shop.folder / "manifests.yaml").write_text(MANIFESTS)
        (shop.folder / "clinics.csv").write_text("".join(["nom\n", *clinics]))
        (shop.folder / "prices.csv").write_text("".join(["clinic,product,price\n", *prices]))
        return shop

    yield make
    store.close()


def test_a_sample_of_kills_in_an_apply_with_rows(shops: Callable[[str], RealShop], figure: Callable) -> None:
    """Before and after a request in the middle, between the tables."""
    figure("kill -9 in an apply with rows (sample)", _campaign(shops, 1))


@pytest.mark.campaign
def test_twenty_kills_in_an_apply_with_rows(shops: Callable[[str], RealShop], figure: Callable) -> None:
    """Before and after ten requests, spread over the whole run."""
    figure("kill -9 in an apply with rows", _campaign(shops, 10))


def _campaign(shops: Callable[[str], RealShop], count: int) -> str:
    length = _length(shops)
    kills = 0
    for number in range(1, count + 1):
        for moment in ("before", "after"):
            at = number * length // (count + 1)
            _kill(shops(f"{moment} {at}"), moment, at)
            kills += 1
    return (
        f"{kills} kills within the {length} requests of an apply with {CLINICS + PRICES} rows: every re-run converged, "
        "0 duplicates, 0 lost"
    )


def _length(shops: Callable[[str], RealShop]) -> int:
    """The requests of an apply that nobody kills."""
    shop = shops("length")
    shop.control("PUT", "faults", {"rules": []})
    assert 0 == _start(shop).wait(timeout=120)
    length = int(shop.control("GET", "faults")["seen"])
    _check(shop, "not killed")
    return length


def _kill(shop: RealShop, moment: str, at: int) -> None:
    rule = {"action": f"hang_{moment}", "at": at, "seconds": 20}
    shop.control("PUT", "faults", {"rules": [rule]})
    process = _start(shop, COLD)
    deadline = time.monotonic() + 60
    while shop.control("GET", "faults")["seen"] < at:
        assert time.monotonic() < deadline, f"request {at} never came"
        assert process.poll() is None, "the apply ended before its request came"
        time.sleep(0.02)
    time.sleep(0.05)  # what comes after the commit hangs then
    os.kill(process.pid, signal.SIGKILL)
    assert -signal.SIGKILL == process.wait()
    shop.control("DELETE", "faults")
    time.sleep(0.1)  # what was accepted is stored by then
    assert 0 == _start(shop).wait(timeout=120), f"{moment} request {at}"
    _check(shop, f"{moment} request {at}")


def _start(shop: RealShop, program: Sequence[str] = (), *command: str) -> "subprocess.Popen[bytes]":
    """A command in a process of its own: an apply with one write at a time, if no other is named."""
    environment = {**os.environ, "SHOPIMIND_CORE_API_BASE": shop.url, "SHOPIMIND_API_KEY": shop.key}
    chosen = command or ("apply", ".", "--auto-approve", "--parallelism", "1")
    line = [*(program or warm_command()), *chosen]
    return subprocess.Popen(
        line, cwd=shop.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _check(shop: RealShop, where: str) -> None:
    """Everything is there once, a plan finds nothing to do, and nothing is left in the folder."""
    assert [] == shop.duplicates(), where
    clinics, prices = _rows(shop, "Clinic"), _rows(shop, "Price")
    assert Counter(f"Clinic {i}" for i in range(CLINICS)) == Counter(row["nom"] for row in clinics), where
    names = {str(row["id"]): row["nom"] for row in clinics}
    wanted = Counter((f"Clinic {i % CLINICS}", f"P{i}", i + 0.5) for i in range(PRICES))
    found = Counter((names[str(row["clinic_id"])], row["product"], float(row["price"])) for row in prices)
    assert wanted == found, where
    assert 0 == _start(shop, (), "plan", ".", "--detailed-exitcode").wait(timeout=60), where
    assert FILES == sorted(os.listdir(shop.folder)), where


def _rows(shop: RealShop, name: str) -> list[dict[str, Any]]:
    """All rows of a definition, asked for without the tool."""
    with client_of(shop.url, shop.key) as client:
        definitions = client.get("/custom-data-definitions", params={"limit": 100}).json()["data"]
        (number,) = [each["id_definition"] for each in definitions if each["name"] == name]
        rows: list[dict[str, Any]] = []
        while True:
            params = {"limit": 100, "offset": len(rows), "order[0][field]": "id", "order[0][type]": "asc"}
            page = client.get(f"/custom-data-records/{number}", params=params).json()["data"]
            if not page:
                return rows
            rows += page
