"""What manifests declare that a message can be about: definitions with their relations,
events with their payloads, and what the settings say of how relations are written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.definition.table import Column, Table, Target, table_of
from reconciler.kinds.event.manifest import Event
from reconciler.model.address import Address, casefolded
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.target import MessageSettings

_SUFFIX = "_id"


@dataclass(frozen=True)
class Declared:
    """Everything by its name as the server compares it, but for accents.

    `renamed` has the new names of definitions by the old ones, `leaving` the definitions
    that are to be deleted, `unknown` those whose manifest could not be read. When a file
    was not read to its end (`is_whole` is False), there may be more.
    """

    tables: Mapping[str, Table] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    hops: Mapping[tuple[str, str], str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    leaving: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    is_whole: bool = True

    def table(self, name: str) -> Table | None:
        """The definition of that name, whatever its case."""
        return self.tables.get(casefolded(name))

    def event(self, code_name: str) -> Event | None:
        """The event of that code name, whatever its case."""
        return self.events.get(casefolded(code_name))

    def with_whole_root(self, path: Sequence[str]) -> tuple[str, ...]:
        """The path with the definition that it begins with as one name: that may hold
        dots. The longest counts that leaves a field.
        """
        most = min(len(path), self._most_parts)
        for length in range(most, 1, -1):
            root = ".".join(path[:length])
            if casefolded(root) in self._dotted and length < len(path):
                return (root, *path[length:])
        whole = ".".join(path) if len(path) <= most else ""
        return (whole,) if casefolded(whole) in self._dotted else tuple(path)

    @cached_property
    def _dotted(self) -> frozenset[str]:
        names = (*self.tables, *self.renamed, *self.leaving, *self.unknown)
        return frozenset(name for name in names if "." in name)

    @cached_property
    def _most_parts(self) -> int:
        return 1 + max((name.count(".") for name in self._dotted), default=0)

    def may_exist(self, name: str) -> bool:
        """Whether a definition of that name may be described in what was not read."""
        return not self.is_whole or casefolded(name) in self.unknown

    def said_hop(self, table: Table, column: Column) -> str | None:
        """How the settings say that the relationship of the column is written."""
        return self.hops.get((casefolded(table.name), column.name))

    def hop(self, table: Table, column: Column) -> str:
        """How its relationship is written in a message (contract §8): as the settings
        say, or without the `_id` at its end.
        """
        said = self.said_hop(table, column)
        return column.name.removesuffix(_SUFFIX) if said is None else said

    def relations(self, table: Table) -> Iterator[tuple[Column, Target]]:
        """The columns that point at something."""
        for column in table.columns.values():
            if column.target is not None:
                yield column, column.target


def declared_in(
    desired: Desired,
    settings: MessageSettings,
    unusable: Iterable[Address] = (),
    *,
    is_whole: bool = True,
) -> Declared:
    """What the manifests declare; `unusable` are the addresses of those that could not
    be read.
    """
    tables: dict[str, Table] = {}
    events: dict[str, Event] = {}
    renamed: dict[str, str] = {}
    leaving: set[str] = set()
    for manifest in desired.manifests.values():
        match manifest.resource:
            case Definition() if manifest.absent:
                leaving.add(casefolded(manifest.address.name))
            case Definition() as definition:
                tables[casefolded(definition.name)] = table_of(definition)
                renamed |= _renamed(manifest)
            case Event() as event if not manifest.absent:
                events[casefolded(event.code_name)] = event
    unknown = {casefolded(each.name) for each in unusable if each.kind == "definition"}
    return Declared(
        tables,
        events,
        _hops(settings),
        renamed,
        frozenset(leaving),
        frozenset(unknown),
        is_whole,
    )


def _renamed(manifest: Manifest) -> dict[str, str]:
    old = manifest.renamed_from
    if old is None or old.cased == manifest.address.cased:
        return {}
    return {casefolded(old.name): manifest.address.name}


def _hops(settings: MessageSettings) -> dict[tuple[str, str], str]:
    found = {}
    for written, hop in settings.hops.items():
        definition, _, column = written.rpartition(".")
        found[casefolded(definition), column] = hop
    return found
