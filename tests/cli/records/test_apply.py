"""`records apply` and `records diff`: what is refused before anything is sent, and what is told."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.records.conftest import Desk

KEPT = "Nothing was sent."
MIRROR = """
kind: records
definition: Manager
mode: mirror
file: rows.csv
scope: {level: [1]}
"""
SCENARIO = """
kind: scenario
name: Portfolio welcome
trigger: {record: Manager}
"""


def _listed(desk: Desk, *rows: tuple[object, ...], header: str = "code,name,level") -> str:
    """Rows beside the manifest that names them."""
    return desk.rows(*rows, name="manifests/rows.csv", header=header)


def _managers(*numbers: int, level: int = 1) -> list[tuple[object, ...]]:
    return [(f"M{i}", f"Name {i}", level) for i in numbers]


def _filled(desk: Desk, count: int = 30) -> None:
    """So many rows, every third of which is level 1."""
    rows = [(f"M{i}", f"Name {i}", 1 if i % 3 == 0 else 2) for i in range(count)]
    assert 0 == desk.apply("Manager", "--file", desk.rows(*rows)).code
    desk.store.clear_requests()


@pytest.mark.parametrize(
    ("guard", "limit", "words"),
    [
        ("max_record_creates", "4", "Manager: 5 rows would be created and max_record_creates is 4. Nothing was sent."),
        ("max_record_updates", "2", "Manager: 3 rows would be updated and max_record_updates is 2. Nothing was sent."),
        ("max_record_deletes", "6", "Manager: 7 rows would be deleted and max_record_deletes is 6. Nothing was sent."),
        (
            "max_record_delete_share",
            "0.1",
            "Manager: 7 of 30 rows would be deleted (23.3 %) and max_record_delete_share is 0.1. Nothing was sent.",
        ),
        ("max_requests", "2", "requests would be sent and max_requests is 2. Nothing was sent."),
    ],
)
def test_guards_are_kept(desk: Desk, guard: str, limit: str, words: str) -> None:
    """R12: exit 3 with the words, and no write."""
    _filled(desk)
    share = "" if guard == "max_record_delete_share" else "max_record_delete_share = 1.0\n"
    desk.write("reconciler.toml", f"[guards]\n{share}{guard} = {limit}\n")
    desk.write("manifests/rows.yaml", MIRROR)
    _listed(desk, *_managers(0, 3, 6), *_managers(1, 2, 4), *_managers(*range(100, 105)))
    done = desk.apply("Manager", "--allow-destroy")
    assert 3 == done.code, done
    assert words in done.err
    assert [] == desk.writes()


def test_half_a_file_deletes_nothing(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """R12: the share guard stands."""
    _filled(desk)
    desk.write("reconciler.toml", "[guards]\nmax_record_delete_share = 0.1\n")
    desk.write("manifests/rows.yaml", MIRROR)
    _listed(desk, *_managers(0, 3, 6, 9, 12))
    done = desk.apply("Manager", "--allow-destroy")
    assert (3, []) == (done.code, desk.writes())
    assert (
        "Manager: 5 of 30 rows would be deleted (16.7 %) and max_record_delete_share is 0.1. Nothing was sent."
        in done.err
    )
    figure("R12 half a file", f"{len(desk.writes())} writes, exit {done.code}")


def test_an_empty_file_deletes_nothing(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """R12: with the words of the specification."""
    _filled(desk)
    desk.write("manifests/rows.yaml", MIRROR)
    _listed(desk)
    done = desk.apply("Manager", "--allow-destroy")
    assert (3, []) == (done.code, desk.writes())
    assert (
        "manifests/rows.csv is empty. A mirror of an empty file would delete 10 rows; nothing was sent. "
        "Delete them with: reconciler records delete Manager"
    ) in done.err
    figure("R12 an empty file", f"{len(desk.writes())} writes, exit {done.code}")


def test_a_faulty_file_deletes_nothing(desk: Desk) -> None:
    """R12: a row that cannot be read may be any of those that would go."""
    _filled(desk)
    desk.write("reconciler.toml", "[guards]\nmax_record_delete_share = 1.0\n")
    desk.write("manifests/rows.yaml", MIRROR)
    _listed(desk, *_managers(0, 3), ("M6", "Name 6", "one"))
    done = desk.apply("Manager", "--allow-destroy")
    assert (3, []) == (done.code, desk.writes())
    assert KEPT in done.err


def test_deleting_needs_permission(desk: Desk) -> None:
    """And deletes only the scope."""
    _filled(desk)
    desk.write("reconciler.toml", "[guards]\nmax_record_delete_share = 1.0\n")
    desk.write("manifests/rows.yaml", MIRROR)
    _listed(desk, *_managers(0, 3, 6))
    done = desk.apply("Manager")
    assert (3, []) == (done.code, desk.writes())
    assert "--allow-destroy" in done.err
    assert 0 == desk.apply("Manager", "--allow-destroy").code
    left = {row["code"] for row in desk.live("Manager")}
    assert {"M0", "M3", "M6", *(f"M{i}" for i in range(30) if i % 3)} == left


def test_scenarios_need_consent(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """R17: counted, refused with exit 3, and pushed when it is permitted; a delete starts none."""
    desk.write("manifests/scenario.yaml", SCENARIO)
    rows = desk.rows(*_managers(*range(5)))
    shown = desk.records("diff", "Manager", "--file", rows)
    assert (
        "warning: scenario/Portfolio welcome starts when Manager changes: up to 5 runs (needs --allow scenarios)"
        in shown.out
    )
    done = desk.apply("Manager", "--file", rows)
    assert (3, []) == (done.code, desk.writes())
    assert "--allow scenarios" in done.err
    assert 0 == desk.apply("Manager", "--file", rows, "--allow", "scenarios").code
    assert 5 == len(desk.live("Manager"))
    assert 0 == desk.apply("Manager", "--file", rows).code
    figure("R17", f"exit 3 and 0 writes without --allow scenarios, {len(desk.live('Manager'))} rows stored with it")


def test_a_sample_first(desk: Desk) -> None:
    """R18: ten rows, exit 2, and how many are left."""
    rows = desk.rows(*_managers(*range(1000)))
    done = desk.apply("Manager", "--file", rows, "--first", "10")
    assert 2 == done.code
    assert "990 rows left" in done.out
    assert 10 == len(desk.live("Manager"))


def test_two_spellings_of_one_contact_are_refused(desk: Desk) -> None:
    """R10: with the lines; the spellings only where the record set permits it."""
    desk.customers("marie@example.com", "paul@example.com")
    rows = desk.rows(
        ("C1", "", "A"),
        ("", "paul@example.com", "A"),
        ("", "marie@example.com", "B"),
        header="contact_id.id_customer,contact_id.email,code",
    )
    done = desk.apply("Assignment", "--file", rows)
    assert (3, []) == (done.code, desk.writes()[1:])
    assert "rows.csv:2 and :4 are the same contact in two spellings: keep one." in done.err
    (desk.folder / rows).rename(desk.folder / "manifests" / rows)
    desk.write("manifests/rows.yaml", "kind: records\ndefinition: Assignment\nfile: rows.csv\nshow: values\n")
    done = desk.apply("Assignment")
    assert "are the same contact (1) in two spellings, C1 and marie@example.com: keep one." in done.err


def test_rejected_rows_are_mended_and_applied_again(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """R8: `--rejected FILE` has the rows that are not stored, and takes them again."""
    desk.customers("a@example.com", "b@example.com")
    rows = desk.rows(
        ("a@example.com", "A", "n"),
        ("nobody@example.com", "B", "n"),
        ("b@example.com", "", "n"),
        header="contact_id.email,code,note",
    )
    done = desk.apply("Assignment", "--file", rows, "--rejected", "rejected.csv")
    assert 5 == done.code
    text = (desk.folder / "rejected.csv").read_text(encoding="utf-8")
    assert 0o600 == (desk.folder / "rejected.csv").stat().st_mode & 0o777
    header, first, second = text.splitlines()
    assert "contact_id.email,code,note,_line,_state,_reason" == header
    assert first.startswith("nobody@example.com,B,n,3,refused,")
    assert second.startswith("b@example.com,,n,4,refused,")
    desk.customers("a@example.com", "b@example.com", "nobody@example.com")
    desk.write("mended.csv", text.replace("b@example.com,,", "b@example.com,C,"))
    done = desk.apply("Assignment", "--file", "mended.csv", "--rejected", "again.csv")
    assert 0 == done.code, done
    assert 3 == len(desk.live("Assignment"))
    figure("R8", f"2 of 3 rows in the rejected file with their lines; mended: {len(desk.live('Assignment'))} stored")


def test_rows_rejected_by_the_api_are_in_the_file_too(desk: Desk) -> None:
    """Sent without looking: the shop's own words, and everything stored once its customer is there."""
    desk.customers("a@example.com")
    rows = desk.rows(("a@example.com", "A"), ("nobody@example.com", "B"), header="contact_id.email,code")
    done = desk.apply("Assignment", "--file", rows, "--read", "none", "--wait", "1", "--rejected", "rejected.csv")
    assert 5 == done.code
    _, row = (desk.folder / "rejected.csv").read_text(encoding="utf-8").splitlines()
    assert row.startswith("nobody@example.com,B,3,rejected,")
    desk.customers("a@example.com", "nobody@example.com")
    assert 0 == desk.apply("Assignment", "--file", "rejected.csv").code
    assert 2 == len(desk.live("Assignment"))


