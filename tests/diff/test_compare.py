"""Every address ends in exactly one place, and only real differences are differences."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.diff.assumed import as_live
from reconciler.diff.compare import Comparison, compare
from reconciler.diff.matching import in_manifests_spelling
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import LiveOverride, LiveSource, Override
from reconciler.kinds.registry import KINDS
from reconciler.model.address import Address, casefolded
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.live import Live, LiveId, not_there
from reconciler.model.manifest import Desired
from tests.manifests import desired


def address(text: str) -> Address:
    return Address.parse(text)


def definition(name: str = "D", **parts: Any) -> Definition:
    return Definition.model_validate({"name": name, "fields": [{"name": "a", "type": "text"}], **parts})


def related(name: str, target: str, kind: str = "custom", field: str | None = None) -> Definition:
    rel = {"sourceField": "a", "targetSchemaType": kind, "targetSchema": target}
    return definition(name, relationships=[rel | ({"targetField": field} if field else {})])


def event(code_name: str = "e", **properties: list[dict[str, Any]]) -> Event:
    return Event.model_validate({"code_name": code_name, "name": "E", "properties": properties})


def override(*sources: tuple[str, str, int]) -> Override:
    rows = [{"definition": name, "field": field, "priority": priority} for name, field, priority in sources]
    return Override.model_validate({"target": "products.price", "sources": rows})


def lives(number: int, name: str = "D", *relationships: LiveRelationship, **parts: Any) -> LiveDefinition:
    given_parts = {"status": "active", "description": None, "unique_keys": (), "fields": (LiveField("a", "text", "a"),)}
    return LiveDefinition(id=number, name=name, relationships=relationships, **{**given_parts, **parts})


def live(
    *resources: LiveDefinition | LiveEvent | LiveOverride,
    others: Mapping[int, str] | None = None,
    warnings: tuple[str, ...] = (),
) -> Live:
    kinds = {LiveDefinition: KINDS["definition"], LiveEvent: KINDS["event"], LiveOverride: KINDS["override"]}
    found = [(kinds[type(one)], one) for one in resources]
    return Live(
        {Address(kind.name, kind.name_of(one).strip()): one for kind, one in found},
        {LiveId("definition", number): words for number, words in (others or {}).items()},
        warnings=warnings,
    )


def changed(path: str, old: object, new: object) -> FieldChange:
    return FieldChange(path=tuple(path.split("/")), op="changed", old=old, new=new)


def added(path: str, new: object) -> FieldChange:
    return FieldChange(path=tuple(path.split("/")), op="added", new=new)


def blocked(comparison: Comparison, name: str = "definition/D") -> list[tuple[str, str, object, object]]:
    return [(item.rule, "/".join(item.path), item.old, item.new) for item in comparison.blocked[address(name)]]


def test_what_does_not_live_is_new_with_all_it_has() -> None:
    """Every field, relationship and slot is an addition of its own."""
    field = {"label": "a", "type": "text", "required": False}
    prop = {"type": "date", "required": True}
    wanted = desired(
        definition(description="d", unique_keys=["a"]),
        event(metaData=[{"name": "p", "type": "date", "required": True}], customData=[]),
        override(("D", "a", 1)),
    )
    source = {"definition": "definition/D", "field": "a", "priority": 1}
    expected = {
        address("definition/D"): (added("description", "d"), added("unique_keys", ["a"]), added("fields/a", field)),
        address("event/e"): (added("name", "E"), added("properties/metaData/p", prop)),
        address("override/products.price"): (added("sources/D.a", source),),
    }
    assert Comparison(new=expected) == compare(wanted, live())


def test_nothing_is_said_of_kinds_that_were_not_read() -> None:
    """With `--only definition/*` an event is neither new nor missed under its old name."""
    renamed = Event.model_validate({"code_name": "new", "name": "E", "renamed_from": "old"})
    got = compare(desired(definition(), renamed), Live(read=frozenset({"definition"})))
    assert ([address("definition/D")], ()) == (list(got.new), got.warnings)


def test_an_override_without_sources_does_not_have_to_be_created() -> None:
    """Nothing is what there is already."""
    assert Comparison(unchanged=(address("override/products.price"),)) == compare(desired(override()), live())


def test_what_lives_as_written_is_unchanged() -> None:
    """All kinds."""
    wanted = desired(definition(), event(metaData=[{"name": "p", "type": "date"}]), override(("D", "a", 1)))
    there = live(
        lives(1),
        LiveEvent(2, "e", "E", {"metaData": (LiveProperty("p", "date"),)}),
        LiveOverride("products.price", (LiveSource(1, "a", 1),)),
    )
    names = ("definition/D", "event/e", "override/products.price")
    users = {address("definition/D"): (address("override/products.price"),)}
    assert Comparison(unchanged=tuple(map(address, names)), users=users) == compare(wanted, there)


def test_what_no_manifest_describes_is_unmanaged() -> None:
    """In address order, whatever the listing's was."""
    there = live(lives(2, "Z"), lives(1, "A"), lives(3), LiveEvent(1, "e", "E", {}))
    names = ("definition/A", "definition/Z", "event/e")
    expected = Comparison(unchanged=(address("definition/D"),), unmanaged=tuple(map(address, names)))
    assert expected == compare(desired(definition()), there)


