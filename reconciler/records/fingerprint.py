"""What rows are compared by: eight bytes for each field, so that what differs is known
without keeping a value.

A field that a row does not have is not compared; its place is empty.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Table

WIDTH = 8
_ABSENT = bytes(WIDTH)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Makes those of one table; fields in `ignored` are not compared."""

    table: Table
    ignored: frozenset[str] = frozenset()

    def of(self, values: Mapping[str, Any]) -> bytes:
        """Of what is to be, references as the numbers that are stored."""
        parts = []
        for name, column in self.table.columns.items():
            if name not in values or name in self.ignored:
                parts.append(_ABSENT)
            else:
                parts.append(_hash_of(values[name], column.type))
        return b"".join(parts)

    def differing(self, wanted: bytes, found: bytes) -> Iterator[str]:
        """The fields that are compared and are not as wanted."""
        if wanted == found:
            return
        for place, name in enumerate(self.table.columns):
            part = slice(place * WIDTH, (place + 1) * WIDTH)
            if wanted[part] not in (_ABSENT, found[part]):
                yield name

    def fits(self, wanted: bytes, found: bytes) -> bool:
        """Whether what lives is as wanted."""
        return next(self.differing(wanted, found), None) is None

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
        parts.append(_ABSENT if wanted[part] == _ABSENT else found[part])
    return b"".join(parts)


def _hash_of(value: Any, type_name: str) -> bytes:
    # Python's hash of a text is keyed anew in each process, and 64 bits wide.
    number = hash(repr(canonical(value, type_name))) or 1
    return number.to_bytes(WIDTH, "little", signed=True)


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