def test_a_saved_plan_is_checked(desk: Desk) -> None:
    """Pushed when nothing moved; exit 4 when a row of the shop, or the file, has."""
    _filled(desk)
    rows = desk.rows(*_managers(0, 3, 6, level=5))
    assert 0 == desk.records("diff", "Manager", "--file", rows, "--out", "plan.json").code
    document = json.loads((desk.folder / "plan.json").read_text(encoding="utf-8"))
    assert 3 == document["counts"]["update"]
    number = desk.ids()["Manager"]
    changed: list[dict[str, Any]] = [{"code": "M3", "name": "Somebody", "level": 1}]
    assert desk.other.post(f"/custom-data-records/{number}", json=changed).is_success
    desk.store.clear_requests()
    done = desk.records("apply", "Manager", "plan.json")
    assert (4, []) == (done.code, desk.writes())
    assert 0 == desk.records("diff", "Manager", "--file", rows, "--out", "plan.json").code
    assert 0 == desk.records("apply", "Manager", "plan.json").code
    assert ["5", "5", "5"] == [row["level"] for row in desk.live("Manager") if row["code"] in ("M0", "M3", "M6")]


def test_rows_without_keys_need_insert_once(desk: Desk) -> None:
    """The words of the specification."""
    desk.write(
        "manifests/visit.yaml",
        "kind: definition\nname: VetVisit\nfields:\n  - {name: code, label: c, type: text, required: true}\n",
    )
    assert 0 == desk.run("apply", "--auto-approve").code
    desk.store.clear_requests()
    rows = desk.rows(("a",), ("a",), header="code")
    done = desk.apply("VetVisit", "--file", rows)
    assert [] == desk.writes()
    assert 0 != done.code
    assert (
        "VetVisit has no unique keys: sent again, its rows would double. "
        "Write mode: insert-once, or add the rows by hand."
    ) in done.err
    assert 0 == desk.apply("VetVisit", "--file", rows, "--mode", "insert-once").code
    assert 2 == len(desk.live("VetVisit"))


