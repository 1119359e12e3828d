"""Nothing that a shop or a stranger wrote can move the cursor or hide a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.report.terminal import plain, printable, width


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("plain text, é, 名, 🙂", "plain text, é, 名, 🙂"),
        ("\\x1b[31m", "\x1b[31m"),
        ("\\x0d\\x0a\\x09", "\r\n\t"),
        ("\\x07\\x7f\\x9b", "\x07\x7f\x9b"),
        ("\\u202e\\u2066\\u200b\\ufeff", "\u202e\u2066\u200b\ufeff"),
        ("\\u2028", "\u2028"),
        ("\\ud800", "\ud800"),
        ("\\U000e0041", "\U000e0041"),
        ("\\xad", "\xad"),
        ("a\u00a0b\u3000c", "a\u00a0b\u3000c"),
        ("5", 5),
    ],
)
def test_control_and_bidi_characters_are_shown(expected: str, text: object) -> None:
    """Spaces and letters of all scripts stay."""
    assert expected == printable(text)


@given(st.text())
def test_what_is_shown_is_harmless_and_stays_so(text: str) -> None:
    """Showing twice changes nothing."""
    once = printable(text)
    assert once == printable(once)
    assert all(
        letter.isprintable() or (letter.isspace() and letter not in "\n\r\t\x0b\x0c\x85\u2028\u2029") for letter in once
    )


@pytest.mark.parametrize(
    ("expected", "text"), [(0, ""), (5, "a b.c"), (1, "é"), (1, "e\u0301"), (4, "名前"), (2, "🙂"), (2, "Ａ"), (1, "ｱ")]
)
def test_width_is_counted_in_columns(expected: int, text: str) -> None:
    """As a terminal shows it."""
    assert expected == width(text)


def test_without_colour_text_is_left_alone() -> None:
    """The default paint."""
    assert "text" == plain("text", "red")
