"""The writing side: exactly the documented bodies, and ids from whatever the answer calls them."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.api.registry import ENDPOINTS, route
from reconciler.api.shop import HttpShop
from reconciler.errors import NotUnderstood, Rejected, ServerFailure
from reconciler.kinds.definition.live import LiveDefinition
from reconciler.kinds.event.live import LiveEvent
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.live import Created, Touched

PATH = "/custom-data-definitions"
D, E, PRICE = Address("definition", "D"), Address("event", "a.b"), Address("override", "products.price")
DEFINITIONS, EVENTS, OVERRIDES = (ENDPOINTS[kind] for kind in ("definition", "event", "override"))
FIELD = {"label": "A", "type": "text", "required": True}


def answered(body: Any, status: int = 200) -> Callable[[httpx.Request], httpx.Response]:
    """A server with one answer."""
    return lambda request: httpx.Response(status, json=body)


@pytest.mark.parametrize(
    ("body", "created"),
    [
        ({"statusCode": 200, "data": {"id_definition": 240, "status": "active"}}, Created(240, "active")),
        ({"statusCode": 200, "data": {"id": "240"}}, Created(240)),
        ({"id_definition": "240", "id": 1}, Created(240)),
        ({"id_definition": 0, "id": 240}, Created(240)),
    ],
)
def test_the_new_id_is_found(fake: Callable, body: Any, created: Created) -> None:
    """data.id_definition, data.id, then the top level (contract §10 rule 1)."""
    assert created == HttpShop(fake(answered(body)).connection).create(D, {"fields": {"a": FIELD}}, {})


@pytest.mark.parametrize(
    "body", [{"statusCode": 200, "data": {}}, {"id": "NaN"}, [], {"statusCode": 200, "data": None}]
)
def test_a_create_without_an_id_is_in_doubt(fake: Callable, body: Any) -> None:
    """It may have been carried out."""
    faked = fake(answered(body))
    with pytest.raises(NotUnderstood):
        HttpShop(faked.connection).create(E, {"name": "X", "properties": {}}, {})
    assert 1 == len(faked.asked)


def test_references_become_ids_as_text() -> None:
    """Definitions by number, system schemas by name, and nothing that is not written."""
    form = {
        "description": "x",
        "unique_keys": ["a"],
        "fields": {"a": FIELD},
        "relationships": {
            "a": {"targetSchemaType": "custom", "targetSchema": "definition/T", "targetField": "t"},
            "b": {"targetSchemaType": "system", "targetSchema": "contacts"},
        },
    }
    assert {
        "description": "x",
        "unique_keys": ["a"],
        "fields": [{"name": "a", **FIELD}],
        "relationships": [
            {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "240", "targetField": "t"},
            {"sourceField": "b", "targetSchemaType": "system", "targetSchema": "contacts"},
        ],
    } == DEFINITIONS.body(form, {Address("definition", "T"): 240})
    assert {} == DEFINITIONS.body({"fields": {}, "relationships": {}}, {})


def test_slots_are_nested_again() -> None:
    """An empty description is a value, a name that is not in the form is not sent."""
    bare = {"type": "text", "required": True}
    slots = {
        "metaData": {"p": {**bare, "description": ""}, "r": bare},
        "contact.customData": {"q": {**bare, "description": "d"}},
        "visitor.customData": {},
    }
    properties = {
        "metaData": [{"name": "p", **bare, "description": ""}, {"name": "r", **bare}],
        "contact": {"customData": [{"name": "q", **bare, "description": "d"}]},
        "visitor": {"customData": []},
    }
    whole = {"name": "X", "properties": properties}
    assert whole == EVENTS.body({"name": "X", "properties": slots}, {})
    assert {} == EVENTS.body({"properties": {}}, {})


def test_sources_are_sent_by_priority() -> None:
    """With numeric ids; none at all clears the field."""
    second = {"definition": "definition/B", "field": "p", "priority": 2}
    first = {"definition": "definition/A", "field": "p", "priority": 1}
    assert {
        "overrides": [
            {"id_custom_data_definition": 7, "custom_field_name": "p", "priority": 1},
            {"id_custom_data_definition": 8, "custom_field_name": "p", "priority": 2},
        ]
    } == OVERRIDES.body(
        {"sources": {"B.p": second, "A.p": first}}, {Address("definition", "A"): 7, Address("definition", "B"): 8}
    )
    assert {"overrides": []} == OVERRIDES.body({"sources": {}}, {})


def test_writes_go_where_the_contract_says(fake: Callable) -> None:
    """Method, path, parameters; nothing that the server would have to ignore."""
    faked = fake(answered({"id": 1}))
    shop = HttpShop(faked.connection)
    shop.create(D, {"fields": {"a": FIELD}}, {})
    shop.create(E, {"name": "X", "properties": {}}, {})
    shop.extend(D, {"fields": {"a": FIELD}}, {D: 5})
    shop.replace(E, {"name": "X", "properties": {}}, {E: 6})
    shop.replace(PRICE, {"sources": {}}, {})
    shop.switch(D, 5, "active")
    shop.switch(D, 5, "inactive")
    shop.delete(D, 5)
    shop.delete(E, 6)
    assert [
        ("POST", PATH), ("POST", "/events"), ("PATCH", f"{PATH}/5/extend"), ("PATCH", "/events"),
        ("PUT", f"{PATH}/overrides"), ("PATCH", f"{PATH}/5/activate"),
        ("PATCH", f"{PATH}/5/deactivate"), ("DELETE", f"{PATH}/5"), ("DELETE", "/events/6"),
    ] == [(request.method, request.url.path.removeprefix("/v1")) for request in faked.asked]  # fmt: skip
    assert {"name": "D", "fields": [{"name": "a", **FIELD}]} == json.loads(faked.asked[0].content)
    assert {"name": "X", "code_name": "a.b"} == json.loads(faked.asked[1].content)
    assert {"fields": [{"name": "a", **FIELD}]} == json.loads(faked.asked[2].content)
    assert {"id_event": 6, "name": "X"} == json.loads(faked.asked[3].content)
    assert {"target_system_schema": "products", "system_field_name": "price"} == dict(faked.asked[4].url.params)
    assert [b""] * 4 == [request.content for request in faked.asked[5:]]
    assert 9 == shop.requests


@pytest.mark.parametrize(
    ("address", "step"),
    [
        (D, Step("create", {"fields": {"a": FIELD}})),
        (D, Step("extend", {"fields": {"a": FIELD}})),
        (D, Step("switch", status="active")),
        (D, Step("switch", status="inactive")),
        (D, Step("delete")),
        (E, Step("create", {"name": "X", "properties": {}})),
        (E, Step("replace", {"name": "X", "properties": {}})),
        (E, Step("delete")),
        (PRICE, Step("replace", {"sources": {}})),
    ],
    ids=lambda value: getattr(value, "verb", str(value)),
)
def test_the_route_that_people_are_told_is_the_one_that_is_taken(fake: Callable, address: Address, step: Step) -> None:
    """An id is not told, because a create has none yet."""
    faked = fake(answered({"id": 5}))
    _send(HttpShop(faked.connection), address, step)
    (asked,) = faked.asked
    taken = asked.url.path.removeprefix("/v1").replace("/5", "/{id}")
    assert f"{asked.method} {taken}" == route(address, step)


def _send(shop: HttpShop, address: Address, step: Step) -> None:
    match step.verb:
        case "create":
            shop.create(address, step.form, {})
        case "extend":
            shop.extend(address, step.form, {address: 5})
        case "replace":
            shop.replace(address, step.form, {address: 5})
        case "switch":
            shop.switch(address, 5, str(step.status))
        case "delete":
            shop.delete(address, 5)


@pytest.mark.parametrize("status", [400, 409])
def test_a_refused_activation_is_told(fake: Callable, status: int) -> None:
    """409 means "look" (contract §13 row 7), and looking is for those who asked for the activation."""
    with pytest.raises(Rejected, match=str(status)):
        HttpShop(fake(answered({}, status)).connection).switch(D, 5, "active")


def test_finding_is_by_the_name_as_it_is_matched(fake: Callable, shelf: Any) -> None:
    """As the server does: trailing blanks and case are nothing, tombstones are nobody, accents and leading blanks
    are somebody else.
    """
    rows = [{"id": 1, "name": "d", "status": "deleted"}, {"id": 2, "name": "Ḋ"}, {"id": 3, "name": "d ", "fields": []},
            {"id": 4, "name": " D", "fields": []}]  # fmt: skip
    shop = HttpShop(fake(shelf({PATH: rows, "/events": [{"id": 3, "code_name": "A.B", "properties": {}}]})).connection)
    definition, event = shop.find(D), shop.find(E)
    assert isinstance(definition, LiveDefinition)
    assert isinstance(event, LiveEvent)
    assert (3, 3) == (definition.id, event.id)
    assert shop.find(Address("definition", "X")) is None
    assert shop.find(D, 7) is None
    by_id = shop.find(D, 4)
    assert isinstance(by_id, LiveDefinition)
    assert " D" == by_id.name
    assert shop.find(PRICE) is None


@pytest.mark.parametrize("status", [400, 404])
def test_a_no_to_a_single_read_proves_nothing(fake: Callable, status: int) -> None:
    """None is "not known"; a failure is a failure."""
    assert HttpShop(fake(answered({}, status)).connection).read(D, 5) is None
    with pytest.raises(ServerFailure):
        HttpShop(fake(answered({}, 500)).connection).read(D, 5)


def test_a_single_definition_is_read(fake: Callable) -> None:
    """By id."""
    body = {"statusCode": 200, "data": {"id_definition": 5, "name": "D"}}
    live = HttpShop(fake(answered(body)).connection).read(D, 5)
    assert live is not None
    assert "D" == live.name


def test_the_read_back_asks_for_the_newest(fake: Callable, shelf: Any) -> None:
    """One page of each listing for a hundred that were touched, the last touched first."""
    definitions = [{"id": n, "name": f"D{n}", "fields": []} for n in range(300, 0, -1)]
    events = [{"id": n, "code_name": f"e{n}", "properties": {}} for n in range(300, 0, -1)]
    faked = fake(shelf({PATH: [{"id": 0}, *definitions], "/events": events}))
    shop = HttpShop(faked.connection)
    for kind, numbers in (("definition", (300, 250)), ("event", (201, 300))):
        asked = {Address(kind, str(number)): number for number in numbers}
        seen = shop.read_back(kind, Touched(asked)).resources
        assert asked == {address: live.id for address, live in seen.items()}
    assert 2 == len(faked.asked)
    assert ("updated_at", "desc") == tuple(faked.asked[0].url.params[f"order[0][{key}]"] for key in ("field", "type"))
    assert [{"field": "updated_at", "type": "desc"}] == json.loads(faked.asked[1].url.params["settings"])["order"]


def test_the_read_back_leaves_out_what_is_not_there(fake: Callable, shelf: Any) -> None:
    """After looking at every page; what is deleted is told as such."""
    rows = [{"id": 1, "name": "D", "status": "deleted"}, *({"id": n, "name": "D", "fields": []} for n in range(2, 150))]
    faked = fake(shelf({PATH: rows}))
    shop = HttpShop(faked.connection)
    seen = shop.read_back("definition", Touched({D: 2, Address("definition", "X"): 999}))
    assert ({D: 2}, {1}) == ({address: live.id for address, live in seen.resources.items()}, seen.deleted)
    assert {} == shop.read_back("event", Touched({E: 7})).resources
    assert 3 == len(faked.asked)


@pytest.mark.parametrize("kind", ["definition", "event"])
def test_a_twin_of_what_is_new_is_seen(fake: Callable, shelf: Any, kind: str) -> None:
    """In any case and with blanks around it, deleted ones left out; of what lived before nobody asks."""
    key, path = {"definition": ("name", PATH), "event": ("code_name", "/events")}[kind]
    rows = [{"id": 9, key: "new "}, {"id": 8, key: "New"}, {"id": 7, key: "NEW", "status": "deleted"},
            {"id": 6, key: "Old"}, {"id": 5, key: "old"}]  # fmt: skip
    whole = [{"fields": [], "properties": {}, **row} for row in rows]
    new, old = Address(kind, "New"), Address(kind, "Old")
    shop = HttpShop(fake(shelf({path: whole})).connection)
    seen = shop.read_back(kind, Touched({new: 8, old: 6}, frozenset({new}), frozenset({5, 6})))
    assert {new: frozenset({9})} == seen.twins


@pytest.mark.parametrize(("new", "pages"), [(True, 2), (False, 1)])
def test_twins_are_looked_for_as_far_as_there_is_something_new(
    fake: Callable, shelf: Any, new: bool, pages: int
) -> None:
    """The first page has all that was touched, and ends with what nobody knew before."""
    rows = [{"id": n, "name": f"D{n}", "fields": []} for n in range(500, 0, -1)]
    faked = fake(shelf({PATH: rows}))
    address = Address("definition", "D500")
    touched = Touched({address: 500}, frozenset({address} if new else ()), frozenset(range(1, 400)))
    HttpShop(faked.connection).read_back("definition", touched)
    assert pages == len(faked.asked)


def test_what_was_created_last_is_found_with_one_request(fake: Callable, shelf: Any) -> None:
    """Newest first; what does not stand there may be anywhere."""
    rows = [{"id": n, "name": f"D{n}", "fields": []} for n in range(300, 0, -1)]
    faked = fake(shelf({PATH: rows}))
    shop = HttpShop(faked.connection)
    newest, oldest = (shop.find_new(Address("definition", name)) for name in ("D300", "D1"))
    assert (300, None) == (newest.id if newest else None, oldest)
    assert [("created_at", "desc")] * 2 == [
        (asked.url.params["order[0][field]"], asked.url.params["order[0][type]"]) for asked in faked.asked
    ]


@pytest.mark.parametrize(
    ("address", "data", "name"),
    [
        (D, {"id": 1, "name": "X"}, "X"),
        (D, {"id": 1, "schema_name": "X"}, "X"),
        (E, {"id": 1, "name": "X", "code_name": "x.y"}, "x.y"),
        (E, {"id": 1, "name": "X"}, None),
    ],
)
def test_a_create_tells_the_name_that_it_was_answered_with(
    fake: Callable, address: Address, data: Any, name: str | None
) -> None:
    """It may be another one's."""
    created = HttpShop(fake(answered({"statusCode": 200, "data": data})).connection).create(address, {}, {})
    assert (name, "POST") == (created.name, created.request.split()[0])


def test_overrides_are_read_whole(fake: Callable, shelf: Any) -> None:
    """By the field they replace."""
    row = {"target_system_schema": "products", "system_field_name": "price", "id_custom_data_definition": 5,
           "custom_field_name": "p", "priority": 1}  # fmt: skip
    shop = HttpShop(fake(shelf({f"{PATH}/overrides": [row]})).connection)
    seen = shop.read_back("override", Touched({})).resources
    assert {PRICE} == set(seen)
    assert seen[PRICE] == shop.find(PRICE) == shop.read(PRICE, None)
