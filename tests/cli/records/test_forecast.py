"""What reading costs is told before it is read, when it takes more than a moment."""

from tests.cli.records.conftest import Desk


def _many(desk: Desk, count: int) -> str:
    return desk.rows(*((f"COM-{i}", f"Name {i}", 1) for i in range(count)))


def test_a_long_reading_is_told_before_it_begins(desk: Desk) -> None:
    """In requests and time; the report says how many there were."""
    done = desk.records("diff", "Manager", "--file", _many(desk, 5_001), "--read", "keys", "--rows", "1")
    assert "reading: by key 51 requests · about 5 s" in done.err
    assert "reading: by key · 52 requests" in done.out


def test_looking_up_references_is_part_of_it(desk: Desk) -> None:
    """Contacts that a file names by e-mail: a request for each hundred."""
    rows = [(f"p{i}@example.com", "COM-1", "n") for i in range(2_501)]
    file = desk.rows(*rows, header="contact_id.email,code,note")
    done = desk.records("diff", "Assignment", "--file", file, "--read", "keys", "--format", "json")
    assert "reading: by key 26 requests + references 26 · about 5 s" in done.err


def test_a_slower_rate_takes_longer(desk: Desk) -> None:
    """`rate` of the target decides."""
    desk.write("reconciler.toml", "[targets.sandbox]\nrate = 60\n")
    done = desk.records("diff", "Manager", "--file", _many(desk, 5_001), "--read", "keys")
    assert "about 51 s" in done.err, done


def test_a_short_reading_is_not_talked_about(desk: Desk) -> None:
    """Nothing on stderr."""
    done = desk.records("diff", "Manager", "--file", _many(desk, 100))
    assert "reading" not in done.err
