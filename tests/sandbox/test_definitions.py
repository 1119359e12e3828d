"""Definitions: create, read, extend, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PATH = "/custom-data-definitions"
FIELD = {"name": "extra", "label": "Extra", "type": "text", "required": False}


def test_a_definition_is_created_active(shop) -> None:
    """The answer holds the id and the stored definition."""
    made = shop.define("Loyalty", unique_keys=["code"], description="d")
    assert (1, "Loyalty", "d", "active", ["code"], []) == (
        made["id_definition"],
        made["name"],
        made["description"],
        made["status"],
        made["unique_keys"],
        made["relationships"],
    )


@pytest.mark.parametrize("name", ["loyalty", "LOYALTÝ", "Loyalty  "])
def test_a_name_is_taken_under_folding(shop, name: str) -> None:
    """Case, accents and trailing blanks make no new name."""
    shop.define("Loyalty")
    answer = shop.http.post(PATH, json={"name": name, "fields": []})
    assert (400, "custom data definition name is already used.") == (answer.status_code, answer.json()["message"])


def test_a_leading_blank_makes_a_new_name(shop) -> None:
    """Leading blanks are significant."""
    shop.define("Loyalty")
    assert 2 == shop.define(" Loyalty")["id_definition"]


def test_the_name_of_a_deleted_definition_is_free(shop) -> None:
    """Re-use gives a new id, and the tombstone keeps its name."""
    shop.define("Loyalty")
    shop.http.delete(f"{PATH}/1")
    shop.define("Loyalty")
    rows = [(row["id_definition"], row["name"], row["status"]) for row in shop.rows(PATH)]
    assert [("1", "Loyalty", "deleted"), ("2", "Loyalty", "active")] == rows


@pytest.mark.parametrize(
    ("relationship", "expected"),
    [
        ({"targetSchemaType": "system", "targetSchema": "contacts"}, "id_contact"),
        ({"targetSchemaType": "system", "targetSchema": "products"}, "product_id"),
        ({"targetSchemaType": "custom", "targetSchema": "1"}, "id"),
    ],
)
def test_a_target_field_is_filled_in(shop, relationship: dict, expected: str) -> None:
    """Each kind of target has its own default field."""
    shop.define("Target")
    made = shop.define("Source", relationships=[{"sourceField": "code", **relationship}])
    assert expected == made["relationships"][0]["targetField"]


@pytest.mark.parametrize(
    "body",
    [
        {"fields": [FIELD, FIELD]},
        {"fields": [FIELD, {**FIELD, "name": "EXTRÁ"}]},
        {"fields": [{**FIELD, "name": "id"}]},
        {"fields": [FIELD], "unique_keys": ["nope"]},
        {"fields": [FIELD], "unique_keys": ["extra", "extra"]},
        {"relationships": [{"sourceField": "nope", "targetSchemaType": "system", "targetSchema": "contacts"}]},
        {"relationships": [{"sourceField": "extra", "targetSchemaType": "system", "targetSchema": "orders"}]},
        {"relationships": [{"sourceField": "extra", "targetSchemaType": "custom", "targetSchema": "99"}]},
        {"relationships": [{"sourceField": "extra", "targetSchemaType": "system", "targetSchema": "products"}] * 2},
    ],
)
def test_an_inconsistent_definition_is_refused(shop, body: dict) -> None:
    """Fields, keys and relationships must fit together."""
    answer = shop.http.post(PATH, json={"name": "A", "fields": [FIELD], **body})
    assert (400, list) == (answer.status_code, type(answer.json()["message"]))


def test_extend_appends(shop) -> None:
    """Fields and relationships are added, name and description change in place."""
    shop.define("Loyalty")
    relation = {"sourceField": "extra", "targetSchemaType": "system", "targetSchema": "contacts"}
    body = {"name": "Club", "description": "d", "fields": [FIELD], "relationships": [relation]}
    made = shop.http.patch(f"{PATH}/1/extend", json=body).json()["data"]
    assert ("Club", "d", ["code", "points", "extra"], "id_contact") == (
        made["name"],
        made["description"],
        [field["name"] for field in made["fields"]],
        made["relationships"][0]["targetField"],
    )


def test_extend_refuses_an_existing_field(shop) -> None:
    """A field cannot be sent again, not even in other case."""
    shop.define()
    assert 400 == shop.http.patch(f"{PATH}/1/extend", json={"fields": [{**FIELD, "name": "Code"}]}).status_code


def test_extend_refuses_a_related_source_field(shop) -> None:
    """A relationship cannot be sent again."""
    relation = {"sourceField": "code", "targetSchemaType": "system", "targetSchema": "contacts"}
    shop.define(relationships=[relation])
    answer = shop.http.patch(f"{PATH}/1/extend", json={"relationships": [{**relation, "targetSchema": "products"}]})
    assert 400 == answer.status_code


def test_extend_knows_no_unique_keys(shop) -> None:
    """Unique keys are immutable: the property does not exist."""
    shop.define()
    answer = shop.http.patch(f"{PATH}/1/extend", json={"unique_keys": ["code"]})
    assert ["property unique_keys should not exist"] == answer.json()["message"]


def test_a_rename_to_a_taken_name_is_refused(shop) -> None:
    """Uniqueness holds for extend as well."""
    shop.define("A")
    shop.define("B")
    assert 400 == shop.http.patch(f"{PATH}/2/extend", json={"name": "a"}).status_code


def test_a_rename_of_case_only_is_accepted(shop) -> None:
    """A definition does not clash with itself."""
    shop.define("loyalty")
    assert "Loyalty" == shop.http.patch(f"{PATH}/1/extend", json={"name": "Loyalty"}).json()["data"]["name"]


@pytest.mark.parametrize("id_", ["1", "99999999999999999999999"])
def test_an_unknown_definition_is_400(shop, id_: str) -> None:
    """Not found is answered 400, as observed."""
    answer = shop.http.get(f"{PATH}/{id_}")
    assert (400, "Custom data definition not found") == (answer.status_code, answer.json()["message"])


def test_an_unknown_definition_may_be_404(open_shop: Callable) -> None:
    """The status of not found is a switch."""
    assert 404 == open_shop("not_found_status=404").http.get(f"{PATH}/1").status_code


@pytest.mark.parametrize(("key", "expected"), [("id", {"id"}), ("both", {"id", "id_definition"})])
def test_the_id_key_is_a_switch(open_shop: Callable, key: str, expected: set[str]) -> None:
    """The id shows under the wanted keys."""
    assert expected == {"id", "id_definition"} & set(open_shop(f"id_key={key}").define())


def test_relationships_may_read_in_snake_case(open_shop: Callable) -> None:
    """The casing of relationship keys in answers is a switch."""
    shop = open_shop("relation_case=snake")
    relation = {"sourceField": "code", "targetSchemaType": "system", "targetSchema": "contacts"}
    made = shop.define(relationships=[relation])
    assert {"source_field", "target_schema_type", "target_schema", "target_field"} == set(made["relationships"][0])


def test_a_definition_may_be_creating_for_a_while(open_shop: Callable) -> None:
    """With ``creating_seconds`` a new definition becomes active only later."""
    shop = open_shop("creating_seconds=5")
    first = shop.define()["status"]
    shop.clock.wait(5)
    assert ("creating", "active") == (first, shop.http.get(f"{PATH}/1").json()["data"]["status"])


def test_an_inactive_definition_is_inactive_again_after_editing(open_shop: Callable) -> None:
    """Extending does not activate."""
    shop = open_shop("creating_seconds=5")
    shop.define()
    shop.clock.wait(5)
    shop.http.patch(f"{PATH}/1/deactivate")
    editing = shop.http.patch(f"{PATH}/1/extend", json={"fields": [FIELD]}).json()["data"]["status"]
    shop.clock.wait(5)
    assert ("editing", "inactive") == (editing, shop.http.get(f"{PATH}/1").json()["data"]["status"])
