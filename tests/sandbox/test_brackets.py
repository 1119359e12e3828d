"""Bracketed query strings become nested values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.sandbox.brackets import decode


def test_indices_make_arrays_and_names_make_objects() -> None:
    """The encoding the JavaScript client produces is understood."""
    pairs = [("filters[0][field]", "status"), ("filters[0][values][0]", "1"), ("filters[0][values][1]", "2")]
    assert {"filters": [{"field": "status", "values": ["1", "2"]}]} == decode(pairs)


def test_empty_brackets_append() -> None:
    """``fields[]`` given twice is an array of two."""
    assert {"fields": ["id", "name"]} == decode([("fields[]", "id"), ("fields[]", "name")])


def test_a_repeated_name_is_an_array() -> None:
    """``fields`` given twice is an array of two."""
    assert {"fields": ["id", "name"]} == decode([("fields", "id"), ("fields", "name")])


@given(st.lists(st.tuples(st.text("ab[]01", max_size=12), st.text(max_size=3)), max_size=6))
def test_any_query_is_decoded(pairs: list[tuple[str, str]]) -> None:
    """No combination of brackets makes it fail."""
    assert isinstance(decode(pairs), dict)
