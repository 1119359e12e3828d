"""What a command about rows writes never replaces rows, and what it takes is never left unread in silence."""

import json

import pytest

from tests.cli.records.conftest import Desk

ROWS = "code,name,level\nM1,Ann,1\n"
LISTED = "kind: records\ndefinition: Manager\nfile: rows.csv\n"
VISIT = """
kind: definition
name: Visit
fields:
  - {name: what, label: What, type: text, required: true}
  - {name: level, label: Level, type: number, required: false}
"""


@pytest.mark.parametrize(
    "command",
    [
        ["apply", "Manager", "--auto-approve", "--file", "other.csv", "--rejected", "manifests/rows.csv"],
        ["apply", "Manager", "--auto-approve", "--file", "other.csv", "--rejected", "./manifests/../other.csv"],
        ["diff", "Manager", "--report", "csv=manifests/rows.csv"],
        ["diff", "Manager", "--file", "rows.json", "--out", "rows.json"],
        ["update", "Manager", "--where", "code=A", "--set", "level=2", "--rejected", "manifests/rows.csv"],
        ["delete", "Manager", "--file", "other.csv", "--report", "json=other.csv", "--allow-destroy"],
    ],
    ids=" ".join,
)
def test_no_output_replaces_rows(desk: Desk, command: list[str]) -> None:
    """Neither those of the command line nor those that a manifest names; exit 64 before anything is sent."""
    desk.write("manifests/records.yaml", LISTED)
    desk.write("manifests/rows.csv", ROWS)
    desk.write("other.csv", ROWS)
    desk.write("rows.json", json.dumps([{"code": "M1"}]))
    done = desk.records(*command)
    assert (64, []) == (done.code, desk.writes()), done
    assert "holds rows and was not replaced" in done.err
    for name in ("manifests/rows.csv", "other.csv"):
        assert ROWS == (desk.folder / name).read_text()


def test_the_last_rejected_file_is_replaced(desk: Desk) -> None:
    """It holds rows too, but nothing reads them now."""
    desk.write("rejected.csv", ROWS)
    done = desk.apply("Manager", "--file", desk.rows(("M1", "Ann", "x")), "--rejected", "rejected.csv")
    assert 1 == done.code
    assert "record-number" not in done.err
    assert "M1,Ann,x,2,refused," in (desk.folder / "rejected.csv").read_text()


def test_rejected_rows_go_to_a_file(desk: Desk) -> None:
    """And not to one that is called -."""
    done = desk.apply("Manager", "--file", desk.rows(("M1", "Ann", 1)), "--rejected", "-")
    assert (64, []) == (done.code, desk.writes())
    assert "Name a file" in done.err


def test_an_export_to_stdout_may_be_written_out(desk: Desk) -> None:
    """`--to -` is what no `--to` is."""
    assert 0 == desk.apply("Manager", "--file", desk.rows(("M1", "Ann", 1))).code
    assert ROWS == desk.records("export", "Manager", "--to", "-").out
    assert not (desk.folder / "-").exists()
    assert 64 == desk.records("export", "Manager", "--fields", " , ").code


@pytest.mark.parametrize(
    ("name", "form", "way"),
    [
        ("e.json", "csv", "name it e.csv."),
        ("e.jsonl", "csv", "write --format jsonl, or name it e.csv."),
        ("e.CSV", "jsonl", "write --format csv, or name it e.jsonl."),
    ],
)
def test_an_export_is_a_file_that_apply_takes(desk: Desk, name: str, form: str, way: str) -> None:
    """How rows are read is told by the end of the name."""
    done = desk.records("export", "Manager", "--format", form, "--to", name)
    assert 64 == done.code
    assert way in done.err
    assert not (desk.folder / name).exists()


