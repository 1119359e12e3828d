"""Keys of rows, outside of memory: a private temporary database that holds hashes and
line numbers, and goes away with the process. SQLite deletes its file as soon as it is
open, so nobody else ever reads it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from secrets import token_bytes

from reconciler.records.row import Key

_TABLE = (
    "CREATE TABLE row (key BLOB PRIMARY KEY, file INTEGER, line INTEGER) WITHOUT ROWID"
)


class Spool:
    """What is known of each key. Not thread-safe."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        # Hashes of e-mail addresses without a secret can be guessed.
        self._secret = token_bytes(16)
        database.execute(_TABLE)

    def add(self, key: Key, file: int, line: int) -> tuple[int, int] | None:
        """The (file, line) that had the key before, if any did; the first one stays."""
        hashed = blake2b(repr(key).encode(), digest_size=16, key=self._secret).digest()
        known = "INSERT OR IGNORE INTO row VALUES (?, ?, ?)"
        if self._database.execute(known, (hashed, file, line)).rowcount:
            return None
        found = "SELECT file, line FROM row WHERE key = ?"
        first: tuple[int, int] = self._database.execute(found, (hashed,)).fetchone()
        return first


@contextmanager
def open_spool() -> Iterator[Spool]:
    """A spool with nothing in it."""
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("BEGIN")
        yield Spool(database)
    finally:
        database.close()
