"""Both sides in one form."""

from typing import Any

import pytest

from reconciler.form.fields import Form
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import LiveOverride, LiveSource, Override
from reconciler.kinds.registry import KINDS
from reconciler.model.change import FieldChange
from reconciler.model.live import LiveId, LiveResource, Names
from reconciler.model.resource import Resource

NAMES = {240: "definition/Manager", 241: "definition/A.b", 242: "definition/A", 9: "(deleted) Old"}


class Spoken(Names):
    """Words for the ids of definitions."""

    def of(self, found: LiveId) -> str:
        return NAMES.get(found.number, "(not there)")


naming = Spoken()
KIND_OF = {
    LiveDefinition: KINDS["definition"],
    LiveEvent: KINDS["event"],
    LiveOverride: KINDS["override"],
}


def desired_form(resource: Resource) -> dict[str, Any]:
    return KINDS[resource.kind].form(resource)


def live_form(live: LiveResource, names: Names) -> dict[str, Any]:
    return KIND_OF[type(live)].live_form(live, names)


def empty_form(form: Form) -> dict[str, Any]:
    """Each part is of one kind only."""
    kinds = [kind for kind in KINDS.values() if any(part in form for part in kind.collections)]
    (kind,) = {KINDS["definition"], KINDS["event"], KINDS["override"]} & set(kinds)
    return kind.empty_form(form)


def declared(live: LiveResource, form: Form, wanted: Form) -> dict[str, Any]:
    return KIND_OF[type(live)].declared(live, form, wanted)


def definition(**parts: Any) -> Definition:
    return Definition.model_validate({"name": "D", "fields": [{"name": "a", "type": "text"}], **parts})


def override(*sources: tuple[str, str, int]) -> Override:
    rows = [{"definition": name, "field": field, "priority": priority} for name, field, priority in sources]
    return Override.model_validate({"target": "products.price", "sources": rows})


def test_a_definition_as_little_as_can_be_written() -> None:
    """What is not written is not in the form, but for the attributes that always hold."""
    expected = {"fields": {"a": {"label": "a", "type": "text", "required": False}}, "relationships": {}}
    assert expected == desired_form(definition())


def test_a_definition_with_everything() -> None:
    """References are addresses, unique keys are sorted, the order of fields is kept."""
    field = {"name": "b", "label": "B", "type": "list", "required": True, "description": "d", "default": 1}
    wanted = definition(
        description="text",
        unique_keys=["b", "a"],
        fields=[{**field, "options": [1, "x"]}, {"name": "a", "type": "text"}],
        relationships=[
            {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "Manager", "targetField": "code"},
            {"sourceField": "b", "targetSchemaType": "system", "targetSchema": "contacts"},
        ],
    )
    expected = {
        "description": "text",
        "unique_keys": ["a", "b"],
        "fields": {
            "b": {
                "label": "B",
                "type": "list",
                "required": True,
                "description": "d",
                "default": 1,
                "options": [1, "x"],
            },
            "a": {"label": "a", "type": "text", "required": False},
        },
        "relationships": {
            "a": {"targetSchemaType": "custom", "targetSchema": "definition/Manager", "targetField": "code"},
            "b": {"targetSchemaType": "system", "targetSchema": "contacts"},
        },
    }
    got = desired_form(wanted)
    assert expected == got
    assert ["b", "a"] == list(got["fields"])


def test_an_event() -> None:
    """Only the slots that are written, empty ones included."""
    properties = {"metaData": [{"name": "p", "type": "text", "description": ""}], "customData": []}
    event = Event.model_validate({"code_name": "c", "name": "N", "properties": properties})
    slots = {"metaData": {"p": {"type": "text", "required": False, "description": ""}}, "customData": {}}
    assert {"name": "N", "properties": slots} == desired_form(event)


def test_an_override() -> None:
    """Sources by definition and field."""
    source = {"definition": "definition/Vet", "field": "price", "priority": 2}
    assert {"sources": {"Vet.price": source}} == desired_form(override(("Vet", "price", 2)))


def test_dots_in_names_do_not_make_two_sources_one() -> None:
    """`A.b` with the field `c` is not `A` with the field `b.c`; nor is a name that begins with a quote mistaken."""
    wanted = override(("A.b", "c", 1), ("A", "b.c", 2), ('"A', 'b".c', 3))
    assert ['"A.b".c', "A.b.c", '"\\"A".b".c'] == list(desired_form(wanted)["sources"])


def test_names_keep_their_letters_in_a_quoted_key() -> None:
    """The key is read by people."""
    assert ['"Été.1".prix'] == list(desired_form(override(("Été.1", "prix", 1)))["sources"])


@pytest.mark.parametrize(
    ("expected", "form"),
    [
        ({"fields": {}, "relationships": {}}, desired_form(definition(description="x", unique_keys=["a"]))),
        ({"sources": {}}, desired_form(override())),
        (
            {"properties": {"metaData": {}}},
            {"name": "N", "properties": {"metaData": {"p": {"type": "text", "required": True}}}},
        ),
    ],
)
def test_the_empty_form_has_the_collections_and_nothing_in_them(expected: object, form: dict[str, Any]) -> None:
    """So that everything in them is an addition of its own."""
    assert expected == empty_form(form)


