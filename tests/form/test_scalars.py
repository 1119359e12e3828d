"""One spelling per value, whatever a listing made of it."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.form.scalars import canonical, truth

SAME: list[tuple[str, object, list[object]]] = [
    ("number", 5, ["5", " 5 ", "5.0", 5.0, "5e0"]),
    ("number", 0, ["0", "-0", "0.000", -0.0]),
    ("number", True, [True]),
    ("decimal", 79.9, ["79.90", "79.9", 79.9]),
    ("decimal", "0.1000000000000000000000000000000000000001", ["0.10000000000000000000000000000000000000010"]),
    ("decimal", "0.00000001234567890123456789", ["1.234567890123456789e-8", "0.000000012345678901234567890"]),
    ("decimal", 10**40, ["1e40"]),
    ("decimal", "1e41", ["1e41"]),
    ("decimal", 1e-40, ["1e-40"]),
    ("decimal", "1e-41", ["1e-41"]),
    ("decimal", "NaN", ["NaN"]),
    ("decimal", "Infinity", ["Infinity"]),
    ("number", "five", ["five"]),
    ("number", "1_000", ["1_000"]),
    ("number", "٧٥", ["٧٥"]),
    ("decimal", "nan", [float("nan")]),
    ("date", "٢٠٢٦-01-31T00:00:00Z", ["٢٠٢٦-01-31T00:00:00Z"]),
    ("number", "1e99999999999999999999", ["1e99999999999999999999"]),
    ("bool", True, [True, 1, "1", "true", " TRUE "]),
    ("bool", False, [False, 0, "0", "false"]),
    ("bool", "yes", ["yes"]),
    ("text", "5", [5, 5.0, "5"]),
    ("text", "2.5", [2.5]),
    ("longtext", "true", [True, "true"]),
    ("longtext", "false", [False]),
    ("list", "1", [1, 1.0, "1"]),
    ("date", "2026-01-31", ["2026-01-31", " 2026-01-31 ", "2026-01-31T00:00:00Z", "2026-01-31 00:00:00.000+00:00"]),
    ("date", "2026-01-31", ["2026-01-31T00:00", "2026-01-31T00:00:00+0000"]),
    ("date", "2026-01-31T12:00:00Z", ["2026-01-31T12:00:00Z"]),
    (
        "datetime",
        "2026-01-31T12:00:00+00:00",
        ["2026-01-31T12:00:00Z", "2026-01-31 12:00:00", "2026-01-31T13:00+01:00"],
    ),
    ("datetime", "2026-01-31T00:00:00+00:00", ["2026-01-31", " 2026-01-31T00:00:00 "]),
    ("datetime", "soon", [" soon "]),
    ("datetime", "0001-01-01T00:00:00+14:00", ["0001-01-01T00:00:00+14:00"]),
    (
        "json",
        '{"a": "1", "b": ["true", null]}',
        [{"b": [True, None], "a": 1}, '{"b":[true,null],"a":1.0}', {"a": "1", "b": ["true", None]}],
    ),
    ("json", '"é"', ['"\\u00e9"', '"é"']),
    ("json", '["2.5", "3"]', [[2.5, 3.0], ["2.5", 3]]),
    ("json", "{not json", ["{not json"]),
    ("geolocation", '{"lat": "48.85", "lng": "2"}', [{"lng": 2, "lat": 48.85}, '{"lng":2.0,"lat":48.850}']),
    ("something new", [1], [[1]]),
]


@pytest.mark.parametrize(
    ("type_name", "expected", "value"), [(name, one, value) for name, one, values in SAME for value in values]
)
def test_spellings_of_one_value_are_one(type_name: str, expected: object, value: object) -> None:
    """What the server turns into strings, re-cases or pads is the same value, and of the same type."""
    got = canonical(value, type_name)
    assert (expected, type(expected)) == (got, type(got))


@pytest.mark.parametrize("type_name", ["number", "bool", "text", "date", "datetime", "json", "something new"])
def test_nothing_stays_nothing(type_name: str) -> None:
    """None is no value of any type."""
    assert canonical(None, type_name) is None


@pytest.mark.parametrize(("type_name", "one", "other"), [("text", "1", "01"), ("json", 1, True), ("list", "a", "A")])
def test_different_values_stay_different(type_name: str, one: object, other: object) -> None:
    """Only what the server is known to do is undone."""
    assert canonical(one, type_name) != canonical(other, type_name)


def test_json_that_is_nested_too_deeply_is_kept_as_text() -> None:
    """A hostile shop gets a difference, not a crash."""
    deep = "[" * 100_000
    assert deep == canonical(deep, "json")


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (True, True),
        (True, "1"),
        (True, " True "),
        (True, 1),
        (False, "0"),
        (False, None),
        (False, "maybe"),
        (False, ""),
    ],
)
def test_flags_may_arrive_as_text(expected: bool, value: object) -> None:
    """What cannot be read counts as false."""
    assert expected is truth(value)


@given(st.from_regex(r"[-+]?([0-9]{1,17}\.?[0-9]{0,17}|\.[0-9]{1,17})([eE][-+]?[0-9])?", fullmatch=True))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_a_number_keeps_its_exact_value_however_long_it_is(text: str) -> None:
    """Short ones are read in a quicker way."""
    assert Decimal(text) == Decimal(str(canonical(text, "decimal")))


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_a_number_and_its_text_are_one_value(value: float) -> None:
    """Of every size."""
    assert canonical(repr(value), "decimal") == canonical(value, "decimal")
