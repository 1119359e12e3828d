"""Overrides: replaced as a set, validated against the definition."""

from __future__ import annotations

import pytest

PATH = "/custom-data-definitions/overrides"
PRICE = {"target_system_schema": "products", "system_field_name": "price"}
ROW = {"id_custom_data_definition": 1, "custom_field_name": "points", "priority": 1}


@pytest.fixture
def priced(shop):
    """A definition related to products, which may be a source of prices."""
    shop.define(relationships=[{"sourceField": "code", "targetSchemaType": "system", "targetSchema": "products"}])
    return shop


def test_put_replaces_the_whole_set(priced) -> None:
    """Rows that are not sent again are gone."""
    for rows in ([ROW, {**ROW, "priority": 2}], [{**ROW, "priority": 3}]):
        priced.http.put(PATH, params=PRICE, json={"overrides": rows})
    expected = {**PRICE, "id_custom_data_definition": "1", "custom_field_name": "points", "priority": "3"}
    assert [expected] == [{key: row[key] for key in expected} for row in priced.rows(PATH)]


def test_fields_have_sets_of_their_own(priced) -> None:
    """Clearing one field leaves the other."""
    for name in ("price", "price_discount"):
        priced.http.put(PATH, params={**PRICE, "system_field_name": name}, json={"overrides": [ROW]})
    priced.http.put(PATH, params=PRICE, json={"overrides": []})
    assert ["price_discount"] == [row["system_field_name"] for row in priced.rows(PATH)]


@pytest.mark.parametrize(
    "rows",
    [
        [{**ROW, "id_custom_data_definition": 9}],
        [{**ROW, "custom_field_name": "nope"}],
        [{**ROW, "custom_field_name": "code"}],
        [{**ROW, "priority": 4}],
        [{**ROW, "priority": 0}],
        [ROW, ROW],
        [{**ROW, "priority": n} for n in (1, 2, 3, 3)],
        [{**ROW, "foo": 1}],
        "x",
    ],
)
def test_a_wrong_set_is_refused_and_changes_nothing(priced, rows: object) -> None:
    """Unknown definitions and fields, text fields, and bad priorities are 400; the old set stays."""
    priced.http.put(PATH, params=PRICE, json={"overrides": [ROW]})
    refused = priced.http.put(PATH, params=PRICE, json={"overrides": rows}).status_code
    assert (400, 1) == (refused, len(priced.rows(PATH)))


def test_a_source_must_be_related_to_products(shop) -> None:
    """A definition without such a relation gives no price."""
    shop.define()
    assert 400 == shop.http.put(PATH, params=PRICE, json={"overrides": [ROW]}).status_code


@pytest.mark.parametrize("change", [{"target_system_schema": "contacts"}, {"system_field_name": "name"}])
def test_only_prices_of_products_can_be_overridden(priced, change: dict) -> None:
    """Another pair is 400."""
    assert 400 == priced.http.put(PATH, params={**PRICE, **change}, json={"overrides": []}).status_code
