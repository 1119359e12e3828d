"""Nothing that a shop or a stranger wrote can move the cursor or hide a word."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.report.terminal import inert, plain, printable, printable_json, width


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
        ("a\\xa0b\\u3000c\\u202fd", "a\u00a0b\u3000c\u202fd"),
        ("❤\\ufe0f \\ufe00\\U000e0100", "❤\ufe0f \ufe00\U000e0100"),
        ("\\u3164\\u115f\\u2800\\u034f\\u180b", "\u3164\u115f\u2800\u034f\u180b"),
        ("e\u0301", "e\u0301"),
        ("\\u0301x", "\u0301x"),
        (" \\u0301", " \u0301"),
        ("a" + "\u0301" * 4 + "\\u0301" * 3, "a" + "\u0301" * 7),
        ("名\u20dd" + "\\u200b\\u0301", "名\u20dd\u200b\u0301"),
        ("5", 5),
    ],
)
def test_control_and_bidi_characters_are_shown(expected: str, text: object) -> None:
    """Blanks but the usual one, too, and what nobody sees; letters of all scripts stay, with their accents."""
    assert expected == printable(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (":\\x3aerror:\\x3ax", "::error::x"),
        ("a :\\x3a warning file=x:\\x3ay", "a :: warning file=x::y"),
        (":\\x3a\\x3aerror:\\x3a", ":::error::"),
        ("#\\x23[add-mask]x", "##[add-mask]x"),
        ("x #\\x23vso[task.setvariable]", "x ##vso[task.setvariable]"),
        ("##\\x23[error]", "###[error]"),
        ("http://[::1]:8/v1 ## note a:b #[x]", "http://[::1]:8/v1 ## note a:b #[x]"),
    ],
)
def test_no_runner_finds_a_command(expected: str, text: str) -> None:
    """In either spelling, anywhere in a line; an address and a heading are none."""
    assert (expected, expected) == (printable(text), inert(text))


@given(st.text(st.sampled_from(':#[]a1 v\u0301\ufe0f\u200b\n"\\\x1b\x7f\x85é名'), max_size=30))
def test_a_json_document_says_the_same_and_shows_everything(text: str) -> None:
    """What does not show is escaped as JSON has it."""
    shown = printable_json(json.dumps({"a": [text]}, ensure_ascii=False, indent=2))
    assert {"a": [text]} == json.loads(shown)
    assert {} == {letter: 1 for letter in shown if letter in "\u200b\ufe0f\x1b\x7f\x85"}
    assert not re.search(r"::(?![0-9\]])|##\w*\[|\u0301{5}", shown)


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
