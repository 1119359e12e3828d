"""One spelling per text, and what a shop is known to do to the texts that it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.form.texts import alteration, canonical_text, list_alteration, same_text, shortening, unescaped

LONG = "Le solde de points de la fidélité " * 3_000
CUT = "the shop shortens it after {}"
ESCAPED = "the shop stores it escaped"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Libellé", "Libelle\u0301"),
        ("a\nb", "a\r\nb"),
        ("a\nb", "a\rb"),
        ("a", "a\n"),
        ("a", "\r\n a\t\n\n"),
        ("a", "\u00a0a\u3000"),
        ("", " \n"),
        ("Å", "\u212b"),
    ],
)
def test_what_is_no_part_of_a_text_makes_no_difference(one: str, other: str) -> None:
    """How accents are encoded, line ends, and blanks around."""
    assert same_text(one, other)
    assert canonical_text(one) == canonical_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "A"), ("é", "e"), ("a b", "a  b"), ("a\nb", "a b"), ("a\n\nb", "a\nb"), ("ﬁ", "fi"), ("a", "")],
)
def test_everything_else_is_another_text(one: str, other: str) -> None:
    """Case, accents, and blanks inside."""
    assert not same_text(one, other)
    assert alteration(one, other) is None is alteration(other, one)


@given(st.text())
def test_the_one_spelling_is_its_own(text: str) -> None:
    """Doing it twice changes nothing."""
    once = canonical_text(text)
    assert once == canonical_text(once)
    assert unescaped(unescaped(text)) == unescaped(text) or text.count("&") > 0


@pytest.mark.parametrize(
    ("wanted", "stored"),
    [
        ("Achats & ventes", "Achats &amp; ventes"),
        ("Achats & ventes", "Achats &amp;amp; ventes\r\n"),
        ("l'adresse", "l&#039;adresse"),
        ("l'adresse", "l&#x27;adresse"),
        ("l'adresse", "l\\'adresse"),
        ("<b>", "&lt;b&gt;"),
        ("Libellé", "Libell&eacute;"),
        ("Libelle\u0301 & co", "Libell&eacute; &amp; co"),
        ('a "b"', "a &quot;b&quot;"),
        ("a &amp; b", "a &amp;amp; b"),
    ],
)
def test_a_text_that_was_escaped_is_told(wanted: str, stored: str) -> None:
    """For HTML, once or more often, or with backslashes."""
    assert ESCAPED == alteration(wanted, stored)


def test_a_text_that_lost_its_escapes_is_told() -> None:
    """Other servers do the opposite."""
    assert "the shop stores it without its escapes" == alteration("A &amp; B", "A & B")
    assert "the shop cannot store some of its characters" == alteration("Merci 🙂 !", "Merci ???? !")


@pytest.mark.parametrize("size", [191, 200, 250, 255, 256, 500, 512, 1000, 1023, 1024, 2000, 4096, 65535, 65536])
@pytest.mark.parametrize("make", [str, str.strip, lambda text: f"{text}\n"])
def test_a_text_that_was_cut_is_told(size: int, make: object) -> None:
    """In characters, whether or not the blanks at the cut were taken away too."""
    assert callable(make)
    told = alteration(LONG, make(LONG[:size]))
    assert told is not None
    assert told in (CUT.format(f"{size} characters"), CUT.format(f"{size - 1} characters"))


@pytest.mark.parametrize(
    ("told", "wanted", "stored"),
    [
        ("255 bytes", LONG, LONG.encode()[:255].decode(errors="ignore")),
        ("255 characters", LONG.replace("de", "&"), LONG.replace("de", "&amp;")[:255]),
        ("50 characters", LONG, LONG[:50]),
        ("64 characters", LONG, LONG[:64]),
        ("38 characters", LONG, LONG[:38]),
        ("21 characters", LONG, LONG[:20] + "…"),
        ("40 characters", LONG, LONG[:37] + "..."),
    ],
)
def test_other_ways_to_cut_are_told(told: str, wanted: str, stored: str) -> None:
    """In bytes, after escaping, short columns in the middle of a word, with dots."""
    assert CUT.format(told) == alteration(wanted, stored)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Phone", "Phone number"),
        ("Tier", "Tiers"),
        ("The manager of the agency, or his deput", "The manager of the agency, or his deputy"),
        ("", "Tier"),
        ("Tier", ""),
        ("Where the customer lives and works today", "Where the customer lives and works today, if known"),
        ("Points…", "Points of the year"),
        (LONG[:259], LONG),
        (LONG[1:256], LONG),
        ("A & B", "A & C"),
        ("A &amp; B", "A & C"),
        ("Points", "Points 🙂"),
    ],
)
def test_an_edit_is_no_alteration(before: str, after: str) -> None:
    """A text that somebody went on to write has no round length, or ends with a word."""
    assert alteration(after, before) is None


def test_of_a_text_that_was_just_sent_every_beginning_was_cut() -> None:
    """Nobody has edited it meanwhile."""
    assert CUT.format("5 characters") == shortening("Phone number", "Phone")
    assert shortening("Phone number", "") is None is shortening("Phone number", "phone")


@pytest.mark.parametrize(
    ("told", "wanted", "stored"),
    [
        ("", ["a", "b"], ["b", "a"]),
        ("", ["é", "1"], ["1", "e\u0301 "]),
        (ESCAPED, ["a & b", "c"], ["c", "a &amp; b"]),
        ("", ["a &amp; b", "a & b"], ["a & b", "a &amp; b"]),
        (None, ["a", "a"], ["a", "b"]),
        (None, ["a"], ["a", "b"]),
        (None, ["a", "b"], ["a"]),
    ],
)
def test_the_order_of_texts_in_a_list_means_nothing(
    told: str | None, wanted: list[object], stored: list[object]
) -> None:
    """Each has its counterpart."""
    assert told == list_alteration(wanted, stored)
