"""Names compare as in the server's database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.sandbox.folding import name_key


@pytest.mark.parametrize(("one", "other"), [("Fidélité", "FIDELITE"), ("a  ", "A"), ("Straße", "STRASSE")])
def test_these_names_are_the_same(one: str, other: str) -> None:
    """Case, accents and trailing blanks do not count."""
    assert name_key(one) == name_key(other)


def test_leading_blanks_count() -> None:
    """A name with a blank in front is another name."""
    assert name_key(" a") != name_key("a")


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    """The key of a key is the key."""
    assert name_key(name) == name_key(name_key(name))
