"""Every row that may be sent: what it is compared by, where it stands and what became of
it. Nine bytes of a row are in memory: its line, its state, and a part of the hash of its
key. The hashes of its key and of its fields are in a private temporary database that goes
away with the process; SQLite deletes its file as soon as it is open, so nobody else ever
reads it.

Nothing here holds a value of a row.
"""

import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from itertools import compress, count, islice, repeat
from typing import NamedTuple

from reconciler.records.row_stream import Wanted

CACHE = 32 * 1024
"""KiB; the rest of a large database is in its file."""
_TABLES = (
    "CREATE TABLE row (key INTEGER PRIMARY KEY, n INTEGER, hash BLOB)",
    "CREATE TABLE old (n INTEGER PRIMARY KEY, hash BLOB)",
    "CREATE TABLE gone (id INTEGER PRIMARY KEY, key INTEGER)",
    "CREATE TABLE copies (side INTEGER, key INTEGER, count INTEGER, "
    "PRIMARY KEY (side, key)) WITHOUT ROWID",
)
MOST_ASKED = 500
"""Rows that are asked for at once."""


class State(IntEnum):
    """What is to become of a row, or became of it."""

    NONE = 0
    """It has a mistake, or the key of another row, and is nowhere counted."""
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


OPEN = (State.CREATE, State.UPDATE)
"""What a row is in that still is to be sent."""


class Entry(NamedTuple):
    """One row. `hash` is what it is compared by; None when that was not asked for."""

    n: int
    hash: bytes | None
    state: State


