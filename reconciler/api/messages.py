"""What messages read of a shop, over one connection that need not be able to write."""

from collections.abc import Mapping, Sequence

from reconciler.api.connection import ReadConnection
from reconciler.api.contacts import PATH as CONTACTS
from reconciler.api.contacts import contact_of, count_contacts
from reconciler.api.listing import Filter, Listing, page_of
from reconciler.api.live import read
from reconciler.api.rows import ReadRows
from reconciler.errors import NotUnderstood
from reconciler.events.shop import Target
from reconciler.kinds.definition.live import LiveDefinition
from reconciler.kinds.override.manifest import LiveOverride, LiveSource
from reconciler.messages.shop import Rows, Wanted
from reconciler.model.live import LiveResource
from reconciler.records.shop import FilterIgnored

_PRODUCTS = "/products"
_PRODUCT_ID = "product_id"


class ReadMessages:
    """Each method sends one request, but for definitions and overrides, whose listings
    may have several pages. Raises ApiError.
    """

    def __init__(self, connection: ReadConnection) -> None:
        self._reading = connection

    def definitions(self) -> Sequence[LiveDefinition]:
        """Those that live."""
        found = self._live("definition")
        return [each for each in found if isinstance(each, LiveDefinition)]

    def sources(self) -> Mapping[str, Sequence[LiveSource]]:
        """What overrides native fields, the first one first; one listing has all."""
        found = self._live("override")
        return {
            each.target: each.sources
            for each in found
            if isinstance(each, LiveOverride)
        }

    def rows(self, definition: LiveDefinition, wanted: Wanted) -> Rows:
        """The rows whose fields have these values (contract §5)."""
        request = f"GET /custom-data-records/{definition.id}"
        try:
            page = ReadRows(self._reading).first_among(definition.id, wanted)
        except FilterIgnored as ignored:
            raise NotUnderstood(f"{request}: {ignored}", request=request) from None
        rows = tuple({"id": row.id, **row.values} for row in page.rows)
        return Rows(rows, len(rows) if page.total is None else page.total, request)

    def contact(self, number: str) -> Rows:
        """The contact with this id (contract §7)."""
        target = Target(id=int(number)) if number.isdecimal() else None
        found = contact_of(self._reading, target) if target else None
        contacts = (found.values,) if found else ()
        return Rows(contacts, len(contacts), f"GET {CONTACTS}")

    def product(self, number: str) -> Rows:
        """The product with this id, which may be a number or a text (contract §13)."""
        request = f"GET {_PRODUCTS}"
        only = (Filter(_PRODUCT_ID, "EQUALS", (number,)),)
        listing = Listing(
            _PRODUCTS, lambda row: row.get(_PRODUCT_ID), _PRODUCT_ID, filters=only
        )
        page = page_of(self._reading, listing, 0)
        if any(str(row.get(_PRODUCT_ID)) != number for row in page.rows):
            told = f"{request}: the shop does not filter its products"
            raise NotUnderstood(told, request=request)
        return Rows(page.rows, page.total or len(page.rows), request)

    def count_contacts(self) -> int:
        """How many contacts the shop has."""
        return count_contacts(self._reading)

    def _live(self, kind: str) -> Sequence[LiveResource]:
        return list(read(self._reading, needed={kind}).resources.values())
