"""The fifteen filter operators, on text and on numbers."""

from __future__ import annotations

import json

import pytest

ROWS = [("Élan", 1), ("elan vital", 2), ("Zoo", 5), ("b_t", 10)]


@pytest.fixture
def filled(shop):
    """A definition with four records."""
    shop.define()
    shop.http.post("/custom-data-records/1", json=[{"code": code, "points": points} for code, points in ROWS])
    shop.settle()
    return shop


@pytest.mark.parametrize(
    ("field", "operator", "values", "expected"),
    [
        ("code", "EQUALS", "ELAN ", [1]),
        ("code", "EQUALS", ["zoo"], [3]),
        ("code", "NOT_EQUALS", "elan", [2, 3, 4]),
        ("code", "CONTAINS", "lan", [1, 2]),
        ("code", "CONTAINS", "_", [4]),
        ("code", "NOT_CONTAINS", "lan", [3, 4]),
        ("code", "STARTS_WITH", "é", [1, 2]),
        ("code", "ENDS_WITH", "o", [3]),
        ("code", "LIKE", "%o_", [3]),
        ("code", "IN", "zoo,elan", [1, 3]),
        ("code", "IN", ["zoo", "b_t"], [3, 4]),
        ("code", "NOT_IN", "zoo,elan", [2, 4]),
        ("points", "EQUALS", "5", [3]),
        ("points", "LESS_THAN", "5", [1, 2]),
        ("points", "LESS_THAN_OR_EQUAL_TO", "5", [1, 2, 3]),
        ("points", "GREATER_THAN", "5", [4]),
        ("points", "GREATER_THAN_OR_EQUAL_TO", "5", [3, 4]),
        ("points", "BETWEEN", "2,5", [2, 3]),
        ("points", "NOT_BETWEEN", ["2", "5"], [1, 4]),
        ("id", "GREATER_THAN", 3, [4]),
    ],
)
def test_an_operator_selects(filled, field: str, operator: str, values: object, expected: list[int]) -> None:
    """Each operator selects the rows it says; text ignores case, accents and trailing blanks."""
    wanted = json.dumps([{"field": field, "operator": operator, "values": values}])
    assert expected == [int(row["id"]) for row in filled.rows("/custom-data-records/1", filters=wanted)]


def test_filters_are_read_in_brackets(filled) -> None:
    """The encoding of the JavaScript client filters too."""
    query = "filters[0][field]=code&filters[0][operator]=EQUALS&filters[0][values]=Zoo"
    assert 1 == filled.http.get(f"/custom-data-records/1?{query}").json()["meta"]["pagination"]["total_items"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"field": "code", "operator": "equals", "values": "x"},
        {"field": "nope", "operator": "EQUALS", "values": "x"},
        {"field": "points", "operator": "BETWEEN", "values": "1"},
        {"field": "points", "operator": "LESS_THAN", "values": ["1", "2"]},
        {"field": "points", "operator": "EQUALS"},
    ],
)
def test_a_bad_filter_is_refused(filled, wanted: dict) -> None:
    """Unknown operators and fields, and wrong numbers of values, are 400."""
    assert 400 == filled.http.get("/custom-data-records/1", params={"filters": json.dumps([wanted])}).status_code
