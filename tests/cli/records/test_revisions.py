"""`diff --against` with rows: offline, by unique key, from git alone (R4)."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SHOP = """
kind: definition
name: Vet
unique_keys: [nom]
fields:
  - {name: nom, type: text, required: true}
  - {name: ville, type: text}
---
kind: records
definition: Vet
file: vets.csv
"""


@pytest.fixture
def change(run: Callable, tmp_path: Path) -> Callable:
    """Commits clinics, puts others in their place, and compares; returns the plan document."""
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "shop.yaml").write_text(SHOP)

    def git(*arguments: str) -> None:
        name = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *name, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def compare(before: str | None, after: str, *options: str, shop: str = SHOP) -> dict:
        git("init", "-q")
        if before is not None:
            (manifests / "vets.csv").write_text(before)
        git("add", ".")
        git("commit", "-qm", "before", "--allow-empty")
        (manifests / "vets.csv").write_text(after)
        (manifests / "shop.yaml").write_text(shop)
        ended = run("diff", "--against", "HEAD", "--format", "json", *options)
        return {**json.loads(ended.out), "code": ended.code, "said": ended.err}

    return compare


def test_rows_that_change_are_listed_with_their_lines(change: Callable, figure: Callable) -> None:
    """A row by its key, whatever else moved; no request is sent, and no key is needed."""
    plan = change("nom,ville\nA,Lille\nB,Nice\n", "nom,ville\nC,Brest\nB,Nantes\nA,Lille\n")
    (rows,) = plan["changes"]
    assert ("records/Vet", {"create": 1, "update": 1, "delete": 0}) == (rows["address"], rows["rows"])
    told = {".".join(field["path"]): (field["old"], field["new"]) for field in rows["fields"]}
    assert ("Nice", "Nantes") == told["rows.vets.csv:3.ville"]
    figure("R4", "rows between two revisions by unique key, 0 requests")


def test_rows_as_they_were_are_unchanged(change: Callable) -> None:
    """Another order and other quotes say the same."""
    plan = change("nom,ville\nA,Lille\nB,Nice\n", 'nom,ville\n"B","Nice"\nA,Lille\n')
    assert ([], ["definition/Vet", "records/Vet"]) == (plan["changes"], plan["unchanged"])


def test_rows_that_leave_a_file_stay_in_the_shop(change: Callable) -> None:
    """And that is said; a mirror deletes them."""
    plan = change("nom\nA\nB\n", "nom\nA\n")
    assert [] == plan["changes"]
    assert any("1 row no longer in its files; in the shop they stay" in told for told in plan["warnings"])
    mirror = SHOP.replace("file:", "mode: mirror\nscope: {nom: [A, B]}\nfile:")
    plan = change("nom\nA\nB\n", "nom\nA\n", shop=mirror)
    assert [{"create": 0, "update": 0, "delete": 1}] == [each["rows"] for each in plan["changes"]]


def test_a_file_that_was_not_there_means_new_rows(change: Callable) -> None:
    """The manifest before named a file that nobody had committed."""
    plan = change(None, "nom\nA\n")
    assert [{"create": 1, "update": 0, "delete": 0}] == [each["rows"] for each in plan["changes"] if "rows" in each]
    assert any("its rows count as new" in told for told in plan["warnings"])


def test_another_unique_key_makes_all_rows_new(change: Callable) -> None:
    """Nobody can tell then which row is which; the definition itself is blocked."""
    shop = SHOP.replace("unique_keys: [nom]", "unique_keys: [nom, ville]")
    plan = change("nom,ville\nA,Lille\n", "nom,ville\nA,Lille\n", "--fail-on", "never", shop=shop)
    assert [{"create": 1, "update": 0, "delete": 0}] == [each["rows"] for each in plan["changes"]]
    assert any("its unique key is another one" in told for told in plan["warnings"])


def test_values_of_people_are_not_told(change: Callable) -> None:
    """A definition about contacts shows counts, unless its record set permits more."""
    relation = "relationships:\n  - {sourceField: nom, targetSchemaType: system, targetSchema: contacts}\n"
    shop = SHOP.replace("---\n", f"{relation}---\n")
    plan = change("nom,ville\n1,Lille\n", "nom,ville\n1,secret\n", shop=shop)
    assert "secret" not in json.dumps(plan)
    assert [{"create": 0, "update": 1, "delete": 0}] == [each["rows"] for each in plan["changes"] if "rows" in each]