def test_refused_rows_are_in_the_file_when_nothing_else_is_to_be_done(desk: Desk) -> None:
    """All others are unchanged: the run ends with 5, and the file is written all the same."""
    desk.apply("Manager", "--file", desk.rows(*_managers(1, 2)))
    rows = desk.rows(*_managers(1, 2), ("M3", "x", "high"))
    done = desk.apply("Manager", "--file", rows, "--rejected", "rejected.csv")
    assert 5 == done.code
    _, row = (desk.folder / "rejected.csv").read_text(encoding="utf-8").splitlines()
    assert row.startswith("M3,x,high,4,refused,")


@pytest.mark.parametrize(
    ("lines", "told"),
    [("5-2", "'5-2' ends before it begins"), ("²-3", "is not A-B"), ("-3", "is not A-B"), ("2-x", "is not A-B")],
)
def test_lines_that_are_none_are_wrong_usage(desk: Desk, lines: str, told: str) -> None:
    """Nothing is sent."""
    done = desk.records("apply", "Manager", "--file", desk.rows(("A", "a", 1)), "--lines", lines, "--auto-approve")
    assert (64, []) == (done.code, desk.writes())
    assert told in done.err


def test_one_row_needs_approval(desk: Desk) -> None:
    """The verb goes with the number."""
    done = desk.records("apply", "Manager", "--file", desk.rows(("A", "a", 1)))
    assert "1 row needs approval" in done.err
    done = desk.records("apply", "Manager", "--file", desk.rows(("A", "a", 1), ("B", "b", 1)))
    assert "2 rows need approval" in done.err


def test_a_file_that_is_not_there_is_told_in_one_sentence(desk: Desk) -> None:
    """With what may have been meant."""
    desk.rows(("A", "a", 1))
    assert (
        "There is no file row.csv – did you mean 'rows.csv'?\n"
        in desk.records("diff", "Manager", "--file", "row.csv").err
    )
    assert "There is no file nothing.csv.\n" in desk.records("diff", "Manager", "--file", "nothing.csv").err
