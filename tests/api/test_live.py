"""What rows mean: ids, names, statuses and relationships in every spelling the contract has seen."""

from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.api.definitions import DefinitionEndpoint
from reconciler.api.events import EventEndpoint
from reconciler.api.live import live_of, read
from reconciler.api.overrides import source_in
from reconciler.errors import NotUnderstood
from reconciler.kinds.definition.live import LiveRelationship
from reconciler.kinds.event.live import LiveProperty
from reconciler.kinds.override.manifest import LiveOverride, LiveSource
from reconciler.model.address import Address
from reconciler.model.live import Live, LiveId
from reconciler.sandbox.switches import Switches
from tests.manifests import of_kind

DEFINITIONS, EVENTS = DefinitionEndpoint(), EventEndpoint()
UNUSABLE = [0, "0", -1, "-1", True, False, None, "", " ", "NaN", float("nan"), 1.5, "1.5", "1e3", 1e99, "x", [1], {},
            "9" * 5000, "٣"]  # fmt: skip
"""None of these is an id; the last one is a digit somewhere in the world."""
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["id_definition", "id", "id_event", "name", "code_name", "fields", "status", "relationships", "unique_keys"]


def row(number: Any = 1, name: Any = "D", **more: Any) -> dict[str, Any]:
    """A definition's row."""
    return {"id_definition": number, "name": name, **more}


def listed(*definitions: dict[str, Any], events: Iterable[dict[str, Any]] = ()) -> Live:
    """What lives when the listings hold these rows."""
    return live_of({"definition": DEFINITIONS.read_rows(definitions), "event": EVENTS.read_rows(events)})


def definitions(*rows: dict[str, Any]) -> dict[str, int]:
    """The names that live, with their ids."""
    return {address.name: live.id for address, live in of_kind(listed(*rows), "definition").items()}


@pytest.mark.parametrize("value", UNUSABLE, ids=lambda value: ascii(value)[:12])
def test_a_row_without_a_usable_id_is_no_candidate(value: Any) -> None:
    """Definitions and events; a source of an override, whose own id is nobody's, is there all the same."""
    assert {} == definitions(row(value))
    assert {} == of_kind(listed(events=[{"id_event": value, "code_name": "a", "name": "A"}]), "event")
    source = source_in({**SOURCE, "id_custom_data_definition": value, "id": 7})
    assert ("products.price", LiveSource(0, "p", 2)) == source


@pytest.mark.parametrize("key", ["id_definition", "id"])
@pytest.mark.parametrize("value", [240, "240", " 240 ", 240.0, "240.0"])
def test_either_id_key_will_do_as_number_or_text(key: str, value: Any) -> None:
    """id_definition is looked at first, and passed over when it is unusable."""
    assert {"D": 240} == definitions({key: value, "name": "D"})
    assert {"D": 240} == definitions({"id_definition": "NaN", "id": value, "name": "D"})
    assert {"D": 240} == definitions({"id_definition": value, "id": 9, "name": "D"})


@pytest.mark.parametrize("name", [None, "", "  ", 7, ["D"]])
def test_a_row_without_a_name_is_no_candidate(name: Any) -> None:
    """Nothing could refer to it."""
    assert {} == definitions(row(1, name))
    assert {} == of_kind(listed(events=[{"id_event": 1, "code_name": name}]), "event")


def test_the_name_may_be_the_schema_name() -> None:
    """As some listings have it (contract §3.1)."""
    assert {"D": 1} == definitions({"id_definition": 1, "schema_name": "D"})


@pytest.mark.parametrize("status", ["deleted", "Deleted", " DELETED "])
def test_tombstones_are_dropped(status: str) -> None:
    """They keep their name, and what still points at them can say so."""
    live = listed(row(1, "D", status=status), row(2, "D", status="active"))
    assert [2] == [found.id for found in of_kind(live, "definition").values()]
    assert {LiveId("definition", 1): "(deleted) D"} == live.lost
    assert () == live.warnings
    assert {} == of_kind(listed(events=[{"id_event": 1, "code_name": "a", "status": status}]), "event")