def test_a_live_definition() -> None:
    """All that lives, references in words."""
    live = LiveDefinition(
        id=1,
        name="D",
        status="active",
        description=None,
        unique_keys=("b", "a"),
        fields=(LiveField("a", "text", "A", True, "d", "x", ("o",)), LiveField("b", "date", "B")),
        relationships=(LiveRelationship("a", None, 240, "code"), LiveRelationship("b", "contacts", None, None)),
    )
    expected = {
        "description": None,
        "unique_keys": ["a", "b"],
        "fields": {
            "a": {
                "label": "A",
                "type": "text",
                "required": True,
                "description": "d",
                "default": "x",
                "options": ["o"],
            },
            "b": {
                "label": "B",
                "type": "date",
                "required": False,
                "description": None,
                "default": None,
                "options": None,
            },
        },
        "relationships": {
            "a": {"targetSchemaType": "custom", "targetSchema": "definition/Manager", "targetField": "code"},
            "b": {"targetSchemaType": "system", "targetSchema": "contacts", "targetField": None},
        },
        "name": "D",
        "status": "active",
    }
    assert expected == live_form(live, naming)


def test_a_live_definition_keeps_its_description() -> None:
    """It is compared when the manifest has one."""
    assert "text" == live_form(LiveDefinition(1, "D", None, "text", (), (), ()), naming)["description"]


def test_a_live_event() -> None:
    """Properties by slot and name."""
    properties = {"metaData": (LiveProperty("p", "text", True, "d"), LiveProperty("q", "date", False))}
    slot = {
        "p": {"type": "text", "required": True, "description": "d"},
        "q": {"type": "date", "required": False},
    }
    expected = {"code_name": "c", "name": "N", "properties": {"metaData": slot}}
    assert expected == live_form(LiveEvent(7, "c", "N", properties), naming)


def test_a_live_override() -> None:
    """Sources under the same keys as in manifests, those of deleted definitions in words."""
    sources = (LiveSource(241, "c", 1), LiveSource(242, "b.c", 2), LiveSource(9, "price", 3))
    expected = {
        '"A.b".c': {"definition": "definition/A.b", "field": "c", "priority": 1},
        "A.b.c": {"definition": "definition/A", "field": "b.c", "priority": 2},
        "(deleted) Old.price": {"definition": "(deleted) Old", "field": "price", "priority": 3},
    }
    assert {"sources": expected} == live_form(LiveOverride("products.price", sources), naming)


def test_live_sources_with_the_same_words_are_all_kept() -> None:
    """Lost ones could never be removed; the one that wins has the plain key, and rows told twice are one."""
    sources = (
        LiveSource(240, "price", 2),
        LiveSource(240, "price", 1),
        LiveSource(240, "price", 1),
        LiveSource(501, "price", 3),
        LiveSource(502, "price", 3),
        LiveSource(500, "price", 3),
    )
    got = live_form(LiveOverride("products.price", sources), naming)["sources"]
    expected = [
        ("Manager.price", 1),
        ("Manager.price (again)", 2),
        ("(not there).price", 3),
        ("(not there).price (again)", 3),
        ("(not there).price (again) (again)", 3),
    ]
    assert expected == [(key, source["priority"]) for key, source in got.items()]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_rows_means_nothing_to_sources(order: tuple[int, ...]) -> None:
    """Ties are broken by priority, then id, then field."""
    sources = (LiveSource(501, "b", 1), LiveSource(500, "b", 1), LiveSource(501, "a", 1))
    live = LiveOverride("products.price", tuple(sources[index] for index in order))
    assert ["(not there).b", "(not there).a", "(not there).b (again)"] == list(live_form(live, naming)["sources"])


def compared(live: Any, wanted: Any) -> dict[str, Any]:
    form = desired_form(wanted)
    return declared(live, live_form(live, naming), form)


def test_only_what_the_manifest_declares_is_compared() -> None:
    """Neither other fields and relationships nor attributes that are not written."""
    live = LiveDefinition(
        1,
        "D",
        "active",
        "not declared",
        ("a",),
        (LiveField("a", "text", "A", True, "d", "x", ("o",)), LiveField("b", "date", "B")),
        (LiveRelationship("b", "contacts", None, None),),
    )
    expected = {"fields": {"a": {"label": "A", "type": "text", "required": True}}, "relationships": {}}
    assert expected == compared(live, definition())


def test_whole_values_are_compared_when_they_are_declared() -> None:
    """Description and unique keys as they live."""
    live = LiveDefinition(1, "D", "active", "old", ("b", "a"), (), ())
    got = compared(live, definition(description="new", unique_keys=["a"]))
    assert ("old", ["a", "b"]) == (got["description"], got["unique_keys"])


