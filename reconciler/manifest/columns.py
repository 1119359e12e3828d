"""The columns of files of rows that hold a field, or name rows by its value."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.form.words import counted
from reconciler.kinds.records.manifest import RecordSet
from reconciler.manifest.rows import INLINE, Part, row_set, table_in
from reconciler.model.address import Address
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.source import Source
from reconciler.model.usage import User
from reconciler.records.header import Binding, Header
from reconciler.records.raw import RawRow, Unreadable


@dataclass(slots=True)
class Span:
    """How many rows have a value, and the lines of the first and the last one."""

    rows: int = 0
    first: int = 0
    last: int = 0

    def add(self, row: RawRow) -> None:
        """One more row that has one."""
        self.first = self.first or row.line
        self.last = row.line
        self.rows += 1

    def words(self, part: Part) -> str:
        """What stands in a manifest has no lines of its own."""
        count = counted(self.rows, "row")
        if not self.rows or part.file == INLINE:
            return count
        if self.first == self.last:
            return f"{count}, line {self.first}"
        return f"{count}, lines {self.first}–{self.last}"


def columns_of(
    desired: Desired, manifest: Manifest, address: Address, field: str
) -> Iterator[User]:
    """One for each file and column; for a definition as a whole, one for each file of its
    rows. Raises NoRowFile.
    """
    records = manifest.resource
    assert isinstance(records, RecordSet)
    table = table_in(desired, records)
    if table is None:
        return
    is_own = Address("definition", records.definition).cased == address.cased
    if not field and not is_own:
        return
    rows = row_set(manifest, table)
    for part in rows.parts:
        try:
            every, spans = _spans(part)
        except (Unreadable, OSError):
            continue  # `validate` says so
        if not field:
            yield _user(manifest, part, every.words(part))
            continue
        header = rows.rules.header.within(spans)
        for index, (name, span) in enumerate(spans.items()):
            if _holds(header, name, address, field, is_own=is_own):
                how = f"column {name}, {span.words(part)}"
                yield _user(manifest, part, how, index)


def _spans(part: Part) -> tuple[Span, dict[str, Span]]:
    """Of all rows of a file, and of those that have a value by column. Raises Unreadable
    and OSError.
    """
    every = Span()
    spans = {name: Span() for name in part.source.columns or ()}
    for row in part.source.rows():
        every.add(row)
        for name, value in row.cells.items():
            span = spans.setdefault(name, Span())
            if value not in ("", None):
                span.add(row)
    return every, spans


def _holds(
    header: Header, name: str, address: Address, field: str, *, is_own: bool
) -> bool:
    if header.is_ignored(name):
        return False
    binding = header.binding(name)
    if binding is None:
        return False
    return (is_own and binding.column.name == field) or _points(binding, address, field)


def _points(binding: Binding, address: Address, field: str) -> bool:
    """Whether its values are those of a field elsewhere."""
    target = binding.column.target
    if (
        target is None
        or Address("definition", target.definition).cased != address.cased
    ):
        return False
    return (binding.by or target.field) == field


def _user(manifest: Manifest, part: Part, how: str, index: int = 0) -> User:
    by = str(manifest.address)
    if part.file == INLINE:
        return User("record_files", by, manifest.source, how)
    line, column = 1, 1
    if how.startswith("column"):
        line, column = part.source.place_of_column(index)
    return User("record_files", by, Source(part.file, line, column), how)
