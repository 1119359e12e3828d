"""What manifests say of each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.kinds.definition.live import LiveDefinition, LiveRelationship
from reconciler.kinds.event.live import LiveEvent
from reconciler.kinds.override.manifest import LiveOverride, LiveSource
from reconciler.manifest.resolve import not_sendable, still_dangling, with_dead_ends
from reconciler.model.address import Address
from reconciler.model.live import DELETED, Live, LiveId

TARGET = "kind: definition\nname: Ängelholm\nfields:\n  - {name: code, type: text}\n  - {name: points, type: number}\n"
RELATED = "kind: definition\nname: B\nfields: [{{name: a, type: {}}}]\nrelationships:\n  - {{sourceField: a, {}}}\n"
PRICED = (
    "kind: definition\nname: Vet\n"
    "fields: [{name: price, type: decimal}, {name: note, type: text}, {name: p, type: number}]\n"
    "relationships: [{sourceField: p, targetSchemaType: system, targetSchema: products}]\n"
)
OVERRIDE = "kind: override\ntarget: products.price\nsources:\n  - {{definition: {}, field: {}, priority: 1}}\n"


def definition(name: str) -> LiveDefinition:
    return LiveDefinition(1, name, "active", None, (), (), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [("Fidelity", "fidelity"), ("Fidélité", "FIDELITE"), ("A", "a"), ("Straße", "STRASSE"), ("é", "e\u0301")],
)
def test_names_that_the_server_takes_for_one_are_duplicates(check: Callable, one: str, other: str) -> None:
    """Case and accents tell nothing apart."""
    text = "kind: definition\nname: '{}'\nfields: [{{name: a, type: text}}]\n"
    checked = check(text.format(one), text.format(other))
    assert ["2:7 duplicate-address"] == checked.places
    assert "m1.yaml" in checked.findings[0].source.file
    assert "m0.yaml:1" in checked.messages[0]
    assert [f"definition/{one}"] == checked.addresses


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("kind: event\ncode_name: {}\nname: A\n", "2:12", "event/A.b is described twice: event/a.b stands at"),
        ("kind: event\nname: A\ncode_name: {}\n", "3:12", "event/A.b is described twice"),
    ],
)
def test_events_are_known_by_their_code_name(check: Callable, text: str, place: str, message: str) -> None:
    """The place is that of the name."""
    checked = check(text.format("a.b"), text.format("A.b"))
    assert [f"{place} duplicate-address"] == checked.places
    assert message in checked.messages[0]


def test_an_override_target_stands_once(check: Callable) -> None:
    """A target is its whole list."""
    text = "kind: override\ntarget: products.price\nsources: []\n"
    assert ["6:9 duplicate-address"] == check(f"{text}---\n{text}").places


def test_a_definition_and_an_event_may_have_one_name(check: Callable) -> None:
    """Kinds are apart."""
    checked = check(
        "kind: definition\nname: a\nfields: [{name: a, type: text}]\n---\nkind: event\ncode_name: a\nname: a\n"
    )
    assert ([], ["definition/a", "event/a"]) == (checked.places, checked.addresses)


def test_a_reference_to_nothing_is_dangling(check: Callable) -> None:
    """With the closest name, and kept apart: the shop may know it."""
    related = RELATED.format("text", "targetSchemaType: custom, targetSchema: Ängelhom")
    checked = check(TARGET, related, OVERRIDE.format("Nowhere", "x"))
    assert ["5:62 dangling-reference", "4:18 dangling-reference"] == checked.places
    assert [
        "definition/B refers to definition/Ängelhom, which no manifest describes – did you mean 'Ängelholm'?",
        "override/products.price refers to definition/Nowhere, which no manifest describes",
    ] == checked.messages
    assert ((), ["definition/Ängelhom", "definition/Nowhere"]) == (
        checked.resolved.findings,
        [str(each.address) for each in checked.resolved.dangling],
    )


def test_accents_tell_references_apart(check: Callable) -> None:
    """The server would take another definition for it, so the name is asked for."""
    checked = check(TARGET, RELATED.format("text", "targetSchemaType: custom, targetSchema: Angelholm"))
    assert ["5:62 dangling-reference"] == checked.places
    assert "did you mean 'Ängelholm'?" in checked.messages[0]


def test_a_silenced_reference_keeps_its_place(check: Callable) -> None:
    """When it does not live in the shop either, the line to look at is its own and not the document's first."""
    text = """kind: definition
name: Visit
fields: [{name: vet, type: number}]
relationships:
  # reconciler: ignore[dangling-reference] made by the old integration
  - {sourceField: vet, targetSchemaType: custom, targetSchema: Nowhere}
"""
    checked = check(text)
    assert [] == checked.places
    assert [(6, 64)] == [(found.source.line, found.source.column) for found in still_dangling(checked.resolved, Live())]


