"""Where a plan says that something stands."""

import json

import pytest

import reconciler
from reconciler.api.connection import ReadConnection
from reconciler.model.plan import Plan
from reconciler.model.target import Guards
from reconciler.plan.judgement import Judgement
from tests.conftest import OCCASION, Lab

LIVE = """\
kind: definition
name: Vet
unique_keys: [code]
fields:
  - {name: code, type: text, required: true}
  - {name: nick, type: text}
---
kind: definition
name: Pet
description: Pets
unique_keys: [name]
fields:
  - {name: name, type: text, required: true}
  - name: vet
    label: Vet
    type: text
relationships:
  - {sourceField: vet, targetSchemaType: custom, targetSchema: Vet, targetField: code}
---
kind: event
name: Visit
code_name: visit
properties:
  metaData:
    - {name: reason, type: text}
    - {name: duration, type: number}
"""


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (13, "{name: name, type: text", "{name: name, type: longtext"),
        (15, "label: Vet", "label: Veterinary"),
        (11, "unique_keys: [name]", "unique_keys: [vet]"),
        (18, "targetField: code", "targetField: nick"),
        (10, "description: Pets", "description: Animals"),
        (26, "duration, type: number", "duration, type: text"),
        (25, "    - {name: duration, type: number}\n", ""),
        (21, "name: Visit", "name: Visited"),
    ],
)
def test_a_plan_names_the_line_of_the_field(lab: Lab, expected: int, old: str, new: str) -> None:
    """Of what is blocked and of what is updated; what is gone is nearest to the list that it was in."""
    plan = _changed(lab, LIVE.replace(old, new, 1))
    (place,) = {item.source for item in (*plan.blocked, *plan.changes)}
    assert place is not None
    assert str(expected) == place.rpartition(":")[2]


def test_what_breaks_gives_the_line_and_so_does_its_refusal(lab: Lab) -> None:
    """Although another part of the same event comes before it."""
    text = LIVE.replace("name: Visit", "name: Visited").replace("duration, type: number", "duration, type: text")
    plan = _changed(lab, text)
    assert [26, 26] == [int(str(each.source).rpartition(":")[2]) for each in (*plan.changes, *plan.refused)]


def test_what_is_about_the_whole_stands_where_the_document_begins(lab: Lab) -> None:
    """What is new or goes, and what a guard stops."""
    text = LIVE.partition("---\n")[0] + "---\nkind: event\ncode_name: visit\nensure: absent\n---\n"
    plan = _changed(lab, text + "kind: event\nname: New\ncode_name: new\n", Judgement(Guards(max_creates=0)))
    lines = {str(each.address): str(each.source).rpartition(":")[2] for each in (*plan.changes, *plan.refused)}
    assert {"event/new": "12", "event/visit": "8"} == lines


def test_json_has_lines_too(lab: Lab) -> None:
    """And the digest is the same wherever the field stands."""
    manifest = {
        "name": "Pet",
        "unique_keys": ["name"],
        "kind": "definition",
        "fields": [
            {"name": "name", "type": "text", "required": True},
            {"type": "text", "name": "vet", "label": "Veterinary"},
        ],
    }
    whole = _changed(lab, json.dumps(manifest), name="pet.json")
    again = _changed(lab, json.dumps(manifest, indent=1), name="pet.json")
    lines = [str(plan.blocked[0].source).rpartition(":")[2] for plan in (whole, again)]
    assert ["1", "16"] == lines
    assert whole.digest == again.digest


def _changed(lab: Lab, text: str, judgement: Judgement | None = None, name: str = "shop.yaml") -> Plan:
    """The plan of other manifests for a shop in which LIVE is applied."""
    (lab.folder / name).unlink(missing_ok=True)
    lab.write(LIVE, "shop.yaml")
    assert lab.apply().complete
    (lab.folder / "shop.yaml").unlink()
    lab.write(text, name)
    connection = lab.connect(ReadConnection)
    plan, _ = reconciler.build_plan(lab.load(), connection, OCCASION, judgement or Judgement(fail_on="refused"))
    return plan
