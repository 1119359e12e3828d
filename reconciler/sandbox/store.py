"""The file: one SQLite database that several threads and several processes may have
open at once.

Every write runs in one ``BEGIN IMMEDIATE`` transaction, so that a check and the insert
it allows are one step for all processes; readers see one snapshot.  Within a process a
lock serialises the single connection.
"""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from reconciler.sandbox import settling
from reconciler.sandbox.folding import fold_value

BUSY_SECONDS = 30.0
_SCHEMAS = ("schema.sql", "dashboard.sql")
"""One script per version of the file, each for what the one before it lacks."""
_API_TABLES = (
    "record",
    "override",
    "definition",
    "event",
    "history",
    "customer",
    "contact",
    "product",
    "pending",
)
_DASHBOARD_TABLES = ("template", "segment", "scenario", "member", "outbox")
_COUNTED = {
    "shops": "SELECT count(*) FROM shop",
    "definitions": "SELECT count(*) FROM definition WHERE status <> 'deleted'",
    "overrides": "SELECT count(*) FROM override",
    "records": "SELECT count(*) FROM record",
    "events": "SELECT count(*) FROM event",
    "histories": "SELECT count(*) FROM history",
    "customers": "SELECT count(*) FROM customer",
    "contacts": "SELECT count(*) FROM contact",
    "products": "SELECT count(*) FROM product",
    "pending": "SELECT count(*) FROM pending",
    "templates": "SELECT count(*) FROM template",
    "segments": "SELECT count(*) FROM segment",
    "scenarios": "SELECT count(*) FROM scenario",
    "outbox": "SELECT count(*) FROM outbox",
    "requests": "SELECT count(*) FROM request",
}


class ForeignFile(Exception):
    """The file is a SQLite database, and not a sandbox's."""


@dataclass(frozen=True)
class Shop:
    """A shop and the one key that belongs to it (contract §1)."""

    name: str
    key: str


@dataclass(frozen=True)
class LoggedRequest:
    """One request the sandbox got; ``status`` 0 means that no answer was given, ``at``
    is its arrival (epoch).
    """

    shop: str
    method: str
    path: str
    status: int
    at: float