class RowSpool:
    """Rows by their number, which counts from 0 in the order of the files. Keys are
    texts; what is kept of them is Python's hash of a text, 64 bits wide and keyed anew
    in each process. Not thread-safe.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._states = bytearray()
        self._lines = array("I")
        self._marks = array("I")
        self._files: list[tuple[int, int]] = []
        """(the number of its first row, file), of each file with rows."""
        for statement in _TABLES:
            database.execute(statement)

    # Taking rows in.

    def add_all(
        self,
        file: int,
        numbers: Sequence[int],
        lines: Sequence[int],
        keys: Sequence[str],
        hashes: Sequence[bytes] | None = None,
    ) -> Iterator[tuple[int, tuple[int, int]]]:
        """Adds rows of one file. Gives the places, among them, of those whose key was
        there before, with the (file, line) of the row that has it.
        """
        self._keep_places(file, numbers, lines, marks_of(keys))
        before = self._database.total_changes
        insert = "INSERT OR IGNORE INTO row VALUES (?, ?, ?)"
        kept = hashes or repeat(None, len(keys))
        rows = zip(map(hash, keys), numbers, kept, strict=True)
        self._database.executemany(insert, rows)
        if self._database.total_changes - before == len(numbers):
            return
        for place, (n, key) in enumerate(zip(numbers, keys, strict=True)):
            found = "SELECT n FROM row WHERE key = ?"
            (first,) = self._database.execute(found, (hash(key),)).fetchone()
            if first != n:
                self._states[n] = State.NONE
                yield place, (self.file(first), self._lines[first])

    def _keep_places(
        self,
        file: int,
        numbers: Sequence[int],
        lines: Sequence[int],
        marks: Sequence[int],
    ) -> None:
        if not numbers:
            return
        if not self._files or self._files[-1][1] != file:
            self._files.append((numbers[0], file))
        # Rows with a mistake have numbers too.
        more = numbers[-1] + 1 - len(self._states)
        self._states.extend(bytes(more))
        if more == len(numbers):
            self._lines.extend(lines)
            self._marks.extend(marks)
            self._states[-more:] = bytes([State.CREATE]) * more
            return
        self._lines.extend(repeat(0, more))
        self._marks.extend(repeat(0, more))
        for n, line, mark in zip(numbers, lines, marks, strict=True):
            self._lines[n] = line
            self._marks[n] = mark
            self._states[n] = State.CREATE

    def find_all(self, keys: Sequence[str]) -> Sequence[Entry | None]:
        """The rows with these keys, in their order."""
        hashed = list(map(hash, keys))
        rows: dict[int, Entry] = {}
        for place in range(0, len(hashed), MOST_ASKED):
            some = hashed[place : place + MOST_ASKED]
            marks = ", ".join("?" * len(some))
            found = f"SELECT key, n, hash FROM row WHERE key IN ({marks})"  # noqa: S608 – marks only
            for key, n, kept in self._database.execute(found, some):
                rows[key] = Entry(n, kept, State(self._states[n]))
        return [rows.get(key) for key in hashed]

    # What is known of a row.

    def file(self, n: int) -> int:
        """Which file has it, from 0."""
        place = bisect_right(self._files, n, key=lambda begin: begin[0])
        return self._files[place - 1][1]

    def line(self, n: int) -> int:
        """Its first line, from 1."""
        return self._lines[n]

    def lines_at(self, numbers: Sequence[int]) -> list[int]:
        """The same of several rows."""
        return list(map(self._lines.__getitem__, numbers))

    def marks_at(self, numbers: Sequence[int]) -> list[int]:
        """What tells the keys of several rows from others, as `marks_of` has it."""
        return list(map(self._marks.__getitem__, numbers))

    def old(self, n: int) -> bytes | None:
        """What lived when it was compared, if that differed."""
        found = "SELECT hash FROM old WHERE n = ?"
        row = self._database.execute(found, (n,)).fetchone()
        return row[0] if row else None

    def is_open(self, n: int) -> bool:
        """Whether it still is to be sent."""
        return self._states[n] in OPEN

    # What became of rows.

    def mark(self, n: int, state: State) -> None:
        """What became of a row."""
        self._states[n] = state

    def mark_each(self, numbers: Sequence[int], state: State) -> None:
        """The same of several rows."""
        for n in numbers:
            self._states[n] = state

    def mark_differing(self, n: int, old: bytes) -> None:
        """A row that is not as it lives, with what lives."""
        self.mark(n, State.UPDATE)
        insert = "INSERT OR REPLACE INTO old VALUES (?, ?)"
        self._database.execute(insert, (n, old))

    def mark_all(self, old: State, new: State) -> None:
        """Every row in the one state gets the other."""
        self._states = self._states.replace(bytes([old]), bytes([new]))

    # Rows by their state, in the order of the files.

    def in_states(self, *states: State) -> Iterator[int]:
        """The numbers of the rows in these states; states may change meanwhile."""
        for begin in range(0, len(self._states), MOST_ASKED):
            yield from self._among(range(begin, begin + MOST_ASKED), states)

    def _among(self, numbers: range, states: Sequence[State]) -> Sequence[int]:
        part = self._states[numbers.start : numbers.stop]
        if sum(map(part.count, states)) == len(numbers):
            return numbers
        return list(compress(numbers, map(frozenset(states).__contains__, part)))

    def wanted(self, *states: State) -> Wanted:
        """Picks the rows in these states."""

        def some(numbers: range) -> Sequence[int] | None:
            left = (self._states.find(each, numbers.start) for each in states)
            if all(place < 0 for place in left):
                return None
            return self._among(numbers, states)

        return some

    def sample(self, state: State, step: int) -> Sequence[int]:
        """The number of every row of that many in a state."""
        numbers = compress(count(), map(int(state).__eq__, self._states))
        return list(islice(numbers, 0, None, step))

    def counts(self) -> Mapping[State, int]:
        """How many rows are in each state, of which none is left out."""
        return {each: self._states.count(each) for each in State if each}

    def created(self, *states: State) -> tuple[int, int]:
        """How many of the rows in these states are new, and how many were there."""
        were_there = self._database.execute("SELECT n FROM old")
        updated = sum(self._states[n] in states for (n,) in were_there)
        return sum(map(self._states.count, states)) - updated, updated

    def lines(self, state: State, most: int) -> Sequence[tuple[int, int]]:
        """The first (file, line) of the rows in a state."""
        numbers = islice(self.in_states(state), most)
        return [(self.file(n), self._lines[n]) for n in numbers]

    # Rows that are alike, and rows of the shop.

    def copy_number(self, side: int, key: str) -> int:
        """How often rows like this one came on that side before."""
        upsert = (
            "INSERT INTO copies VALUES (?, ?, 1) ON CONFLICT (side, key) "
            "DO UPDATE SET count = count + 1 RETURNING count"
        )
        found = self._database.execute(upsert, (side, hash(key))).fetchone()
        return int(found[0]) - 1

    def add_gone(self, number: int, key: str) -> None:
        """A row of the shop that no file lists."""
        insert = "INSERT OR REPLACE INTO gone VALUES (?, ?)"
        self._database.execute(insert, (number, hash(key)))

    def gone_count(self) -> int:
        """How many of them there are."""
        found = self._database.execute("SELECT count(*) FROM gone").fetchone()
        return int(found[0])

    def gone(self, after: int, most: int) -> Sequence[int]:
        """Their ids in order, those after `after`."""
        found = "SELECT id FROM gone WHERE id > ? ORDER BY id LIMIT ?"
        return [row[0] for row in self._database.execute(found, (after, most))]

    def is_gone(self, number: int, key: str) -> bool:
        """Whether the row of that id still is the one that no file lists."""
        found = "SELECT 1 FROM gone WHERE id = ? AND key = ?"
        row = self._database.execute(found, (number, hash(key))).fetchone()
        return row is not None

    def forget(self) -> None:
        """Everything, to begin again."""
        self._states.clear()
        del self._lines[:]
        del self._marks[:]
        self._files.clear()
        for table in ("row", "old", "gone", "copies"):
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 – names of our own


def marks_of(keys: Sequence[str]) -> list[int]:
    """32 bits of each key's hash."""
    return [hash(key) & 0xFFFF_FFFF for key in keys]


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
def open_row_spool() -> Iterator[RowSpool]:
    """A spool with nothing in it."""
    with private_database() as database:
        yield RowSpool(database)
