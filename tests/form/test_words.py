"""Counts, names and values as messages show them."""

import pytest

from reconciler.form.words import counted, plural


@pytest.mark.parametrize(
    ("expected", "count"), [("0 requests", 0), ("1 request", 1), ("2 requests", 2), ("2,000 requests", 2000)]
)
def test_a_count_stands_before_its_noun(expected: str, count: int) -> None:
    """One has no s."""
    assert expected == counted(count, "request")


@pytest.mark.parametrize(("expected", "count"), [("second", 1.0), ("seconds", 0.5), ("seconds", 1.5)])
def test_parts_are_plural(expected: str, count: float) -> None:
    """As 0.5 seconds."""
    assert expected == plural(count, "second")