@pytest.mark.parametrize(
    "broken",
    [
        "kind: definition\nname: Away\nfields: [",
        'kind: definition\n"name": "Away",\nfields: {',
        "name: 'Away'\n\tkind: x",
    ],
)
def test_what_a_broken_file_describes_is_not_said_to_be_missing(check: Callable, broken: str) -> None:
    """Its own mistake is told; another name is missing all the same."""
    for name, expected in (("Away", {"yaml-syntax"}), ("Gone", {"yaml-syntax", "dangling-reference"})):
        related = RELATED.format("text", f"targetSchemaType: custom, targetSchema: {name}")
        assert expected == {place.split()[1] for place in check(broken, related).places}


def test_what_the_shop_knows_is_not_dangling(check: Callable) -> None:
    """Case and outer blanks aside."""
    resolved = check(TARGET, OVERRIDE.format("Nowhere", "x")).resolved
    assert [] == still_dangling(resolved, Live({Address("definition", " NOWHERE "): definition(" NOWHERE ")}))
    others = {
        Address("event", "Nowhere"): LiveEvent(1, "Nowhere", "E", {}),
        Address("definition", "Elsewhere"): definition("Elsewhere"),
    }
    assert 1 == len(still_dangling(resolved, Live(others)))


def test_what_was_not_read_may_know_it(check: Callable) -> None:
    """Nothing is said of kinds that nobody looked at."""
    resolved = check(TARGET, OVERRIDE.format("Nowhere", "x")).resolved
    assert [] == still_dangling(resolved, Live(read=frozenset({"event"})))
    assert 1 == len(still_dangling(resolved, Live(read=frozenset({"definition"}))))


def test_a_definition_with_findings_is_not_missed(check: Callable) -> None:
    """It is described, if wrongly: references to it are not dangling, and are checked against what could be read."""
    broken = TARGET + "typo: 1\n"
    assert ["6:1 unknown-key", "5:19 relation-type-mismatch"] == check(
        broken, RELATED.format("text", "targetSchemaType: custom, targetSchema: ängelholm")
    ).places


@pytest.mark.parametrize(
    "document", ["kind: definition\n", "kind: definition\nname: 5\n", "- 1\n", "kind: event\nname: B\n"]
)
def test_only_what_has_a_name_is_described(check: Callable, document: str) -> None:
    """Everything else cannot be meant by a reference."""
    assert "dangling-reference" in str(check(document, OVERRIDE.format("B", "x")).places)


@pytest.mark.parametrize(
    ("type_name", "target", "place"),
    [
        ("text", "targetSchema: ängelholm, targetField: code", None),
        ("list, options: [a]", "targetSchema: Ängelholm, targetField: code", None),
        ("decimal", "targetSchema: Ängelholm, targetField: points", None),
        ("number", "targetSchema: Ängelholm", None),
        ("number", "targetSchema: Ängelholm, targetField: id", None),
        ("text", "targetSchema: Ängelholm, targetField: cod", "5:86 target-field-missing"),
        ("text", "targetSchema: Ängelholm, targetField: points", "5:19 relation-type-mismatch"),
        ("date", "targetSchema: Ängelholm, targetField: code", "5:19 relation-type-mismatch"),
        ("text", "targetSchema: Ängelholm", "5:19 relation-type-mismatch"),
    ],
)
def test_both_ends_of_a_relationship_fit(check: Callable, type_name: str, target: str, place: str | None) -> None:
    """The target's field exists and holds what the source's field holds; the id is a number."""
    checked = check(TARGET, RELATED.format(type_name, f"targetSchemaType: custom, {target}"))
    assert ([place] if place else []) == checked.places


def test_a_wrong_target_field_is_told_with_a_hint(check: Callable) -> None:
    """And with the definition that was looked at."""
    checked = check(
        TARGET, RELATED.format("text", "targetSchemaType: custom, targetSchema: Ängelholm, targetField: cod")
    )
    assert ["definition/Ängelholm has no field 'cod' – did you mean 'code'?"] == checked.messages


@pytest.mark.parametrize("name", ["contacts", "products"])
def test_a_definition_may_be_called_like_a_system_schema(check: Callable, name: str) -> None:
    """The default of its targetField is its own: the id."""
    target = f"kind: definition\nname: {name}\nfields: [{{name: a, type: text}}]\n"
    related = RELATED.format("number", f"targetSchemaType: custom, targetSchema: {name}")
    assert [] == check(target, related).places


