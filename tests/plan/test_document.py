"""A saved plan is applied as it was saved, for what it was saved for, or not at all."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import reconciler
from reconciler.api.connection import ReadConnection
from reconciler.errors import Stale
from reconciler.model.address import Address
from reconciler.model.plan import Asked, Plan, RestsOn
from reconciler.plan.document import check_fits, check_unmoved, is_plan, read_plan
from tests.conftest import OCCASION

EDITS = 200
MANIFESTS = """
kind: definition
name: Manager
fields: [{name: code, type: text, default: a}, {name: n, type: number}]
---
kind: definition
name: Assignment
description: who looks after whom
fields: [{name: manager, type: text, required: true}, {name: since, type: date}]
relationships:
  - {sourceField: manager, targetSchemaType: custom, targetSchema: Manager, targetField: code}
---
kind: event
name: Tier
code_name: tier
properties: {metaData: [{name: new, type: text, required: true}]}
---
kind: event
name: Gone
code_name: gone
ensure: absent
accept: [{change: delete, reason: nobody sends it, until: 2027-01-01}]
---
kind: definition
name: Frozen
fields: [{name: a, type: number}]
"""


def saved(lab: Any, **provenance: Any) -> Plan:
    """The plan of the lab's manifests, as it is saved."""
    when = replace(OCCASION, saved=True, **provenance)
    made, _ = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), when)
    return made


def rested_on(plan: Plan) -> dict[str, RestsOn]:
    return {str(address): each for address, each in plan.rests_on.items()}


@pytest.fixture
def plan(lab: Any) -> Plan:
    """One with something of everything in it."""
    lab.post("/custom-data-definitions", {"name": "Manager", "fields": [
        {"name": "code", "label": "code", "type": "text", "required": False, "default": "a"}]})  # fmt: skip
    lab.post("/custom-data-definitions", {"name": "Frozen", "fields": [
        {"name": "a", "label": "a", "type": "text", "required": False}]})  # fmt: skip
    lab.post("/custom-data-definitions", {"name": "Old", "fields": [
        {"name": "a", "label": "a", "type": "text", "required": False}]})  # fmt: skip
    lab.post("/events", {"name": "Gone", "code_name": "gone"})
    lab.write(MANIFESTS)
    return saved(lab, asked=Asked(paths=("manifests",)))


