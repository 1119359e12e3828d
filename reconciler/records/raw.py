"""A row as a file has it, whatever the format of the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from reconciler.records.problem import CellProblem

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson")
"""How the names of files of rows end."""


class RawRow(NamedTuple):
    """`cells` are by column of the file; a text file has texts, and a JSON file values
    with types of their own. `line` counts from 1, and is the row's first. `broken` says
    why there are no cells.
    """

    line: int
    cells: Mapping[str, Any]
    text: str = ""
    broken: CellProblem | None = None


class Block(Protocol):
    """Some rows of a file, one after the other, that were read together."""

    def __len__(self) -> int:
        """How many."""

    @property
    def lines(self) -> Sequence[int]:
        """The first line of each."""

    def columns(self) -> Mapping[str, Sequence[str]] | None:
        """The texts of each column; None when rows have to be looked at one by one."""

    def row(self, place: int) -> RawRow:
        """One of them, by its place from 0."""

    def picked(self, places: Sequence[int]) -> "Block":
        """Only those."""


AT_ONCE = 500
"""Rows that are read and looked up together."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of which each may have columns of its own, or be broken."""

    rows: Sequence[RawRow]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def lines(self) -> Sequence[int]:
        """The first line of each."""
        return [row.line for row in self.rows]

    def columns(self) -> None:
        """They are looked at one by one."""

    def row(self, place: int) -> RawRow:
        """One of them."""
        return self.rows[place]

    def picked(self, places: Sequence[int]) -> "Listed":
        """Only those."""
        return Listed([self.rows[place] for place in places])


def in_blocks(rows: Iterable[RawRow]) -> Iterator[Block]:
    """The same rows, many at a time; those before a place that cannot be read come
    before the failure.
    """
    some: list[RawRow] = []
    try:
        for row in rows:
            some.append(row)
            if len(some) == AT_ONCE:
                yield Listed(some)
                some = []
    except (Unreadable, OSError):
        yield Listed(some)
        raise
    yield Listed(some)


class Unreadable(Exception):
    """The file is not read from here on. `line` and `column` count from 1."""

    def __init__(self, rule: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.rule = rule
        self.line = line
        self.column = column


class Source(Protocol):
    """Rows that can be read more than once."""

    @property
    def is_text(self) -> bool:
        """Whether cells are texts, which the type of a field has to be made of."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns of the file, or None when each row has its own. Raises
        Unreadable.
        """

    def rows(self) -> Iterator[RawRow]:
        """Every row, in the order of the file. Raises Unreadable."""

    def blocks(self) -> Iterator[Block]:
        """The same, many at a time. Raises Unreadable."""

    def column_of(self, row: RawRow, name: str) -> int:
        """Where in its line a cell begins, from 1; 1 when that is not known."""

    def place_of_column(self, index: int) -> tuple[int, int]:
        """The line and the column, from 1, in which the name of a column stands."""