@pytest.mark.parametrize(
    ("name", "field", "places"),
    [
        ("Vet", "price", []),
        ("vet", "p", []),
        ("Vet", "prise", ["4:30 override-field-missing"]),
        ("Vet", "note", ["4:30 override-field-not-numeric"]),
        ("Ängelholm", "points", ["4:18 override-without-product"]),
        ("Ängelholm", "code", ["4:18 override-without-product", "4:36 override-field-not-numeric"]),
    ],
)
def test_an_override_needs_a_number_that_belongs_to_a_product(
    check: Callable, name: str, field: str, places: list[str]
) -> None:
    """Its field exists and is numeric, its definition is related to products."""
    assert places == check(PRICED, TARGET, OVERRIDE.format(name, field)).places


def test_a_definition_called_products_is_not_the_products(check: Callable) -> None:
    """A relationship to it finds no price."""
    target = "kind: definition\nname: products\nfields: [{name: a, type: number}]\n"
    priced = PRICED.replace("system", "custom").replace("products}", "products, targetField: a}")
    assert ["4:18 override-without-product"] == check(target, priced, OVERRIDE.format("Vet", "price")).places


def test_references_are_spelled_like_what_they_name(check: Callable) -> None:
    """So that everything behind compares plain texts."""
    checked = check(
        TARGET,
        RELATED.format("number", "targetSchemaType: custom, targetSchema: ÄNGELHOLM"),
        OVERRIDE.format("ängelholm", "points"),
    )
    manifests = checked.resolved.desired.manifests
    assert "Ängelholm" == manifests[Address("definition", "B")].resource.relationships[0].target_schema
    assert "Ängelholm" == manifests[Address("override", "products.price")].resource.sources[0].definition


def test_references_to_oneself_and_in_circles_are_fine(check: Callable) -> None:
    """They are created bare and extended after."""
    for target in ("b", "C"):
        one = RELATED.format("number", f"targetSchemaType: custom, targetSchema: {target}")
        other = RELATED.format("number", "targetSchemaType: custom, targetSchema: B").replace("name: B", "name: C")
        assert [] == check(one, other).places


def test_desired_is_in_address_order(check: Callable) -> None:
    """Whatever the files say."""
    event = "kind: event\ncode_name: {}\nname: A\n"
    assert ["event/a", "event/b", "event/c"] == check(*map(event.format, "cab")).addresses


def test_long_names_are_cut_in_messages(check: Callable) -> None:
    """A finding is for people."""
    text = f"kind: event\ncode_name: {'x' * 9000}\nname: A\n"
    assert all(len(message) < 400 for message in check(text, text).messages)


def test_a_silenced_reference_may_name_what_is_deleted_for_its_owner_too(check: Callable) -> None:
    """Nobody can take such a relationship away; the plan sees the name that the manifest has."""
    text = """kind: definition
name: Visit
fields: [{name: vet, type: number}]
relationships:
  # reconciler: ignore[dangling-reference] pulled 2026-11-26
  - {sourceField: vet, targetSchemaType: custom, targetSchema: gone}
"""
    resolved = check(text).resolved
    gone, other = LiveId("definition", 7), LiveId("definition", 8)
    pointing = LiveDefinition(3, "visit", "active", None, (), (), (LiveRelationship("vet", None, 7, "id"),))
    lost = {gone: f"{DELETED}Gone", other: f"{DELETED}Other"}
    live = Live({Address("definition", "visit"): pointing}, lost=lost)
    assert [] == still_dangling(resolved, live)
    assert {gone: Address("definition", "gone")} == with_dead_ends(resolved, live).referred
    # Only what is sent whole would have to name it again.
    assert [] == not_sendable(resolved, live, [Address("definition", "Visit")])
    for elsewhere in (Live(lost=lost), Live(live.resources, lost={gone: f"{DELETED}Elsewhere"}), Live(live.resources)):
        assert 1 == len(still_dangling(resolved, elsewhere))
        assert elsewhere is with_dead_ends(resolved, elsewhere)
    loud = check(text.replace("  # reconciler", "  # nothing")).resolved
    assert 1 == len(still_dangling(loud, live))


def test_a_price_that_names_what_is_deleted_cannot_be_sent(check: Callable) -> None:
    """It is sent whole, with an id that nothing has."""
    text = OVERRIDE.format("Gone", "x").replace("  - ", "  # reconciler: ignore[dangling-reference] pulled\n  - ", 1)
    resolved = check(text).resolved
    address = Address("override", "products.price")
    live = Live(
        {address: LiveOverride("products.price", (LiveSource(7, "x", 1),))},
        lost={LiveId("definition", 7): f"{DELETED}Gone"},
    )
    assert [] == still_dangling(resolved, live)
    assert [] == not_sendable(resolved, live, [])
    (told,) = not_sendable(resolved, live, [address])
    assert told.message.endswith("which no manifest describes, and it does not live in the shop")
