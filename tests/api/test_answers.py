"""What the bytes of an answer say."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.api.answers import message_of, seconds_to_wait


@given(
    st.one_of(st.text(), st.from_regex(r"\w{3}, \d{1,3} \w{3} \d{1,9} \d+:\d+:\d+ [+-]?\d{0,12}|[-+.\dENainf]{0,9}"))
)
def test_any_retry_after_is_none_or_finite(header: str) -> None:
    """Whatever a server sends, the wait is a number one can sleep."""
    wait = seconds_to_wait(header)
    assert wait is None or (0.0 <= wait and math.isfinite(wait))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "no"}, "no"),
        ({"message": ["a must be b", "c must be d"]}, "a must be b; c must be d"),
        ({"message": {"statusCode": 400, "message": ["deep"]}}, "deep"),
        ({"error": {"message": "there"}}, "there"),
        ({"error": "Bad Request"}, "Bad Request"),
        ({"message": 7}, ""),
        ({"message": ""}, ""),
        ({}, ""),
        ([{"message": "a"}, {}, 7, "b"], "a; b"),
        ("text", "text"),
        (None, ""),
    ],
)
def test_the_api_is_quoted(body: Any, said: str) -> None:
    """A text, a list of texts, nested, or nothing."""
    assert said == message_of(body)
