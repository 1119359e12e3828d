"""What a comparison of rows finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.records.cost import Choice
from reconciler.records.pointing import Pointing
from reconciler.records.problem import CellProblem


class Duplicates(Exception):
    """Two rows have one key: nothing is sent. `pairs` are (file, line) of both."""

    def __init__(
        self, pairs: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    ) -> None:
        super().__init__(f"{len(pairs)} rows have the key of another one")
        self.pairs = tuple(pairs)


class TooManyToBag(Exception):
    """The table has no unique keys, and more rows than are compared one by one."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is never sent. `pointer` is the field that points at nothing, if that
    is why.
    """

    file: int
    line: int
    problem: CellProblem
    pointer: str | None = None


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field of a row, and what it is in the shop and in the file."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that is changed. `key` is what the file has as its unique key."""

    n: int
    file: int
    line: int
    key: Mapping[str, Any]
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What has to be done. The rows of the files are `create + update + unchanged +
    refused`; `outside` counts those of the shop that are nobody's here. `digest` is the
    same as long as the rows that would be changed live as they did. `pointing` says who
    points at rows that would be deleted. `lost` counts the refused rows whose field,
    which is named, points at nothing.
    """

    rows: int = 0
    create: int = 0
    update: int = 0
    unchanged: int = 0
    refused: int = 0
    delete: int = 0
    live: int | None = None
    outside: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    first: tuple[RowDifference, ...] = ()
    why_refused: tuple[RefusedRow, ...] = ()
    choice: Choice = field(default_factory=lambda: Choice("none", 0))
    requests: int = 0
    digest: str = ""
    warnings: tuple[str, ...] = ()
    pointing: tuple[Pointing, ...] = ()

    @property
    def changes(self) -> int:
        """How many rows would be sent or deleted."""
        return self.create + self.update + self.delete
