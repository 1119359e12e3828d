"""The rows of one contact: as a record set wants them, and whether the shop shows them.

A push is queued, so that what was accepted is not what is read (contract §1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.definition.table import Table
from reconciler.records.fingerprint import Fingerprints
from reconciler.records.references import Resolver, TableId
from reconciler.records.row import Reference, Row, fold_key
from reconciler.records.row_stream import RowStream
from reconciler.records.shop import Contact, ReadableRows


@dataclass(frozen=True, slots=True)
class ContactRows:
    """Those of one definition, whose id is `number`; `field` is what points at the
    contact. `ignored` fields are not compared.
    """

    table: Table
    number: int
    field: str
    wanted: tuple[Row, ...] = ()
    ignored: frozenset[str] = frozenset()

    def missing(
        self, shop: ReadableRows, contact: int, table_id: TableId
    ) -> tuple[str, ...]:
        """What the shop does not show yet, in words: all rows that are wanted, or any
        row when none is. Raises ApiError, FilterIgnored.
        """
        live = shop.among(self.number, {self.field: (str(contact),)})
        if not self.wanted:
            return () if live else ("there is no row",)
        prints = Fingerprints(self.table, self.ignored)
        found = [prints.of(row.values) for row in live]
        told: list[str] = []
        for values in self._resolved(shop, table_id):
            wanted = prints.of(values)
            if any(prints.fits(wanted, each) for each in found):
                continue
            told += _differing(prints, wanted, found) or ["there is no row"]
        return tuple(told)

    def _resolved(
        self, shop: ReadableRows, table_id: TableId
    ) -> Iterator[Mapping[str, Any]]:
        resolver = Resolver(self.table, shop, table_id)
        for each in resolver.resolve(self.wanted):
            yield each.values


def contact_field(table: Table) -> str | None:
    """The field that says whose row it is; None when rows are about nobody."""
    return next((each.name for each in table.columns.values() if each.is_contact), None)


def rows_about(stream: RowStream, field: str, contact: Contact) -> Iterator[Row]:
    """The rows of a record set that are about the contact, however they name it."""
    for _, _, row in stream.rows():
        if _is_about(row.values.get(field), contact):
            yield row


def _is_about(value: Any, contact: Contact) -> bool:
    if not isinstance(value, Reference):
        return str(value) == str(contact.id)
    own = {"email": contact.email, "id_customer": contact.id_customer}.get(value.by)
    return own is not None and fold_key(own) == fold_key(str(value.value))


def _differing(prints: Fingerprints, wanted: bytes, found: list[bytes]) -> list[str]:
    """The fields in which the nearest row differs."""
    differing = [list(prints.differing(wanted, each)) for each in found]
    if not differing:
        return []
    nearest = sorted(differing, key=len)[0]
    return [f"{', '.join(nearest)} is not as it should be"]
