"""Rows that point at rows of the same apply: a plan knows which of the shop's rows they are, and keeps these."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from tests.cli.records.conftest import Desk

SHOP = """
kind: definition
name: Clinic
unique_keys: [code]
fields:
  - {name: code, label: Code, type: text, required: true}
  - {name: name, label: Name, type: text, required: true}
---
kind: definition
name: Price
unique_keys: [code]
fields:
  - {name: code, label: Code, type: text, required: true}
  - {name: zone, label: Zone, type: text, required: true}
  - {name: clinic_id, label: Clinic, type: number, required: true}
relationships:
  - {sourceField: clinic_id, targetSchemaType: custom, targetSchema: Clinic, targetField: id}
---
kind: definition
name: Note
unique_keys: [code]
fields:
  - {name: code, label: Code, type: text, required: true}
relationships:
  - {sourceField: code, targetSchemaType: custom, targetSchema: Price, targetField: code}
---
kind: records
definition: Clinic
file: clinics.csv
---
kind: records
definition: Price
mode: mirror
scope: {zone: [A]}
columns: {clinic_id: {column: clinic, by: name}}
file: prices.csv
"""
PRICES = "code,zone,clinic\n"


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Prices P1, P2 and P3 of the zone A, and one of another, all of the clinic Nord."""
    desk.write("manifests/shop.yaml", SHOP)
    desk.write("manifests/clinics.csv", "code,name\nN,Nord\n")
    desk.write("manifests/prices.csv", PRICES + "P1,A,Nord\nP2,A,Nord\nP3,A,Nord\n")
    ended = desk.run("apply", "--auto-approve")
    assert 0 == ended.code, ended
    other = {"code": "Q1", "zone": "B", "clinic_id": 1}
    assert desk.other.post(f"/custom-data-records/{desk.ids()['Price']}", json=[other]).is_success
    desk.store.clear_requests()
    return desk


def _planned(desk: Desk) -> Any:
    """The change of the prices."""
    plan = json.loads(desk.run("plan", "--format", "json").out)
    (change,) = [each for each in plan["changes"] if each["address"] == "records/Price"]
    return change


def _with_a_new_clinic(desk: Desk, prices: str) -> None:
    desk.write("manifests/clinics.csv", "code,name\nN,Nord\nE,Est\n")
    desk.write("manifests/prices.csv", PRICES + prices)


def test_a_row_that_waits_keeps_its_row_in_the_shop(filled: Desk) -> None:
    """P1 gets a clinic that is new: it is updated, and only P3 is deleted; so it comes."""
    _with_a_new_clinic(filled, "P1,A,Est\nP2,A,Nord\nP4,A,Est\n")
    change = _planned(filled)
    assert {"create": 1, "update": 1, "delete": 1} == change["rows"]
    ended = filled.run("apply", "--auto-approve", "--allow-destroy")
    assert 0 == ended.code, ended
    assert {"P1", "P2", "P4", "Q1"} == {row["code"] for row in filled.live("Price")}
    assert "in sync" in filled.run("plan").out


def test_nothing_is_asked_to_be_deleted_when_nothing_goes(filled: Desk) -> None:
    """No permission is needed, and no guard is in the way."""
    _with_a_new_clinic(filled, "P1,A,Est\nP2,A,Est\nP3,A,Est\n")
    filled.write("reconciler.toml", "[guards]\nmax_record_deletes = 0\nmax_record_creates = 1\n")
    assert {"create": 0, "update": 3, "delete": 0} == _planned(filled)["rows"]
    ended = filled.run("apply", "--auto-approve")
    assert 0 == ended.code, ended


def test_who_points_at_a_row_that_stays_is_not_left_behind(filled: Desk) -> None:
    """The note is about P1, which waits and is not deleted."""
    notes = filled.ids()["Note"]
    assert filled.other.post(f"/custom-data-records/{notes}", json=[{"code": "P1"}]).is_success
    _with_a_new_clinic(filled, "P1,A,Est\nP2,A,Nord\n")
    assert "breaking" != _planned(filled)["impact"]
    _with_a_new_clinic(filled, "P2,A,Est\nP3,A,Nord\n")
    assert "breaking" == _planned(filled)["impact"]


def test_a_row_that_waits_is_an_update_when_it_lives(filled: Desk) -> None:
    """Also without a mirror, and where rows are asked for by their keys."""
    text = SHOP.replace("mode: mirror\nscope: {zone: [A]}\n", "")
    filled.write("manifests/shop.yaml", text)
    _with_a_new_clinic(filled, "P1,A,Est\nP4,A,Est\n")
    assert {"create": 1, "update": 1, "delete": 0} == _planned(filled)["rows"]


def test_a_key_that_waits_may_be_any_row(filled: Desk) -> None:
    """Which rows such ones are is known when the clinics are there: the plan says so, and deletes at most so many."""
    keyed = SHOP.replace("name: Price\nunique_keys: [code]", "name: Tariff\nunique_keys: [clinic_id, code]")
    filled.write("manifests/shop.yaml", keyed.replace("definition: Price", "definition: Tariff"))
    filled.write("manifests/prices.csv", PRICES + "P1,A,Nord\nP2,A,Nord\n")
    assert 0 == filled.run("apply", "--auto-approve").code
    # The clinic gets another name, so that its prices name what is not there yet.
    filled.write("manifests/clinics.csv", "code,name\nN,Grand Nord\n")
    filled.write("manifests/prices.csv", PRICES + "P1,A,Grand Nord\n")
    plan = json.loads(filled.run("plan", "--format", "json").out)
    (change,) = [each for each in plan["changes"] if each["address"] == "records/Tariff"]
    assert 2 == change["rows"]["delete"]
    told = "fewer than 2 rows may be deleted: the keys of 1 row of the file point at rows that are pushed before"
    assert [f"records/Tariff: {told}"] == [each for each in plan["warnings"] if "Tariff" in each]
    ended = filled.run("apply", "--auto-approve", "--allow-destroy")
    assert 0 == ended.code, ended
    assert ["P1"] == [row["code"] for row in filled.live("Tariff")]


class _Meddling(httpx.BaseTransport):
    """Somebody adds a row of the mirror's zone as soon as clinics are pushed."""

    def __init__(self, inner: httpx.BaseTransport, meddle: Callable[[], None]) -> None:
        self._inner, self._meddle = inner, meddle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and b'"Est"' in request.read():
            self._meddle()
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class _MeddledSandbox(EmbeddedSandbox):
    def __init__(self, meddle: Callable[[], None]) -> None:
        self._meddle = meddle

    def embedded(self, file: Path) -> tuple[httpx.BaseTransport, str]:
        inner, key = super().embedded(file)
        return _Meddling(inner, self._meddle), key


def test_no_more_is_deleted_than_was_planned(filled: Desk) -> None:
    """A row that came since is nobody's to delete: the prices are planned again."""
    _with_a_new_clinic(filled, "P1,A,Est\nP2,A,Nord\nP3,A,Nord\n")
    new = {"code": "NEW", "zone": "A", "clinic_id": 1}
    path = f"/custom-data-records/{filled.ids()['Price']}"

    def meddle() -> None:
        assert filled.other.post(path, json=[new]).is_success

    command = ("--target", "sandbox", "apply", "--auto-approve")
    assert 5 == run_command(command, _MeddledSandbox(meddle))
    assert {"P1", "P2", "P3", "Q1", "NEW"} == {row["code"] for row in filled.live("Price")}
    assert "more rows would be deleted than were planned" in filled.capture.readouterr().out
