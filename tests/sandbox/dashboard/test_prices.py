"""The prices of the veterinary guide."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.sandbox.dashboard import prices
from reconciler.sandbox.dashboard.prices import Price
from reconciler.sandbox.dashboard.view import View

NUMBER = {"label": "N", "required": False}
VET = {"name": "Vet", "unique_keys": ["nom"], "fields": [{**NUMBER, "name": "nom", "type": "text"}]}
TO_VET = {"sourceField": "veto_id", "targetSchemaType": "custom", "targetSchema": "4"}
PRICING = {
    "name": "VetPricing",
    "unique_keys": ["veto_id", "product_id"],
    "fields": [
        {**NUMBER, "name": "veto_id", "type": "number"},
        {**NUMBER, "name": "product_id", "type": "text"},
        {**NUMBER, "name": "price", "type": "decimal"},
        {**NUMBER, "name": "price_discount", "type": "decimal"},
    ],
    "relationships": [
        TO_VET,
        {"sourceField": "product_id", "targetSchemaType": "system", "targetSchema": "products"},
    ],
}
ASSIGNMENT = {
    "name": "VetAssignment",
    "unique_keys": ["contact_id"],
    "fields": [{**NUMBER, "name": "contact_id", "type": "number"}, {**NUMBER, "name": "veto_id", "type": "number"}],
    "relationships": [
        {"sourceField": "contact_id", "targetSchemaType": "system", "targetSchema": "contacts"},
        TO_VET,
    ],
}
SALE = {
    "name": "Sale",
    "fields": [{**NUMBER, "name": "product_id", "type": "text"}, {**NUMBER, "name": "price", "type": "decimal"}],
    "relationships": [{"sourceField": "product_id", "targetSchemaType": "system", "targetSchema": "products"}],
}
PRODUCT = {"lang": "fr", "name": "Royal Canin 12 kg", "price": 79.90}
OVERRIDES = "/custom-data-definitions/overrides?target_system_schema=products&system_field_name=price"


@pytest.fixture
def clinics(dashboard):
    """Marie goes to clinic 1, Paul to clinic 2, Léa to none."""
    for definition in (VET, PRICING, ASSIGNMENT, SALE):
        dashboard.post("/custom-data-definitions", definition)
    times = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    dashboard.post("/products", [{"product_id": "RC-12", **PRODUCT, **times}])
    dashboard.post("/custom-data-records/4", [{"nom": "Parc"}, {"nom": "Lilas"}])
    dashboard.post(
        "/custom-data-records/5",
        [{"veto_id": vet, "product_id": "RC-12", "price": price} for vet, price in ((1, 64), (2, 71))],
    )
    dashboard.post("/custom-data-records/6", [{"contact_id": number, "veto_id": number} for number in (1, 2)])
    override(dashboard, 5)
    return dashboard


def override(dashboard, *definitions: int) -> None:
    """Put the price of these definitions over the product's, the first before the others."""
    rows = [
        {"id_custom_data_definition": number, "custom_field_name": "price", "priority": priority}
        for priority, number in enumerate(definitions, 1)
    ]
    assert 200 == dashboard.shop.http.put(OVERRIDES, json={"overrides": rows}).status_code


def seen(dashboard) -> list[Price]:
    """The prices that Marie, Paul and Léa see."""
    with dashboard.shop.store.reading() as db:
        view = View(db, 1)
        product = view.product("RC-12")
        contacts = [view.contact(number) for number in (1, 2, 3)]
        return [prices.seen(view, contact, product, "price") for contact in contacts]


def test_each_contact_sees_the_price_of_its_clinic(clinics, figure: Callable) -> None:
    """Contact → assignment → clinic → price; without an assignment, the product's own (contract §4)."""
    found = seen(clinics)
    assert [64, 71, 79.90] == [price.value for price in found]
    assert ["VetPricing.price", "VetPricing.price", ""] == [price.source for price in found]
    figure("prices of one product by contact", "64 / 71 / 79.90")


@pytest.mark.parametrize(
    ("order", "expected"), [((5, 7), [64, 71, 50]), ((7, 5), [50, 50, 50]), ((), [79.9, 79.9, 79.9])]
)
def test_the_first_source_with_a_value_wins(clinics, order: tuple, expected: list) -> None:
    """In order of priority; a source without a relation to contacts is for everybody."""
    clinics.post("/custom-data-records/7", [{"product_id": "RC-12", "price": 50}])
    override(clinics, *order)
    assert expected == [price.value for price in seen(clinics)]


def test_a_source_without_a_price_is_passed_over(clinics) -> None:
    """The row is there, and has no price in it."""
    clinics.post("/custom-data-records/5", [{"veto_id": 1, "product_id": "RC-12", "price": None}])
    assert [79.9, 71, 79.9] == [price.value for price in seen(clinics)]


def test_a_deleted_source_is_passed_over(clinics) -> None:
    """The override keeps the dead id."""
    clinics.shop.http.delete("/custom-data-definitions/5")
    assert [79.9] * 3 == [price.value for price in seen(clinics)]


def test_a_reassigned_contact_sees_the_new_price(clinics) -> None:
    """It is resolved when it is looked at."""
    clinics.post("/custom-data-records/6", [{"contact_id": 1, "veto_id": 2}])
    assert [71, 71, 79.9] == [price.value for price in seen(clinics)]


def test_a_message_shows_the_price_that_its_reader_sees(clinics) -> None:
    """Where a relation leads to a product, the override counts too."""
    favourite = {
        **ASSIGNMENT,
        "name": "Favourite",
        "fields": [
            {**NUMBER, "name": "contact_id", "type": "number"},
            {**NUMBER, "name": "product_id", "type": "text"},
        ],
        "relationships": [ASSIGNMENT["relationships"][0], SALE["relationships"][0]],
    }
    clinics.post("/custom-data-definitions", favourite)
    clinics.load(
        template=[{"name": "t", "body": "{var=Favourite.product.name}: {var=Favourite.product.price}"}],
        scenario=[{"name": "s", "trigger": {"record": "Favourite"}, "template": "t"}],
    )
    clinics.post("/custom-data-records/8", [{"contact_id": number, "product_id": "RC-12"} for number in (1, 3)])
    assert ["Royal Canin 12 kg: 64", "Royal Canin 12 kg: 79.9"] == clinics.bodies()