@pytest.mark.parametrize("name", ["d", "  D ", "D "])
def test_case_and_blanks_do_not_make_another_name(name: str) -> None:
    """It is meant when nothing else is, and a reader is told how it is spelled."""
    found = compare(desired(definition()), live(lives(1, name)))
    other_way = "spell it so in the manifest, or " if name == "d" else ""
    told = (
        f'definition/D is spelled "{name}" in the shop, and senders and messages may tell the two apart: '
        f'{other_way}write `renamed_from: "{name}"` to correct the shop'
    )
    assert Comparison(unchanged=(address("definition/D"),), warnings=(told,)) == found


@pytest.mark.parametrize("kind", ["definition", "event"])
def test_a_name_that_differs_only_by_accents_is_a_conflict(kind: str) -> None:
    """Both are named, and the live one is nobody's."""
    wanted = desired(definition("Fidelite") if kind == "definition" else event("Fidelite"))
    there = live(lives(1, "Fidélité") if kind == "definition" else LiveEvent(1, "Fidélité", "E", {}))
    expected = Blocked(
        address=f"{kind}/Fidelite",
        rule="accent-conflict",
        path=("name",),
        old="Fidélité",
        new="Fidelite",
        ways_out=("write the name as it lives: Fidélité", "choose a name that differs by more than accents"),
        message="the live name differs only by accents, and the server takes the two for one",
        source="m.yaml:1",
    )
    got = compare(wanted, there)
    assert Comparison(blocked={Address(kind, "Fidelite"): (expected,)}, unmanaged=(Address(kind, "Fidélité"),)) == got


def test_the_accent_neighbour_does_not_depend_on_the_order_of_the_listing() -> None:
    """The first by text is named."""
    ways = [live(lives(1, "Fidélite"), lives(2, "Fidélité")), live(lives(2, "Fidélité"), lives(1, "Fidélite"))]
    assert ["Fidélite"] * 2 == [
        blocked(compare(desired(definition("Fidelite")), way), "definition/Fidelite")[0][2] for way in ways
    ]


def test_an_exact_name_is_no_conflict_with_its_neighbour() -> None:
    """Both live; the one that is meant is the one that is written."""
    there = live(lives(1, "Fidélité"), lives(2, "Fidelite"))
    got = compare(desired(definition("fidelite")), there)
    assert ((address("definition/fidelite"),), (address("definition/Fidélité"),)) == (got.unchanged, got.unmanaged)


def test_a_description_and_additions_are_changes() -> None:
    """What extend can do (contract §3.2)."""
    new = {"label": "b", "type": "date", "required": True}
    rel = {"sourceField": "b", "targetSchemaType": "system", "targetSchema": "contacts"}
    fields = [{"name": "a", "type": "text"}, {"name": "b", "type": "date", "required": True}]
    wanted = definition(description="new", fields=fields, relationships=[rel])
    expected = (
        changed("description", "old", "new"),
        added("fields/b", new),
        added("relationships/b", {"targetSchemaType": "system", "targetSchema": "contacts"}),
    )
    got = compare(desired(wanted), live(lives(1, description="old")))
    assert Comparison(changed={address("definition/D"): expected}) == got


