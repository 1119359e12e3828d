"""Which of several live resources a manifest means when their names are nearly the same."""

from itertools import permutations
from typing import Any

import pytest

from reconciler.diff.compare import Comparison, compare, pruned
from reconciler.kinds.definition.live import LiveDefinition, LiveField
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.live import LiveEvent
from reconciler.kinds.event.manifest import Event
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.letters import quoted
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from tests.manifests import desired

KINDS = ["definition", "event"]
FOLDED_ALIKE = [
    " Foo",
    "Foo ",
    " foo ",
    "foo",
    "FOO",
    "Foo\u200b",
    "F\u00a0oo".replace("\u00a0", "\u00ad"),
    "\u3164Foo",
    "\ufe0fFOO",
]
Names = dict[int, str]


def wants(kind: str, name: str, **more: Any) -> Desired:
    if kind == "event":
        return desired(Event.model_validate({"code_name": name, "name": "New", **more}))
    given = {"name": name, "fields": [{"name": "a", "type": "text"}], "description": "New", **more}
    return desired(Definition.model_validate(given))


def lives(kind: str, number: int, name: str, status: str = "active") -> Any:
    if kind == "event":
        return LiveEvent(number, name, "Old", {})
    return LiveDefinition(number, name, status, "Old", (), (LiveField("a", "text", "a"),), ())


def shop(kind: str, names: Names) -> Live:
    """What lives, in the shape that a listing gives it: one per spelling, further ones as twins."""
    live: dict[Address, Any] = {}
    twins: dict[Address, tuple[Any, ...]] = {}
    for number, name in names.items():
        address = Address(kind, name)
        if address in live:
            twins[address] = (*twins.get(address, ()), lives(kind, number, name))
        else:
            live[address] = lives(kind, number, name)
    return Live(live, twins=twins)


def meant(found: Comparison, kind: str, name: str) -> int | None:
    """The id of what the manifest of that name is about."""
    resource = found.live.resources.get(Address(kind, name))
    return None if resource is None else resource.id


def rules(found: Comparison) -> list[str]:
    return [item.rule for items in found.blocked.values() for item in items]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", FOLDED_ALIKE)
@pytest.mark.parametrize("numbers", [(3, 9), (9, 3)])
def test_the_exact_spelling_wins(kind: str, other: str, numbers: tuple[int, int]) -> None:
    """Whatever the ids: it is changed, deleted and renamed, and the other one is nobody's."""
    ours, theirs = numbers
    there = shop(kind, {ours: "Foo", theirs: other})
    for wanted in (
        wants(kind, "Foo"),
        wants(kind, "Foo", ensure="absent"),
        wants(kind, "Bar", renamed_from="Foo"),
    ):
        found = compare(wanted, there)
        (address,) = wanted.manifests
        assert ([], ours) == (rules(found), meant(found, kind, address.name))
        assert [address] == [*found.changed, *found.gone]
        assert ((Address(kind, other),), ()) == (found.unmanaged, found.warnings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", [{"ensure": "absent"}, {"renamed_from": "fOO"}])
@pytest.mark.parametrize(
    "names",
    [
        {3: " Foo", 9: "foo"},
        {9: "foo", 3: "FOO"},
        {3: "FOO ", 9: "foo "},
        {3: "Foo", 9: "Foo"},
        {3: "Foo", 9: "Fòo"},
        {3: "FoO", 9: "Foo\u200b"},
    ],
)
def test_a_delete_or_rename_of_one_of_several_is_refused(kind: str, change: dict[str, str], names: Names) -> None:
    """Unless exactly one is spelled as the manifest says. Both are named, with their ids."""
    wanted = wants(kind, "fOO" if "ensure" in change else "Bar", **change)
    found = compare(wanted, shop(kind, names))
    assert (["ambiguous-name"], {}, {}) == (rules(found), found.gone, found.changed)
    ((item,),) = found.blocked.values()
    assert all(f"(id {number})" in item.old for number in names)
    assert {"definition": ("name",), "event": ("code_name",)}[kind] == item.path


def test_of_two_with_the_very_name_none_is_deleted() -> None:
    """The exact spelling does not say which one."""
    found = compare(wants("definition", "Foo", ensure="absent"), shop("definition", {3: "Foo", 9: "Foo"}))
    assert ["ambiguous-name"] == rules(found)


def test_a_switch_of_one_of_several_is_refused() -> None:
    """What else is changed is taken from the one that is meant, with a warning."""
    there = shop("definition", {3: " Foo", 9: "foo"})
    assert ["ambiguous-name"] == rules(compare(wants("definition", "FOO", ensure="inactive"), there))
    found = compare(wants("definition", "FOO", ensure="active"), there)
    assert ([], [Address("definition", "FOO")]) == (rules(found), list(found.changed))
    told = (
        'definition/FOO may mean 2 live definitions, and none is spelled exactly so: "foo" (id 9), " Foo" (id 3); '
        '"foo" (id 9) is meant'
    )
    assert told == found.warnings[0]


@pytest.mark.parametrize("order", list(permutations([(1, "inactive"), (5, "active"), (7, "active"), (2, "creating")])))
def test_without_an_exact_spelling_the_most_usable_is_meant(order: list[tuple[int, str]]) -> None:
    """Then the lowest id."""
    names = dict(zip([1, 2, 5, 7], ["foo", "FOo", "FOO", "fOO"], strict=True))
    there = Live({Address("definition", names[n]): lives("definition", n, names[n], status) for n, status in order})
    assert 5 == meant(compare(wants("definition", "Foo"), there), "definition", "Foo")


def test_what_the_server_takes_for_the_name_is_nearer_than_a_leading_blank() -> None:
    """The server would refuse to create the one, and create the other."""
    found = compare(wants("definition", "Foo"), shop("definition", {3: " Foo", 9: "foo"}))
    assert 9 == meant(found, "definition", "Foo")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Foo", "foo"),
        (" Foo", "Foo"),
        ("Foo ", "Foo"),
        ("foo  ", "Foo"),
        ("foo\u200b", "foo"),
        ("FOO", "Foo"),
        ("É", "é"),
    ],
)
def test_a_spelling_is_corrected_by_a_rename(kind: str, old: str, new: str) -> None:
    """It is one change; without `renamed_from` it is a warning that names the way out."""
    there = shop(kind, {3: old})
    key = {"definition": "name", "event": "code_name"}[kind]
    found = compare(wants(kind, new, renamed_from=old), there)
    change = FieldChange(path=(key,), op="changed", old=old, new=new)
    assert change in found.changed[Address(kind, new)]
    assert ((), ()) == (found.unmanaged, found.warnings)
    assert ["renamed_from" in warning for warning in compare(wants(kind, new), there).warnings] == [True]


