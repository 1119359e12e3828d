"""Bodies are checked with the messages of the original."""

from __future__ import annotations

import json

import pytest

from reconciler.sandbox.shapes import DEFINITION
from reconciler.sandbox.validation import problems

FIELD = {"name": "a", "label": "A", "type": "text", "required": True}


def test_a_right_body_has_no_problems() -> None:
    """A complete definition passes."""
    assert [] == problems(DEFINITION, {"name": "A", "fields": [FIELD], "description": None})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"foo": 1}, "property foo should not exist"),
        ({"name": 5}, "name must be a string"),
        ({"name": ""}, "name should not be empty"),
        ({"fields": "x"}, "fields must be an array"),
        ({"fields": [{**FIELD, "bar": 1}]}, "fields.0.property bar should not exist"),
        ({"fields": [{**FIELD, "required": "yes"}]}, "fields.0.required must be a boolean value"),
        ({"unique_keys": [1]}, "unique_keys.0 must be a string"),
    ],
)
def test_a_wrong_body_is_explained(change: dict, expected: str) -> None:
    """Each defect has one message, placed by a dotted path."""
    assert [expected] == problems(DEFINITION, {"name": "A", "fields": [FIELD], **change})


def test_prose_type_names_are_refused(shop) -> None:
    """``string`` is prose, not a type of the API."""
    body = {"name": "A", "fields": [{**FIELD, "type": "string"}]}
    message = shop.http.post("/custom-data-definitions", json=body).json()["message"]
    assert message[0].startswith("fields.0.type must be one of the following values: bool, text")


@pytest.mark.parametrize("body", [b"{", b"[1", b'{"name": NaN}', b'{"name": 1e999}', b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_refused(shop, body: bytes) -> None:
    """Malformed, non-finite and absurdly nested bodies are 400, never 500."""
    assert 400 == shop.http.post("/custom-data-definitions", content=body).status_code


def test_a_lone_surrogate_becomes_a_replacement_character(shop) -> None:
    """Text that cannot be stored as UTF-8 is stored as Node would send it."""
    body = json.dumps({"name": "a\ud800", "fields": [FIELD]})
    assert "a\ufffd" == shop.http.post("/custom-data-definitions", content=body).json()["data"]["name"]
