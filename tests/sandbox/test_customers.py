"""Customers in, contacts out; products alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_customers_are_upserted(shop, method: str) -> None:
    """Both methods insert and update on customer_id; what is not sent stays."""
    for customer in (shop.customer(first_name="Marie"), shop.customer(lang="en", label_source="web")):
        shop.http.request(method, "/customers", json=[customer])
        shop.settle()
    row = shop.http.get("/customers/C1").json()["data"]
    assert ("Marie", "en", 1) == (row["first_name"], row["lang"], len(shop.rows("/customers")))


def test_a_bad_customer_is_rejected_alone(shop) -> None:
    """Mandatory fields are checked per item."""
    answer = shop.http.post("/customers", json=[shop.customer(), {"customer_id": "C2", "email": "nope"}]).json()
    assert (1, 1) == (answer["sent_count"], answer["rejected_items"][0]["index"])


def test_an_unknown_customer_is_404_but_deletes_fine(shop) -> None:
    """Reads tell, deletes are idempotent."""
    answers = (shop.http.get("/customers/C9"), shop.http.delete("/customers/C9"))
    assert (404, 200) == tuple(answer.status_code for answer in answers)


def test_customers_are_deleted_in_bulk(shop) -> None:
    """The body is an object here, unlike for records."""
    shop.http.post("/customers", json=[shop.customer(), shop.customer(customer_id="C2", email="b@c.de")])
    shop.http.post("/customers/bulk-delete", json={"customer_ids": ["C1", "C9"]})
    shop.settle()
    assert ["C2"] == [row["customer_id"] for row in shop.rows("/customers")]


def test_one_person_is_one_contact(shop) -> None:
    """Customers with one e-mail, or one phone, share a contact."""
    customers = [
        shop.customer(phone_number="+33 1 02"),
        shop.customer(customer_id="C2", email="MARIE@EXAMPLE.COM"),
        shop.customer(customer_id="C3", email="other@example.com", phone_number="+33-102"),
        shop.customer(customer_id="C4", email="new@example.com"),
    ]
    shop.http.post("/customers", json=customers)
    shop.settle()
    assert ["1", "2"] == [row["id_shop_contact"] for row in shop.rows("/contacts/all")]


@pytest.mark.parametrize(
    "query", ["id_shop_contact=1", "id_customer_shop=C1", "contact_data_email=marie%40EXAMPLE.com"]
)
def test_a_contact_is_found_by_one_identifier(shop, query: str) -> None:
    """Each identifier works alone."""
    shop.http.post("/customers", json=[shop.customer()])
    shop.settle()
    answer = shop.http.get(f"/contacts?{query}&fields=id_shop_contact,contact_lang").json()
    assert {"id_shop_contact": 1, "contact_lang": "fr"} == answer["data"]


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("id_shop_contact=1&id_customer_shop=C1", 400), ("id_shop_contact=1", 404)]
)
def test_a_contact_needs_exactly_one_identifier(shop, query: str, status: int) -> None:
    """None or two are 400, an unknown contact is 404."""
    assert status == shop.http.get(f"/contacts?{query}").status_code


def test_contacts_are_read_only(shop) -> None:
    """There is no route to write them."""
    assert 404 == shop.http.post("/contacts", json={}).status_code


def test_products_are_upserted_and_deleted(shop) -> None:
    """Ids compare as text, whatever was sent."""
    times = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    product = {"lang": "fr", "name": "Croquettes", "price": 79.9, **times}
    shop.http.post("/products", json=[{**product, "product_id": 1}, {**product, "product_id": "P2"}])
    shop.http.put("/products", json=[{**product, "product_id": "1", "price": 64}])
    shop.http.post("/products/bulk-delete", json={"product_ids": ["P2"]})
    shop.settle()
    assert [("1", "64")] == [(row["product_id"], row["price"]) for row in shop.rows("/products")]
