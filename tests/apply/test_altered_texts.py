"""A shop that does not keep texts as they were sent: nothing is blocked or sent twice, and a reader is told."""

import html
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import reconciler
from reconciler.api.connection import ReadConnection
from reconciler.form.wording import ONE_TEXT
from reconciler.kinds.event.live import LiveEvent
from reconciler.plan.drift import drift_of
from reconciler.sandbox.transport import SandboxTransport
from tests.apply.conftest import Between
from tests.conftest import OCCASION, Lab

Forward = Callable[[httpx.Request], httpx.Response]
Alter = Callable[[str], str]
LONG = "Points et remises – “fidélité”, l'achat & la vente. " * 9
TEXTS = ("label", "description", "default", "options", "name")
MANIFEST = f"""
kind: definition
name: Points
description: {json.dumps(LONG)}
fields:
  - {{name: label, label: {json.dumps(LONG)}, type: text, description: {json.dumps(LONG)}, default: {json.dumps(LONG)}}}
  - {{name: choice, type: list, options: [{json.dumps(LONG)}, "B & C", d], default: "B & C"}}
  - {{name: number, type: number, default: 5}}
  - {{name: flag, type: bool, default: true}}
---
kind: event
code_name: points.won
name: {json.dumps(LONG)}
properties:
  metaData: [{{name: points, type: number, description: {json.dumps(LONG)}}}]
"""
ESCAPED = "the shop stores it escaped"
SHORT = "the shop shortens it after 255 characters"
ALTERATIONS: dict[str, tuple[Alter, str]] = {
    "decomposed": (lambda text: unicodedata.normalize("NFD", text), ""),
    "line ends": (lambda text: f" {text}\r\n", ""),
    "escaped": (html.escape, ESCAPED),
    "escaped twice": (lambda text: html.escape(html.escape(text)), ESCAPED),
    "cut": (lambda text: text[:255], SHORT),
    "cut and stripped": (lambda text: text[:255].strip(), SHORT),
    "cut with dots": (lambda text: text if len(text) < 99 else text[:97] + "...", "after 100 characters"),
    "escaped and cut": (lambda text: html.escape(text)[:255], SHORT),
}


def altered(value: Any, change: Alter, key: str = "") -> Any:
    """The value with its texts changed; options in another order too."""
    if isinstance(value, dict):
        # Of all that has a name, only an event's is free text.
        is_event = not value.keys().isdisjoint(["code_name", "id_event"])
        keys = {each: each if each != "name" or is_event else "" for each in value}
        return {each: altered(inner, change, keys[each]) for each, inner in value.items()}
    if isinstance(value, list):
        inner = [altered(each, change, key) for each in value]
        return inner[::-1] if key == "options" else inner
    return change(value) if isinstance(value, str) and key in TEXTS else value


class Altering:
    """A shop that changes texts when it stores them, or when it shows them."""

    def __init__(self, change: Alter, when: str) -> None:
        self.change, self.when = change, when

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method != "GET" and self.when == "stored":
            content = json.dumps(altered(json.loads(request.content), self.change)) if request.content else ""
            headers = {name: text for name, text in request.headers.items() if name != "content-length"}
            return forward(httpx.Request(request.method, request.url, headers=headers, content=content.encode()))
        answer = forward(request)
        if request.method != "GET" or self.when == "stored":
            return answer
        return httpx.Response(answer.status_code, json=altered(answer.json(), self.change))


@pytest.mark.parametrize("when", ["stored", "shown"])
@pytest.mark.parametrize("how", ALTERATIONS)
def test_what_the_shop_made_of_a_text_is_told_and_no_difference(lab: Lab, apply: Callable, how: str, when: str) -> None:
    """After the create, in the next plan, and in drift; a second apply sends nothing."""
    change, told = ALTERATIONS[how]
    shop = Altering(change, when)
    lab.write(MANIFEST)
    done = apply(lab, shop)
    assert (2, True) == (len(done.applied), done.complete), done
    writes = len(lab.writes())
    transport = Between(SandboxTransport(lab.app), shop)
    resolved = lab.load()
    plan, live = reconciler.build_plan(resolved, lab.connect(ReadConnection, transport), OCCASION)
    assert ((), ()) == (plan.changes, plan.blocked)
    assert apply(lab, shop).complete
    assert writes == len(lab.writes())
    drift = drift_of(plan, resolved.desired, live)
    assert ((), "in-sync") == (drift.drifted, drift.exit.reason)
    for warnings in (done.warnings, plan.warnings, drift.warnings):
        places = {warning.split(": ")[0] for warning in warnings if told and told in warning}
        expected = {"definition/Points description", "definition/Points fields.label.label", "event/points.won name"}
        assert expected <= places or not told
        assert bool(told) == bool(warnings)


