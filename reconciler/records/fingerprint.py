"""What rows are compared by: eight bytes for each field, so that what differs is known
without keeping a value.

A field that a row does not have is not compared; its place is empty.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import starmap
from struct import Struct
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Table
from reconciler.records.row import ABSENT, Reference, columns_of

WIDTH = 8
_NOTHING = bytes(WIDTH)


@dataclass(frozen=True)
class Fingerprints:
    """Makes those of one table; fields in `ignored` are not compared."""

    table: Table
    ignored: frozenset[str] = frozenset()

    def of(self, values: Mapping[str, Any]) -> bytes:
        """Of what is to be, references as the numbers that are stored."""
        (found,) = self.of_all([values])
        return found

    def of_all(self, rows: Sequence[Mapping[str, Any]]) -> list[bytes]:
        """The same of many rows, column by column."""
        columns = columns_of(rows, self.table.columns)
        hashes = []
        for name, type_name, is_compared in self._fields:
            if is_compared:
                hashes.append([_hash_of(each, type_name) for each in columns[name]])
            else:
                hashes.append([0] * len(rows))
        return list(starmap(self._packing.pack, zip(*hashes, strict=True)))

    @cached_property
    def _fields(self) -> tuple[tuple[str, str, bool], ...]:
        """(name, type, whether it is compared)."""
        columns = self.table.columns.values()
        return tuple((e.name, e.type, e.name not in self.ignored) for e in columns)

    @cached_property
    def _packing(self) -> Struct:
        return Struct(f"<{len(self.table.columns)}q")

    def differing(self, wanted: bytes, found: bytes) -> Iterator[str]:
        """The fields that are compared and are not as wanted."""
        if wanted == found:
            return
        for place, name in enumerate(self.table.columns):
            part = slice(place * WIDTH, (place + 1) * WIDTH)
            if wanted[part] not in (_NOTHING, found[part]):
                yield name

    def fits(self, wanted: bytes, found: bytes) -> bool:
        """Whether what lives is as wanted."""
        return wanted == found or next(self.differing(wanted, found), None) is None

    def narrowed(self, values: Mapping[str, Any], names: Collection[str]) -> Any:
        """The canonical values of those fields, to tell rows without a unique key
        apart.
        """
        columns = self.table.columns
        return tuple(
            repr(canonical(values.get(name), columns[name].type))
            for name in columns
            if name in names and name not in self.ignored
        )


def compared_part(wanted: bytes, found: bytes) -> bytes:
    """What was found of the fields that are compared."""
    parts = []
    for place in range(0, len(wanted), WIDTH):
        part = slice(place, place + WIDTH)
        parts.append(_NOTHING if wanted[part] == _NOTHING else found[part])
    return b"".join(parts)


def _hash_of(value: Any, type_name: str) -> int:
    # A reference that was not looked up is compared with nothing.
    if value is ABSENT or isinstance(value, Reference):
        return 0
    # Python's hash of a text is keyed anew in each process, and 64 bits wide. Those of
    # numbers are not, and no text begins with NUL.
    spelled = canonical(value, type_name)
    text = spelled if isinstance(spelled, str) else f"\0{spelled!r}"
    return hash(text) or 1


@dataclass(slots=True)
class RowDigest:
    """One hash of all rows that would be changed, as they live. Pages may come in any
    order: the hashes of the rows are added up.
    """

    table: Table
    _sum: int = 0

    def add(self, key: object, values: Mapping[str, Any]) -> None:
        """One row more."""
        columns = self.table.columns.values()
        held = [canonical(values.get(each.name), each.type) for each in columns]
        hashed = sha256(repr((key, held)).encode()).digest()
        self._sum = (self._sum + int.from_bytes(hashed)) % 2**256

    def whole(self, said: str) -> str:
        """The hash of them and of what else is `said`."""
        together = f"{said} {self._sum}".encode()
        return f"sha256:{sha256(together).hexdigest()}"
