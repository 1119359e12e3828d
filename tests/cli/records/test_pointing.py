"""Before rows are deleted it is told which rows of other definitions point at them."""

import json
from typing import Any

import pytest

from tests.cli.records.conftest import Desk

MIRROR = """
kind: records
definition: Manager
mode: mirror
scope: {level: [1]}
file: rows.csv
"""
BY_NUMBER = """
kind: definition
name: Clinic
unique_keys: [name]
fields:
  - {name: name, label: Name, type: text, required: true}
---
kind: definition
name: Price
unique_keys: [clinic_id, product]
fields:
  - {name: clinic_id, label: Clinic, type: number, required: true}
  - {name: product, label: Product, type: text, required: true}
relationships:
  - {sourceField: clinic_id, targetSchemaType: custom, targetSchema: Clinic, targetField: id}
"""


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Three managers; four customers of the first, one of the second."""
    desk.customers(*(f"p{i}@example.com" for i in range(1, 6)))
    managers = [(f"COM-{i}", f"Name {i}", 1) for i in range(1, 4)]
    assert 0 == desk.apply("Manager", "--file", desk.rows(*managers)).code
    rows = [(f"p{i}@example.com", "COM-1" if i < 5 else "COM-2", "n") for i in range(1, 6)]
    file = desk.rows(*rows, header="contact_id.email,code,note", name="assigned.csv")
    assert 0 == desk.apply("Assignment", "--file", file).code
    desk.store.clear_requests()
    return desk


def _mirror(desk: Desk, *numbers: int) -> None:
    """The manifest lists the managers of these numbers only."""
    rows = [(f"COM-{i}", f"Name {i}", 1) for i in numbers]
    desk.rows(*rows, name="manifests/rows.csv")
    desk.write("manifests/managers.yaml", MIRROR)
    desk.store.clear_requests()


def _diff(desk: Desk) -> Any:
    return json.loads(desk.records("diff", "Manager", "--format", "json").out)


def test_a_mirror_that_deletes_what_others_point_at_is_breaking(filled: Desk) -> None:
    """The count, the field and the definition are told in every form, and reading them is counted."""
    _mirror(filled, 3)
    told = _diff(filled)
    assert ("breaking", 2) == (told["impact"], told["rows"]["delete"])
    assert [{"table": "Assignment", "field": "code", "rows": 5}] == told["pointing"]
    asked = [each for each in filled.store.requests() if "/custom-data-records/" in each.path]
    assert len(asked) == told["read"]["requests"]
    warning = "5 rows point at rows that would be deleted: code of Assignment would lead to nothing"
    assert f"warning: {warning}" in filled.records("diff", "Manager").out
    assert warning in filled.records("diff", "Manager", "--format", "markdown").out


def test_a_plan_says_so_too(filled: Desk) -> None:
    """The record set is a breaking change of the plan."""
    _mirror(filled, 2, 3)
    plan = json.loads(filled.run("plan", "--format", "json").out)
    (change,) = [each for each in plan["changes"] if each["address"] == "records/Manager"]
    assert "breaking" == change["impact"]
    assert "rows of others point at them" in change["reason"]
    assert any("4 rows point at rows" in told for told in plan["warnings"])


def test_rows_that_nobody_points_at_go_without_a_warning(filled: Desk) -> None:
    """A delete alone is a caution."""
    _mirror(filled, 1, 2)
    told = _diff(filled)
    assert ("caution", [], 1) == (told["impact"], told["pointing"], told["rows"]["delete"])


def test_nothing_is_asked_when_nothing_goes(filled: Desk) -> None:
    """No request more than the comparison needs."""
    _mirror(filled, 1, 2, 3)
    told = _diff(filled)
    assert ("safe", 1) == (told["impact"], told["read"]["requests"])


def test_a_delete_by_hand_tells_it_before_it_asks(filled: Desk) -> None:
    """One row points at COM-2."""
    done = filled.records("delete", "Manager", "--where", "code=COM-2", "--allow-destroy")
    assert (3, []) == (done.code, filled.writes())
    assert "1 row points at rows that would be deleted: code of Assignment would lead to nothing" in done.out


def test_rows_that_are_pointed_at_by_number_count_as_well(desk: Desk) -> None:
    """Prices hold the number of their clinic, and the file names it."""
    desk.write("manifests/clinics.yaml", BY_NUMBER)
    assert 0 == desk.run("apply", "--auto-approve").code
    assert 0 == desk.apply("Clinic", "--file", desk.rows(("Nord",), ("Sud",), header="name")).code
    prices = [(name, product) for name in ("Nord", "Sud") for product in ("a", "b", "c")]
    file = desk.rows(*prices, header="clinic_id.name,product", name="prices.csv")
    done = desk.apply("Price", "--file", file)
    assert 0 == done.code, done
    desk.store.clear_requests()
    done = desk.records("delete", "Clinic", "--where", "name=Sud", "--allow-destroy")
    assert "3 rows point at rows that would be deleted: clinic_id of Price would lead to nothing" in done.out, done
