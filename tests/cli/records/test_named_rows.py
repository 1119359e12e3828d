"""`--where FIELD.KEY=VALUE` of export, update and delete, where the field points at rows of another definition."""

from collections.abc import Callable
from pathlib import Path

import pytest

MANIFESTS = """
kind: definition
name: Vet
unique_keys: [nom]
fields:
  - {name: nom, type: text, required: true}
---
kind: definition
name: Price
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
rows: [{nom: Nord}, {nom: Sud}]
---
kind: records
definition: Price
file: prices.csv
"""


@pytest.fixture
def shop(run: Callable, tmp_path: Path) -> Callable:
    """Runs a command of records on the sandbox, in which two clinics have prices."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/shop.yaml").write_text(MANIFESTS)
    (tmp_path / "manifests/prices.csv").write_text("veto_id.nom,product_id,price\nNord,P1,1\nNord,P2,2\nSud,P1,3\n")
    assert 0 == run("--target", "sandbox", "apply", "--auto-approve", "-q").code
    return lambda *arguments: run("--target", "sandbox", "records", *arguments)


def test_rows_are_meant_by_the_name_of_what_they_point_at(shop: Callable) -> None:
    """Exported, changed and deleted."""
    assert "veto_id.nom,product_id,price\nSud,P1,3\n" == shop("export", "Price", "--where", "veto_id.nom=sud").out
    change = ("update", "Price", "--where", "veto_id.nom=Nord", "--set", "price=9", "--auto-approve")
    assert 0 == shop(*change).code
    gone = shop("delete", "Price", "--where", "veto_id.nom=Sud", "--allow-destroy", "--auto-approve")
    assert 0 == gone.code
    assert "veto_id.nom,product_id,price\nNord,P1,9\nNord,P2,9\n" == shop("export", "Price").out


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("veto_id.nom=Est", "Vet has no row with the nom 'Est'."),
        ("veto_id.nam=Nord", "Vet, at which veto_id points, has no field 'nam' – did you mean 'nom'?"),
        (
            "product_id.sku=P1",
            "'product_id.sku' cannot be looked up, because product_id points at no other rows: write",
        ),
        ("price.nom=1", "'price.nom' cannot be looked up, because price points at no other rows: write price=VALUE."),
    ],
)
def test_what_names_no_row_is_told(shop: Callable, where: str, told: str) -> None:
    """In words of the other definition."""
    ended = shop("delete", "Price", "--where", where, "--allow-destroy", "--auto-approve")
    assert 64 == ended.code
    assert told in ended.err


def test_a_product_is_named_by_its_id_only(shop: Callable, tmp_path: Path) -> None:
    """Another column is no field of the definition."""
    (tmp_path / "p.csv").write_text("veto_id.nom,product_id.sku,price\nNord,P1,1\n")
    ended = shop("check", "Price", "--file", "p.csv")
    assert 1 == ended.code
    assert "no column is called product_id, a part of the unique key of Price" in ended.out