@pytest.mark.parametrize("status", [None, "", "paused", 7])
def test_a_missing_or_unknown_status_is_usable(status: Any) -> None:
    """Only `deleted` is the end."""
    assert {"D": 1} == definitions(row(1, "D", status=status))


RANKED = [(9, "active"), (4, None), (8, "paused"), (3, "inactive"), (1, "editing"), (2, "creating")]


@pytest.mark.parametrize("kept", range(1, 7))
def test_of_homonyms_the_most_usable_is_meant(kept: int) -> None:
    """active, then unknown, then inactive, then in transition; the lowest id among equals; in whatever order."""
    rows = [row(number, "D", status=status) for number, status in RANKED[-kept:]]
    for order in [*permutations(rows)][:: max(1, kept * 5)]:
        live = listed(*order)
        assert [RANKED[-kept][0]] == [found.id for found in of_kind(live, "definition").values()]
        assert kept - 1 == len(live.lost)
        assert (kept > 1) == bool(live.warnings)


def test_among_equals_the_lowest_id_is_meant_by_number() -> None:
    """9 comes before 10."""
    live = listed(row("10", "D", status="active"), row("9", "D", status="active"))
    assert {Address("definition", "D"): 9} == live.ids
    assert {LiveId("definition", 10): "(another) D"} == live.lost
    told = "2 live definitions are called D (ids 9, 10); the oldest active one is meant. Rename or delete what is not "
    assert (f"{told}needed in the shop, or send DELETE /custom-data-definitions/10",) == live.warnings
    assert [10] == [twin.id for twin in live.twins[Address("definition", "D")]]


def test_names_that_differ_by_case_or_blanks_are_several() -> None:
    """Which one is meant is for the manifests to say: none of them is lost."""
    live = listed(*(row(number, name) for number, name in enumerate(["D", " D", "d", "D\u200b", "D "], start=1)))
    assert {" D": 2, "D": 1, "D ": 5, "D\u200b": 4, "d": 3} == {
        address.name: number for address, number in live.ids.items()
    }
    assert ((), {}) == (live.warnings, live.twins)


def test_a_row_that_is_listed_twice_is_one() -> None:
    """Listings move while they are read."""
    live = listed(row(1, "D"), row(1, "D"))
    assert ((), {}) == (live.warnings, live.twins)


def test_a_homonym_without_status_is_called_the_oldest() -> None:
    """There is no word for its status."""
    (told,) = listed(row(2), row(1)).warnings
    assert told.startswith("2 live definitions are called D (ids 1, 2); the oldest one is meant. ")


def test_of_two_events_with_one_code_name_the_oldest_is_meant() -> None:
    """With a warning."""
    rows: list[dict[str, Any]] = [
        {"id_event": 10, "code_name": "A.b", "name": "X"},
        {"id_event": "9", "code_name": "A.b", "name": "Y"},
    ]
    live = listed(events=rows)
    assert [(Address("event", "A.b"), 9)] == [(address, event.id) for address, event in of_kind(live, "event").items()]
    (told,) = live.warnings
    assert told.startswith("2 live events are called A.b (ids 9, 10); the oldest one is meant. ")


def test_each_name_with_several_events_has_a_warning() -> None:
    """In the order of the names, whatever the order of the rows."""
    names = {7: "b", 5: "a", 4: "b", 3: "a", 2: "c", 8: "a", 6: "a ", 1: "a "}
    live = listed(events=[{"id_event": number, "code_name": name} for number, name in names.items()])
    told = (
        "{} live events are called {}; the oldest one is meant. "
        "Rename or delete what is not needed in the shop, or send {}"
    )
    assert (
        told.format(3, "a (ids 3, 5, 8)", "DELETE /events/5 and DELETE /events/8"),
        told.format(2, '"a " (ids 1, 6)', "DELETE /events/6"),
        told.format(2, "b (ids 4, 7)", "DELETE /events/7"),
    ) == live.warnings


