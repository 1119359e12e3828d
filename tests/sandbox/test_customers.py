"""Customers in, contacts out; products alike."""

from __future__ import annotations

import pytest


def test_customers_are_upserted(shop) -> None:
    """POST inserts and updates on customer_id; what is not sent stays."""
    for customer in (shop.customer(first_name="Marie"), shop.customer(lang="en", label_source="web")):
        shop.http.post("/customers", json=[customer])
        shop.settle()
    row = shop.http.get("/customers/C1").json()["data"]
    assert ("Marie", "en", 1) == (row["first_name"], row["lang"], len(shop.rows("/customers")))


@pytest.mark.parametrize("settled", [True, False])
def test_put_changes_customers_that_exist(shop, settled: bool) -> None:
    """Only the key is mandatory; who is queued to be inserted exists; unknown ids are rejected, one by one."""
    shop.http.post("/customers", json=[shop.customer(first_name="Marie")])
    if settled:
        shop.settle()
    answer = shop.http.put(
        "/customers", json=[{"customer_id": "C1", "lang": "en"}, {"customer_id": "C9", "lang": "en"}]
    ).json()
    assert (1, [1], [["customer C9 not found"]]) == (
        answer["sent_count"],
        [item["index"] for item in answer["rejected_items"]],
        [item["errors"] for item in answer["rejected_items"]],
    )
    shop.settle()
    (row,) = shop.rows("/customers")
    assert ("Marie", "en", "Marie@example.com") == (row["first_name"], row["lang"], row["email"])


def test_put_takes_nothing_away_that_a_customer_must_have(shop) -> None:
    """Null is refused there, and empties what is optional."""
    shop.http.post("/customers", json=[shop.customer(first_name="Marie", phone_number="+33 1")])
    shop.settle()
    refused = shop.http.put("/customers", json=[{"customer_id": "C1", "email": None}])
    assert (400, "email should not be empty") == (refused.status_code, refused.json()["rejected_items"][0]["errors"][1])
    assert 200 == shop.http.put("/customers", json=[{"customer_id": "C1", "first_name": None}]).status_code
    shop.settle()
    (row,) = shop.rows("/customers")
    assert (None, "Marie@example.com", "+33 1") == (row["first_name"], row["email"], row["phone_number"])


def test_put_does_not_bring_a_customer_back(shop) -> None:
    """A delete that was accepted before the change comes first."""
    shop.http.post("/customers", json=[shop.customer()])
    shop.settle()
    shop.http.delete("/customers/C1")
    assert 200 == shop.http.put("/customers", json=[{"customer_id": "C1", "lang": "en"}]).status_code
    shop.settle()
    assert [] == shop.rows("/customers")


def test_what_is_not_modelled_is_kept(shop) -> None:
    """Shop data is not strict: an official client sends more than the contract lists, and reads it back."""
    sent = shop.customer(company="Acme", description_short="x", label_source="web")
    shop.http.post("/customers", json=[sent])
    shop.settle()
    row = shop.http.get("/customers/C1").json()["data"]
    assert ("Acme", False) == (row["company"], "label_source" in row)


def test_a_customer_is_read_with_the_fields_asked_for(shop) -> None:
    """As with listings, an unknown one is refused."""
    shop.http.post("/customers", json=[shop.customer()])
    shop.settle()
    answer = shop.http.get("/customers/C1?fields=customer_id&fields=lang,first_name").json()
    assert {"customer_id": "C1", "lang": "fr"} == answer["data"]
    assert 400 == shop.http.get("/customers/C1?fields=nonsense").status_code


@pytest.mark.parametrize("email", ["marie@exa mple.com", "marie", "@example.com", "marie@"])
def test_an_email_is_checked(shop, email: str) -> None:
    """What cannot be an address is rejected with its item."""
    answer = shop.http.post("/customers", json=[shop.customer(email=email)])
    assert ["email must be an email"] == answer.json()["rejected_items"][0]["errors"]


@pytest.mark.parametrize(
    "moment", ["2025-01-01T00:00:00Z", "2025-01-01t00:00:00z", "2016-12-31T23:59:60Z", "2025-01-01T00:00:00.123456789Z"]
)
def test_every_time_of_rfc_3339_is_taken(shop, moment: str) -> None:
    """Leap seconds, lower case and nanoseconds too."""
    assert 200 == shop.http.post("/customers", json=[shop.customer(created_at=moment)]).status_code


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


def test_the_tag_of_an_official_client_is_no_mistake(shop) -> None:
    """It adds ``label_source`` to every body of shop data, bulk deletes included (contract §1)."""
    for path, key in [("/customers", "customer_ids"), ("/products", "product_ids")]:
        answer = shop.http.post(f"{path}/bulk-delete", json={key: ["1"], "label_source": "web"})
        assert 200 == answer.status_code, answer.text


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
    """There is no method to write them, and the answer names those that there are."""
    answer = shop.http.post("/contacts", json={})
    assert (405, "GET") == (answer.status_code, answer.headers["Allow"])
    assert 404 == shop.http.post("/nowhere", json={}).status_code


def test_products_are_upserted_and_deleted(shop) -> None:
    """Ids compare as text, whatever was sent."""
    times = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    product = {"lang": "fr", "name": "Croquettes", "price": 79.9, **times}
    shop.http.post("/products", json=[{**product, "product_id": 1}, {**product, "product_id": "P2"}])
    shop.http.put("/products", json=[{"product_id": "1", "price": 64, "description_short": "Bio"}])
    shop.http.post("/products/bulk-delete", json={"product_ids": ["P2"]})
    shop.settle()
    (row,) = shop.rows("/products")
    assert ("1", "64", "Bio", "Croquettes") == tuple(
        row[name] for name in ("product_id", "price", "description_short", "name")
    )


def test_a_product_is_deleted_alone(shop) -> None:
    """Idempotent, and answered as a bulk write."""
    times = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    shop.http.post("/products", json=[{"product_id": "P1", "lang": "fr", "name": "A", "price": 1, **times}])
    for _ in range(2):
        answer = shop.http.delete("/products/P1")
        assert (200, 1) == (answer.status_code, answer.json()["sent_count"])
    shop.settle()
    assert [] == shop.rows("/products")


def test_a_contact_tells_which_definitions_have_rows_for_it(shop) -> None:
    """Only those; an unknown contact is 404, and no other contact's rows count."""
    shop.http.post("/customers", json=[shop.customer(), shop.customer(customer_id="C2", email="b@c.de")])
    shop.settle()
    field = {"name": "contact_id", "label": "Contact", "type": "number", "required": True}
    relation = {"sourceField": "contact_id", "targetSchemaType": "system", "targetSchema": "contacts"}
    for name in ("Loyalty", "Assignment"):
        shop.define(name, fields=[field], unique_keys=["contact_id"], relationships=[relation])
    shop.define("Unrelated")
    shop.http.post("/custom-data-records/1", json=[{"contact_id": {"by": "email", "value": "marie@example.com"}}])
    shop.http.post("/custom-data-records/2", json=[{"contact_id": 2}])
    shop.http.post("/custom-data-records/3", json=[{"code": "a", "points": 1}])
    shop.settle()
    for contact, names in [(1, ["Loyalty"]), (2, ["Assignment"])]:
        assert names == [row["name"] for row in shop.rows(f"/contacts/{contact}/custom-data-definitions")]
    assert 404 == shop.http.get("/contacts/9/custom-data-definitions").status_code
