"""The file: what survives, what is counted, and several processes on it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.sandbox.store import ForeignFile, Store

RACE = """
import sys, httpx
from pathlib import Path
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.sandbox.transport import SandboxTransport
store = Store(Path(sys.argv[1]))
transport = SandboxTransport(create_app(store))
client = httpx.Client(transport=transport, base_url="http://sandbox/v1",
                      headers={"spm-api-key": store.ensure_shop().key})
made = 0
for number in range(60):
    made += client.post("/custom-data-definitions", json={"name": f"D{number}", "fields": []}).status_code == 200
print(made)
client.close()
"""


def test_a_shop_keeps_its_key(tmp_path: Path) -> None:
    """The key is made once and read back from the file."""
    first = Store(tmp_path / "new" / "a.db")
    key = first.ensure_shop().key
    first.close()
    second = Store(tmp_path / "new" / "a.db")
    assert (key, 40) == (second.ensure_shop().key, len(key))
    second.close()


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE invoice (id INTEGER)",
        "CREATE TABLE shop (id INTEGER); PRAGMA user_version = 1",
        "PRAGMA user_version = 7",
        "CREATE TABLE template (id INTEGER); PRAGMA user_version = 2",
        "PRAGMA journal_mode = WAL; CREATE TABLE invoice (id INTEGER)",
    ],
)
def test_a_database_of_another_program_is_left_alone(tmp_path: Path, script: str) -> None:
    """A wrong --db must not put its tables into somebody's accounts."""
    file = tmp_path / "foreign.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(script)
    before = file.read_bytes()
    with pytest.raises(ForeignFile):
        Store(file)
    assert (before, [file]) == (file.read_bytes(), list(tmp_path.iterdir()))


def test_a_file_of_an_earlier_version_gains_what_it_lacks(open_shop: Callable, tmp_path: Path) -> None:
    """It is opened with all that is in it, and by two at once: the first adds the tables."""
    made = open_shop(path=tmp_path / "a.db")
    made.define("kept")
    made.store.close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        for table in ("template", "segment", "scenario", "member", "outbox"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 1")
    with closing(Store(tmp_path / "a.db")) as first, closing(Store(tmp_path / "a.db")) as second:
        assert (1, 0) == (first.counts()["definitions"], second.counts()["outbox"])


def test_an_empty_file_becomes_a_sandbox(tmp_path: Path) -> None:
    """`mktemp` makes one, and nothing in it can be lost."""
    (tmp_path / "a.db").touch()
    store = Store(tmp_path / "a.db")
    assert 0 == store.counts()["shops"]
    store.close()


def test_data_survives_a_restart(open_shop: Callable, tmp_path: Path) -> None:
    """What was created is there when the file is opened again, queued writes included."""
    first = open_shop(path=tmp_path / "a.db")
    first.define()
    first.http.post("/custom-data-records/1", json=[{"code": "a"}])
    first.store.close()
    second = open_shop(path=tmp_path / "a.db")
    second.settle()
    assert [{"id": "1", "code": "a", "points": None}] == second.rows("/custom-data-records/1")


@pytest.mark.parametrize("mode", [None, 0o644, 0o666])
def test_nobody_but_the_owner_reads_the_file(tmp_path: Path, mode: int | None) -> None:
    """The keys of the shops are in it, and in what SQLite keeps beside it."""
    file = tmp_path / "a.db"
    if mode is not None:
        for name in ("a.db", "a.db-wal", "a.db-shm", "a.db-journal"):
            (tmp_path / name).touch()
            (tmp_path / name).chmod(mode)
    with closing(Store(file)) as store:
        store.ensure_shop()
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert {"a.db", "a.db-wal", "a.db-shm"} <= set(modes)
    assert {0o600} == set(modes.values())


@pytest.mark.parametrize("name", ["a.db", "a.db-wal", "a.db-shm", "a.db-journal"])
def test_nothing_is_written_through_a_link(tmp_path: Path, name: str) -> None:
    """A branch that brings one does not choose which file becomes a database."""
    (tmp_path / name).symlink_to("planted")
    with pytest.raises(OSError, match="is a link"):
        Store(tmp_path / "a.db")
    assert not (tmp_path / "planted").exists()


def test_reset_keeps_only_the_shops(shop) -> None:
    """All data and the log go, names and keys of shops stay."""
    shops = shop.store.shops()
    shop.define()
    shop.store.reset()
    counts = shop.store.counts()
    assert ({"shops"}, shops) == ({name for name, count in counts.items() if count}, shop.store.shops())


def test_counts_leave_tombstones_out(shop) -> None:
    """A deleted definition is not counted."""
    shop.define("a")
    shop.define("b")
    shop.http.delete("/custom-data-definitions/1")
    assert 1 == shop.store.counts()["definitions"]


def test_requests_are_logged_with_query_and_status(shop) -> None:
    """The log tells shop, method, path with query, status and time."""
    shop.http.get("/events?limit=5")
    shop.http.get("/nope")
    logged = [(r.shop, r.method, r.path, r.status, r.at) for r in shop.store.requests()]
    now = shop.clock.now
    assert [
        ("default", "GET", "/v1/events?limit=5", 200, now),
        ("default", "GET", "/v1/nope", 404, now),
    ] == logged


def test_two_processes_never_share_a_name(tmp_path: Path) -> None:
    """Of two processes that create the same 60 names in one file, each name is won once."""
    command = [sys.executable, "-c", RACE, str(tmp_path / "a.db")]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    won = [int(racer.communicate(timeout=60)[0]) for racer in racers]
    store = Store(tmp_path / "a.db")
    assert (60, 60) == (sum(won), store.counts()["definitions"])
    store.close()
