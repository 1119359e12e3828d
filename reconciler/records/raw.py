"""A row as a file has it, whatever the format of the file."""

from collections.abc import Iterator, Mapping
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

    def column_of(self, row: RawRow, name: str) -> int:
        """Where in its line a cell begins, from 1; 1 when that is not known."""

    def place_of_column(self, index: int) -> tuple[int, int]:
        """The line and the column, from 1, in which the name of a column stands."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A source in the place of another one, which says everything but the rows."""

    source: Source

    @property
    def is_text(self) -> bool:
        """As the file."""
        return self.source.is_text

    @property
    def columns(self) -> tuple[str, ...] | None:
        """As the file."""
        return self.source.columns

    def column_of(self, row: RawRow, name: str) -> int:
        """As the file."""
        return self.source.column_of(row, name)

    def place_of_column(self, index: int) -> tuple[int, int]:
        """As the file."""
        return self.source.place_of_column(index)
