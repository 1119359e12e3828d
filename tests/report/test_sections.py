"""Lists in a text of limited length."""

import re

import pytest

from reconciler.model.address import Address
from reconciler.report.sections import Entry, Section, sections_text


def entry(name: str, *rows: str) -> Entry:
    return Entry(f"- {name}", tuple(f"  - {row}\n" for row in rows), address=Address("event", name))


def test_what_fits_is_shown_whole_and_what_is_empty_not_at_all() -> None:
    """In the order given, with a number in each heading."""
    sections = [Section("A", [entry("a", "x", "y"), entry("b")]), Section("B", []), Section("C", [entry("c")], "9")]
    assert "\n### A (2)\n\n- a\n  - x\n  - y\n- b\n\n### C (9)\n\n- c\n" == sections_text(sections, 1000)


@pytest.mark.parametrize("room", [300, 500, 5000])
def test_a_long_list_leaves_room_for_a_short_one(room: int) -> None:
    """The short one is whole with its rows, the long one ends with the number of what is missing."""
    sections = [
        Section("Long", [entry(f"long{n}") for n in range(10_000)]),
        Section("Short", [entry("short", "x")]),
    ]
    text = sections_text(sections, room)
    assert room >= len(text)
    assert text.endswith("### Short (1)\n\n- short\n  - x\n")
    assert f"**and {10_000 - text.count('`long'):,} more, for which there is no room here**\n" in text


@pytest.mark.parametrize("room", [200, 1000])
def test_lines_that_name_nothing_end_with_a_number(room: int) -> None:
    """Warnings have no names."""
    text = sections_text([Section("Long", [Entry(f"- line {n}") for n in range(1000)])], room)
    assert room >= len(text)
    assert f"- and {1000 - text.count('- line'):,} more\n" in text


def test_an_entry_that_is_too_long_is_counted() -> None:
    """Nothing is shown in half."""
    assert "\n### A (1)\n\n- and 1 more\n" == sections_text([Section("A", [Entry("- " + "a" * 500)])], 100)


@pytest.mark.parametrize("room", [400, 600, 1200])
def test_every_object_gets_as_many_rows_as_the_others(room: int) -> None:
    """And one with less to say leaves its room to them; how many there are is said where some are missing."""
    entries = [entry("few", "row 00")] + [entry(f"many{n}", *(f"row {row:02}" for row in range(50))) for n in range(5)]
    text = sections_text([Section("A", entries)], room)
    shown = [block.count("  - row") for block in re.findall(r"(?m)^- many.*(?:\n  - .*)*", text)]
    assert room >= len(text)
    assert "- few\n  - row 00\n" in text
    assert (5, True) == (len(shown), max(shown) - min(shown) <= 1)
    assert [f"- many{n} ({count} of 50 shown)" for n, count in enumerate(shown)] == re.findall(r"(?m)^- many.*", text)


def test_names_stand_by_kind_when_there_is_no_room_for_addresses() -> None:
    """Whole first, then shortened in the middle."""
    addresses = [Address(kind, f"a rather long name {n:02}") for n in range(10) for kind in ("event", "override")]
    section = Section("A", [Entry(f"- {address}" * 9, address=address) for address in addresses])
    whole = sections_text([section], 700)
    assert all(f"`{address}`" in whole for address in addresses)
    by_kind = sections_text([section], 620)
    assert "event: `a rather long name 00`, `a rather long name 01`, " in by_kind
    shortened = sections_text([section], 420)
    assert "event: `a rather… 00`, `a rather… 01`, " in shortened
    assert 20 == shortened.count("…")


def test_parts_are_named_when_no_row_has_room() -> None:
    """As many as fit, one after the other."""
    parts = ["alpha", "beta", "gamma"]
    entry = Entry("- a", parts, lambda part: f"  - {part * 50}\n", lambda part: f"`{part}`")
    assert "\n### A (1)\n\n- a (2 of 3 shown)\n  - `alpha`, `beta`\n" == sections_text([Section("A", [entry])], 75)
    assert "\n### A (1)\n\n- a (0 of 3 shown)\n" == sections_text([Section("A", [entry])], 55)
