"""Values out of a longer text, and where their parts stand."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.form.json_values import (
    DoubledKey,
    NoJson,
    places_in,
    value_at,
    value_with_doubles_at,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
LAYOUTS = [{}, {"indent": 1}, {"separators": (",", ":"), "ensure_ascii": False}]


def _parts(value: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Any]:
    """Each value in it by its path."""
    found = {path: value}
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found |= _parts(inner, (*path, key))
    return found


@given(JSON, st.sampled_from(LAYOUTS), st.text("[{, \n", max_size=3))
def test_every_value_and_every_key_stands_at_its_place(value: Any, layout: dict[str, Any], before: str) -> None:
    """However it is written, and whatever stands around it."""
    text = f"{before}{json.dumps(value, **layout)}, more"
    at = len(before)
    read, end = value_at(text, at)
    assert (value, ", more") == (read, text[end:])
    places = places_in(text, at)
    parts = _parts(value)
    assert parts == {path: json.JSONDecoder().raw_decode(text, place)[0] for path, place in places.values.items()}
    assert {path: path[-1] for path in parts if path and isinstance(path[-1], str)} == {
        path: json.JSONDecoder().raw_decode(text, place)[0] for path, place in places.keys.items()
    }
    assert [] == places.doubled


def test_a_key_that_stands_twice_has_two_places() -> None:
    """The second is the one that is too much, and its value the one that counts."""
    text = '{"a": 1, "b": {"a": 2}, "a": 3}'
    with pytest.raises(DoubledKey, match="a key stands twice in one object"):
        value_at(text, 0)
    assert ({"a": 3, "b": {"a": 2}}, len(text)) == value_with_doubles_at(text, 0)
    places = places_in(text, 0)
    assert ([("a", 24)], 29) == (places.doubled, places.values["a",])


@pytest.mark.parametrize(
    ("text", "words", "at"),
    [
        ('{"a": NaN}', "there is no NaN in JSON", 6),
        ('{"NaN": "NaN", "a": -Infinity}', "there is no -Infinity in JSON", 20),
        ('["1e999", 1e999]', "a number is too large for JSON", 10),
        ('{"a": -' + "1" * 400 + "}", "a number has more than 400 digits", 6),
        ("[" * 100_000, "the values are nested too deep", 0),
        ("{'a': 1}", "JSON takes double quotes only", 1),
        ('{"a": 1 // one\n}', "JSON has no comments: remove it", 8),
        ('{"a": [1, 2,]}', "JSON takes no comma behind the last entry: remove it", 11),
        ('{"a": "b\n"}', "this is not JSON: a text holds a line end, a tab or another control character", 8),
        ('{"a": "b', "this is not JSON: the text that begins here does not end", 6),
    ],
)
def test_a_mistake_has_its_place(text: str, words: str, at: int) -> None:
    """That of the value, where the decoder only knows the object around it."""
    with pytest.raises(NoJson) as caught:
        value_at(text, 0)
    assert (True, at) == (str(caught.value).startswith(words), caught.value.at)


def test_the_nearest_value_is_that_around_what_is_not_there() -> None:
    """A property that is missing is missing in its slot, or in the payload without one."""
    places = places_in('{"a": {"b": 1}}', 0)
    assert (6, 12, 0) == (places.nearest(("a", "c")), places.nearest(("a", "b", "c")), places.nearest(("d", "e")))
