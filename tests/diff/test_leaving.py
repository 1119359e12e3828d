"""What is to go, to be renamed or to be switched, as a comparison sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.diff.assumed import as_live
from reconciler.diff.blocked import blocked
from reconciler.diff.compare import Comparison, compare, pruned
from reconciler.diff.matching import in_manifests_spelling
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import LiveOverride, LiveSource, Override
from reconciler.kinds.registry import kind_of
from reconciler.kinds.values import Stop
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.live import Live, LiveId, LiveResource, Names
from reconciler.model.manifest import Desired, Manifest
from tests.manifests import desired

FIELD = {"name": "a", "type": "text"}


def definition(name: str, **more: Any) -> Definition:
    return Definition.model_validate({"name": name, "fields": [FIELD], **more})


def event(code_name: str, **more: Any) -> Event:
    return Event.model_validate({"code_name": code_name, "name": "E", **more})


def lives(number: int, name: str, status: str = "active", *to: int) -> LiveDefinition:
    relationships = tuple(LiveRelationship(f"r{target}", None, target, "a") for target in to)
    return LiveDefinition(number, name, status, None, (), (LiveField("a", "text", "a"),), relationships)


def live(*definitions: LiveDefinition, events: tuple[LiveEvent, ...] = (), sources: tuple[int, ...] = ()) -> Live:
    rows = tuple(LiveSource(number, "a", place) for place, number in enumerate(sources, start=1))
    overrides = {Address("override", "products.price"): LiveOverride("products.price", rows)} if rows else {}
    return Live(
        {
            **{Address("definition", each.name): each for each in definitions},
            **{Address("event", each.code_name): each for each in events},
            **overrides,
        }
    )


class Spoken(Names):
    """Words for any id."""

    def of(self, found: LiveId) -> str:
        return f"words for {found.number}"


def undeclared(manifest: Manifest, there: LiveResource) -> list[tuple[tuple[str, ...], Any]]:
    kind = kind_of(manifest.address)
    return list(kind.undeclared(kind.live_form(there, Spoken()), kind.form(manifest.resource)))


def named(comparison: Comparison, part: str) -> list[str]:
    return [str(address) for address in getattr(comparison, part)]


def test_what_is_to_be_absent_goes_once() -> None:
    """It is unchanged when it is not there; fields of a minimal manifest mean nothing."""
    wanted = desired(Definition(name="A", ensure="absent"), Event(code_name="e", ensure="absent"))
    there = compare(wanted, live(lives(1, "a"), events=(LiveEvent(1, "E", "x", {}),)))
    assert ["definition/A", "event/e"] == named(there, "gone")
    assert ([], {}) == (named(there, "unchanged"), there.changed)
    nothing = compare(wanted, live())
    assert ([], ["definition/A", "event/e"]) == (named(nothing, "gone"), named(nothing, "unchanged"))


def test_an_accent_neighbour_is_never_deleted() -> None:
    """It is another resource, and the server would take the two for one."""
    found = compare(desired(definition("Cafe", ensure="absent")), live(lives(1, "Café")))
    assert ([], ["definition/Cafe"]) == (named(found, "gone"), named(found, "blocked"))


def test_who_points_at_what_is_known() -> None:
    """Definitions and overrides, themselves left out, under the manifests' names."""
    wanted = desired(definition("NewB", renamed_from="B"))
    there = live(lives(1, "A", "active", 1), lives(2, "B", "active", 1), lives(3, "C", "active", 2, 1), sources=(1, 9))
    users = compare(wanted, in_manifests_spelling(wanted, there)).users
    assert {
        "definition/A": ["definition/C", "definition/NewB", "override/products.price"],
        "definition/NewB": ["definition/C"],
    } == {str(target): [str(user) for user in users[target]] for target in users}


def test_pruning_takes_what_is_unmanaged_but_for_what_is_kept() -> None:
    """Managed ones are never touched by it."""
    found = compare(desired(definition("A"), definition("B", ensure="absent")), live(*(lives(n, name) for n, name in
                    enumerate("ABCD", 1))))  # fmt: skip
    everything = pruned(found)
    assert ["definition/B", "definition/C", "definition/D"] == named(everything, "gone")
    assert [] == named(everything, "unmanaged")
    kept = pruned(found, [Address("definition", "C")])
    assert ["definition/B", "definition/D"] == named(kept, "gone")
    assert ["definition/C"] == named(kept, "unmanaged")


RENAMES: list[tuple[Definition | Event, Live, FieldChange]] = [
    (definition("New", renamed_from="old"), live(lives(1, "Old")),
     FieldChange(path=("name",), op="changed", old="Old", new="New")),
    (event("b.new", renamed_from="A.old"), live(events=(LiveEvent(1, "a.old", "E", {}),)),
     FieldChange(path=("code_name",), op="changed", old="a.old", new="b.new")),
    (definition("Cafe", renamed_from="Café"), live(lives(1, "Café")),
     FieldChange(path=("name",), op="changed", old="Café", new="Cafe")),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "there", "change"), RENAMES)
