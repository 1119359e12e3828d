"""What cannot change in place, and the ways out."""

import dataclasses

import pytest

from reconciler.diff import blocked as diff
from reconciler.kinds.definition.changes import is_possible, stops
from reconciler.kinds.definition.form import FieldForm
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.kinds.definition.manifest import Definition, DefinitionField
from reconciler.kinds.values import Stop
from reconciler.model.address import Address
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.live import LiveId, Names
from reconciler.model.manifest import Manifest
from reconciler.model.source import Source
from reconciler.rules import RULES
from reconciler.sandbox.shapes import FIELD as SANDBOX_FIELD

FROZEN_RULES = {name: rule for name, rule in RULES.items() if rule.severity == "blocked"}
REPLACE = "replace the definition under a new name, in a reviewed change of its own"


TEAM = LiveRelationship("team", None, 7, "id")
LIVES = LiveDefinition(1, "D", "active", None, (), (LiveField("phone", "text", "Phone"),), (TEAM,))
NAMES = Names({LiveId("definition", 7): Address("definition", "Team")})


def rule_of(change: FieldChange) -> str:
    """The one rule under which the change is stopped; empty when it is possible."""
    return "".join(stop.rule for stop in stops(LIVES, (change,), NAMES))


def blocked(address: str, change: FieldChange, *, source: str | None = "m.yaml:1", rule: str = "") -> Blocked:
    """As a comparison blocks it in the manifest of that address."""
    found = Address.parse(address)
    resource = Definition(name=found.name, ensure="absent")
    manifest = Manifest(found, resource, Source("m.yaml"))
    return diff.blocked(manifest, Stop(rule or rule_of(change), change))


def change(path: str, old: object, new: object) -> FieldChange:
    return FieldChange(path=tuple(path.split("/")), op="changed", old=old, new=new)


CASES = [
    ("fields/phone/type", "text", "number", "field-type-frozen", ("keep text", "add phone_number beside it", REPLACE)),
    ("fields/phone/label", "Phone", "Tel", "field-label-frozen", ("keep Phone", REPLACE)),
    ("fields/phone/required", False, True, "field-required-frozen", ("keep false", REPLACE)),
    ("fields/phone/required", True, False, "field-required-frozen", ("keep true", REPLACE)),
    ("fields/phone/default", None, "x", "field-default-frozen", ("keep nothing", REPLACE)),
    ("fields/phone/default", {"é": 1}, "x", "field-default-frozen", ('keep {"é": 1}', REPLACE)),
    (
        "fields/phone/options",
        ["a", 1],
        ["a"],
        "field-options-frozen",
        ("keep a, 1", "add a second list field beside it", REPLACE),
    ),
    (
        "fields/phone/options",
        [],
        ["a"],
        "field-options-frozen",
        ("keep []", "add a second list field beside it", REPLACE),
    ),
    ("fields/phone/description", "", "x", "field-description-frozen", ('keep ""', REPLACE)),
    ("unique_keys", ["a", "b"], ["a"], "unique-keys-frozen", ("keep a, b", REPLACE)),
    (
        "relationships/team/targetSchema",
        "definition/Team",
        "definition/Crew",
        "relationship-frozen",
        ("keep Team", "add a second field with the new relationship", REPLACE),
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "rule", "ways_out"), CASES)
def test_each_rule_names_its_ways_out(
    path: str, old: object, new: object, rule: str, ways_out: tuple[str, ...]
) -> None:
    """The words of the case are filled in, and the difference is told as it is."""
    expected = Blocked(
        address="definition/D",
        rule=rule,
        path=tuple(path.split("/")),
        old=old,
        new=new,
        ways_out=ways_out,
        message=FROZEN_RULES[rule].message,
        source="m.yaml:1",
    )
    assert expected == blocked("definition/D", change(path, old, new), source="m.yaml:1")
    assert rule == rule_of(change(path, old, new))


GIVEN = [
    (
        "field-name-frozen",
        change("fields/Phone", "phone", "Phone"),
        ("write it as it lives: phone", REPLACE),
    ),
    (
        "stale-relation",
        change("relationships/team/targetSchema", "(deleted) Team", "definition/Team"),
        (
            "add a second field with a relationship to Team",
            "replace definition/D so that it points at Team again",
        ),
    ),
    (
        "ambiguous-name",
        change("name", '"D" (id 1), "d" (id 2)', "dD"),
        (
            'spell the name exactly as the one that is meant: "D" (id 1), "d" (id 2)',
            "rename or delete the others in the shop",
        ),
    ),
    (
        "not-comparable",
        change("name", "a manifest that was not valid", "D"),
        (
            "mend the manifest in a change of its own, and change it in the next one",
            "compare with a revision in which it is valid",
        ),
    ),
    (
        "accent-conflict",
        change("name", "Fidélité", "Fidelite"),
        ("write the name as it lives: Fidélité", "choose a name that differs by more than accents"),
    ),
]


@pytest.mark.parametrize(("rule", "difference", "ways_out"), GIVEN)
def test_rules_that_only_the_comparison_knows(rule: str, difference: FieldChange, ways_out: tuple[str, ...]) -> None:
    """They are named by the caller."""
    got = blocked("definition/D", difference, rule=rule)
    assert (rule, ways_out) == (got.rule, got.ways_out)


def test_every_rule_is_tested() -> None:
    """A new rule needs a line here."""
    assert set(FROZEN_RULES) == {rule for *_, rule, _ in CASES} | {rule for rule, *_ in GIVEN}


def test_messages_are_sentences_of_their_own() -> None:
    """No two rules say the same."""
    assert len(FROZEN_RULES) == len({rule.message for rule in FROZEN_RULES.values()})


@pytest.mark.parametrize("path", ["fields/a", "relationships/a"])
def test_additions_are_not_blocked(path: str) -> None:
    """The one thing that extend can do with them (contract §3.2)."""
    assert "" == rule_of(FieldChange(path=tuple(path.split("/")), op="added", new={}))


@pytest.mark.parametrize("op", ["changed", "removed"])
@pytest.mark.parametrize("path", ["fields/a", "relationships/a"])
def test_whole_parts_do_not_change_or_go(path: str, op: str) -> None:
    """Only additions are possible."""
    assert not is_possible(FieldChange.model_validate({"path": tuple(path.split("/")), "op": op}))


@pytest.mark.parametrize("path", ["fields/a/label", "unique_keys", "properties/a"])
def test_other_additions_are_blocked(path: str) -> None:
    """An attribute that is added changes its field."""
    assert not is_possible(FieldChange(path=tuple(path.split("/")), op="added", new="x"))


def test_the_description_can_change() -> None:
    """It is updated in place (contract §3.2)."""
    assert "" == rule_of(change("description", "a", "b"))


def test_words_of_a_shop_are_not_filled_in_again() -> None:
    """A field may be called {new}; its name is text and no template."""
    got = blocked("definition/{old}", change("fields/{new}/type", "{name}", "{address}"))
    assert ("keep {name}", "add {new}_{address} beside it", REPLACE) == got.ways_out


def test_every_attribute_of_a_field_is_known_everywhere() -> None:
    """Manifest, live, form, rule and sandbox: one that is forgotten would be lost on one of the ways."""
    written = set(DefinitionField.model_fields) - {"name"}
    lives = {attribute.name for attribute in dataclasses.fields(LiveField)} - {"name"}
    taken = set(SANDBOX_FIELD["properties"]) - {"name"}
    assert written == lives == set(FieldForm.__annotations__) == taken
    assert {f"field-{attribute}-frozen" for attribute in written} <= set(FROZEN_RULES)
