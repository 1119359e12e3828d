"""The price that a contact sees: priorities, rows that are missing, and what leads from the contact to a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.kinds.definition.live import LiveDefinition, LiveRelationship
from reconciler.kinds.override.manifest import LiveSource
from reconciler.messages.price import Prices
from reconciler.messages.shop import Once, Rows, Values, Wanted

TO_CONTACT = LiveRelationship("contact_id", "contacts", None, "id_contact")
TO_PRODUCT = LiveRelationship("product_id", "products", None, "product_id")


def _definition(number: int, name: str, *relationships: LiveRelationship) -> LiveDefinition:
    return LiveDefinition(number, name, "active", None, (), (), relationships)


VET = _definition(1, "Vet")
TO_VET = LiveRelationship("vet_id", None, VET.id, "id")
PRICING = _definition(2, "VetPricing", TO_VET, TO_PRODUCT)
ASSIGNMENT = _definition(3, "VetAssignment", TO_CONTACT, TO_VET)
OWN = _definition(4, "OwnPrice", TO_CONTACT, TO_PRODUCT)
SALE = _definition(5, "Sale", TO_PRODUCT)
LABEL = _definition(6, "Label", TO_CONTACT)
PRODUCT = {"product_id": "RC-12", "price": "79.90"}


@dataclass
class Shop:
    """Rows by the name of their definition, and the sources of one override."""

    overrides: Sequence[LiveSource]
    tables: Mapping[str, Sequence[Values]] = field(default_factory=dict)

    def definitions(self) -> Sequence[LiveDefinition]:
        return [VET, PRICING, ASSIGNMENT, OWN, SALE, LABEL]

    def sources(self) -> Mapping[str, Sequence[LiveSource]]:
        return {"products.price": self.overrides}

    def rows(self, definition: LiveDefinition, wanted: Wanted) -> Rows:
        found = tuple(
            row
            for row in self.tables.get(definition.name, ())
            if all(str(row.get(name)) in values for name, values in wanted.items())
        )
        return Rows(found, len(found), "GET /rows")

    def contact(self, number: str) -> Rows:
        raise AssertionError("nobody asks for it")

    product = contact

    def count_contacts(self) -> int:
        raise AssertionError("nobody asks for it")


def _source(definition: LiveDefinition, priority: int) -> LiveSource:
    return LiveSource(definition.id, "price", priority)


ROWS: dict[str, Sequence[dict[str, Any]]] = {
    "Vet": [{"id": 1}, {"id": 2}],
    "VetAssignment": [{"id": 1, "contact_id": "7", "vet_id": "2"}, {"id": 2, "contact_id": "8", "vet_id": "3"}],
    "VetPricing": [
        {"id": 1, "vet_id": "1", "product_id": "RC-12", "price": "71"},
        {"id": 2, "vet_id": "2", "product_id": "RC-12", "price": "64.00"},
        {"id": 3, "vet_id": "3", "product_id": "RC-12", "price": "1"},
    ],
    "OwnPrice": [{"id": 1, "contact_id": "7", "product_id": "RC-12", "price": None}],
    "Sale": [{"id": 1, "product_id": "RC-12", "price": "50"}],
}


def test_the_row_that_the_contact_leads_to_gives_the_price() -> None:
    """Contact → assignment → clinic → price; a number as such, whatever the listing shows."""
    price = Prices(Once(Shop([_source(PRICING, 1)], ROWS)), 7).seen(PRODUCT, "price")
    assert (64, 79.9, "VetPricing.price", 1) == (price.value, price.native, price.source, price.priority)


@pytest.mark.parametrize("contact", [8, 9])
def test_without_a_row_the_native_price_stays(contact: int) -> None:
    """A clinic that does not exist any more, and no clinic at all."""
    price = Prices(Once(Shop([_source(PRICING, 1)], ROWS)), contact).seen(PRODUCT, "price")
    assert (79.9, "", ["no row of the contact leads to a vet_id"]) == (
        price.value,
        price.source,
        [each.outcome for each in price.tried],
    )


def test_the_first_source_with_a_value_wins() -> None:
    """A source that is gone, one without a product, one that is empty: then the next one, and none after it."""
    sources = [LiveSource(99, "price", 1), _source(LABEL, 2), _source(OWN, 3), _source(PRICING, 4), _source(SALE, 5)]
    price = Prices(Once(Shop(sources, ROWS)), 7).seen(PRODUCT, "price")
    assert ("VetPricing.price", 64) == (price.source, price.value)
    assert [
        "its definition does not live any more",
        "Label has no relationship to products",
        "no row has a price for this contact and product",
        "row 2 of VetPricing",
    ] == [each.outcome for each in price.tried]


def test_a_row_that_is_about_nobody_is_for_everybody() -> None:
    """Its only relationship is the one to products."""
    shop = Once(Shop([_source(SALE, 1)], ROWS))
    assert [50, 50] == [Prices(shop, contact).seen(PRODUCT, "price").value for contact in (7, 9)]
    assert ["the overrides", "the definitions", "rows of Sale"] == shop.asked


def test_a_field_without_sources_is_the_products_own() -> None:
    """Nothing else is read for it."""
    shop = Once(Shop([_source(SALE, 1)], ROWS))
    price = Prices(shop, 7).seen({**PRODUCT, "price_discount": None}, "price_discount")
    assert (None, ()) == (price.value, price.tried)
    assert ["the overrides"] == shop.asked