@pytest.mark.parametrize("spelling", [in_manifests_spelling, lambda wanted, there: there])
def test_a_rename_is_one_change_of_the_new_address(
    resource: Definition | Event, there: Live, change: FieldChange, spelling: Callable[[Desired, Live], Live]
) -> None:
    """And the old one is not unmanaged; accents are no conflict when they are what is renamed."""
    wanted = desired(resource)
    found = compare(wanted, spelling(wanted, there))
    assert [(change,)] == list(found.changed.values())
    assert ((), {}, ()) == (found.unmanaged, found.blocked, found.warnings)


def test_a_rename_that_was_made_is_nothing() -> None:
    """The entry may stay; that the server has it in another case is a warning."""
    wanted = desired(definition("New", renamed_from="Old"), event("n", renamed_from="o"))
    found = compare(wanted, live(lives(1, "NEW"), events=(LiveEvent(1, "N", "E", {}),)))
    assert ["definition/New", "event/n"] == named(found, "unchanged")
    assert [True, True] == ['renamed_from: "N' in warning for warning in found.warnings]


def test_a_rename_of_nothing_is_a_create() -> None:
    """Without the name as a part of it: that is the address's."""
    found = compare(desired(definition("New", renamed_from="Old"), event("n", renamed_from="o")), live())
    paths = {str(address): [part.path for part in parts] for address, parts in found.new.items()}
    assert {"definition/New": [("fields", "a")], "event/n": [("name",)]} == paths
    assert (
        "definition/New is created empty: nothing lives under its old name Old",
        "event/n is created empty: nothing lives under its old name o",
    ) == found.warnings


def test_when_both_names_live_nothing_is_renamed() -> None:
    """The new one is meant, the old one is left alone, and a reader is told."""
    found = compare(desired(definition("New", renamed_from="Old")), live(lives(1, "New"), lives(2, "Old")))
    assert (["definition/New"], ["definition/Old"]) == (named(found, "unchanged"), named(found, "unmanaged"))
    assert ("definition/New is to be renamed from Old, and both live: Old stays as it is",) == found.warnings


def test_a_name_that_only_accents_keep_free_is_a_conflict() -> None:
    """The server would refuse it."""
    found = compare(desired(definition("Cafe", renamed_from="Old")), live(lives(1, "Old"), lives(2, "Café")))
    assert [("accent-conflict", "Café")] == [(i.rule, i.old) for i in found.blocked[Address("definition", "Cafe")]]


def test_an_accent_neighbour_of_an_event_does_not_stop_its_new_title() -> None:
    """`name` of an event is what the dashboard shows, and nothing is compared with it."""
    there = live(events=(LiveEvent(1, "cafe", "Old", {}), LiveEvent(2, "café", "x", {})))
    assert ["event/cafe"] == named(compare(desired(event("cafe")), there), "changed")


def test_a_relationship_to_a_renamed_definition_stays() -> None:
    """It holds the id."""
    rel = {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "New", "targetField": "a"}
    wanted = desired(definition("User", relationships=[rel]), definition("New", renamed_from="Old"))
    user = LiveDefinition(2, "User", "active", None, (), (LiveField("a", "text", "a"),),
                          (LiveRelationship("a", None, 1, "a"),))  # fmt: skip
    assert ["definition/User"] == named(compare(wanted, live(lives(1, "Old"), user)), "unchanged")


@pytest.mark.parametrize(
    ("ensure", "status", "old"),
    [("active", "inactive", "inactive"), ("inactive", "active", "active"), ("inactive", "editing", "active"),
     ("active", "active", None), ("active", "creating", None), ("active", "other", None),
     ("inactive", "inactive", None), (None, "inactive", None)],
)  # fmt: skip
def test_a_status_is_switched_only_when_it_is_asked_for(ensure: str | None, status: str, old: str | None) -> None:
    """All that is not inactive is active, or soon will be; without `ensure` the merchant's choice stands."""
    found = compare(desired(definition("A", ensure=ensure)), live(lives(1, "A", status)))
    switch = {(FieldChange(path=("status",), op="changed", old=old, new=ensure),)} if old else set()
    assert switch == set(found.changed.values())
    assert (ensure is None or status in ("creating", "editing")) == bool(found.warnings)


def test_one_that_is_not_active_yet_is_told() -> None:
    """It becomes so by itself, but nobody should take it for done."""
    for status in ("creating", "editing"):
        for ensure in ("active", None):
            found = compare(desired(definition("A", ensure=ensure)), live(lives(1, "A", status)))
            assert (f"definition/A is not active yet: the shop is still {status} it",) == found.warnings


def test_a_new_one_is_created_active_by_itself() -> None:
    """Inactive takes a switch."""
    found = compare(desired(definition("A", ensure="active"), definition("B", ensure="inactive")), live())
    paths = [[part.path for part in parts] for parts in found.new.values()]
    assert [[("fields", "a")], [("fields", "a"), ("status",)]] == paths