def test_the_name_of_an_export_says_how_it_is_written(desk: Desk) -> None:
    """And it is read so."""
    assert 0 == desk.apply("Manager", "--file", desk.rows(("M1", "Ann", 1))).code
    assert 0 == desk.records("export", "Manager", "--to", "e.jsonl").code
    assert {"code": "M1", "name": "Ann", "level": 1} == json.loads((desk.folder / "e.jsonl").read_text())
    assert "in sync, 1 unchanged" in desk.records("diff", "Manager", "--file", "e.jsonl").out


def test_an_export_that_fails_leaves_the_file_as_it_was(desk: Desk) -> None:
    """Nothing is written before all rows have come."""
    assert 0 == desk.apply("Manager", "--file", desk.rows(("M1", "Ann", 1), ("M2", "日", 1))).code
    desk.write("manifests/records.yaml", LISTED + "csv: {encoding: cp1252}\n")
    desk.write("manifests/rows.csv", ROWS)
    desk.write("e.csv", "mine\n")
    done = desk.records("export", "Manager", "--to", "e.csv")
    assert (64, "mine\n") == (done.code, (desk.folder / "e.csv").read_text())
    assert [] == list(desk.folder.glob(".*.part"))


def test_a_saved_plan_takes_no_other_rows(desk: Desk) -> None:
    """Options that say something else are not left out in silence."""
    rows = desk.rows(("M1", "Ann", 1))
    assert 0 == desk.records("diff", "Manager", "--file", rows, "--out", "plan.json").code
    other = desk.rows(("M2", "Bob", 1), name="other.csv")
    for option in (["--file", other], ["--mode", "update"], ["--where", "level=1"]):
        done = desk.apply("Manager", "plan.json", *option)
        assert (64, []) == (done.code, desk.writes())
        assert f"The saved plan was made with another {option[0]}" in done.err
    assert 0 == desk.apply("Manager", "plan.json", "--file", rows).code


def test_rows_without_a_key_are_deleted_by_a_condition(desk: Desk) -> None:
    """They are counted, and each is deleted only while it holds what was shown."""
    desk.write("manifests/visit.yaml", VISIT)
    assert 0 == desk.run("apply", "--auto-approve", "--only", "definition/Visit").code
    rows = desk.rows(("a", 1), ("a", 1), ("b", 2), header="what,level")
    assert 0 == desk.apply("Visit", "--mode", "insert-once", "--file", rows).code
    done = desk.records("delete", "Visit", "--where", "what=a", "--allow-destroy", "--auto-approve", "--format", "json")
    told = json.loads(done.out)
    assert (0, "applied") == (done.code, told["exit"]["reason"])
    assert (2, 0, 0) == (told["rows"]["delete"], told["not_deleted"], told["delete_unknown"])
    assert ["b"] == [row["what"] for row in desk.live("Visit")]


def test_a_file_of_keys_needs_a_key(desk: Desk) -> None:
    """The way out is told."""
    desk.write("manifests/visit.yaml", VISIT)
    assert 0 == desk.run("apply", "--auto-approve", "--only", "definition/Visit").code
    done = desk.records("delete", "Visit", "--file", desk.rows(("a",), header="what"), "--allow-destroy")
    assert 64 == done.code
    assert "Visit has no unique keys, so no file can say which rows are meant: write --where" in done.err


def test_keys_that_no_row_has_are_told(desk: Desk) -> None:
    """They are no rows that are as they should be."""
    assert 0 == desk.apply("Manager", "--file", desk.rows(("M1", "Ann", 1))).code
    keys = desk.rows(("M1", "Ann", 1), ("M2", "", "x"), ("M3", "", ""))  # as an export has them
    done = desk.records("delete", "Manager", "--file", keys, "--allow-destroy", "--auto-approve")
    assert 0 == done.code
    assert "2 of 3 keys of the file have no row in Manager." in done.err
    assert "1 deleted ·" in done.out
    nobody = desk.rows(('""', "x", 1))
    assert 1 == desk.records("delete", "Manager", "--file", nobody, "--allow-destroy", "--auto-approve").code
