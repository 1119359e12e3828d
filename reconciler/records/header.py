"""Which column of a file holds which field."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.form.spelling import Vocabulary, did_you_mean, shown
from reconciler.kinds.definition.table import CONTACT_KEYS, Column, Table, spellings
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.problem import CellProblem
from reconciler.records.row import column_name

_BARE = re.compile(r"[^\W\d_][\w°.' /()-]*")
"""What YAML takes for a text without quotes, also within brackets."""
_WORDS = ("yes", "no", "y", "n", "on", "off", "true", "false", "null")


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
        if name.partition(".")[0] in self.replaced:
            taken = f"another column holds {name.partition('.')[0]}, as columns says"
            told = f"{taken}: leave this one out with ignore_columns: [{_yaml(name)}]"
            return CellProblem("record-column", told, told)
        if told := self._wrong_key(name):
            return CellProblem("record-column", told, told)
        hint = Vocabulary(self.known).hint(name)
        if not hint:
            hint = (
                ": map it with columns, or leave it out with "
                f"ignore_columns: [{_yaml(name)}]"
            )
        told = f"no field is called {shown(name)}{hint}"
        return CellProblem("record-column", told, told)

    def _wrong_key(self, name: str) -> str:
        """What to say of a column that names contacts by something else than a key."""
        field_name, _, by = name.partition(".")
        column = self.table.columns.get(field_name)
        if column is None or not by or not column.is_contact:
            return ""
        known = ", ".join(f"{field_name}.{key}" for key in CONTACT_KEYS)
        hint = did_you_mean(by, CONTACT_KEYS) or f": write one of {known}"
        return f"a contact has no key {shown(by)}{hint}"

    def problems(self, names: Sequence[str]) -> Iterator[tuple[int, CellProblem]]:
        """What is wrong with the header of a file, and with which of its names (counted
        from 0; 0 for what is missing).
        """
        yield from _doubled(names)
        free = [name for name in names if name and self._is_unknown(name)]
        held = held_by(names, self)
        for column in self.table.columns.values():
            if column.name in held or not self._is_needed(column):
                continue
            if any(self._wrong_key(name) and _begins(name, column) for name in free):
                continue
            meant = Vocabulary(free).closest(column.name)
            free = [name for name in free if name != meant]
            yield 0, self._missing(column, meant)
        for name in dict.fromkeys(free):
            yield names.index(name), self.unknown(name)

    def _is_unknown(self, name: str) -> bool:
        return not self.is_ignored(name) and self.binding(name) is None

    def _is_needed(self, column: Column) -> bool:
        return column.required or column.name in self.table.keys

    def _missing(self, column: Column, meant: str | None) -> CellProblem:
        name = column.name
        rule, role = "record-required", "which is required"
        if name in self.table.keys:
            rule = "record-key-column"
            role = f"{_key_words(self.table)} of {self.table.name}"
        told = f"no column is called {name}, {role}."
        mapped = [each.name for each in self.mapped.values() if each.column is column]
        if mapped:
            told = f"no column is called {shown(mapped[0])}, as columns says of {name}, {role}."
        if meant:
            told += (
                f' Did you mean "{meant}"? Map it: columns: {{{name}: {_yaml(meant)}}}'
            )
        else:
            told += f" Map the one that holds it: columns: {{{name}: NAME}}"
        return CellProblem(rule, told, told)


def _begins(name: str, column: Column) -> bool:
    return name.partition(".")[0] == column.name


def _key_words(table: Table) -> str:
    if len(table.keys) == 1:
        return "the unique key"
    return "a part of the unique key"


def _yaml(name: str) -> str:
    """The name as it can stand in a list or a mapping in one line."""
    if _BARE.fullmatch(name) and name.lower() not in _WORDS:
        return name
    return json.dumps(name, ensure_ascii=False)


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
            called = column_name(said.column)
            mapped[called] = Binding(called, column, said.by)
    ignored = frozenset(map(column_name, records.ignore_columns))
    return Header(table, mapped, ignored=ignored)


def _can_be_named_by(column: Column, by: str) -> bool:
    if column.is_contact:
        return by in CONTACT_KEYS
    return column.target is not None and column.target.what == "definition"


def _doubled(names: Sequence[str]) -> Iterator[tuple[int, CellProblem]]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not name:
            told = f"column {index + 1} has no name"
            yield index, CellProblem("record-header", told, told)
        elif name in seen:
            told = f"a second column is called {shown(name)}"
            yield index, CellProblem("record-header", told, told)
        seen.add(name)