@pytest.mark.parametrize(
    "written",
    [
        {"sourceField": "s", "targetSchemaType": "custom", "targetSchema": "240", "targetField": "t"},
        {"source_field": "s", "target_schema_type": "custom", "target_schema": 240, "target_field": "t"},
        {"sourceField": "s", "targetSchema": "240", "targetField": "t"},
        {"source_field": "s", "target_schema": " 240 ", "target_field": "t", "targetSchemaType": None},
    ],
)
def test_relationships_are_read_in_both_casings(written: dict[str, Any]) -> None:
    """And a number is a definition when the type is missing."""
    live = DEFINITIONS.value(row(relationships=[written]))
    assert live is not None
    assert (LiveRelationship("s", None, 240, "t"),) == live.relationships


@pytest.mark.parametrize("schema", ["contacts", "products"])
@pytest.mark.parametrize("kind", [{}, {"targetSchemaType": "system"}])
def test_system_relationships_need_no_type(schema: str, kind: dict[str, str]) -> None:
    """Contacts and products are the system's."""
    live = DEFINITIONS.value(row(relationships=[{"sourceField": "s", "targetSchema": schema, **kind}]))
    assert live is not None
    assert (LiveRelationship("s", schema, None, None),) == live.relationships


def test_a_target_that_is_no_number_is_nobody() -> None:
    """It shows as one that is gone, not as a crash."""
    live = DEFINITIONS.value(
        row(relationships=[{"sourceField": "s", "targetSchema": "x", "targetSchemaType": "custom"}])
    )
    assert live is not None
    assert 0 == live.relationships[0].target_id


def test_fields_are_read_from_text() -> None:
    """Listings turn every scalar into text, nested lists into JSON, and leave out what is empty."""
    text = '[{"name": "f", "type": "String", "required": "true", "options": "[\\"a\\", 1]"}]'
    live = DEFINITIONS.value(row(fields=text, unique_keys="a, b"))
    assert live is not None
    field = live.fields[0]
    assert ("f", "text", "f", True, ("a", 1)) == (field.name, field.type, field.label, field.required, field.options)
    assert ("a", "b") == live.unique_keys


def test_fields_that_are_no_list_are_none() -> None:
    """The definition is there all the same."""
    live = DEFINITIONS.value(row(fields="no list", unique_keys=None))
    assert live is not None
    assert ((), ()) == (live.fields, live.unique_keys)
    assert not DEFINITIONS.is_whole(row(fields="no list"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sale", "Sale"),
        ("", ""),
        ({"fr": "Vente", "en": "Sale"}, {"fr": "Vente", "en": "Sale"}),
        ('{"fr": "Vente", "en": "Sale"}', {"fr": "Vente", "en": "Sale"}),
        ({"fr": "", "en": None}, {"fr": ""}),
        ({"fr": "Vente", "short": {"fr": "V"}}, {"fr": "Vente", "short": {"fr": "V"}}),
        ({}, "a"),
        (None, "a"),
        ("{not json", "{not json"),
    ],
)
def test_an_events_name_is_a_text_or_a_language_map(name: Any, expected: Any) -> None:
    """An empty text is one; without any the code name stands in (contract §13 row 17)."""
    event = EVENTS.value({"id_event": 1, "code_name": "a", "name": name})
    assert event is not None
    assert expected == event.name


@pytest.mark.parametrize(
    "properties",
    [
        {"contact": {"customData": [{"name": "p", "type": "number", "required": 1}]}},
        {"contact.customData": [{"name": "p", "type": "number", "required": "true"}]},
        '{"contact": "{\\"customData\\": [{\\"name\\": \\"p\\", \\"type\\": \\"number\\", \\"required\\": true}]}"}',
    ],
)
def test_slots_are_read_flat_and_nested(properties: Any) -> None:
    """What is not there is not there."""
    event = EVENTS.value({"id_event": 1, "code_name": "a", "properties": properties})
    assert event is not None
    assert {"contact.customData": (LiveProperty("p", "number", True),)} == event.properties


