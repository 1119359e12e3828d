"""Sample payloads know which change of an event type makes them invalid (V7), and what they use."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.events.schema import schema_of
from reconciler.events.text import Naming
from reconciler.events.usage import broken_in, uses_in
from reconciler.kinds.event.manifest import Event
from reconciler.manifest.samples import broken_samples, sample_uses, samples_of

PAYLOADS = """[
  {"contact": {"id": 1}, "metaData": {"reason": "purchase", "amount": 3}},
  {"contact": {"id": 1}, "metaData": {"reason": "purchase"}},
  {"contact": {"id": 1}, "metaData": {"reason": 17}}
]"""
"""The last one is not valid before either, so no change breaks it."""
REASON = {"name": "reason", "type": "text", "required": True, "options": ["purchase", "review"]}
AMOUNT = {"name": "amount", "type": "number"}
NAMING = Naming(names=("visit",))


def _schemas(*properties: Mapping[str, Any], code: str = "visit", slot: str = "metaData") -> dict[str, Any]:
    event = Event.model_validate({"code_name": code, "name": "V", "properties": {slot: properties}})
    return {code: schema_of(event)}


def _broken(after: dict[str, Any], text: str = PAYLOADS) -> list[tuple[int, Any, str]]:
    """Line, property and words of each break."""
    found = broken_in(text, NAMING, _schemas(REASON, AMOUNT), after)
    return [(text.count("\n", 0, each.at) + 1, each.about, each.how) for each in found]


@pytest.mark.parametrize(
    ("after", "lines", "about", "words"),
    [
        (
            _schemas(REASON, {**AMOUNT, "required": True}),
            [3],
            "amount",
            "metaData.amount is missing",
        ),
        (_schemas(REASON), [2], "amount", "visit has no 'metaData.amount'"),
        (
            _schemas(REASON, {**AMOUNT, "type": "text"}),
            [2],
            "amount",
            "is a number, and has to be text",
        ),
        (
            _schemas({**REASON, "options": ["review"]}, AMOUNT),
            [2, 3],
            "reason",
            "is none of its options: 'review'",
        ),
        (_schemas({**REASON, "name": "why"}, AMOUNT), [2, 3], "reason", "visit has no 'metaData.reason'"),
        ({}, [2, 3], None, "which event type this payload is"),
    ],
    ids=["becomes required", "removed", "retyped", "option removed", "renamed", "event removed"],
)
def test_a_change_breaks_the_payloads_that_it_makes_invalid(
    after: dict[str, Any], lines: list[int], about: str | None, words: str
) -> None:
    """Each is named at the line of the key, the value or the slot."""
    found = _broken(after)
    assert lines == sorted({line for line, _, _ in found})
    told = [how for _, where, how in found if where == (about and ("metaData", about))]
    assert told
    assert words in told[0]


def test_a_change_that_keeps_payloads_valid_breaks_none() -> None:
    """Another optional property, another option, a property that need not be there any more."""
    wider = _schemas({**REASON, "required": False, "options": None}, AMOUNT, {"name": "more", "type": "bool"})
    assert [] == _broken(wider)
    assert [] == _broken(_schemas(REASON, AMOUNT))


def test_what_is_no_json_breaks_nothing() -> None:
    """It is a finding of its own, before and after."""
    assert [] == _broken({}, '{"contact": {"id": 1}, "metaData": {"reason": ')


def test_every_property_that_a_payload_has_is_a_use() -> None:
    """And the event type as a whole, once for each payload."""
    found = list(uses_in(PAYLOADS, NAMING, _schemas(REASON, AMOUNT)))
    names = [each.about and each.about[1] for each in found]
    assert [None, "reason", "amount", None, "reason", None, "reason"] == names
    assert {"event/visit"} == {str(each.address) for each in found}
    assert ['"amount"'] == [PAYLOADS[each.at : each.at + 8] for each in found if each.about == ("metaData", "amount")]


def test_the_samples_beside_manifests_are_looked_at(manifests: Callable) -> None:
    """With file and line, and the field as plans call it."""
    event = (
        "kind: event\ncode_name: visit\nname: V\nproperties:\n  contact.customData:\n    - {name: vet, type: text}\n"
    )
    (manifest,) = manifests(event).desired.manifests.values()
    samples = Path(manifest.source.file).parent / "samples"
    samples.mkdir()
    (samples / "visit.json").write_text('{\n  "contact": {\n    "id": 1,\n    "customData": {}\n  }\n}\n')
    before = manifests(event)
    assert [("event/visit", "", "visit")] == [(str(each.address), each.field, each.how) for each in sample_uses(before)]
    after = manifests(event.replace("type: text", "type: text, required: true"))
    (use,) = broken_samples(before.desired, after.desired, samples_of(after))
    assert ("properties.contact.customData.vet", str(samples / "visit.json"), 4) == (use.field, use.by, use.source.line)
