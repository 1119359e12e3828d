"""What lives, as a manifest says it: the way back from a form."""

from typing import Any

import pytest

from reconciler.kinds.registry import KINDS
from reconciler.kinds.saying import bare_name

FIELD = {"label": "a", "type": "number", "required": False, "description": None, "default": "5", "options": None}
DEFINITION = {
    "name": "A",
    "description": "",
    "unique_keys": [],
    "fields": {"a": FIELD, "b": {**FIELD, "label": "B", "type": "list", "options": ["x"], "default": None}},
    "relationships": {},
    "status": "active",
}


def test_what_the_server_fills_in_is_not_said() -> None:
    """Defaults are values of their type again, which a listing has turned into text."""
    assert {
        "kind": "definition",
        "name": "A",
        "fields": [
            {"name": "a", "type": "number", "default": 5},
            {"name": "b", "label": "B", "type": "list", "options": ["x"]},
        ],
    } == KINDS["definition"].document("A", DEFINITION)


@pytest.mark.parametrize(
    ("relationship", "said"),
    [
        (
            {"targetSchemaType": "system", "targetSchema": "contacts", "targetField": "id_contact"},
            {"targetSchemaType": "system", "targetSchema": "contacts"},
        ),
        (
            {"targetSchemaType": "custom", "targetSchema": "definition/B/C", "targetField": "code"},
            {"targetSchemaType": "custom", "targetSchema": "B/C", "targetField": "code"},
        ),
        (
            {"targetSchemaType": "custom", "targetSchema": "definition/B"},
            {"targetSchemaType": "custom", "targetSchema": "B"},
        ),
    ],
)
def test_relationships_name_what_they_point_at(relationship: dict[str, Any], said: dict[str, Any]) -> None:
    """Without the field that the server takes anyway."""
    form = {**DEFINITION, "relationships": {"a": relationship}, "status": "inactive", "unique_keys": ["a"]}
    document = KINDS["definition"].document("A", form)
    assert [{"sourceField": "a", **said}] == document["relationships"]
    assert ("inactive", ["a"]) == (document["ensure"], document["unique_keys"])


def test_events_say_the_slots_that_have_properties() -> None:
    """A slot that only the API knows cannot be said."""
    properties = {
        "metaData": {"a": {"type": "text", "required": True, "description": "Said", "unknown": 1}, "b": {}},
        "customData": {},
        "later.slot": {"c": {"type": "text"}},
    }
    assert {
        "kind": "event",
        "name": {"fr": "Un"},
        "code_name": "e",
        "properties": {
            "metaData": [{"name": "a", "type": "text", "required": True, "description": "Said"}, {"name": "b"}]
        },
    } == KINDS["event"].document("e", {"name": {"fr": "Un"}, "properties": properties})
    assert {"kind": "event", "name": "E", "code_name": "e"} == KINDS["event"].document("e", {"name": "E"})


def test_the_source_of_a_price_that_wins_stands_first() -> None:
    """Whatever the listing has first."""
    sources = {
        "B.p": {"definition": "definition/B", "field": "p", "priority": 2},
        "A.p": {"definition": "definition/A", "field": "p", "priority": 1},
    }
    document = KINDS["override"].document("products.price", {"sources": sources})
    assert ["A", "B"] == [each["definition"] for each in document["sources"]]


def test_a_part_is_left_out_with_what_would_lose_by_its_absence() -> None:
    """A slot that is written is written whole, and so is a price."""
    assert ("fields", 3) == KINDS["definition"].left_out(("fields", 3, "type"))
    assert ("unique_keys",) == KINDS["definition"].left_out(("unique_keys", 1))
    assert ("properties", "metaData") == KINDS["event"].left_out(("properties", "metaData", 0, "name"))
    assert ("name",) == KINDS["event"].left_out(("name", "fr"))
    assert () == KINDS["override"].left_out(("sources", 0, "priority"))


def test_a_text_that_is_no_address_stays() -> None:
    """Only a form has addresses in texts."""
    assert ["A", "a", "no/", "A/b", 3] == [bare_name(each) for each in ("definition/A", "a", "no/", "A/b", 3)]
