"""One push of rows against a shop that costs next to nothing: `python -m tests.benchmarks.rows HOW ROWS`.

HOW is `new` (an empty table), `few` (a table with all rows, one in a hundred of which differs) or `bare` (CSV, batches,
POST, and nothing else). Prints one JSON object: CPU seconds without those of the shop, requests, memory in MiB.
"""

import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import httpx
from pydantic import SecretStr

from reconciler.api.connection import Access, Connection, ConnectionOptions, Policy
from reconciler.api.limiter import Limiter
from reconciler.api.rows import HttpRows
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.definition.table import table_of
from reconciler.kinds.records.manifest import RecordSet
from reconciler.manifest.rows import Part
from reconciler.records.check import Checker, rules_for, show_of, source_of
from reconciler.records.compare import Comparer
from reconciler.records.options import CompareOptions, PushOptions
from reconciler.records.outcome import RowsOutcome
from reconciler.records.row_spool import RowSpool, open_row_spool
from reconciler.records.row_stream import RowStream
from reconciler.records.run import Push
from reconciler.records.sent import Pace

BASE = "http://localhost/v1"
PAGE, BATCH = 100, 50
EVERY = 100
DEFINITION: dict[str, Any] = {
    "name": "Price",
    "unique_keys": ["code"],
    "fields": [
        {"name": "code", "label": "c", "type": "text", "required": True},
        {"name": "name", "label": "n", "type": "text"},
        {"name": "price", "label": "p", "type": "decimal"},
        {"name": "at", "label": "a", "type": "date"},
    ],
}


def row(number: int) -> dict[str, str]:
    """The row of the file with that number."""
    return {
        "code": f"P{number:07}",
        "name": f"Product {number}",
        "price": f"{number % 9_000}.{number % 90 + 10}",
        "at": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
    }


class CheapShop(httpx.BaseTransport):
    """A table that is computed, and not kept. Every hundredth row lives with another price until it is sent."""

    def __init__(self, live: int) -> None:
        self.live = live
        self.requests = 0
        self.seconds = 0.0
        self.was_sent = False

    def keep(self, rows: int) -> None:
        """From now on it has so many rows at least."""
        self.live = max(self.live, rows)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.process_time()
        self.requests += 1
        if request.method == "POST":
            count = len(json.loads(request.read()))
            answer: dict[str, Any] = {"statusCode": 200, "sent_count": count, "rejected_count": 0, "rejected_items": []}
            self.was_sent = True
        else:
            answer = self._listing(request.url.params)
        response = httpx.Response(200, content=json.dumps(answer).encode())
        self.seconds += time.process_time() - began
        return response

    def _listing(self, params: httpx.QueryParams) -> dict[str, Any]:
        first, count, total = 0, min(PAGE, self.live), self.live
        wanted = [value for name, value in params.multi_items() if "[values]" in name]
        if wanted and params["filters[0][field]"] == "id":
            first = int(wanted[0])
            count, total = max(min(PAGE, self.live - first), 0), self.live - first
            numbers = list(range(first, first + count))
        elif wanted:
            numbers = [int(code[1:]) for code in wanted]
            count = total = len(numbers)
        else:
            numbers = list(range(count))
        data = [self._row(number) for number in numbers]
        pagination = {"total_items": total, "items_per_page": PAGE, "has_next_page": total > count}
        return {"statusCode": 200, "data": data, "meta": {"pagination": pagination}}

    def _row(self, number: int) -> dict[str, str]:
        found = {"id": str(number + 1), **row(number)}
        if number % EVERY == 0 and not self.was_sent:
            found["price"] = "0"
        return found


def write(file: Path, rows: int) -> None:
    """The CSV file."""
    with file.open("w", encoding="utf-8") as stream:
        stream.write("code,name,price,at\n")
        stream.writelines(",".join(row(number).values()) + "\n" for number in range(rows))


@dataclass(frozen=True)
class Place:
    """A shop, and where in it the rows go."""

    transport: httpx.BaseTransport
    key: str = "k" * 30
    table: int = 1


def push(file: Path, place: Place, rows: int, sending: Callable[[], object] = lambda: None) -> RowsOutcome:
    """As `records apply` does it: check the file, compare, send, read back. `sending` is called before the sending."""
    options = ConnectionOptions(place.transport, Policy(), Limiter(10**9), lambda seconds: None)
    definition = Definition.model_validate(DEFINITION)
    table, records = table_of(definition), RecordSet(definition="Price")
    rules = rules_for(table, records)
    source = source_of(file.name, lambda: file.open("rb"), rules, records)
    with Connection(Access(BASE, SecretStr(place.key)), options) as connection, open_row_spool() as spool:
        _check(rules, records, source, spool)
        shop_rows = HttpRows(connection)
        stream = RowStream(rules, [Part(file.name, source)])
        compare = CompareOptions()
        comparer = Comparer(
            stream, records, shop_rows, place.table, lambda name: None, spool, compare, rows, is_taken_in=True
        )
        compared = comparer.run()
        sending()
        # After a minute rows are looked at once more before they are sent, which is no part of this figure.
        pace = Pace(rest=lambda seconds: None, clock=lambda: 0.0)
        outcome = Push(comparer, compared, shop_rows, PushOptions(), pace).run()
    assert (0, rows) == (outcome.exit.code, outcome.rows), outcome.exit
    return outcome


def _check(rules: Any, records: Any, source: Any, spool: RowSpool) -> None:
    """What is done offline before the shop is asked."""
    checked = Checker(rules, show_of(rules.table, records), spool).check(source)
    assert checked.is_whole
    assert checked.good == checked.rows


def bare(file: Path, shop: CheapShop) -> None:
    """The least that a program can do: no types, no comparison, no reading back."""
    with httpx.Client(transport=shop, base_url=BASE) as client, file.open(encoding="utf-8", newline="") as stream:
        for batch in _batches(stream):
            answer = client.post("/custom-data-records/1", json=batch, headers={"spm-api-key": "k"})
            assert 0 == answer.json()["rejected_count"]


def _batches(stream: IO[str]) -> Iterator[list[dict[str, Any]]]:
    reader = csv.DictReader(stream)
    while batch := list(islice(reader, BATCH)):
        yield batch


def main(how: str, rows: int) -> None:
    """Prints what it took."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "prices.csv"
        write(file, rows)
        shop = CheapShop(rows if how == "few" else 0)
        began = time.process_time()
        if how == "bare":
            bare(file, shop)
        else:
            push(file, Place(shop), rows, partial(shop.keep, rows))
        seconds = time.process_time() - began - shop.seconds
    print(json.dumps({"seconds": seconds, "requests": shop.requests, "mebibytes": mebibytes()}))


def mebibytes() -> float:
    """The most that was resident; getrusage also counts what the process was forked from."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
