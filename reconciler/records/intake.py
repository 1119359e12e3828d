"""The rows of the files on their way into the spool, and out of it again when they are
sent or read back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, islice, repeat
from operator import attrgetter
from typing import Any

from reconciler.records.compared import RefusedRow
from reconciler.records.fingerprint import Fingerprints
from reconciler.records.header import held_by
from reconciler.records.problem import CellProblem
from reconciler.records.raw import RawRow, Unreadable
from reconciler.records.references import Resolver, Taken
from reconciler.records.references import unresolved as as_written
from reconciler.records.row import columns_of, key_texts
from reconciler.records.row_spool import RowSpool, marks_of
from reconciler.records.row_stream import Chunk, RowStream, Wanted

OURS, THEIRS = 0, 1
"""The two sides, of rows that have no key."""
Values = Mapping[str, Any]


@dataclass
class Intake:
    """Looks references up, unless `is_blind`, and knows rows by their keys. `refused` has
    the rows that are never sent, by their numbers; `duplicates` are (file, line) of rows
    whose key another one has.
    """

    stream: RowStream
    resolver: Resolver
    prints: Fingerprints
    spool: RowSpool
    is_blind: bool = False
    refused: dict[int, RefusedRow] = field(default_factory=dict)
    duplicates: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)  # fmt: skip

    @property
    def is_bag(self) -> bool:
        """Whether rows have no key, and are told apart by all that is listed."""
        return not self.prints.table.keys

    def rows(self) -> Iterator[list[Taken]]:
        """All rows, many at a time, as the spool takes them in. Raises ApiError,
        Unreadable.
        """
        for group in self.stream.groups(self._note):
            rows = self._resolved(group)
            self._keep(rows)
            yield rows

    def taken(self, wanted: Wanted) -> Iterator[list[Taken]]:
        """Rows that were taken in before, in the order of the files, many at a time; the
        files end before a row that was another one then. Raises ApiError, Unreadable.
        """
        for group in self.stream.groups(wanted=wanted):
            rows = self._resolved(group)
            same = self._same(rows)
            yield rows[:same]
            if same < len(rows):
                told = "a file of the rows was changed meanwhile"
                raise Unreadable("record-file", told)

    def _note(self, number: int, file: int, raw: RawRow, problem: CellProblem) -> None:
        self._refuse(number, RefusedRow(file, raw.line, problem))

    def _refuse(self, number: int, refused: RefusedRow) -> None:
        """A row may have several mistakes, and is refused once."""
        self.refused.setdefault(number, refused)

    def _resolved(self, group: Sequence[Chunk]) -> list[Taken]:
        """The rows that point at nothing, or at something that is there."""
        if self.resolver.may_name and not self.is_blind:
            return self._looked_up(group)
        taken: list[Taken] = []
        for file, numbers, lines, values in group:
            sent: Iterable[Values] = values
            if self.resolver.may_name:
                sent = map(as_written, values)
            rows = zip(numbers, repeat(file), lines, sent, values)
            taken += map(Taken._make, rows)
        return taken

    def _looked_up(self, group: Sequence[Chunk]) -> list[Taken]:
        taken: list[Taken] = []
        resolved = self.resolver.resolve([row for each in group for row in each.rows()])
        for file, numbers, _, _ in group:
            own = islice(resolved, len(numbers))
            for number, each in zip(numbers, own, strict=True):
                line, sent = each.row
                if each.problem:
                    refused = RefusedRow(file, line, each.problem, each.column)
                    self._refuse(number, refused)
                else:
                    taken.append(Taken(number, file, line, sent, each.values))
        return taken

    def _same(self, rows: Sequence[Taken]) -> int:
        """How many, from the first on, have the lines and the keys that they had."""
        numbers = [each.n for each in rows]
        before = [self.spool.lines_at(numbers)]
        now = [[each.line for each in rows]]
        if not self.is_bag:
            before.append(self.spool.marks_at(numbers))
            keys = self.keys([each.values for each in rows], OURS)
            now.append(marks_of(keys))
        if before == now:
            return len(rows)
        pairs = zip(zip(*before, strict=True), zip(*now, strict=True), strict=True)
        return next(place for place, (was, found) in enumerate(pairs) if was != found)

    def _keep(self, rows: Sequence[Taken]) -> None:
        for file, some in groupby(rows, attrgetter("file")):
            self._keep_of(file, list(some))

    def _keep_of(self, file: int, rows: Sequence[Taken]) -> None:
        values = [each.values for each in rows]
        twice = self.spool.add_all(
            file,
            [each.n for each in rows],
            [each.line for each in rows],
            self.keys(values, OURS),
            self.prints.of_all(values),
        )
        for place, first in twice:
            self.duplicates.append((first, (file, rows[place].line)))

    def keys(self, rows: Sequence[Values], side: int) -> list[str]:
        """What tells each row of a side from others, as a text."""
        if not self.is_bag:
            return key_texts(
                columns_of(rows, self.prints.table.keys), self.prints.table
            )
        return [self._copy(values, side) for values in rows]

    def _copy(self, values: Values, side: int) -> str:
        """Of rows that are alike the first is the first, and so on."""
        key = repr(self.prints.narrowed(values, self._listed))
        return f"{self.spool.copy_number(side, key)} {key}"

    @cached_property
    def _listed(self) -> frozenset[str]:
        """The fields that the files have: of a table without keys those tell rows
        apart.
        """
        listed: set[str] = set()
        for part in self.stream.parts:
            names = part.source.columns
            if names is None:
                return frozenset(self.prints.table.columns)
            listed |= held_by(names, self.stream.rules.header.within(names))
        return frozenset(listed)
