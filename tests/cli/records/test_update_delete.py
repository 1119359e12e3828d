"""R20: a portfolio is handed over, and a customer unassigned."""

from collections.abc import Callable

from tests.cli.records.conftest import Desk

HEADER = "contact_id.email,code,note"


def _filled(desk: Desk) -> None:
    desk.customers(*(f"p{i}@example.com" for i in range(1, 8)))
    rows = [(f"p{i}@example.com", "COM-001" if i < 5 else "COM-002", "n") for i in range(1, 8)]
    assert 0 == desk.apply("Assignment", "--file", desk.rows(*rows, header=HEADER)).code
    desk.store.clear_requests()


def test_a_portfolio_is_handed_over(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """All rows of the one get the other; afterwards the one has none, and that is told."""
    _filled(desk)
    done = desk.records(
        "update",
        "Assignment",
        "--where",
        "code=COM-001",
        "--set",
        "code=COM-005",
        "--set",
        "note=2026",
        "--auto-approve",
    )
    assert 0 == done.code, done
    assert "code=COM-001: 0 rows now" in done.err
    assert "4 updated" in done.out
    rows = desk.live("Assignment")
    assert ["COM-005"] * 4 + ["COM-002"] * 3 == [row["code"] for row in rows]
    assert ["2026"] * 4 + ["n"] * 3 == [row["note"] for row in rows]
    assert 1 == len(desk.writes())
    done = desk.records("update", "Assignment", "--where", "code=COM-001", "--set", "code=COM-005", "--auto-approve")
    assert (0, 1) == (done.code, len(desk.writes()))
    figure("R20", f"a portfolio of 4 rows handed over and asked for again: {len(desk.writes())} write in all")


def test_an_update_asks_first(desk: Desk) -> None:
    """Nothing is sent without approval."""
    _filled(desk)
    done = desk.records("update", "Assignment", "--where", "code=COM-001", "--set", "code=COM-005")
    assert (3, []) == (done.code, desk.writes())


def test_only_one_contact_is_changed(desk: Desk) -> None:
    """`--where contact_id.email=…`."""
    _filled(desk)
    done = desk.records(
        "update", "Assignment", "--where", "contact_id.email=p2@example.com", "--set", "code=X", "--auto-approve"
    )
    assert 0 == done.code, done
    assert [2] == [number for number, row in enumerate(desk.live("Assignment"), 1) if row["code"] == "X"]


def test_a_customer_is_unassigned(desk: Desk) -> None:
    """The contact is looked up, its row is found and deleted by its number, and it is polled until it is gone."""
    _filled(desk)
    where = ("--where", "contact_id.email=p3@example.com")
    done = desk.records("delete", "Assignment", *where)
    assert (3, []) == (done.code, desk.writes())
    assert "--allow-destroy" in done.err
    done = desk.records("delete", "Assignment", *where, "--allow-destroy", "--auto-approve")
    assert 0 == done.code, done
    assert "1 deleted" in done.out
    assert 6 == len(desk.live("Assignment"))
    assert 1 == len(desk.writes())
    done = desk.records("delete", "Assignment", *where, "--allow-destroy", "--auto-approve")
    assert (0, 1) == (done.code, len(desk.writes()))


def test_rows_are_deleted_by_a_file_of_keys(desk: Desk) -> None:
    """Keys that are not there are no mistake."""
    _filled(desk)
    keys = desk.rows(("p1@example.com",), ("p7@example.com",), header="contact_id.email", name="keys.csv")
    done = desk.records("delete", "Assignment", "--file", keys, "--allow-destroy", "--auto-approve")
    assert 0 == done.code, done
    assert 5 == len(desk.live("Assignment"))


def test_too_many_deletes_are_refused(desk: Desk) -> None:
    """`max_record_deletes` counts here too."""
    _filled(desk)
    desk.write("reconciler.toml", "[guards]\nmax_record_deletes = 3\n")
    done = desk.records("delete", "Assignment", "--where", "code=COM-001", "--allow-destroy", "--auto-approve")
    assert (3, []) == (done.code, desk.writes())
    assert "Assignment: 4 rows would be deleted and max_record_deletes is 3. Nothing was sent." in done.err


def test_what_is_no_field_or_contact_is_told(desk: Desk) -> None:
    """Exit 64, and nothing is sent."""
    _filled(desk)
    for where in ("cod=COM-001", "contact_id.email=nobody@example.com", "code.email=x"):
        done = desk.records("delete", "Assignment", "--where", where, "--allow-destroy", "--auto-approve")
        assert (64, []) == (done.code, desk.writes()), where


def test_a_condition_that_no_row_fits_is_told(desk: Desk) -> None:
    """Exit code 0, nothing is sent, and a misspelt value does not look like work that is done."""
    _filled(desk)
    done = desk.records("update", "Assignment", "--where", "code=COM-9", "--set", "note=x", "--auto-approve")
    assert (0, []) == (done.code, desk.writes())
    assert "No row of Assignment has code=COM-9." in done.err
    done = desk.records("delete", "Assignment", "--where", "code=COM-9", "--allow-destroy", "--auto-approve")
    assert (0, []) == (done.code, desk.writes())
    assert "No row of Assignment has code=COM-9." in done.err