def test_a_spelling_that_was_corrected_is_nothing() -> None:
    """The entry may stay. How an accent is encoded is no spelling."""
    wanted = desired(Event.model_validate({"code_name": "é.foo", "renamed_from": "É.foo", "name": "Old"}))
    found = compare(wanted, shop("event", {3: "e\u0301.foo"}))
    assert ([Address("event", "é.foo")], ()) == (list(found.unchanged), found.warnings)


def test_a_spelling_is_corrected_beside_a_name_that_looks_the_same() -> None:
    """`renamed_from` says which of the two; so a name that begins with a blank can be reached."""
    there = shop("definition", {3: " Foo", 9: "Foo"})
    two = desired(
        Definition.model_validate({"name": "Foo", "ensure": "absent"}),
        Definition.model_validate({"name": "Bar", "renamed_from": " Foo", "fields": [{"name": "a", "type": "text"}]}),
    )
    found = compare(two, there)
    assert ([], 3, [9]) == (rules(found), meant(found, "definition", "Bar"), [each.id for each in found.gone.values()])


def test_a_name_that_only_a_leading_blank_takes_is_free() -> None:
    """So the old one is renamed, and not the one with the blank."""
    found = compare(wants("definition", "Foo", renamed_from="Bar"), shop("definition", {3: " Foo", 9: "Bar"}))
    assert (9, [Address("definition", " Foo")]) == (meant(found, "definition", "Foo"), list(found.unmanaged))


def test_when_both_spellings_live_nothing_is_renamed() -> None:
    """A reader is told."""
    found = compare(wants("definition", "foo", renamed_from="Foo"), shop("definition", {3: "Foo", 9: "foo"}))
    assert 9 == meant(found, "definition", "foo")
    assert ("definition/foo is to be renamed from Foo, and both live: Foo stays as it is",) == found.warnings


def test_pruning_spares_what_looks_like_a_managed_name() -> None:
    """And twins of which nobody can say which one is to go; names of their own go."""
    there = shop("definition", {1: "Foo", 2: " Foo", 3: "fóo", 4: "Twin", 5: "Twin", 6: "Alone", 7: "alone"})
    found = pruned(compare(wants("definition", "Foo"), there))
    assert ["Alone", "alone"] == [address.name for address in found.gone]
    assert [" Foo", "Twin", "fóo"] == [address.name for address in found.unmanaged]
    assert ("definition/Twin is not deleted: 2 live definitions have that name (ids 4, 5)",) == found.warnings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stored", ["Foo ", " Foo", "foo  ", "Foo\u200b"])
def test_a_name_that_no_manifest_can_say_is_corrected_in_the_shop(kind: str, stored: str) -> None:
    """Blanks around it can be seen in the warning, which names the one way that there is."""
    (warning,) = compare(wants(kind, "Foo"), shop(kind, {3: stored})).warnings
    assert f"renamed_from: {quoted(stored)}" in warning
    assert "spell it so" not in warning


def test_a_blank_at_the_end_of_an_address_is_seen() -> None:
    """In the warnings about what lives without a manifest, too."""
    there = shop("definition", {4: "Twin ", 5: "Twin "})
    twins, hint = pruned(compare(Desired({}), there)).warnings, compare(wants("definition", "New"), there).warnings
    assert ('definition/"Twin " is not deleted: 2 live definitions have that name (ids 4, 5)',) == twins
    assert 'of definition/"Twin ", which has no manifest' in hint[0]
