"""A shop and a folder → texts, for shops that a server should not have and a folder that a person may have."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import reconciler
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.override.manifest import LiveOverride, LiveSource
from reconciler.kinds.registry import KINDS
from reconciler.manifest.dump.choose import Wanted
from reconciler.manifest.dump.draft import Draft
from reconciler.manifest.dump.folder import read_folder
from reconciler.manifest.dump.pull import draft_of
from reconciler.manifest.template import Renderer
from reconciler.model.address import Address
from reconciler.model.live import ANOTHER, Live, LiveId, LiveResource
from tests.conftest import OCCASION

TODAY = date(2026, 11, 26)
ALL = Wanted(frozenset({"definition", "event", "override"}))
TEXT = LiveField("a", "text", "a")


def live_definition(number: int, name: str = "A", *fields: LiveField, **more: Any) -> LiveDefinition:
    said = {"status": "active", "description": None, "unique_keys": (), "relationships": (), **more}
    return LiveDefinition(id=number, name=name, fields=fields or (TEXT,), **said)


def of(*resources: LiveResource, **more: Any) -> Live:
    found: dict[Address, LiveResource] = {}
    for each in resources:
        kind = KINDS["event" if isinstance(each, LiveEvent) else "definition"]
        found[Address(kind.name, kind.name_of(each))] = each
    return Live(found, **more)


@pytest.fixture
def pull(tmp_path: Path) -> Callable[..., Draft]:
    """What becomes of the folder, in which there may be files."""

    def draft(live: Live, files: Mapping[str, str] | None = None) -> Draft:
        folder = tmp_path / "shop"
        for name, text in (files or {}).items():
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        there = read_folder(str(folder), Renderer({"name": "A"}, {}), TODAY)
        return draft_of(there, live, ALL, lambda read: reconciler.plan_of(read, live, OCCASION)[0])

    return draft


def only(draft: Draft) -> str:
    (text,) = draft.texts.values()
    return text


def test_of_twins_the_one_that_was_read_is_written(pull: Callable) -> None:
    """A comment has the ids of the others, and what points at them is left out."""
    twins = {Address("definition", "A"): (live_definition(7), live_definition(9, status="inactive"))}
    rel = LiveRelationship("a", None, 7, "id")
    pointing = live_definition(3, "B", relationships=(rel,))
    lost = {LiveId("definition", 7): f"{ANOTHER}A", LiveId("definition", 9): f"{ANOTHER}A"}
    draft = pull(of(live_definition(5), pointing, twins=twins, lost=lost))
    first, second = draft.texts.values()
    assert first.startswith(
        '# Also live under this name, and are not described here: "A" (id 7, active), "A" (id 9, inactive)\nkind: '
    )
    assert "relationships:" not in second
    ((name, told),) = [(str(each.address), each.reason) for each in draft.unwritten]
    assert ("definition/B", 'it points at another definition called "A", and no manifest can name that one') == (
        name,
        told,
    )
    assert draft.plan is not None
    assert () == draft.plan.changes


def test_an_id_that_nothing_has_is_told(pull: Callable) -> None:
    """A relationship is left out; the rest is written."""
    draft = pull(of(live_definition(3, relationships=(LiveRelationship("a", None, 57, "id"),))))
    (told,) = draft.unwritten
    assert ("relationships.a", "it points at definition 57, which does not live") == (told.path, told.reason)
    assert "relationships" not in only(draft).partition("kind:")[2]


def test_a_price_of_which_one_source_has_no_name_is_not_written(pull: Callable) -> None:
    """A write replaces all sources; a manifest that is there stays as it is."""
    address = Address("override", "products.price")
    sources = (LiveSource(1, "p", 1), LiveSource(57, "q", 2), LiveSource(58, "q", 3))
    priced = live_definition(1, "A", LiveField("p", "number", "p"))
    live = Live({address: LiveOverride("products.price", sources), Address("definition", "A"): priced})
    draft = pull(live)
    assert [(address, "", "it points at definition 58, which does not live")] == [
        (each.address, each.path, each.reason) for each in draft.unwritten
    ]
    assert draft.plan is not None
    assert ((), (address,)) == (draft.plan.changes, draft.plan.unmanaged)
    text = (
        "kind: definition\nname: A\nfields: [{name: p, type: number}]\n---\nkind: override\ntarget: products.price\n"
        "sources:\n  # reconciler: ignore[override-without-product] made elsewhere\n"
        "  - {definition: A, field: p, priority: 1}\n"
    )
    again = pull(live, {"a.yaml": text})
    assert ({}, [address]) == (dict(again.texts), list({each.address for each in again.unwritten}))


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (live_definition(1, "A", LiveField("a", "colour", "a")), ""),
        (live_definition(1, "A", TEXT, LiveField("b", "colour", "b")), "fields.b"),
        (live_definition(1, "A", TEXT, LiveField("a ", "text", "a")), 'fields."a "'),
        (LiveEvent(1, "e", "E", {"metaData": (LiveProperty("p", "colour"),)}), "properties.metaData"),
        (LiveEvent(1, "e", "E", {"metaData": (LiveProperty("p", None),)}), "properties.metaData"),
        (LiveEvent(1, "e", {"no language": "E"}, {}), ""),
    ],
)
def test_what_the_reader_refuses_is_left_out_in_the_smallest_part(
    pull: Callable, resource: LiveResource, path: str
) -> None:
    """And the plan of the rest is empty."""
    draft = pull(of(resource))
    (told,) = draft.unwritten
    assert (path, bool(path)) == (told.path, bool(draft.texts))
    assert draft.plan is not None
    assert ((), ()) == (draft.plan.changes, draft.plan.blocked)


@pytest.mark.parametrize(
    "name", ["Fidélité\u00a0: « points »", "Merci \u2764\ufe0f", " outer ", {"fr": "\u202f!", "en": "A"}]
)
def test_names_that_people_read_are_written_as_they_are(pull: Callable, name: Any) -> None:
    """With the blanks of French and the parts of an emoji."""
    draft = pull(of(LiveEvent(1, "e", name, {})))
    assert ((), 1) == (draft.unwritten, len(draft.texts))
    assert draft.plan is not None
    assert () == draft.plan.changes


def test_a_new_field_with_an_impossible_name_keeps_the_others(pull: Callable) -> None:
    """What a manifest says already stays, whatever cannot be added to it."""
    odd = LiveField("odd ", "text", "odd")
    text = "kind: definition\nname: A\nfields: [{name: a, type: text}]\n"
    draft = pull(of(live_definition(1, "A", TEXT, odd, description="New")), {"a.yaml": text})
    assert "kind: definition\nname: A\ndescription: New\nfields: [{name: a, type: text}]\n" == only(draft)
    assert ['fields."odd "'] == [each.path for each in draft.unwritten]


def test_a_value_that_changes_to_what_no_manifest_says_stays(pull: Callable) -> None:
    """A definition that was made anew with another type, which this version does not know."""
    text = "kind: definition\nname: A\nfields: [{name: a, type: text}, {name: b, type: text}]\n"
    live = of(live_definition(1, "A", TEXT, LiveField("b", "colour", "b")))
    draft = pull(live, {"a.yaml": text})
    assert {} == draft.texts
    assert {"fields.b"} <= {each.path for each in draft.unwritten}


def test_an_address_that_an_expression_gives_is_found(pull: Callable) -> None:
    """And a rename that waits is left to apply."""
    text = "kind: definition\nname: '{{ vars.name }}'\nrenamed_from: Old\nfields: [{name: a, type: text}]\n"
    draft = pull(of(live_definition(1, "Old", TEXT, description="New")), {"a.yaml": text})
    assert "renamed_from: Old\n" in only(draft)
    assert "description: New\n" in only(draft)
    assert [("definition/A", "a plan would still change the shop")] == [
        (str(each.address), each.reason) for each in draft.unwritten
    ]


def test_a_file_in_which_an_edit_would_touch_more_is_left_as_it_is(pull: Callable) -> None:
    """Two places share one text, and only one of them has changed."""
    text = (
        "kind: definition\nname: A\ndescription: &said Same\nfields: [{name: a, type: text}]\n"
        "---\nkind: event\nname: E\ncode_name: e\n"
    )
    event = LiveEvent(1, "e", "New", {})
    draft = pull(of(live_definition(1, description="Other"), event), {"a.yaml": text})
    assert text.replace("name: E\n", "name: New\n") == only(draft)
    assert ["its value is shared with other places by an anchor"] == [each.reason for each in draft.unwritten]


def test_what_only_another_reader_refuses_is_left_and_told(pull: Callable) -> None:
    """A tab behind a colon; other files are written all the same."""
    text = "kind: event\nname:\tUn\ncode_name: e\n"
    draft = pull(of(LiveEvent(1, "e", "Deux", {}), live_definition(1)), {"e.yaml": text})
    assert ["kind: definition\nname: A\nfields:\n  - {name: a, type: text}\n"] == list(draft.texts.values())
    assert [("name", "its place in the file is not found: change it by hand")] == [
        (each.path, each.reason) for each in draft.unwritten
    ]


def test_an_edit_that_would_break_the_file_is_taken_back(pull: Callable) -> None:
    """Keys may be written in a way in which nobody writes them."""
    text = "? kind\n: event\n? name\n: A\n? code_name\n: e\n"
    event = LiveEvent(1, "e", "A", {"metaData": (LiveProperty("p", "text"),)})
    draft = pull(of(event), {"e.yaml": text})
    assert {} == draft.texts
    assert [("properties", "it cannot be edited in place: change it by hand")] == [
        (each.path, each.reason) for each in draft.unwritten
    ]


def test_what_a_plan_would_change_is_not_written(tmp_path: Path) -> None:
    """Whatever the reason: here the shop has moved in between."""
    there = read_folder(str(tmp_path / "shop"), Renderer({}, {}), TODAY)
    moved = of(live_definition(1, description="Moved"), live_definition(2, "B"))
    draft = draft_of(
        there,
        of(live_definition(1, description="Then"), live_definition(2, "B")),
        ALL,
        lambda read: reconciler.plan_of(read, moved, OCCASION)[0],
    )
    assert ["b.yaml"] == [Path(file).name for file in draft.texts]
    assert [("definition/A", "a plan would change it")] == [(str(e.address), e.reason) for e in draft.unwritten]


def test_a_reference_that_nothing_knows_is_told_and_no_plan_is_made(pull: Callable) -> None:
    """It stood in the folder before; what the shop has is written."""
    text = (
        "kind: definition\nname: B\nfields: [{name: a, type: number}]\n"
        "relationships: [{sourceField: a, targetSchemaType: custom, targetSchema: Nowhere}]\n"
    )
    draft = pull(of(live_definition(1)), {"b.yaml": text})
    assert (1, None) == (len(draft.texts), draft.plan)
    assert ["dangling-reference"] == [each.rule for each in draft.findings]


def test_a_comment_in_json_is_impossible(pull: Callable) -> None:
    """So what would need one is left out of the file and told."""
    text = '{"kind": "definition", "name": "A", "fields": [{"name": "a", "type": "text"}]}'
    live = of(live_definition(1, "A", TEXT, LiveField("b", "list", "b")))
    draft = pull(live, {"a.json": text})
    assert ({}, ["the list 'b' has no options"]) == (draft.texts, [each.reason for each in draft.unwritten])


def test_the_same_shop_gives_the_same_files(pull: Callable) -> None:
    """In whatever order it is listed."""
    several = [live_definition(number, name) for number, name in enumerate(["b", "B!", "a b", "a-b", "A"], 1)]
    texts = pull(of(*several)).texts
    assert dict(texts) == dict(pull(of(*reversed(several))).texts)
    assert sorted(texts) == list(texts)
