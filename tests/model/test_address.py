"""Identity: kind and name, and when two names are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds.registry import KINDS
from reconciler.model.address import Address, casefolded, fold

NAMES = st.text(st.characters(codec="utf-8"), min_size=1)
ADDRESSES = st.builds(Address, st.sampled_from(sorted(KINDS)), NAMES)


@given(ADDRESSES)
def test_an_address_reads_back_from_its_text(address: Address) -> None:
    """Whatever the name holds, slashes included."""
    assert address == Address.parse(str(address))


@given(st.lists(ADDRESSES))
def test_addresses_are_ordered_by_kind_then_name(addresses: list[Address]) -> None:
    """Totally."""
    assert sorted(addresses) == sorted(addresses, key=lambda address: (address.kind, address.name))


@pytest.mark.parametrize("text", ["", "definition", "definition/", "/a", "Definition/a", "definition a", "1/a"])
def test_anything_else_is_no_address(text: str) -> None:
    """The message names the form; which kinds there are is for their registry to say."""
    with pytest.raises(ValueError, match="expected KIND/NAME"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fidélité", "FIDELITE"),
        (" a ", "A"),
        ("Straße", "STRASSE"),
        ("e\u0301", "é"),
        ("ﬁ", "FI"),
        ("İ", "i"),
        ("℡", "tel"),
    ],
)
def test_the_server_takes_these_names_for_one(one: str, other: str) -> None:
    """Blanks around, case and accents are nothing."""
    assert fold(one) == fold(other)
    assert Address("event", one).folded == Address("event", other).folded


@pytest.mark.parametrize(("one", "other"), [("a b", "ab"), ("a", "b"), ("a.b", "a-b"), ("1", "2")])
def test_these_names_stay_apart(one: str, other: str) -> None:
    """Letters, digits and signs count."""
    assert fold(one) != fold(other)


def test_kinds_stay_apart() -> None:
    """A definition and an event may have one name."""
    assert Address("event", "a").folded != Address("definition", "a").folded


@given(NAMES)
def test_folding_twice_changes_nothing(name: str) -> None:
    """A folded name is its own fold."""
    assert fold(name) == fold(fold(name))
    assert casefolded(name) == casefolded(casefolded(name))


@given(NAMES)
def test_names_that_differ_by_case_alone_fold_to_one(name: str) -> None:
    """Whichever way they are compared; what is equal without accents stripped is equal with them stripped."""
    other = name.swapcase()
    assert casefolded(name) != casefolded(other) or fold(name) == fold(other)


@pytest.mark.parametrize(("one", "other", "same"), [("É", " é", True), ("e\u0301", "É", True), ("é", "e", False)])
def test_references_keep_their_accents(one: str, other: str, same: bool) -> None:
    """Only case, blanks and the way an accent is encoded are nothing."""
    assert same is (casefolded(one) == casefolded(other))