@pytest.mark.parametrize(
    ("properties", "shown"),
    [(None, True), ("", True), ([], True), ({}, True), ({"contact": None}, True), ({"metaData": ""}, True),
     ("x", False), (["x"], False), ({"metaData": "x"}, False), ({"metaData": {"p": {"type": "text"}}}, False),
     ({"contact": {"customData": "x"}}, False)],
)  # fmt: skip
def test_properties_of_any_other_shape_are_none(properties: Any, shown: bool) -> None:
    """An event without a schema, or one whose schema cannot be seen."""
    row = {"id_event": 1, "code_name": "a", "properties": properties}
    event = EVENTS.value(row)
    assert event is not None
    assert not any(event.properties.values())
    assert shown == EVENTS.is_whole(row)
    assert not EVENTS.is_whole({"id_event": 1, "code_name": "a"})


def test_slots_that_nobody_knows_are_kept() -> None:
    """An update sends the whole schema, so what is not read would be lost."""
    properties = {"cart": [{"name": "p", "type": "text"}], "contact": {"tags": []}, "metaData": []}
    event = EVENTS.value({"id_event": 1, "code_name": "a", "properties": properties})
    assert event is not None
    assert {"metaData": (), "cart": (LiveProperty("p", "text"),), "contact.tags": ()} == event.properties
    assert ["metaData", "cart", "contact.tags"] == list(event.properties)


SOURCE = {
    "target_system_schema": "products",
    "system_field_name": "price",
    "id_custom_data_definition": "5",
    "custom_field_name": "p",
    "priority": "2",
}


@pytest.mark.parametrize(
    ("missing", "source"),
    [("target_system_schema", None), ("system_field_name", None), ("id_custom_data_definition", LiveSource(0, "p", 2)),
     ("custom_field_name", LiveSource(5, "?", 2)), ("priority", LiveSource(5, "p", 0))],
)  # fmt: skip
def test_a_source_that_cannot_be_read_whole_is_not_overlooked(missing: str, source: LiveSource | None) -> None:
    """Whoever writes the set would remove it without knowing."""
    assert ("products.price", LiveSource(5, "p", 2)) == source_in(SOURCE)
    assert (source and ("products.price", source)) == source_in({**SOURCE, missing: None})


def test_a_row_that_could_be_of_any_price_stops_whoever_manages_one(fake: Callable, shelf: Any) -> None:
    """Nobody else."""
    faked = fake(shelf({"/custom-data-definitions/overrides": [SOURCE, {"rubbish": 1}]}))
    assert 1 == len(of_kind(read(faked.connection, [Address("definition", "D")]), "override"))
    with pytest.raises(NotUnderstood, match="does not say which price it is for"):
        read(faked.connection, [Address("override", "products.price")])


@pytest.mark.parametrize("alone", [{"fields": [{"name": "f"}]}, {"fields": "[]"}, {}, {"fields": None}, {"fields": {}}])
def test_a_definition_that_is_listed_without_its_fields_is_read_by_itself(
    fake: Callable, shelf: Any, alone: dict[str, Any]
) -> None:
    """If it is wanted; fields that cannot be seen at all stop everything, because they look like none."""
    shelves = shelf({"/custom-data-definitions": [row(1, "D"), row(2, "E"), row(3, "D", status="deleted")]})

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/1"):
            return httpx.Response(200, json={"statusCode": 200, "data": {"id_definition": 1, "name": "D", **alone}})
        return shelves(request)

    faked, wanted = fake(answer), Address("definition", "d")
    if isinstance(alone.get("fields"), list | str):
        fields = of_kind(read(faked.connection, [wanted]), "definition")[Address("definition", "D")].fields
        assert (alone["fields"] != "[]") == bool(fields)
    else:
        with pytest.raises(NotUnderstood, match="does not show what D consists of"):
            read(faked.connection, [wanted])
    # Whether other kinds were asked for when it ended is a matter of time.
    others = {"/v1/events", "/v1/custom-data-definitions/overrides"}
    paths = [request.url.path for request in faked.asked if request.url.path not in others]
    assert ["/v1/custom-data-definitions", "/v1/custom-data-definitions/1"] == paths


