"""An emptied text or list is a value: it is sent, and it reads back."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

Forward = Callable[[httpx.Request], httpx.Response]
DEFINITION = """kind: definition
name: D
description: ""
unique_keys: []
fields:
  - {name: a, type: text, label: "", description: "", default: ""}
  - {name: b, type: number, default: "5"}
"""
EVENT = """kind: event
code_name: e
name: {fr: Vente, en: %s}
properties:
  metaData:
    - {name: p, type: text, description: %s}
  customData: %s
"""


class Listening:
    """Keeps the bodies that are sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method in ("POST", "PATCH"):
            self.sent.append(json.loads(request.content))
        return forward(request)


def test_a_definition_is_created_with_what_is_empty(lab: Any, apply: Callable) -> None:
    """A default is sent as a value of its type, and afterwards nothing differs."""
    lab.write(DEFINITION)
    shop = Listening()
    assert apply(lab, shop).complete
    (body,) = shop.sent
    assert ("", []) == (body["description"], body["unique_keys"])
    a, b = body["fields"]
    assert ("", "", "", 5) == (a["label"], a["description"], a["default"], b["default"])
    assert "in-sync" == lab.plan()[0].exit.reason


@pytest.mark.parametrize(
    ("live", "manifest", "path", "sides"),
    [
        ("a, type: text", 'a, type: text, default: ""', "default", (None, "")),
        ('a, type: text, default: ""', "a, type: text, default: x", "default", ("", "x")),
        ("a, type: text", 'a, type: text, label: ""', "label", ("a", "")),
        ('a, type: text, label: ""', "a, type: text", "label", ("", "a")),
        ("a, type: text, description: d", 'a, type: text, description: ""', "description", ("d", "")),
    ],
)
def test_nothing_and_empty_are_two(lab: Any, apply: Callable, live: str, manifest: str, path: str, sides: Any) -> None:
    """Where the API has both."""
    text = "kind: definition\nname: D\nfields:\n  - {name: %s}\n"
    lab.write(text % live)
    apply(lab)
    lab.write(text % manifest)
    (item,) = lab.plan()[0].blocked
    assert (("fields", "a", path), sides) == (item.path, (item.old, item.new))


def test_an_event_is_emptied(lab: Any, apply: Callable) -> None:
    """A description, a slot and a language's text are sent empty; the other language is sent with them."""
    lab.write(EVENT % ("Sale", "d", "[{name: q, type: text}]"))
    apply(lab)
    lab.write(EVENT % ('""', '""', "[]"))
    shop = Listening()
    assert apply(lab, shop).complete
    (body,) = shop.sent
    assert {"fr": "Vente", "en": ""} == body["name"]
    assert ("", []) == (body["properties"]["metaData"][0]["description"], body["properties"]["customData"])
    assert "in-sync" == lab.plan()[0].exit.reason


def test_one_language_more_keeps_those_that_live(lab: Any, apply: Callable) -> None:
    """Whoever wrote them."""
    lab.post("/events", {"code_name": "e", "name": {"fr": "Vente", "it": "Vendita"}})
    lab.write("kind: event\ncode_name: e\nname: {en: Sale}\n")
    assert apply(lab).complete
    _, live = lab.plan()
    (event,) = live.resources.values()
    assert {"fr": "Vente", "it": "Vendita", "en": "Sale"} == event.name