def test_a_description_can_be_emptied() -> None:
    """Empty text is something that was written; none and empty are the same in the shop."""
    got = compare(desired(definition(description="")), live(lives(1, description="old")))
    assert {address("definition/D"): (changed("description", "old", ""),)} == got.changed
    assert {} == compare(desired(definition(description="")), live(lives(1))).changed


def test_anything_frozen_blocks_the_whole_address() -> None:
    """Each frozen difference is told, additions wait."""
    fields = [{"name": "b", "type": "text"}, {"name": "a", "type": "date", "label": "A"}]
    got = compare(desired(definition(fields=fields, unique_keys=["a"])), live(lives(1)))
    expected = [
        ("unique-keys-frozen", "unique_keys", [], ["a"]),
        ("field-label-frozen", "fields/a/label", "a", "A"),
        ("field-type-frozen", "fields/a/type", "text", "date"),
    ]
    assert expected == blocked(got)
    assert "m.yaml:1" == got.blocked[address("definition/D")][0].source
    assert ({}, {}, ()) == (got.new, got.changed, got.unchanged)


def test_a_field_name_in_another_case_is_blocked() -> None:
    """The server would take it for the field that is there."""
    fields = [{"name": "Straße", "type": "text"}, {"name": "b", "type": "text"}]
    got = compare(desired(definition(fields=fields)), live(lives(1, fields=(LiveField("STRASSE", "text", "x"),))))
    assert [("field-name-frozen", "fields/Straße", "STRASSE", "Straße")] == blocked(got)
    assert "m.yaml:1" == got.blocked[address("definition/D")][0].source
    assert () == got.warnings


def test_a_relationship_from_a_field_that_lives_is_an_addition() -> None:
    """Fields and relationships of one name are told apart."""
    rel = {"targetSchemaType": "system", "targetSchema": "contacts"}
    got = compare(desired(related("D", "contacts", "system")), live(lives(1)))
    assert {address("definition/D"): (added("relationships/a", rel),)} == got.changed


MANAGER = definition("Manager")


@pytest.mark.parametrize(
    ("number", "words"),
    [(9, "(deleted) Manager"), (8, "(another) manager"), (7, not_there("definition"))],
)
def test_a_stored_id_that_is_no_candidate_is_stale(number: int, words: str) -> None:
    """Tombstones, homonyms and ids that nobody has are told in words."""
    others = {9: "(deleted) Manager", 8: "(another) manager"}
    there = live(lives(1, "Manager"), lives(2, "D", LiveRelationship("a", None, number, None)), others=others)
    got = compare(desired(MANAGER, related("D", "Manager")), there)
    assert [("stale-relation", "relationships/a/targetSchema", words, "definition/Manager")] == blocked(got)


def test_an_id_of_another_living_definition_is_an_edited_manifest() -> None:
    """It is not stale: somebody wants another target."""
    there = live(lives(1, "Manager"), lives(3, "Team"), lives(2, "D", LiveRelationship("a", None, 3, None)))
    got = compare(desired(MANAGER, related("D", "Manager")), there)
    assert [
        ("relationship-frozen", "relationships/a/targetSchema", "definition/Team", "definition/Manager")
    ] == blocked(got)


@pytest.mark.parametrize("system", ["contacts", "orders"])
def test_a_stored_system_schema_is_not_stale(system: str) -> None:
    """Not even one that this tool does not know."""
    there = live(lives(1, "Manager"), lives(2, "D", LiveRelationship("a", system, None, None)))
    expected = [
        ("relationship-frozen", "relationships/a/targetSchemaType", "system", "custom"),
        ("relationship-frozen", "relationships/a/targetSchema", system, "definition/Manager"),
    ]
    assert expected == blocked(compare(desired(MANAGER, related("D", "Manager")), there))


def test_another_target_field_is_frozen_and_never_stale() -> None:
    """Words in brackets there are a field's name."""
    there = live(lives(1, "Manager"), lives(2, "D", LiveRelationship("a", None, 1, "(x)")))
    got = compare(desired(MANAGER, related("D", "Manager", field="code")), there)
    assert [("relationship-frozen", "relationships/a/targetField", "(x)", "code")] == blocked(got)


