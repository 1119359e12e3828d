"""Which column of a file holds which field."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.form.spelling import Vocabulary, shown
from reconciler.kinds.definition.table import CONTACT_KEYS, Column, Table, spellings
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.problem import CellProblem


@dataclass(frozen=True, slots=True)
class Binding:
    """The column of the file `name` holds the field `column`; its values name what the
    field points at `by` another key.
    """

    name: str
    column: Column
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a file may be called, for one table and one manifest."""

    table: Table
    mapped: Mapping[str, Binding] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    def within(self, names: Collection[str] | None) -> "Header":
        """The same for a file with these columns: where it has the column that the
        manifest names, another one that is called like the field is something else.
        """
        found = (self.mapped.get(name) for name in names or ())
        replaced = frozenset(binding.column.name for binding in found if binding)
        return replace(self, replaced=replaced)

    @property
    def known(self) -> frozenset[str]:
        """The names that mean something."""
        return frozenset([*self.mapped, *self._own_names()])

    def _own_names(self) -> Iterator[str]:
        for column in self.table.columns.values():
            if column.name not in self.replaced:
                yield from spellings(column)

    def is_ignored(self, name: str) -> bool:
        """Whether the column is nobody's."""
        return name.startswith("_") or name in self.ignored

    def binding(self, name: str) -> Binding | None:
        """What a column holds; None when nobody knows."""
        if name in self.mapped:
            return self.mapped[name]
        field_name, _, by = name.partition(".")
        column = self.table.columns.get(name)
        if column is None and by:
            column = self.table.columns.get(field_name)
            if column is None or not _can_be_named_by(column, by):
                return None
        if column is None or column.name in self.replaced:
            return None
        return Binding(name, column, by or None if column.name != name else None)

    def unknown(self, name: str) -> CellProblem:
        """What to say of a column that nobody knows."""
        hint = Vocabulary(self.known).hint(name)
        if not hint:
            hint = (
                f": map it with columns, or leave it out with ignore_columns: [{name}]"
            )
        told = f"no field is called {shown(name)}{hint}"
        return CellProblem("record-column", told, told)

    def problems(self, names: Sequence[str]) -> Iterator[CellProblem]:
        """What is wrong with the header of a file."""
        yield from _doubled(names)
        free = [name for name in names if name and self._is_unknown(name)]
        held = held_by(names, self)
        for column in self.table.columns.values():
            if column.name in held:
                continue
            if column.name in self.table.keys:
                meant = Vocabulary(free).closest(column.name)
                free = [name for name in free if name != meant]
                yield self._missing_key(column.name, meant)
            elif column.required:
                told = f"no column is called {column.name}, which is required"
                yield CellProblem("record-required", told, told)
        yield from map(self.unknown, dict.fromkeys(free))

    def _is_unknown(self, name: str) -> bool:
        return not self.is_ignored(name) and self.binding(name) is None

    def _missing_key(self, key: str, meant: str | None) -> CellProblem:
        told = f"no column is called {key}, the unique key of {self.table.name}."
        if meant:
            told += f' Did you mean "{meant}"? Map it: columns: {{{key}: {meant}}}'
        else:
            told += f" Map the one that holds it: columns: {{{key}: NAME}}"
        return CellProblem("record-key-column", told, told)


def held_by(names: Sequence[str], header: Header) -> frozenset[str]:
    """The fields that the columns of a file hold."""
    bindings = (header.binding(name) for name in names if not header.is_ignored(name))
    return frozenset(binding.column.name for binding in bindings if binding)


def header_for(table: Table, records: RecordSet | None) -> Header:
    """The names that the manifest of a record set gives, or the field's own."""
    if records is None:
        return Header(table)
    mapped = {}
    for name, said in records.columns.items():
        column = table.columns.get(name)
        if column is not None:
            mapped[said.column] = Binding(said.column, column, said.by)
    return Header(table, mapped, ignored=frozenset(records.ignore_columns))


def _can_be_named_by(column: Column, by: str) -> bool:
    if column.target is None:
        return False
    return not column.is_contact or by in CONTACT_KEYS


def _doubled(names: Sequence[str]) -> Iterator[CellProblem]:
    for name in sorted({name for name in names if names.count(name) > 1 and name}):
        told = f"two columns are called {shown(name)}"
        yield CellProblem("record-header", told, told)
    for number, name in enumerate(names, 1):
        if not name:
            told = f"column {number} has no name"
            yield CellProblem("record-header", told, told)
