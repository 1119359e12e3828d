"""The rows of all files of a record set, one after the other, as often as they are needed;
whoever needs some of them only has the others passed over unread.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.records.problem import CellProblem
from reconciler.records.raw import PassedOn, RawRow, Source
from reconciler.records.reading import RowReader, Rules
from reconciler.records.row import Reference, Row, asked_text, fold_key

Note = Callable[[int, int, RawRow, CellProblem], None]
"""Is told (number, file, row, problem)."""


class Part(Protocol):
    """A file of rows."""

    @property
    def file(self) -> str: ...
    @property
    def source(self) -> Source: ...


@dataclass(frozen=True, slots=True)
class RowStream:
    """The good rows of all files, always in the same order. Their numbers count all
    rows of all files, also those that have a mistake.
    """

    rules: Rules
    parts: Sequence[Part]
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def references(self) -> Mapping[str, str]:
        """The columns of the files that name what a field points at by a key, so that it
        is looked up; and the fields.
        """
        named: dict[str, str] = {}
        for part in self.parts:
            columns = part.source.columns or ()
            header = self.rules.header.within(columns)
            for column in columns:
                binding = header.binding(column)
                if binding and binding.by and not header.is_ignored(column):
                    named[column] = binding.column.name
        return named

    def rows(
        self,
        note: Note = lambda number, file, raw, problem: None,
        numbers: Iterator[int] | None = None,
    ) -> Iterator[tuple[int, int, Row]]:
        """(number, file, row); with `numbers`, which grow, only those. `note` is told of
        the rows that are not good. Raises Unreadable.
        """
        count = _Count(numbers)
        for file, part in enumerate(self.parts):
            source = _Numbered(part.source, count)

            def tell(
                raw: RawRow, name: str | None, wrong: CellProblem, file: int = file
            ) -> None:
                if not wrong.is_warning:
                    note(count.number, file, raw, wrong)

            for row in RowReader(self.rules, source, tell).rows():
                if _has(row, self.where):
                    yield count.number, file, row


class _Count:
    """The number of the row that is being read, and whether it is wanted."""

    def __init__(self, wanted: Iterator[int] | None) -> None:
        self.number = -1
        self._wanted = wanted
        self._next = next(wanted, None) if wanted else None

    @property
    def is_over(self) -> bool:
        """Whether no further row is wanted."""
        return self._wanted is not None and self._next is None

    def is_wanted(self) -> bool:
        """Of the next row."""
        self.number += 1
        if self._wanted is None:
            return True
        if self._next != self.number:
            return False
        self._next = next(self._wanted, None)
        return True


@dataclass(frozen=True, slots=True)
class _Numbered(PassedOn):
    """A file of which only the wanted rows come."""

    count: _Count

    def rows(self) -> Iterator[RawRow]:
        """Those that are wanted. Raises Unreadable."""
        for raw in self.source.rows() if not self.count.is_over else ():
            if self.count.is_wanted():
                yield raw
            elif self.count.is_over:
                return


def _has(row: Row, where: Mapping[str, str]) -> bool:
    """Whether the row has these values, as a filter of the server sees it."""
    for name, wanted in where.items():
        value = row.values.get(name)
        text = value.value if isinstance(value, Reference) else value
        if fold_key(asked_text(text)) != fold_key(wanted):
            return False
    return True