def test_references_are_compared_under_the_manifests_spelling() -> None:
    """The live name differs by case, its id is the same."""
    there = live(lives(1, "MANAGER"), lives(2, "D", LiveRelationship("a", None, 1, "id")))
    assert {} == compare(desired(MANAGER, related("D", "Manager")), there).blocked


def test_a_further_language_of_a_name_is_a_warning() -> None:
    """It is not managed, and stays."""
    wanted = Event.model_validate({"code_name": "e", "name": {"en": "Sale"}})
    found = compare(desired(wanted), live(LiveEvent(2, "e", {"en": "Sale", "fr": "Vente"}, {})))
    assert ("event/e has a name that the manifest does not declare: fr",) == found.warnings
    assert (address("event/e"),) == found.unchanged


def test_events_change_in_every_way() -> None:
    """Nothing of them is frozen."""
    wanted = event(metaData=[{"name": "p", "type": "date"}, {"name": "q", "type": "text"}])
    there = LiveEvent(2, "e", "Old", {"metaData": (LiveProperty("p", "text"), LiveProperty("gone", "text"))})
    gone = {"type": "text"}
    expected = (
        changed("name", "Old", "E"),
        changed("properties/metaData/p/type", "text", "date"),
        added("properties/metaData/q", {"type": "text", "required": False}),
        FieldChange(path=("properties", "metaData", "gone"), op="removed", old=gone),
    )
    assert {address("event/e"): expected} == compare(desired(wanted), live(there)).changed


def test_a_slot_that_does_not_live_yet_comes_property_by_property() -> None:
    """As in a create."""
    wanted = event(metaData=[{"name": "p", "type": "date"}])
    expected = added("properties/metaData", {"p": {"type": "date", "required": False}})
    whole = compare(desired(wanted), live(LiveEvent(2, "e", "E", {}))).changed[address("event/e")]
    assert expected not in whole
    assert (added("properties/metaData/p", {"type": "date", "required": False}),) == whole


def test_a_slot_that_is_not_declared_stays() -> None:
    """It is not managed."""
    there = LiveEvent(2, "e", "E", {"customData": (LiveProperty("p", "text"),)})
    assert (address("event/e"),) == compare(desired(event(metaData=[])), live(there)).unchanged


@pytest.mark.parametrize(("description", "same"), [(None, True), ("", True), ("d", False)])
def test_a_property_description_counts_when_it_is_written(description: str | None, same: bool) -> None:
    """None is not managed, empty is none."""
    there = LiveEvent(2, "e", "E", {"metaData": (LiveProperty("p", "text"),)})
    got = compare(desired(event(metaData=[{"name": "p", "type": "text", "description": description}])), live(there))
    assert same is (got.changed == {})


def test_overrides_are_compared_whole() -> None:
    """What is not written goes away; what moved changes its priority."""
    there = live(lives(1), LiveOverride("products.price", (LiveSource(1, "gone", 1), LiveSource(1, "a", 2))))
    gone = {"definition": "definition/D", "field": "gone", "priority": 1}
    expected = (
        changed("sources/D.a/priority", 2, 1),
        FieldChange(path=("sources", "D.gone"), op="removed", old=gone),
    )
    got = compare(desired(definition(), override(("D", "a", 1))), there)
    assert {address("override/products.price"): expected} == got.changed


@pytest.mark.parametrize("wanted", [1, 2])
def test_a_source_that_is_stored_twice_is_a_difference(wanted: int) -> None:
    """Whichever of the two is wanted, the other goes away."""
    there = live(lives(1), LiveOverride("products.price", (LiveSource(1, "a", 1), LiveSource(1, "a", 2))))
    got = compare(desired(definition(), override(("D", "a", wanted))), there)
    assert "removed" == got.changed[address("override/products.price")][-1].op


def test_an_inactive_definition_is_told() -> None:
    """It is the shop's decision and not undone."""
    expected = ("definition/D is inactive: its records cannot be written until the shop activates it",)
    got = compare(desired(definition()), live(lives(1, status="inactive")))
    assert (expected, (address("definition/D"),)) == (got.warnings, got.unchanged)