class Store:
    """The data of all shops; ``path`` may be ``:memory:``.  Safe to use from several
    threads.

    Raises ForeignFile for another program's database, before anything is written to it.
    """

    def __init__(
        self, path: Path | str, clock: Callable[[], float] = time.time
    ) -> None:
        self.clock = clock
        self._lock = threading.RLock()
        self._db = _open(str(path))

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock of the file; commit at the end, roll back on any
        exception.
        """
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold one consistent snapshot."""
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute(begin)
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def settle(self) -> None:
        """Make visible what is due: queued writes and definitions that are no longer in
        transition.
        """
        now = self.clock()
        with self._lock:
            due = settling.is_due(self._db, now)
        if due:
            with self.writing() as db:
                settling.settle(db, now)

    def shops(self) -> tuple[Shop, ...]:
        """All shops, oldest first."""
        with self.reading() as db:
            return tuple(
                Shop(row["name"], row["key"])
                for row in db.execute("SELECT name, key FROM shop ORDER BY id")
            )

    def ensure_shop(self, name: str = "default") -> Shop:
        """Return the shop of that name, made now with a random key when it is new."""
        with self.writing() as db:
            key = f"sandbox-{secrets.token_hex(16)}"
            db.execute(
                "INSERT INTO shop (name, key) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                (name, key),
            )
            row = db.execute(
                "SELECT name, key FROM shop WHERE name = ?", (name,)
            ).fetchone()
        return Shop(row["name"], row["key"])

    def shop_of(self, key: str) -> tuple[int, str] | None:
        """Return id and name of the shop a key belongs to."""
        with self._lock:
            row = self._db.execute(
                "SELECT id, name FROM shop WHERE key = ?", (key,)
            ).fetchone()
        return (row["id"], row["name"]) if row else None

    def reset(self) -> None:
        """Forget all data and the request log; shops and their keys stay, ids start
        over.
        """
        with self.writing() as db:
            for table in (*_API_TABLES, *_DASHBOARD_TABLES, "request"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant of this module
            db.execute("DELETE FROM sqlite_sequence")

    def version(self) -> tuple[int, int]:
        """What differs whenever anything was written, here or by another process."""
        with self._lock:
            theirs = self._db.execute("PRAGMA data_version").fetchone()[0]
            return theirs, self._db.total_changes

    def counts(self) -> dict[str, int]:
        """How many of each there are, over all shops; tombstones are not counted."""
        self.settle()
        with self.reading() as db:
            return {
                name: db.execute(query).fetchone()[0]
                for name, query in _COUNTED.items()
            }

    def log(self, request: LoggedRequest) -> None:
        """Append one request to the log."""
        with self._lock:
            self._db.execute(
                "INSERT INTO request (shop, method, path, status, at) VALUES (?, ?, ?, ?, ?)",
                (
                    request.shop,
                    request.method,
                    request.path,
                    request.status,
                    request.at,
                ),
            )

    def requests(self) -> tuple[LoggedRequest, ...]:
        """The request log, in order of completion."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT shop, method, path, status, at FROM request ORDER BY id"
            ).fetchall()
        return tuple(LoggedRequest(*row) for row in rows)

    def clear_requests(self) -> None:
        """Empty the request log."""
        with self.writing() as db:
            db.execute("DELETE FROM request")


def _open(path: str) -> sqlite3.Connection:
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _make_private(path)
    db = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    db.row_factory = sqlite3.Row
    db.create_function("fold", 1, fold_value, deterministic=True)
    if not _is_new_or_ours(db):
        db.close()
        raise ForeignFile(path)
    _use_wal(db)
    db.execute("PRAGMA synchronous = NORMAL")
    _create_tables(db)
    return db


def _make_private(path: str) -> None:
    """Let nobody but its owner read the file and what SQLite keeps beside it: the keys of
    the shops are in it. OSError for a link, which might lead to any file.

    SQLite gives the files beside it the same permissions. An existing file is not opened
    here: to close it again would end the locks that this process has on it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for each in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal"):
        with suppress(FileNotFoundError):
            _keep_from_others(each)


def _keep_from_others(file: str) -> None:
    mode = os.lstat(file).st_mode
    if not stat.S_ISREG(mode):
        raise OSError(errno.ELOOP, f"{file} is a link or no file", file)
    if mode & 0o077:
        os.chmod(file, stat.S_IMODE(mode) & 0o700)


def _is_new_or_ours(db: sqlite3.Connection) -> bool:
    """Whether the database is empty or has the sandbox's tables, perhaps of an earlier
    version; read in one snapshot, for another may begin it.
    """
    db.execute("BEGIN")
    tables = {
        row["name"]
        for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    version = db.execute("PRAGMA user_version").fetchone()[0]
    db.execute("COMMIT")
    if version == 0:
        return not tables
    expected = {*_API_TABLES, "shop", "request"}
    if version == 2:
        expected |= {*_DASHBOARD_TABLES}
    return version <= len(_SCHEMAS) and tables >= expected


def _use_wal(db: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait for a concurrent switch by itself, so two
    processes may meet here.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _create_tables(db: sqlite3.Connection) -> None:
    """Create what is missing under the write lock, so that two processes may open a new
    file at once.
    """
    db.execute("BEGIN IMMEDIATE")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    for number, name in enumerate(_SCHEMAS[version:], version + 1):
        script = Path(__file__).with_name(name).read_text(encoding="utf-8")
        for statement in _statements(script):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {number}")
    db.execute("COMMIT")


def _statements(script: str) -> list[str]:
    """Split the schema; ``executescript`` would commit behind our back.  It holds no
    semicolon inside a statement.
    """
    lines = (line for line in script.splitlines() if not line.startswith("--"))
    return [statement for statement in "\n".join(lines).split(";") if statement.strip()]