def test_a_rename_that_nobody_declared_is_hinted_at() -> None:
    """A new definition with exactly the fields of one that has lost its manifest is likely the same."""
    hint = (
        "definition/New has exactly the fields of definition/Old, which has no manifest: "
        "to rename it and keep its records, write `renamed_from: Old`"
    )
    assert (hint,) == compare(desired(definition("New")), live(lives(1, "Old"))).warnings
    more = definition("New", fields=[FIELD, {"name": "b", "type": "text"}])
    assert () == compare(desired(more), live(lives(1, "Old"))).warnings
    assert () == compare(desired(event("e")), live(lives(1, "Old"), events=())).warnings


def test_what_an_earlier_revision_wants_absent_is_not_there() -> None:
    """So that the review of the next change does not delete it again; a status is as it was wanted."""
    before = as_live(desired(definition("A", ensure="absent"), definition("B", ensure="inactive"), event("e",
                     ensure="absent")))  # fmt: skip
    assert ["definition/B"] == [str(address) for address in before.resources]
    assert "inactive" == before.resources[Address("definition", "B")].status


def test_what_is_not_declared_is_told_in_full() -> None:
    """Fields, relationships and whole slots; ids in words."""
    prop = LiveProperty("p", "text")
    there = LiveDefinition(1, "A", "active", None, (), (LiveField("A", "text", "a"), LiveField("b", "date", "B")),
                           (LiveRelationship("b", None, 7, None),))  # fmt: skip
    wanted = desired(definition("A"), event("e", properties={"metaData": []}))
    manifests = list(wanted.manifests.values())
    told = dict(undeclared(manifests[0], there))
    assert [("fields", "b"), ("relationships", "b")] == list(told)
    assert "words for 7" == told["relationships", "b"]["targetSchema"]
    spare = LiveEvent(1, "e", "E", {"metaData": (prop,), "customData": (prop, LiveProperty("a", "text"))})
    slots = [path for path, _ in undeclared(manifests[1], spare)]
    assert [("properties", "customData", "a"), ("properties", "customData", "p")] == slots
    (found,) = compare(desired(event("e", properties={"metaData": []})), live(events=(spare,))).warnings[:1]
    assert "event/e has a property that the manifest does not declare: customData.a" == found
    sources = desired(Override.model_validate({"target": "products.price", "sources": []}))
    (manifest,) = sources.manifests.values()
    assert [] == undeclared(manifest, LiveOverride("products.price", ()))


def test_pruning_leaves_what_manifests_rely_on() -> None:
    """What they refer to, the neighbour that keeps a name taken, and what a rename could not be made from."""
    rel = {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "legacy", "targetField": "a"}
    wanted = desired(
        definition("User", relationships=[rel]), definition("Café"), definition("New", renamed_from="Old"),
        definition("Thé", renamed_from="Tea"),
    )  # fmt: skip
    names = ("Legacy", "Cafe", "New", "Old", "Tea", "The", "Spare")
    found = pruned(compare(wanted, live(*(lives(number, name) for number, name in enumerate(names, 1)))))
    assert ["definition/Spare"] == named(found, "gone")
    assert ["definition/Cafe", "definition/Legacy", "definition/Old", "definition/The"] == named(found, "unmanaged")


def test_an_old_name_that_only_accents_tell_apart_is_a_conflict() -> None:
    """Creating an empty one beside it, and pruning it, would lose the records."""
    found = compare(desired(definition("Shop", renamed_from="Cafe")), live(lives(1, "Café")))
    assert [("accent-conflict", "Café")] == [(i.rule, i.old) for i in found.blocked[Address("definition", "Shop")]]
    assert ["definition/Café"] == named(pruned(found), "unmanaged")


def test_pruning_spares_what_is_spared_points_at() -> None:
    """However long the chain."""
    rel = {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "Legacy", "targetField": "a"}
    wanted = desired(definition("User", relationships=[rel]))
    there = live(lives(1, "Legacy", "active", 2), lives(2, "Deep", "active", 3), lives(3, "Deeper"), lives(4, "Spare"))
    assert ["definition/Spare"] == named(pruned(compare(wanted, there)), "gone")


@pytest.mark.parametrize(("stored", "written"), [("prénom", "prenom"), ("pre\u0301nom", "prénom"), ("Nom", "nom")])
def test_a_field_that_only_case_or_accents_tell_apart_is_frozen(stored: str, written: str) -> None:
    """The server would refuse it as there already; nor is it undeclared."""
    there = LiveDefinition(1, "A", "active", None, (), (LiveField(stored, "text", stored),), ())
    found = compare(desired(definition("A", fields=[{"name": written, "type": "text"}])), live(there))
    assert [("field-name-frozen", stored)] == [(i.rule, i.old) for i in found.blocked[Address("definition", "A")]]
    assert () == found.warnings


def test_what_stops_a_change_needs_a_rule() -> None:
    """Whoever adds a kind sees at once that its table lacks one."""
    (manifest,) = desired(definition("A")).manifests.values()
    change = FieldChange(path=("name",), op="changed", old="a", new="b")
    with pytest.raises(LookupError, match="no table of rules holds nobody-knows"):
        blocked(manifest, Stop("nobody-knows", change))