@pytest.mark.parametrize("when", ["stored", "shown"])
def test_what_is_sent_back_is_not_escaped_once_more(lab: Lab, apply: Callable, when: str) -> None:
    """An event is sent whole: with the texts as the manifest has them, or as they were before they were escaped."""
    shop = Altering(html.escape, when)
    lab.write(MANIFEST)
    assert apply(lab, shop).complete
    point = {"name": "points", "type": "number", "required": False, "description": LONG}
    other = {"name": "x", "type": "text", "required": False, "description": "A & B"}
    body: Any = {"id_event": 1, "properties": {"metaData": [point], "customData": [other]}}
    if when == "stored":
        body = altered(body, html.escape)
    lab.send("PATCH", "/events", body)
    lab.write(MANIFEST.replace("metaData: [", "metaData: [{name: more, type: text}, "))
    assert apply(lab, shop).complete
    (event,) = lab.plan()[1].of_kind("event").values()
    assert isinstance(event, LiveEvent)
    found = {each.name: each.description for slot in event.properties.values() for each in slot}
    once = html.escape if when == "stored" else str
    assert {"points": once(LONG), "more": None, "x": once("A & B")} == found


@pytest.mark.parametrize("size", [7, 31])
def test_what_was_just_sent_and_came_back_short_was_cut(lab: Lab, apply: Callable, size: int) -> None:
    """Whatever the size; a text that came back as something else was not stored as planned."""
    lab.write("kind: event\ncode_name: a\nname: Points that were won\n")
    done = apply(lab, Altering(lambda text: text[:size], "stored"))
    told = f"event/a name: the shop shortens it after {size} characters"
    assert (True, (told,) if size < 20 else ()) == (done.complete, done.warnings)
    lab.write("kind: event\ncode_name: b\nname: Points that were won\n")
    done = apply(lab, Altering(str.upper, "stored"))
    assert "reads back different: name is" in done.failed[0].error


def test_an_update_that_was_not_made_is_not_taken_for_cut(lab: Lab, apply: Callable) -> None:
    """What was there before may be the beginning of what was sent."""
    lab.post("/events", {"code_name": "a", "name": "Points"})
    lab.write("kind: event\ncode_name: a\nname: Points that were won\n")
    done = apply(lab, Altering(lambda text: text[:6], "stored"))
    assert "reads back different: name is" in str(done)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("before", [None, "Old", "Vente"])
def test_a_shop_that_stores_one_language_is_told_and_does_not_block(
    lab: Lab, apply: Callable, language: str, before: str | None
) -> None:
    """Nothing else has to end with 5, and one text in the manifest ends it."""

    def one_text(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method in ("GET", "DELETE"):
            return forward(request)
        body = json.loads(request.content)
        if isinstance(body.get("name"), dict):
            body["name"] = body["name"][language]
        headers = {name: text for name, text in request.headers.items() if name != "content-length"}
        return forward(httpx.Request(request.method, request.url, headers=headers, content=json.dumps(body).encode()))

    if before:
        lab.post("/events", {"code_name": "a", "name": before})
    for _ in range(2):
        lab.write("kind: event\ncode_name: a\nname: {fr: Vente, en: Sale}\n")
        done = apply(lab, one_text)
        assert (True, (f"event/a name: {ONE_TEXT}",)) == (done.complete, done.warnings), done
    written = "Vente" if language == "fr" else "Sale"
    lab.write(f"kind: event\ncode_name: a\nname: {written}\n")
    plan, _ = lab.plan()
    assert ((), ()) == (plan.changes, plan.warnings)


def test_a_name_that_lives_as_one_text_is_sent_in_its_languages(lab: Lab) -> None:
    """Nobody can see whether the shop stores one text only, or was never sent more."""
    lab.post("/events", {"code_name": "a", "name": "Vente"})
    lab.write("kind: event\ncode_name: a\nname: {fr: Vente, en: Sale}\n")
    done = lab.apply()
    assert (True, ()) == (done.complete, done.warnings)
    plan, live = lab.plan()
    (event,) = live.of_kind("event").values()
    assert isinstance(event, LiveEvent)
    assert ((), {"fr": "Vente", "en": "Sale"}) == (plan.changes, event.name)
