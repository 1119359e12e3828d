"""Hints: what was probably meant."""

from __future__ import annotations

import pytest

from reconciler.form.spelling import MOST_HINTS, Vocabulary, did_you_mean, shown

MANY = Vocabulary([f"Customer{number:04}" for number in range(10_000)])


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("requierd", ["required", "type"], " – did you mean 'required'?"),
        ("LOYALTY", ["Loyalty"], " – did you mean 'Loyalty'?"),
        ("zzz", ["required", "type"], ""),
        ("", ["required"], ""),
        ("x", [], ""),
        ("ab", ["abd", "abc"], " – did you mean 'abd'?"),
        ("x" * 1000, ["x" * 1000], ""),
    ],
)
def test_the_closest_name_is_offered(word: str, known: list[str], hint: str) -> None:
    """Or nothing, when none is close."""
    assert hint == did_you_mean(word, known)


def test_the_order_of_the_names_means_nothing() -> None:
    """The same question has the same answer in every run."""
    assert did_you_mean("ab", ["abc", "abd"]) == did_you_mean("ab", ["abd", "abc"])


@pytest.mark.parametrize("word", ["Custmer4711", "Customer471l", "customer4711", "ustomer4711", "Cusotmer4711"])
def test_a_typo_is_found_among_thousands(word: str) -> None:
    """Wherever in the word it is."""
    assert "Customer47" in MANY.hint(word)


def test_hints_end_when_nobody_can_read_them_any_more() -> None:
    """Hundreds of different typos; those that were answered still are."""
    known = Vocabulary(["Loyalty"])
    assert [" – did you mean 'Loyalty'?"] * MOST_HINTS == [known.hint(f"Loyalty{chr(n)}") for n in range(MOST_HINTS)]
    assert ["", ""] == [known.hint("Loyalti"), known.hint("Loyalti")]


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("'l'été'", "l'été"),
        (r"'C:\shop'", r"C:\shop"),
        (r"'a\u200bb'", "a\u200bb"),
        (r"'a\x0ab'", "a\nb"),
        ("'null'", None),
        ("'true'", True),
        ("'[\"é\", null]'", ["é", None]),
        ("'{\"a\": 1.5}'", {"a": 1.5}),
        ("'75'", 75),
        (f"'{'x' * 80}'…", "x" * 81),
    ],
)
def test_values_are_shown_as_a_manifest_has_them(expected: str, value: object) -> None:
    """Not as Python writes them."""
    assert expected == shown(value)