@pytest.mark.parametrize(
    ("type_name", "stored", "wanted"),
    [("number", "5", 5), ("bool", "1", True), ("text", 5, "5"), ("date", "2026-01-01T00:00:00Z", "2026-01-01")],
)
def test_a_default_in_another_spelling_is_the_same(type_name: str, stored: object, wanted: object) -> None:
    """It is given the wanted spelling, so that nothing differs."""
    live = LiveDefinition(1, "D", None, None, (), (LiveField("a", type_name, "a", default=stored),), ())
    got = compared(live, definition(fields=[{"name": "a", "type": type_name, "default": wanted}]))
    assert (wanted, type(wanted)) == (got["fields"]["a"]["default"], type(got["fields"]["a"]["default"]))


@pytest.mark.parametrize(("stored", "wanted"), [(1, True), (True, 1), ({"a": 1}, {"a": True}), (None, {}), ("x", "y")])
def test_another_json_default_is_kept_as_it_lives(stored: object, wanted: object) -> None:
    """It differs, and is shown."""
    live = LiveDefinition(1, "D", None, None, (), (LiveField("a", "json", "a", default=stored),), ())
    got = compared(live, definition(fields=[{"name": "a", "type": "json", "default": wanted}]))
    assert stored is got["fields"]["a"]["default"]


@pytest.mark.parametrize(
    ("expected", "stored"), [([1.0, "x"], ("1", "x")), ([1.0, "x"], ("x", "1")), (["1"], ("1",)), (None, None)]
)
def test_options_may_have_become_text_in_another_order(expected: object, stored: tuple[str, ...] | None) -> None:
    """A whole number with a fraction of nothing is that number."""
    live = LiveDefinition(1, "D", None, None, (), (LiveField("a", "list", "a", options=stored),), ())
    got = compared(live, definition(fields=[{"name": "a", "type": "list", "options": [1.0, "x"]}]))
    assert expected == got["fields"]["a"]["options"]


def test_a_default_that_does_not_fit_is_sent_as_it_is_written() -> None:
    """A comment in the manifest can let it pass."""
    form = desired_form(definition(fields=[{"name": "a", "type": "number", "default": "north"}]))
    assert "north" == form["fields"]["a"]["default"]


def test_options_may_have_become_numbers() -> None:
    """Quoted in the manifest, bare in the shop."""
    live = LiveDefinition(1, "D", None, None, (), (LiveField("a", "list", "a", options=(1, 2.5)),), ())
    got = compared(live, definition(fields=[{"name": "a", "type": "list", "options": ["1", "2.5"]}]))
    assert ["1", "2.5"] == got["fields"]["a"]["options"]


@pytest.mark.parametrize(("expected", "stored"), [("code", None), ("code", "code"), ("id", "id")])
def test_a_target_field_that_is_not_reported_is_not_told_apart(expected: str, stored: str | None) -> None:
    """A listing may leave out what the server filled in."""
    live = LiveDefinition(1, "D", None, None, (), (), (LiveRelationship("a", None, 240, stored),))
    rel = {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "Manager", "targetField": "code"}
    assert expected == compared(live, definition(relationships=[rel]))["relationships"]["a"]["targetField"]


def event(**properties: list[dict[str, Any]]) -> Event:
    return Event.model_validate({"code_name": "c", "name": "Nom", "properties": properties})


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("Nom", {"en": "Name", "fr": "Nom"}),
        ({"en": "Name", "it": "Nome"}, {"it": "Nome", "en": "Name"}),
        ("Name", "Name"),
    ],
)
def test_any_text_of_a_language_map_is_the_name(expected: object, name: Any) -> None:
    """Otherwise all of them are shown as what lives (contract §13 row 17)."""
    assert expected == compared(LiveEvent(7, "c", name, {}), event())["name"]


def test_a_slot_that_is_not_declared_stays() -> None:
    """It is not compared, so it cannot go away."""
    live = LiveEvent(7, "c", "Nom", {"customData": (LiveProperty("p", "text"),)})
    assert {"name": "Nom", "properties": {"metaData": {}}} == compared(live, event(metaData=[]))


def test_a_property_that_only_lives_is_compared_whole() -> None:
    """So that it goes away, and with all it had."""
    live = LiveEvent(
        7, "c", "Nom", {"metaData": (LiveProperty("p", "text", True, "d"), LiveProperty("q", "date", False))}
    )
    got = compared(live, event(metaData=[{"name": "q", "type": "date"}]))["properties"]["metaData"]
    expected = {"p": {"type": "text", "required": True, "description": "d"}, "q": {"type": "date", "required": False}}
    assert expected == got


def test_a_live_override_is_compared_whole() -> None:
    """The list of sources is replaced as one."""
    live = LiveOverride("products.price", (LiveSource(240, "price", 1),))
    assert {"Manager.price"} == set(compared(live, override())["sources"])


@pytest.mark.parametrize("words", ["(deleted) Old", "(another) a/b", "(not there) a definition that does not exist"])
def test_a_source_that_is_gone_names_nothing(words: str) -> None:
    """What lives may point at a definition that does not: a plan that takes it away says so in words."""
    new = {"definition": words, "field": "price", "priority": 1}
    part = FieldChange(path=("sources", f"{words}.price"), op="removed", new=new)
    assert None is KINDS["override"].named_by(part)