def test_what_lives_and_is_not_declared_is_told() -> None:
    """Fields, then relationships, each by name; what live itself warns of comes first."""
    fields = (LiveField("A", "text", "a"), LiveField("z", "text", "z"), LiveField("b", "text", "b"))
    relationships = (LiveRelationship("z", "contacts", None, None), LiveRelationship("b", "contacts", None, None))
    got = compare(desired(definition()), live(lives(1, "D", *relationships, fields=fields), warnings=("first",)))
    expected = (
        "first",
        "definition/D has a field that the manifest does not declare: b",
        "definition/D has a field that the manifest does not declare: z",
        "definition/D has a relationship that the manifest does not declare: b",
        "definition/D has a relationship that the manifest does not declare: z",
    )
    assert expected == got.warnings


def test_a_declared_relationship_is_not_told() -> None:
    """It is known."""
    there = lives(1, "D", LiveRelationship("a", "contacts", None, None))
    assert () == compare(desired(related("D", "contacts", "system")), live(there)).warnings


def test_one_warning_does_not_hide_the_next_manifest() -> None:
    """All manifests are looked at."""
    there = live(lives(1, "A", status="inactive"), lives(2, "B", status="inactive"))
    assert 2 == len(compare(desired(definition("A"), definition("B")), there).warnings)


def test_a_dirty_listing_of_the_same_things_is_no_difference() -> None:
    """Stringified defaults and options, no target field, another order."""
    wanted = definition(
        unique_keys=["b", "a"],
        fields=[
            {"name": "a", "type": "number", "default": 5},
            {"name": "b", "type": "list", "options": [1, 2], "default": 1},
        ],
        relationships=[
            {"sourceField": "a", "targetSchemaType": "system", "targetSchema": "contacts", "targetField": "id_contact"},
            {"sourceField": "b", "targetSchemaType": "system", "targetSchema": "products"},
        ],
    )
    fields = (
        LiveField("b", "list", "b", default="1", options=("1", "2")),
        LiveField("a", "number", "a", default="5.0"),
    )
    relationships = (
        LiveRelationship("b", "products", None, "product_id"),
        LiveRelationship("a", "contacts", None, None),
    )
    there = lives(1, "D", *relationships, fields=fields, unique_keys=("a", "b"))
    assert Comparison(unchanged=(address("definition/D"),)) == compare(desired(wanted), live(there))


def test_ids_are_named_by_the_manifests_spelling_or_in_words() -> None:
    """Never by the id itself."""
    there = live(lives(1, "manager"), lives(2, "Team"), others={3: "(deleted) Old"})
    names = compare(desired(MANAGER), there).live.names
    expected = ["definition/Manager", "definition/Team", "(deleted) Old", not_there("definition")]
    assert expected == [names.of(LiveId("definition", number)) for number in (1, 2, 3, 4)]


def test_live_is_spelled_as_the_manifests_have_it() -> None:
    """So that changes find what they change; the rest keeps its name."""
    there = live(lives(1, "d"), lives(2, "Other"), LiveEvent(3, "E", "E", {}), warnings=("w",))
    got = in_manifests_spelling(desired(definition(), event()), there)
    assert ["definition/D", "definition/Other"] == list(map(str, got.of_kind("definition")))
    assert ["event/e"] == list(map(str, got.of_kind("event")))
    assert (1, 3, "w") == (
        got.resources[address("definition/D")].id,
        got.resources[address("event/e")].id,
        got.warnings[0],
    )
    assert [True, True] == ["is spelled" in warning for warning in got.warnings[1:]]


NAMES = st.sampled_from(["A", "a", "B", "é", "e", "É", "Ab", "aB "])
FIELDS = st.lists(st.sampled_from(["x", "y", "X", "z"]), unique_by=str.casefold, min_size=1, max_size=3)
TYPES = st.sampled_from(["text", "date"])


@st.composite
def wants(draw: st.DrawFn) -> Desired:
    """Definitions, events and an override; names are one per case, as the loader sees to."""
    names = draw(st.lists(NAMES.map(str.strip), unique_by=casefolded, max_size=4))
    resources: list[Definition | Event | Override] = []
    for name in names:
        fields = [{"name": field, "type": draw(TYPES)} for field in draw(FIELDS)]
        target = draw(st.sampled_from([*names, ""]))
        rel = {"sourceField": fields[0]["name"], "targetSchemaType": "custom", "targetSchema": target}
        resources.append(definition(name, fields=fields, relationships=[rel] if target else []))
        if draw(st.booleans()):
            resources.append(event(name, metaData=fields))
    overrides: bool = draw(st.booleans())
    if names and overrides:
        resources.append(override((names[0], "x", 1)))
    return desired(*resources)


