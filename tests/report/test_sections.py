"""Lists in a text of limited length."""

import pytest

from reconciler.report.sections import Section, sections_text


def test_what_fits_is_shown_whole_and_what_is_empty_not_at_all() -> None:
    """In the order given, with a number in each heading."""
    sections = [Section("A", ["- a\n", "- b\n"]), Section("B", []), Section("C", ["- c\n"])]
    assert "\n### A (2)\n\n- a\n- b\n\n### C (1)\n\n- c\n" == sections_text(sections, 1000)


@pytest.mark.parametrize("room", [200, 500, 5000])
def test_a_long_list_leaves_room_for_a_short_one(room: int) -> None:
    """The short one is whole, the long one ends with the number of what is missing."""
    sections = [Section("Long", ["- long\n"] * 10_000), Section("Short", ["- short\n"])]
    text = sections_text(sections, room)
    assert room >= len(text)
    assert text.endswith("### Short (1)\n\n- short\n")
    assert f"- and {10_000 - text.count('- long'):,} more\n" in text


def test_an_item_that_is_too_long_is_counted() -> None:
    """Nothing is shown in half."""
    assert "\n### A (1)\n\n- and 1 more\n" == sections_text([Section("A", ["- " + "a" * 500 + "\n"])], 100)
