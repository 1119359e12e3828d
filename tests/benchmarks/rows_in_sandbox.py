"""A push of rows against the sandbox in this process: `python -m tests.benchmarks.rows_in_sandbox ROWS`.

All rows are new, then the same file is pushed again. Prints one JSON object: wall and CPU seconds of the first push
(the CPU of the shop, which works in this process too, beside that of the tool), requests of both, memory of tool and
shop together in MiB, and how many rows were read back equal to the file.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport
from tests.benchmarks.rows import BASE, DEFINITION, PAGE, Place, mebibytes, push, row, write

SWITCHES = ("rate_limit=0", "async_delay=0")


class SandboxShop(httpx.BaseTransport):
    """The real sandbox, with the requests and the CPU seconds that it takes: the tool waits meanwhile."""

    def __init__(self) -> None:
        self.store = Store(":memory:")
        self.key = self.store.ensure_shop().key
        self.requests = self.writes = 0
        self.seconds = 0.0
        self._inner = SandboxTransport(create_app(self.store, Switches.parse(SWITCHES)))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.process_time()
        self.requests += 1
        self.writes += request.method != "GET"
        answer = self._inner.handle_request(request)
        whole = httpx.Response(answer.status_code, headers=answer.headers, content=answer.read())
        self.seconds += time.process_time() - began
        return whole

    def close(self) -> None:
        """Keeps the loop for whoever asks next; `sandbox_shop` ends it."""

    def end(self) -> None:
        """Ends the loop, without which the process would not end."""
        self._inner.close()
        self.store.close()


@contextmanager
def sandbox_shop() -> Iterator[SandboxShop]:
    """A shop whose loop ends, whatever goes wrong."""
    shop = SandboxShop()
    try:
        yield shop
    finally:
        shop.end()


def define(client: httpx.Client) -> int:
    """Creates the definition; its id."""
    fields = [{"required": False, **field} for field in DEFINITION["fields"]]
    answer = client.post("/custom-data-definitions", json={**DEFINITION, "fields": fields})
    assert answer.is_success, answer.text
    return int(answer.json()["data"]["id_definition"])


def count_equal(client: httpx.Client, table: int) -> int:
    """How many rows of the shop are those of the file, each in its place."""
    count = 0
    while page := _page(client, table, count):
        for number, found in enumerate(page, count):
            assert _plain(row(number)) == _plain(found), found
        count += len(page)
    return count


def _page(client: httpx.Client, table: int, first: int) -> list[dict[str, Any]]:
    order = {"order[0][field]": "id", "order[0][type]": "asc"}
    answer = client.get(f"/custom-data-records/{table}", params={"limit": PAGE, "offset": first, **order})
    assert answer.is_success, answer.text
    return list(answer.json()["data"])


def _plain(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return values["code"], values["name"], Decimal(str(values["price"])), values["at"][:10]


@dataclass(frozen=True)
class Took:
    """What one push took; `seconds` is CPU of the tool, `shop` of the shop."""

    wall: float
    seconds: float
    shop: float
    requests: int
    writes: int


def measure(file: Path, shop: SandboxShop, table: int, rows: int) -> Took:
    """One push of the file."""
    shop.requests = shop.writes = 0
    shop.seconds = 0.0
    wall, cpu = time.perf_counter(), time.process_time()
    push(file, Place(shop, shop.key, table), rows)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Took(wall, cpu - shop.seconds, shop.seconds, shop.requests, shop.writes)


def run(rows: int) -> dict[str, float]:
    """Pushes so many rows twice, and reads them back without the tool."""
    with tempfile.TemporaryDirectory() as folder, sandbox_shop() as shop:
        file = Path(folder) / "prices.csv"
        write(file, rows)
        with httpx.Client(transport=shop, base_url=BASE, headers={"spm-api-key": shop.key}) as client:
            table = define(client)
            first = measure(file, shop, table, rows)
            peak = mebibytes()
            again = measure(file, shop, table, rows)
            equal = count_equal(client, table)
    return {
        "wall": first.wall,
        "seconds": first.seconds,
        "shop": first.shop,
        "requests": first.requests,
        "mebibytes": peak,
        "equal": equal,
        "requests_again": again.requests,
        "writes_again": again.writes,
        "seconds_again": again.seconds,
    }


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
