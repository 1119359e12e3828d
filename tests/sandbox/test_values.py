"""Values are converted as leniently as the database would, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.sandbox.values import stored

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("number", "12", 12),
        ("number", 3.0, 3),
        ("decimal", "1.5", 1.5),
        ("bool", 1, True),
        ("bool", "false", False),
        ("text", 5, "5"),
        ("date", "2024-03-15", "2024-03-15"),
        ("date", "2024-03-15T10:00:00Z", "2024-03-15"),
        ("json", {"a": [1]}, {"a": [1]}),
    ],
)
def test_a_convertible_value_is_converted(type_: str, value: object, expected: object) -> None:
    """What the database would convert is stored converted."""
    assert expected == stored({"type": type_}, value)


@pytest.mark.parametrize(
    ("type_", "value"),
    [("number", "abc"), ("number", True), ("bool", "yes"), ("text", ["a"]), ("date", "15/03/2024"), ("datetime", 5)],
)
def test_a_foreign_value_is_refused(type_: str, value: object) -> None:
    """The wrong kind of value is an error."""
    with pytest.raises(ValueError, match="must be"):
        stored({"type": type_}, value)


def test_a_list_takes_only_its_options() -> None:
    """A list field with options knows nothing else."""
    with pytest.raises(ValueError, match="must be one of the following values: a, 2"):
        stored({"type": "list", "options": ["a", 2]}, "b")


@given(st.sampled_from(["bool", "text", "number", "decimal", "list", "date", "datetime", "geolocation"]), JSON)
def test_storing_a_stored_value_changes_nothing(type_: str, value: object) -> None:
    """Conversion is idempotent, and fails only with ValueError."""
    try:
        once = stored({"type": type_}, value)
    except ValueError:
        return
    assert repr(once) == repr(stored({"type": type_}, once))
