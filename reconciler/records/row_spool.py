"""Every row that may be sent, outside of memory: what it is compared by, where it stands
and what became of it. A private temporary database that goes away with the process;
SQLite deletes its file as soon as it is open.

It holds hashes, numbers of lines and ids, and no value of a row.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from itertools import islice
from typing import Any, NamedTuple

from reconciler.records.spool import Hashes, private_database

_TABLES = (
    "CREATE TABLE row (n INTEGER PRIMARY KEY, file INTEGER, line INTEGER, key BLOB, "
    "hash BLOB, state INTEGER, old BLOB)",
    "CREATE UNIQUE INDEX by_key ON row (key)",
    "CREATE TABLE gone (id INTEGER PRIMARY KEY, key BLOB)",
    "CREATE TABLE copies (side INTEGER, key BLOB, count INTEGER, "
    "PRIMARY KEY (side, key)) WITHOUT ROWID",
)
MOST_ASKED = 500
"""Rows that are asked for at once."""


class State(IntEnum):
    """What is to become of a row, or became of it."""

    CREATE = 1
    UPDATE = 2
    UNCHANGED = 3
    ACCEPTED = 4
    STORED = 5
    REJECTED = 6
    UNKNOWN = 7
    MOVED = 8
    NOT_SENT = 9
    LEFT_ALONE = 10
    """It is not there, and the mode creates none."""


_STATES = {int(state): state for state in State}


class Entry(NamedTuple):
    """One row. `old` is what lived when it was compared, of those that differed."""

    n: int
    file: int
    line: int
    hash: bytes
    state: State
    old: bytes | None = None


class RowSpool:
    """Rows by their number, which counts from 0 in the order of the files. Not
    thread-safe.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._hashed = Hashes().of
        for statement in _TABLES:
            database.execute(statement)

    def add_all(
        self, rows: Sequence[tuple[Entry, Any]]
    ) -> Iterator[tuple[Entry, tuple[int, int]]]:
        """Adds rows with their keys. Gives those whose key was there before, with the
        (file, line) of the row that has it.
        """
        hashed = [(entry, self._hashed(key)) for entry, key in rows]
        before = self._database.total_changes
        insert = "INSERT OR IGNORE INTO row VALUES (?, ?, ?, ?, ?, ?, NULL)"
        values = [(e.n, e.file, e.line, key, e.hash, e.state) for e, key in hashed]
        self._database.executemany(insert, values)
        if self._database.total_changes - before == len(rows):
            return
        for entry, key in hashed:
            found = "SELECT n, file, line FROM row WHERE key = ?"
            n, file, line = self._database.execute(found, (key,)).fetchone()
            if n != entry.n:
                yield entry, (file, line)

    def find_all(self, keys: Sequence[Any]) -> Sequence[Entry | None]:
        """The rows with these keys, in their order."""
        hashed = [self._hashed(key) for key in keys]
        rows: dict[bytes, Entry] = {}
        for place in range(0, len(hashed), MOST_ASKED):
            some = hashed[place : place + MOST_ASKED]
            marks = ", ".join("?" * len(some))
            found = f"SELECT n, file, line, hash, state, old, key FROM row WHERE key IN ({marks})"  # noqa: S608 – marks only
            for *row, key in self._database.execute(found, some):
                rows[key] = _entry(row)
        return [rows.get(key) for key in hashed]

    def in_states(self, *states: State) -> Iterator[Entry]:
        """The rows in these states, in the order of the files; states may change
        meanwhile.
        """
        marks = ", ".join("?" * len(states))
        found = (
            "SELECT n, file, line, hash, state, old FROM row "  # noqa: S608 – marks only
            f"WHERE n > ? AND state IN ({marks}) ORDER BY n LIMIT {MOST_ASKED}"
        )
        last = -1
        while rows := self._database.execute(found, (last, *states)).fetchall():
            last = rows[-1][0]
            yield from map(_entry, rows)

    def sample(self, state: State, step: int) -> Iterator[Entry]:
        """Every row of that many in a state, in the order of the files."""
        found = "SELECT n FROM row WHERE state = ? ORDER BY n"
        numbers = self._database.execute(found, (state,))
        picked = [n for (n,) in islice(numbers, 0, None, step)]
        for n in picked:
            found = "SELECT n, file, line, hash, state, old FROM row WHERE n = ?"
            yield _entry(self._database.execute(found, (n,)).fetchone())

    def mark(self, n: int, state: State) -> None:
        """What became of a row."""
        self._database.execute("UPDATE row SET state = ? WHERE n = ?", (state, n))

    def mark_each(self, numbers: Sequence[int], state: State) -> None:
        """The same of several rows, `MOST_ASKED` at the most."""
        marks = ", ".join("?" * len(numbers))
        update = f"UPDATE row SET state = ? WHERE n IN ({marks})"  # noqa: S608 – marks only
        self._database.execute(update, (state, *numbers))

    def mark_differing(self, found: Sequence[tuple[int, bytes]]) -> None:
        """Rows by their numbers that are not as they live, with what lives."""
        update = f"UPDATE row SET state = {State.UPDATE:d}, old = ? WHERE n = ?"  # noqa: S608 – a number
        self._database.executemany(update, [(old, n) for n, old in found])

    def mark_all(self, old: State, new: State) -> None:
        """Every row in the one state gets the other."""
        self._database.execute("UPDATE row SET state = ? WHERE state = ?", (new, old))

    def is_open(self, n: int) -> bool:
        """Whether a row still is to be sent."""
        found = "SELECT state FROM row WHERE n = ?"
        (state,) = self._database.execute(found, (n,)).fetchone()
        return state in (State.CREATE, State.UPDATE)

    def counts(self) -> Mapping[State, int]:
        """How many rows are in each state."""
        rows = self._database.execute("SELECT state, count(*) FROM row GROUP BY state")
        return {State(state): count for state, count in rows}

    def created(self, *states: State) -> tuple[int, int]:
        """How many of the rows in these states are new, and how many were there."""
        marks = ", ".join("?" * len(states))
        found = f"SELECT count(*), count(old) FROM row WHERE state IN ({marks})"  # noqa: S608 – marks only
        row = self._database.execute(found, states).fetchone()
        return int(row[0] - row[1]), int(row[1])

    def lines(self, state: State, most: int) -> Sequence[tuple[int, int]]:
        """The first (file, line) of the rows in a state."""
        found = "SELECT file, line FROM row WHERE state = ? ORDER BY n LIMIT ?"
        return self._database.execute(found, (state, most)).fetchall()

    def copy_number(self, side: int, key: Any) -> int:
        """How often rows like this one came on that side before."""
        upsert = (
            "INSERT INTO copies VALUES (?, ?, 1) ON CONFLICT (side, key) "
            "DO UPDATE SET count = count + 1 RETURNING count"
        )
        found = self._database.execute(upsert, (side, self._hashed(key))).fetchone()
        return int(found[0]) - 1

    def add_gone(self, number: int, key: Any) -> None:
        """A row of the shop that no file lists."""
        insert = "INSERT OR REPLACE INTO gone VALUES (?, ?)"
        self._database.execute(insert, (number, self._hashed(key)))

    def gone_count(self) -> int:
        """How many of them there are."""
        found = self._database.execute("SELECT count(*) FROM gone").fetchone()
        return int(found[0])

    def gone(self, after: int, most: int) -> Sequence[int]:
        """Their ids in order, those after `after`."""
        found = "SELECT id FROM gone WHERE id > ? ORDER BY id LIMIT ?"
        return [row[0] for row in self._database.execute(found, (after, most))]

    def is_gone(self, number: int, key: Any) -> bool:
        """Whether the row of that id still is the one that no file lists."""
        found = "SELECT 1 FROM gone WHERE id = ? AND key = ?"
        row = self._database.execute(found, (number, self._hashed(key))).fetchone()
        return row is not None

    def mark_found(self) -> None:
        """What was only looked for is not to be sent."""
        self.mark_all(State.CREATE, State.UNCHANGED)

    def forget(self) -> None:
        """Everything, to begin again."""
        for table in ("row", "gone", "copies"):
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 – names of our own


def _entry(row: Any) -> Entry:
    n, file, line, hashed, state, old = row
    return Entry(n, file, line, hashed, _STATES[state], old)


@contextmanager
def open_row_spool() -> Iterator[RowSpool]:
    """A spool with nothing in it."""
    with private_database() as database:
        yield RowSpool(database)
