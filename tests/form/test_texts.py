"""One spelling per text, and what a shop is known to do to the texts that it is sent."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.form.texts import (
    alteration,
    alteration_for_good,
    canonical_text,
    holds_bare_signs,
    list_alteration,
    same_text,
    shortening,
    unescaped,
)
from reconciler.model.live import Keeping

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
        ("255 characters", "ab & cd " * 50, ("ab & cd " * 50)[:255].replace("&", "&amp;")),
        ("255 characters", "a\nb\n" * 99, "a\r\nb\r\n" * 42 + "a\r\n"),
        ("255 bytes", LONG, unicodedata.normalize("NFD", LONG)[:255]),
        ("50 characters", LONG, LONG[:49] + "…"),
        ("100 characters", LONG, LONG[:97] + "..."),
    ],
)
def test_other_ways_to_cut_are_told(told: str, wanted: str, stored: str) -> None:
    """In bytes, before or after escaping, with other line ends or accents, with dots."""
    assert CUT.format(told) == alteration(wanted, stored)


TEAM = "Catalog of account managers and their team"


@pytest.mark.parametrize(
    ("told", "wanted", "stored"),
    [
        ("38 characters", LONG, LONG[:38]),
        ("21 characters", LONG, LONG[:20] + "…"),
        ("41 characters", LONG, LONG[:38] + "..."),
        ("240 characters", "abcdefghij" * 50, "abcdefghij" * 24),
        ("27 characters", "Vente & retour de produits", "Vente &amp; retour de produ"),
    ],
)
def test_what_breaks_off_within_a_word_is_no_edit_of_what_cannot_change(told: str, wanted: str, stored: str) -> None:
    """It would be blocked for ever. A text that can be changed is sent again."""
    assert told in str(alteration_for_good(wanted, stored))
    assert alteration(wanted, stored) is None


def test_an_edit_within_a_word_is_one() -> None:
    """Somebody wrote a plural and went on: 42 characters are the size of no column."""
    assert alteration(f"{TEAM}s, kept by the sales department", TEAM) is None


@pytest.mark.parametrize(("wanted", "stored"), [("A & B", "A &amp; B"), (LONG, LONG[:255]), ("A 🙂", "A ?")])
def test_where_nothing_is_sent_nothing_is_altered(wanted: str, stored: str) -> None:
    """Of two revisions of a manifest, each says what it means."""
    assert alteration(wanted, stored, Keeping.EXACT) is None is alteration_for_good(wanted, stored, Keeping.EXACT)


def test_a_shop_that_shows_signs_does_not_escape() -> None:
    """What looks escaped there was written so. It may cut nevertheless."""
    assert alteration("Q & A", "Q &amp; A", Keeping.UNESCAPED) is None
    assert alteration(LONG, LONG[:255], Keeping.UNESCAPED) is not None


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (True, "a & b"),
        (True, "R&D"),
        (True, "<b>"),
        (True, 'a "b"'),
        (False, "a &amp; b &#39; &#x27;"),
        (False, "l'été"),
    ],
)
def test_signs_that_are_no_part_of_an_escape_are_bare(expected: bool, text: str) -> None:
    """A text that was escaped holds none of them."""
    assert expected == holds_bare_signs(text)


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
    assert CUT.format("5 characters") == shortening("A & B number", "A &amp; B")
    assert CUT.format("8 characters") == shortening("Phone number", "Phone nu", "Phone nu")
    assert shortening("Phone number", "Phone", "Phone") is None is shortening("Tiers", "Tier", "Tier")
    old = "Points of all customers"
    assert CUT.format("23 characters") == shortening(f"{old} this year", old, old)
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
