"""What reading costs is told before it is read, when it takes more than a moment."""

import json
import re
from collections.abc import Callable

from tests.cli.records.conftest import Desk


def _many(desk: Desk, count: int, code: str = "COM") -> str:
    return desk.rows(*((f"{code}-{i}", f"Name {i}", 1) for i in range(count)))


def test_a_long_reading_is_told_before_it_begins(desk: Desk) -> None:
    """In requests and time, which are nothing in the embedded sandbox; the report says how many there were."""
    done = desk.records("diff", "Manager", "--file", _many(desk, 5_001), "--read", "keys", "--rows", "1")
    assert "reading: by key 51 requests · about 1 s" in done.err
    assert "reading: by key · 52 requests" in done.out


def test_looking_up_references_is_part_of_it(desk: Desk) -> None:
    """Contacts that a file names by e-mail: a request for each hundred."""
    rows = [(f"p{i}@example.com", "COM-1", "n") for i in range(2_501)]
    file = desk.rows(*rows, header="contact_id.email,code,note")
    done = desk.records("diff", "Assignment", "--file", file, "--read", "keys", "--format", "json")
    assert "reading: by key 26 requests + references 26 · about 1 s" in done.err


def test_a_slower_rate_takes_longer(desk: Desk) -> None:
    """Ninety requests at `rate = 60` have to wait for the next minute, also in the embedded sandbox."""
    file = _many(desk, 3_000)
    told = "3,000 to create, 0 to update · 90 requests to push and read back, about"
    assert f"{told} 1 s" in desk.records("diff", "Manager", "--file", file, "--read", "none").out
    desk.write("reconciler.toml", "[targets.sandbox]\nrate = 60\n")
    assert f"{told} 60 s" in desk.records("diff", "Manager", "--file", file, "--read", "none").out


def _forecast(desk: Desk, *options: str) -> int:
    """The requests that an apply foretells; nothing is sent without approval."""
    done = desk.records("apply", "Manager", "--file", _many(desk, 230), *options)
    found = re.search(r"([0-9]+) requests? to push", done.out)
    assert found, done
    return int(found[1])


def test_a_forecast_knows_the_options_of_the_push(desk: Desk) -> None:
    """Batches, and what is read back: all, a part of the rows, a sample or their number."""
    assert 5 + 3 == _forecast(desk)
    assert 23 + 3 == _forecast(desk, "--batch", "10")
    assert 1 + 1 == _forecast(desk, "--first", "30")
    assert 5 + 1 == _forecast(desk, "--verify", "count")
    assert 5 + 2 == _forecast(desk, "--verify", "sample")
    assert [] == desk.writes()


def test_a_short_reading_is_not_talked_about(desk: Desk) -> None:
    """Nothing on stderr."""
    done = desk.records("diff", "Manager", "--file", _many(desk, 100))
    assert "reading" not in done.err


def _filled(desk: Desk, live: int) -> None:
    rows = [{"code": f"COM-{i}", "name": f"Name {i}", "level": 1} for i in range(live)]
    for place in range(0, live, 20):
        path = f"/custom-data-records/{desk.ids()['Manager']}"
        assert desk.other.post(path, json=rows[place : place + 20]).is_success


def _read(desk: Desk, name: str, file: str, *options: str) -> tuple[str, int, int]:
    """How the shop was read, in how many requests by the report, and by the log beyond that for definitions."""
    desk.store.clear_requests()
    done = desk.records("diff", name, "--file", file, "--format", "json", *options)
    told = json.loads(done.out)["read"]
    logged = [each for each in desk.store.requests() if "/custom-data-definitions?" not in each.path]
    return told["how"], told["requests"], len(logged)


def test_the_cheapest_reading_is_chosen_and_takes_what_is_told(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """R6: `.read.requests` are those of the shop's log, whatever is read and why."""
    few = _many(desk, 3)
    assert ("whole", 1, 1) == _read(desk, "Manager", few)  # an empty table
    _filled(desk, 450)
    assert ("keys", 2, 2) == _read(desk, "Manager", few)
    assert ("whole", 5, 5) == _read(desk, "Manager", _many(desk, 450))
    assert ("whole", 5, 5) == _read(desk, "Manager", _many(desk, 3), "--read", "whole")
    assert ("none", 0, 0) == _read(desk, "Manager", few, "--read", "none")
    desk.customers(*(f"p{i}@example.com" for i in range(50)))
    people = [(f"p{i}@example.com", "COM-1", "n") for i in range(50)]
    assigned = desk.rows(*people, header="contact_id.email,code,note")
    how, told, logged = _read(desk, "Assignment", assigned)
    assert ("whole", told) == (how, logged)
    figure(
        "R6", f"6 readings, whole, by key and none: requests told = requests of the shop's log ({told} with contacts)"
    )
