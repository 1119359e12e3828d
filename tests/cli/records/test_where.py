"""`--where` of a comparison narrows both sides, so it takes what both sides can show."""

import pytest

from tests.cli.records.conftest import Desk


def test_a_condition_narrows_both_sides(desk: Desk) -> None:
    """A row of the file with another value is left out."""
    file = desk.rows(("A", "a", 1), ("B", "b", 2))
    done = desk.records("diff", "Manager", "--file", file, "--where", "level=1")
    assert "1 row to create" in done.out


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("lvel=1", "Manager has no field 'lvel' – did you mean 'level'?"),
        ("Level=1", "Manager has no field 'Level' – did you mean 'level'?"),
        ("code.email=x", "Manager has no field 'code.email': --where compares what code itself holds."),
    ],
)
def test_what_is_no_field_is_told(desk: Desk, where: str, told: str) -> None:
    """As wrong usage, with what may have been meant, and before rows are read."""
    desk.store.clear_requests()
    done = desk.records("diff", "Manager", "--file", desk.rows(("A", "a", 1)), "--where", where)
    assert 64 == done.code
    assert told in done.err
    assert not [each for each in desk.store.requests() if "/custom-data-records/" in each.path]


def test_a_key_in_the_file_is_not_compared_with_a_number(desk: Desk) -> None:
    """The file would have no such row, which would be told as nothing to do."""
    file = desk.rows(("p1@example.com", "A", "n"), header="contact_id.email,code,note")
    done = desk.records("diff", "Assignment", "--file", file, "--where", "contact_id=1")
    assert 64 == done.code
    assert "the file names contact_id by a key and the shop has numbers, which cannot be compared" in done.err