@pytest.mark.parametrize(
    ("alone", "slots"),
    [({"properties": {"metaData": [{"name": "p"}]}}, {"metaData"}), ({}, set()), ({"properties": 7}, None)],
)
def test_an_event_that_is_listed_without_its_properties_is_read_by_itself(
    fake: Callable, shelf: Any, alone: dict[str, Any], slots: set[str] | None
) -> None:
    """It may have none."""
    shelves = shelf({"/events": [{"id_event": 1, "code_name": "a"}, {"id_event": 2, "code_name": "b"}]})

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/1"):
            return httpx.Response(200, json={"statusCode": 200, "data": {"id_event": 1, "code_name": "a", **alone}})
        return shelves(request)

    faked, wanted = fake(answer), Address("event", "A")
    if slots is None:
        with pytest.raises(NotUnderstood, match="does not show what a consists of"):
            read(faked.connection, [wanted])
    else:
        assert slots == set(of_kind(read(faked.connection, [wanted]), "event")[Address("event", "a")].properties)
    assert 4 == len(faked.asked)


def test_sources_are_grouped_by_their_field(fake: Callable, shelf: Any) -> None:
    """Highest priority first."""
    rows = [SOURCE, {**SOURCE, "priority": 1}, {**SOURCE, "system_field_name": "price_discount"}, {"rubbish": 1}]
    live = read(fake(shelf({"/custom-data-definitions/overrides": rows})).connection)
    price, discount = "products.price", "products.price_discount"
    assert {
        Address("override", price): LiveOverride(price, (LiveSource(5, "p", 1), LiveSource(5, "p", 2))),
        Address("override", discount): LiveOverride(discount, (LiveSource(5, "p", 2),)),
    } == of_kind(live, "override")


@pytest.mark.parametrize("id_key", ["id_definition", "id", "both"])
@pytest.mark.parametrize("case", ["camel", "snake"])
@pytest.mark.parametrize("strings", [True, False])
def test_every_dialect_of_the_sandbox_reads_the_same(new_lab: Callable, id_key: str, case: str, strings: bool) -> None:
    """Ids, casings and scalars as text are spelling."""
    lab = new_lab(switches=Switches(id_key=id_key, relation_case=case, stringify_listings=strings))
    field = {"name": "a", "label": "A", "type": "number", "required": True, "default": 5}
    relationship = {"sourceField": "a", "targetSchemaType": "system", "targetSchema": "contacts"}
    lab.post("/custom-data-definitions", {"name": "D", "fields": [field], "relationships": [relationship]})
    live = of_kind(read(lab.connect(ReadConnection)), "definition")[Address("definition", "D")]
    assert (1, True, "active") == (live.id, live.fields[0].required, live.status)
    assert (LiveRelationship("a", "contacts", None, "id_contact"),) == live.relationships


@given(st.dictionaries(st.sampled_from([*KEYS, "properties", "priority"]), ANYTHING))
def test_any_row_is_read_or_passed_over(row: dict[str, Any]) -> None:
    """No shape of JSON is a crash."""
    listed(row, events=[row])
    source_in({**SOURCE, **row})


def test_a_single_answer_must_hold_an_object() -> None:
    """With or without the envelope."""
    assert {"id": 1} == wire.row_of({"statusCode": 200, "data": {"id": 1}}, "GET /x")
    assert {"id": 1, "data": 2} == wire.row_of({"id": 1, "data": 2}, "GET /x")
    with pytest.raises(NotUnderstood, match="GET /x was answered without an object"):
        wire.row_of({"statusCode": 200, "data": [1]}, "GET /x")


def test_nan_in_an_answer_is_no_crash(fake: Callable) -> None:
    """Python's JSON knows numbers that nobody else does."""
    content = b'{"statusCode": 200, "data": [{"id_definition": NaN, "name": "D"}, {"id_definition": Infinity}]}'
    assert {} == of_kind(read(fake(lambda request: httpx.Response(200, content=content)).connection), "definition")