@st.composite
def shops(draw: st.DrawFn) -> Live:
    """What may live: other types, dead ids, more and less than is wanted."""
    resources: list[LiveDefinition | LiveEvent | LiveOverride] = []
    for number, name in enumerate(draw(st.lists(NAMES, unique_by=casefolded, max_size=4)), start=1):
        fields = draw(FIELDS)
        rel = LiveRelationship(fields[0], None, draw(st.integers(1, 6)), None)
        rows = tuple(LiveField(field, draw(TYPES), field) for field in fields)
        status = draw(st.sampled_from(["active", "inactive", None]))
        relationships = (rel,) if draw(st.booleans()) else ()
        resources.append(lives(number, name, *relationships, fields=rows, status=status))
        slot = tuple(LiveProperty(field, draw(TYPES)) for field in fields)
        resources.append(LiveEvent(number, name, "E", {"metaData": slot}))
    if draw(st.booleans()):
        resources.append(LiveOverride("products.price", (LiveSource(draw(st.integers(1, 6)), "x", 1),)))
    return live(*resources, others={5: "(deleted) A"})


@settings(deadline=None, max_examples=300)
@given(wants(), shops())
def test_every_address_ends_in_exactly_one_place(wanted: Desired, there: Live) -> None:
    """Manifests in four of them, what else lives in the fifth."""
    got = compare(wanted, there)
    places = [*got.new, *got.changed, *got.blocked, *got.unchanged]
    assert sorted(wanted.manifests) == sorted(places)
    managed = {(one.kind, casefolded(one.name)) for one in wanted.manifests}
    rest = [one for one in there.resources if (one.kind, casefolded(one.name)) not in managed]
    assert sorted(rest) == list(got.unmanaged)
    assert all(got.new.values())
    assert all(got.changed.values())
    assert all(got.blocked.values())


@settings(deadline=None)
@given(wants(), shops(), st.randoms(use_true_random=False))
def test_the_order_of_both_sides_means_nothing(wanted: Desired, there: Live, random: Any) -> None:
    """Shuffled manifests and listings give the same comparison, in the same order."""

    def shuffled(items: Mapping[Address, Any]) -> dict[Address, Any]:
        rows = list(items.items())
        random.shuffle(rows)
        return dict(rows)

    other = replace(there, resources=shuffled(there.resources))
    assert repr(compare(wanted, there)) == repr(compare(Desired(shuffled(wanted.manifests)), other))


def test_ten_thousand_unchanged_definitions_are_compared_quickly() -> None:
    """The figure is printed; the bound only catches work that grows with the square."""
    count = 10_000
    wanted = desired(*(related(f"D{number}", f"D{(number + 1) % count}") for number in range(count)))
    there = live(
        *(
            lives(number, f"D{number}", LiveRelationship("a", None, (number + 1) % count, "id"))
            for number in range(count)
        )
    )
    start = time.perf_counter()
    got = compare(wanted, there)
    seconds = time.perf_counter() - start
    print(f"\n{count} unchanged definitions compared in {seconds:.2f} s")
    assert count == len(got.unchanged)
    assert seconds < 30


def test_a_text_that_looks_escaped_is_an_edit_in_a_shop_that_shows_signs() -> None:
    """Such a shop does not escape: it was written so."""
    escaped, bare = lives(1, "A", description="Q &amp; A"), lives(2, "B", description="R & D")
    for there, expected in ((live(escaped), 0), (live(escaped, bare), 1)):
        assert expected == len(compare(desired(definition("A", description="Q & A")), there).changed)


@pytest.mark.parametrize(("before", "after"), [("x" * 50, "x" * 60), ("A &amp; B", "A & B"), ("A 🙂", "A ?")])
def test_between_two_revisions_every_other_text_is_an_edit(before: str, after: str) -> None:
    """No shop has cut or escaped anything."""
    assumed = as_live(desired(definition("A", description=before)))
    assert ["A"] == [each.name for each in compare(desired(definition("A", description=after)), assumed).changed]
