"""Characters that nobody sees."""

import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.letters import is_hidden, is_odd_blank, quoted, unseen_in

HIDDEN = (
    "\u0000\u0007\u001b\u007f\u0085\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u200e\u202e"
    "\u2060\u2061\u2064\u2066\u206f\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffc\U0001bca0\U0001d159\U0001d173"
    "\U000e0001\U000e0020\U000e0041\U000e007f\U000e0100\U000e01ef\U000e0fff\ud800"
)
BLANKS = "\u00a0\u1680\u2000\u2002\u2003\u2007\u2009\u200a\u2028\u2029\u202f\u205f\u2800\u3000"
SEEN = "Az09 _-.é名前🙂ﬁİ\u0301\u0600\u06dd\u093f\U0001f468№"


@pytest.mark.parametrize("letter", HIDDEN)
def test_what_shows_as_nothing_is_hidden(letter: str) -> None:
    """Controls, joiners, fillers, selectors, tags and marks of direction."""
    assert is_hidden(letter)
    assert letter == unseen_in(f"Foo{letter}Bar")


@pytest.mark.parametrize("letter", BLANKS)
def test_a_blank_that_is_not_the_plain_one_is_odd(letter: str) -> None:
    """Of any width."""
    assert is_odd_blank(letter)
    assert letter == unseen_in(f"Foo{letter}Bar")


@pytest.mark.parametrize("letter", SEEN)
def test_letters_of_all_scripts_are_seen(letter: str) -> None:
    """The plain blank, accents and signs as well."""
    assert unseen_in(f"a{letter}b") is None


@given(st.characters(categories=["Cf", "Zs", "Zl", "Zp", "Cc", "Cs"]))
def test_every_format_and_blank_is_found(letter: str) -> None:
    """But for the plain blank, and for the signs that stand around digits."""
    is_sign = "SIGN" in unicodedata.name(letter, "") or "END OF AYAH" in unicodedata.name(letter, "")
    found = is_hidden(letter) or is_odd_blank(letter)
    assert found or letter == " " or is_sign or "MARK" in unicodedata.name(letter)


@given(st.text(st.characters(codec="utf-8")))
def test_a_quoted_name_reads_back_from_yaml(name: str) -> None:
    """So it can be copied from a message into a manifest."""
    assert name == yaml.safe_load(quoted(name))
    assert unseen_in(quoted(name)) is None
