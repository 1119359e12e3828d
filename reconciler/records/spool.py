"""Keys of rows, outside of memory: a private temporary database that holds hashes and
line numbers, and goes away with the process. SQLite deletes its file as soon as it is
open, so nobody else ever reads it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from secrets import token_bytes
from typing import Any

from reconciler.records.row import Key

CACHE = 32 * 1024
"""KiB; the rest of a large database is in its file."""
_TABLE = (
    "CREATE TABLE row (key BLOB PRIMARY KEY, file INTEGER, line INTEGER) WITHOUT ROWID"
)


class Hashes:
    """Sixteen bytes for each key. Those of e-mail addresses could be guessed if they
    had no secret.
    """

    def __init__(self) -> None:
        self._begun = blake2b(digest_size=16, key=token_bytes(16))

    def of(self, key: Any) -> bytes:
        """The same for the same key, as long as this lives."""
        hashed = self._begun.copy()
        hashed.update(repr(key).encode())
        return hashed.digest()


class Spool:
    """What is known of each key. Not thread-safe."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._hashes = Hashes()
        database.execute(_TABLE)

    def add(self, key: Key, file: int, line: int) -> tuple[int, int] | None:
        """The (file, line) that had the key before, if any did; the first one stays."""
        hashed = self._hashes.of(key)
        known = "INSERT OR IGNORE INTO row VALUES (?, ?, ?)"
        if self._database.execute(known, (hashed, file, line)).rowcount:
            return None
        found = "SELECT file, line FROM row WHERE key = ?"
        first: tuple[int, int] = self._database.execute(found, (hashed,)).fetchone()
        return first


@contextmanager
def private_database() -> Iterator[sqlite3.Connection]:
    """With nothing in it. It takes no more memory than `CACHE`, and goes away."""
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute(f"PRAGMA cache_size = -{CACHE}")
        database.execute("BEGIN")
        yield database
    finally:
        database.close()


@contextmanager
def open_spool() -> Iterator[Spool]:
    """A spool with nothing in it."""
    with private_database() as database:
        yield Spool(database)