def text_of(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a document that has nothing in it."""
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def edited(value: Any, way: int) -> Any:
    """Another value, as a person or a script might put it there."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1 if way else str(value)
        case str():
            return [value + "x", value[:-1], value.upper() if value.upper() != value else value + " "][way % 3]
        case None:
            return ["", 0, False][way % 3]
        case _:
            return None if way else ["x"]


def single_edits(document: Any) -> list[tuple[str, str]]:
    """(what was done, the document with one value changed or taken away) for every leaf, in several ways."""
    edits = []
    for path in leaves(document):
        for way in range(4):
            copy = json.loads(text_of(document))
            place = copy
            for key in path[:-1]:
                place = place[key]
            if way < 3:
                place[path[-1]] = edited(place[path[-1]], way)
            else:
                del place[path[-1]]
            if text_of(copy) != text_of(document):
                edits.append((f"{way} {path}", text_of(copy)))
    return edits


def refused(text: str) -> bool:
    try:
        read_plan(text, "plan.json")
    except Stale:
        return True
    return False


def test_a_saved_plan_reads_back_the_same(plan: Plan) -> None:
    """Every value of it."""
    assert plan == read_plan(text_of(plan.document()), "plan.json")


def test_a_kind_of_another_version_is_refused(plan: Plan) -> None:
    """Nobody here could send it."""
    with pytest.raises(Stale, match="this version knows no kind 'planet'"):
        read_plan(text_of(plan.document()).replace('"definition/', '"planet/'), "plan.json")


def test_a_number_that_is_none_is_refused(plan: Plan) -> None:
    """It is not even equal to itself."""
    text = re.sub(r'"seconds": [\d.]+', '"seconds": NaN', text_of(plan.document()))
    with pytest.raises(Stale, match=r"forecast\.seconds"):
        read_plan(text, "plan.json")


def test_every_single_field_edit_is_refused(plan: Plan, figure: Callable) -> None:
    """Whatever is changed or taken away; the two times have to fit each other."""
    edits = single_edits(plan.document())
    assert len(edits) > EDITS
    chosen = random.Random(20).sample(edits, EDITS)
    assert [] == [what for what, text in chosen if not refused(text)]
    assert [] == [what for what, text in edits if not refused(text)]
    figure("edited plan", f"{len(edits)} single-field edits, all refused before the first request")


def test_a_plan_that_is_cut_off_is_refused(plan: Plan) -> None:
    """Wherever."""
    text = text_of(plan.document())
    for length in range(0, len(text), 97):
        with pytest.raises(Stale, match="is not the plan that was saved: it is cut off, or no JSON"):
            read_plan(text[:length], "plan.json")


@pytest.mark.parametrize(
    "version", ["2.0", "0.9", "", None, 1, 1.0, "1", "1.", "1.x", "1.0.1", "1.00", "01.0", "1.0 ", "1.٠", [], {}]
)
def test_another_major_format_is_refused(plan: Plan, version: object) -> None:
    """It may mean something else by the same words."""
    with pytest.raises(Stale, match=re.escape("and this version reads 1.0: plan again")):
        read_plan(text_of({**plan.document(), "format_version": version}), "plan.json")


@pytest.mark.parametrize("text", ["[]", "1", "[" * 100_000, '{"a":' * 100_000, "null", '"x"'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    """However deep."""
    with pytest.raises(Stale):
        read_plan(text, "plan.json")


def test_a_plan_is_told_from_a_manifest(plan: Plan) -> None:
    """Also a damaged one; JSON manifests begin with their kind."""
    text = text_of(plan.document())
    assert is_plan(text)
    assert is_plan(text[:200])
    assert is_plan("\n" + text.replace('"format_version"', '"formatversion"'))
    assert not is_plan('{"kind": "definition"}')
    assert not is_plan("kind: event")


@pytest.mark.parametrize("field", ["created_at", "expires_at"])
@pytest.mark.parametrize("moment", ["2026-01-01T00:00:01Z", "yesterday", "9999-12-31T23:59:59Z", "2026-01-01"])
def test_times_that_do_not_fit_each_other_are_refused(plan: Plan, field: str, moment: str) -> None:
    """A plan is good for a day."""
    with pytest.raises(Stale, match="times do not fit"):
        read_plan(text_of({**plan.document(), field: moment}), "plan.json")


def test_the_times_are_no_part_of_digest_and_checksum(plan: Plan, lab: Any) -> None:
    """Equal inputs give equal bytes, but for the times."""
    later = OCCASION.now + timedelta(days=1)
    again = saved(lab, asked=Asked(paths=("manifests",)), now=later).document()
    assert {"created_at", "expires_at"} == {key for key, value in plan.document().items() if again[key] != value}


def fits(plan: Plan, *, digest: str | None = None, after: timedelta = timedelta(), **target: str) -> str:
    """Why it does not fit; empty when it does."""
    try:
        check_fits(plan, plan.target.model_copy(update=target), OCCASION.now + after, digest)
    except Stale as stale:
        return f"{stale.reason}: {stale}"
    return ""


def test_a_plan_fits_its_shop_key_day_and_digest(plan: Plan) -> None:
    """Each of them is named when it does not."""
    assert "" == fits(plan) == fits(plan, digest=plan.digest) == fits(plan, after=timedelta(hours=24))
    assert fits(plan, name="other").startswith("target: The plan was made for test (http://localhost/v1), and")
    assert fits(plan, base_url="https://other/v1").startswith("target: ")
    assert fits(plan, key_fingerprint="other").startswith("key: The plan was made with another key for test.")
    assert fits(plan, after=timedelta(hours=24, seconds=1)).startswith("expired: The plan expired at 2026-01-02T")
    assert fits(plan, digest="sha256:0").startswith(f"digest: The plan's digest is {plan.digest}, and the one")


def test_what_a_plan_rests_on_is_all_it_speaks_of(plan: Plan) -> None:
    """Changed, blocked and unchanged addresses, and what they refer to; nothing that is not managed."""
    assert ["definition/Assignment", "definition/Frozen", "definition/Manager", "event/gone", "event/tier"] == list(
        rested_on(plan)
    )
    assert rested_on(plan)["definition/Assignment"].live is None
    assert all(each.manifest for each in plan.rests_on.values())


def test_a_definition_that_only_lives_is_rested_on(lab: Any) -> None:
    """What a manifest refers to may have moved too."""
    lab.post("/custom-data-definitions", {"name": "Legacy", "fields": [
        {"name": "a", "label": "a", "type": "text", "required": False}]})  # fmt: skip
    lab.write("kind: definition\nname: A\nfields: [{name: a, type: text}]\nrelationships:\n  # reconciler: ignore"
              "[dangling-reference] old\n  - {sourceField: a, targetSchemaType: custom, targetSchema: legacy, "
              "targetField: a}\n")  # fmt: skip
    rests_on = rested_on(saved(lab))
    assert ["definition/A", "definition/legacy"] == list(rests_on)
    assert (None, True) == (rests_on["definition/legacy"].manifest, bool(rests_on["definition/legacy"].live))


def moved(plan: Plan, **again: Any) -> str:
    try:
        check_unmoved(plan, plan.model_copy(update=again))
    except Stale as stale:
        return str(stale)
    return ""


def test_what_moved_is_named(plan: Plan) -> None:
    """Each thing, and how."""
    assert "" == moved(plan)
    before = rested_on(plan)
    rests_on = {
        **{key: value for key, value in before.items() if key != "event/tier"},
        "definition/Assignment": RestsOn(manifest="x", live="y"),
        "definition/Manager": RestsOn(manifest=before["definition/Manager"].manifest, live=None),
        "definition/New": RestsOn(manifest="x", live=None),
    }
    assert (
        "Since the plan was made, 5 things have moved: the manifest of definition/Assignment has changed; "
        "definition/Assignment is new in the shop; definition/Manager is gone in the shop; "
        "the manifest of definition/New is new; the manifest of event/tier is gone. Nothing was sent. Plan again."
    ) == moved(plan, rests_on={Address.parse(name): each for name, each in rests_on.items()})


def test_a_plan_that_would_be_another_one_is_refused(plan: Plan) -> None:
    """Whatever the reason: what was reviewed is what is sent."""
    other = plan.changes[0].model_copy(update={"reason": "another"})
    told = f"1 thing has moved: what has to be done for {other.address} is something else now."
    assert told in moved(plan, changes=(other, *plan.changes[1:]))
    assert "for definition/Frozen is something else now" in moved(plan, blocked=())


def test_many_movements_are_cut_short(plan: Plan) -> None:
    """A line of a thousand names helps nobody."""
    rests_on = {Address("definition", f"D{n:03}"): RestsOn(manifest="x", live=None) for n in range(100)}
    told = moved(plan, rests_on={**plan.rests_on, **rests_on})
    assert "100 things have moved" in told
    assert "and 80 more. Nothing was sent." in told


def test_a_plan_from_the_future_does_not_fit(plan: Plan) -> None:
    """Its day would never end; clocks may differ by minutes."""
    assert "" == fits(plan, after=timedelta(minutes=-10))
    assert fits(plan, after=timedelta(minutes=-11)).startswith("expired: The plan says that it was made at 2026-01-01")


def test_a_delete_rests_on_who_points_at_it(lab: Any) -> None:
    """Also when that has no manifest."""
    fields = [{"name": "a", "label": "a", "type": "text", "required": False}]
    lab.post("/custom-data-definitions", {"name": "Gone", "fields": fields})
    rel = {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "1", "targetField": "a"}
    lab.post("/custom-data-definitions", {"name": "User", "fields": fields, "relationships": [rel]})
    lab.write("kind: definition\nname: Gone\nensure: absent\n")
    assert ["definition/Gone", "definition/User"] == list(rested_on(saved(lab)))


def test_what_is_pruned_is_rested_on_too(lab: Any) -> None:
    """It has no manifest."""
    lab.post("/events", {"name": "Gone", "code_name": "gone"})
    lab.write("kind: event\nname: A\ncode_name: a\n")
    rests_on = rested_on(saved(lab, asked=Asked(prune=True)))
    assert ["event/a", "event/gone"] == list(rests_on)
    assert (None, True) == (rests_on["event/gone"].manifest, bool(rests_on["event/gone"].live))
