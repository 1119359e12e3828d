"""Record sets as a part of `plan` and `apply`: pushed after their definitions, guarded, saved with a plan."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHOP = """
kind: definition
name: Vet
unique_keys: [nom]
fields:
  - {name: nom, type: text, required: true}
  - {name: ville, type: text}
---
kind: definition
name: VetPricing
unique_keys: [veto_id, product_id]
fields:
  - {name: veto_id, type: number, required: true}
  - {name: product_id, type: text, required: true}
  - {name: price, type: decimal}
relationships:
  - {sourceField: veto_id, targetSchemaType: custom, targetSchema: Vet}
  - {sourceField: product_id, targetSchemaType: system, targetSchema: products}
---
kind: records
definition: Vet
file: vets.csv
---
kind: records
definition: VetPricing
file: prices.csv
columns: {veto_id: {column: clinic, by: nom}}
"""


@pytest.fixture
def shop(run: Callable, tmp_path: Path) -> Callable:
    """Runs a command on the sandbox, beside clinics and their prices."""
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "shop.yaml").write_text(SHOP)
    (manifests / "vets.csv").write_text("nom,ville\nClinique Nord,Lille\nClinique Sud,Nice\n")
    (manifests / "prices.csv").write_text("clinic,product_id,price\nClinique Nord,P1,64\nClinique Sud,P1,71.5\n")
    return lambda *arguments: run("--target", "sandbox", *arguments)


def document(ended: Any) -> Any:
    """The JSON document that was printed."""
    return json.loads(ended.out)


def test_one_apply_fills_an_empty_shop(shop: Callable) -> None:
    """Definitions, clinics, and prices that name clinics which had no number before."""
    plan = document(shop("plan", "--format", "json"))
    rows = {each["address"]: each["rows"] for each in plan["changes"] if "rows" in each}
    two = {"create": 2, "update": 0, "delete": 0}
    assert {"records/Vet": two, "records/VetPricing": two} == rows
    assert ["records/Vet", "records/VetPricing"] == [each["address"] for each in plan["changes"]][-2:]
    outcome = document(shop("apply", "--auto-approve", "--format", "json"))
    assert (4, True, 0) == (len(outcome["applied"]), outcome["verified"], outcome["exit"]["code"])
    assert "in sync: 4 unchanged" in shop("plan").out
    exported = shop("records", "export", "VetPricing").out
    assert "veto_id.nom,product_id,price\nClinique Nord,P1,64\nClinique Sud,P1,71.5\n" == exported


def test_rows_may_point_at_rows_of_the_same_apply(shop: Callable, tmp_path: Path) -> None:
    """Also where both definitions live: a new clinic and its price are one apply, by a saved plan too."""
    shop("apply", "--auto-approve", "--no-records")
    shop("plan", "--out", "plan.json")
    ended = shop("apply", "plan.json")
    assert (0, True) == (ended.code, "2 applied" in ended.out), ended
    vets, prices = tmp_path / "manifests/vets.csv", tmp_path / "manifests/prices.csv"
    vets.write_text(vets.read_text() + "Clinique Est,Metz\n")
    prices.write_text(prices.read_text() + "Clinique Est,P1,50\nClinique Ouest,P1,60\n")
    plan = shop("plan", "--format", "json")
    counts = {each["address"]: each["rows"]["create"] for each in document(plan)["changes"]}
    assert {"records/Vet": 1, "records/VetPricing": 2} == counts
    ended = shop("apply", "--auto-approve")
    assert (5, True) == (ended.code, "1 stored, 2 unchanged, 1 refused" in ended.err), ended
    assert "Clinique Est,P1,50" in shop("records", "export", "VetPricing").out
    ended = shop("plan")
    assert "in sync" in ended.out
    assert "records/VetPricing: 1 row cannot be sent" in ended.out


@pytest.mark.parametrize(("mode", "count"), [("upsert", "create"), ("update", "update")])
def test_rows_that_wait_are_counted_as_what_they_can_become(
    shop: Callable, tmp_path: Path, mode: str, count: str
) -> None:
    """Rows of the mode update never create one."""
    manifest = tmp_path / "manifests/shop.yaml"
    manifest.write_text(manifest.read_text() + f"mode: {mode}\n")
    shop("apply", "--auto-approve", "--no-records")
    plan = document(shop("plan", "--format", "json"))
    prices = {"create": 0, "update": 0, "delete": 0, count: 2}
    assert prices == next(each["rows"] for each in plan["changes"] if each["address"] == "records/VetPricing")


def test_rows_alone_are_planned_with_their_definition(shop: Callable) -> None:
    """`--no-records` leaves them out, and reads nothing of them."""
    shop("apply", "--auto-approve", "--no-records")
    plan = document(shop("plan", "--only", "records/Vet", "--format", "json"))
    assert ["records/Vet"] == [each["address"] for each in plan["changes"]]
    assert [] == document(shop("plan", "--no-records", "--format", "json"))["changes"]


def test_a_saved_plan_is_stale_once_a_file_or_a_row_has_moved(shop: Callable, tmp_path: Path) -> None:
    """Nothing of it is sent."""
    shop("apply", "--auto-approve", "--no-records")
    vets = tmp_path / "manifests/vets.csv"
    shop("plan", "--out", "plan.json")
    before = vets.read_text()
    vets.write_text(before.replace("Lille", "Lyon"))
    ended = shop("apply", "plan.json")
    assert (4, True) == (ended.code, "records/Vet" in ended.err), ended
    vets.write_text(before)
    assert 0 == shop("records", "apply", "Vet", "--auto-approve").code
    ended = shop("apply", "plan.json")
    assert (4, True) == (ended.code, "records/Vet has changed in the shop" in ended.err), ended


def test_an_inactive_definition_takes_no_rows(shop: Callable, tmp_path: Path) -> None:
    """It is blocked before anything is sent, with the way out."""
    shop("apply", "--auto-approve", "--no-records")
    manifest = tmp_path / "manifests/shop.yaml"
    manifest.write_text(SHOP.replace("name: Vet\n", "name: Vet\nensure: inactive\n", 1))
    shop("apply", "--auto-approve", "--no-records")
    manifest.write_text(SHOP)
    plan = document(shop("plan", "--format", "json"))
    (blocked,) = [each for each in plan["blocked"] if each["address"] == "records/Vet"]
    assert "definition-inactive" == blocked["rule"]
    assert 3 == shop("apply", "--auto-approve").code
    manifest.write_text(SHOP.replace("name: Vet\n", "name: Vet\nensure: active\n", 1))
    ended = shop("apply", "--auto-approve")
    assert 0 == ended.code, ended


def test_guards_and_scenarios_hold_for_the_rows_of_an_apply(shop: Callable, tmp_path: Path) -> None:
    """They are told with numbers, and nothing was sent."""
    shop("apply", "--auto-approve", "--no-records")
    settings = tmp_path / "manifests/reconciler.toml"
    settings.write_text("[guards]\nmax_record_creates = 1\n")
    ended = shop("apply", "--auto-approve")
    assert (3, True) == (ended.code, "2 rows would be created and max_record_creates is 1" in ended.err), ended
    settings.unlink()
    scenario = "kind: scenario\nname: Welcome\ntrigger: {record: Vet}\n"
    (tmp_path / "manifests/scenario.yaml").write_text(scenario)
    ended = shop("apply", "--auto-approve")
    assert (3, True) == (ended.code, "scenario/Welcome would start up to 2 times" in ended.err), ended
    assert "in sync: 2 unchanged" in shop("plan", "--no-records").out
    assert 0 == shop("apply", "--auto-approve", "--allow", "scenarios").code


def test_rows_that_somebody_else_changed_are_drift(shop: Callable, tmp_path: Path) -> None:
    """As everything that is not as its manifests say; `--no-records` does not look."""
    shop("apply", "--auto-approve")
    assert 0 == shop("drift").code
    shop("records", "update", "Vet", "--where", "nom=Clinique Nord", "--set", "ville=Brest", "--auto-approve")
    found = document(shop("drift", "--format", "json"))
    assert (2, ["records/Vet"]) == (found["exit"]["code"], [each["address"] for each in found["drifted"]])
    assert "vets.csv:2 ville" in shop("drift").out
    assert 0 == shop("drift", "--no-records").code


def test_files_that_cannot_be_read_end_a_plan(shop: Callable, tmp_path: Path) -> None:
    """Before the shop is changed, with the place of the mistake."""
    (tmp_path / "manifests/vets.csv").write_text("name,ville\nClinique Nord,Lille\n")
    for command in (("plan",), ("apply", "--auto-approve")):
        ended = shop(*command)
        assert (1, True) == (ended.code, "vets.csv:1" in ended.out + ended.err), ended
    (tmp_path / "manifests/vets.csv").unlink()
    ended = shop("plan")
    assert (1, True) == (ended.code, "there is no file" in ended.out + ended.err), ended
