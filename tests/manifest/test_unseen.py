"""Names that hold what nobody sees are findings, wherever a manifest has a name."""

from collections.abc import Callable

import pytest

UNSEEN = [
    "\u200b",
    "\u00a0",
    "\ufe0f",
    "\u00ad",
    "\u2060",
    "\u3164",
    "\u115f",
    "\U000e0041",
    "\u034f",
    "\u2800",
    "\u3000",
]
DEFINITION = """
kind: definition
name: {}
unique_keys: [{}]
fields: [{{name: {}, type: text}}]
relationships: [{{sourceField: {}, targetSchemaType: custom, targetSchema: {}, targetField: {}}}]
"""
EVENT = """
kind: event
code_name: {}
name: {}
properties: {{metaData: [{{name: {}, type: text}}], contact: {{customData: [{{name: {}, type: text}}]}}}}
"""
OVERRIDE = """
kind: override
target: products.price
sources: [{{definition: {}, field: {}, priority: 1}}]
"""
EVENT_NAME = (EVENT, 1)
"""What people read, and nobody finds anything by."""
PLACES = [(text, place) for text in (DEFINITION, EVENT, OVERRIDE) for place in range(text.count("{}"))]
PLACES.remove(EVENT_NAME)


@pytest.mark.parametrize(("text", "place"), PLACES)
@pytest.mark.parametrize("name", ["Fo{}o", "{}Foo", "Foo{}"])
def test_every_name_is_looked_at(check: Callable, text: str, place: int, name: str) -> None:
    """Inside, in front and at the end: nothing of it is cut off in silence."""
    for letter in UNSEEN:
        names = ["A"] * text.count("{}")
        names[place] = f'"{name.format(letter)}"'
        (found,) = [each for each in check(text.format(*names)).findings if each.rule == "unseen-character"]
        assert f"holds U+{ord(letter):04X}, which cannot be seen" in found.message


@pytest.mark.parametrize("letter", UNSEEN)
def test_what_lives_can_be_named(check: Callable, letter: str) -> None:
    """Else a name in the shop could not be corrected, and its end not be accepted. A reason is no name."""
    text = (
        f'kind: event\ncode_name: foo\nrenamed_from: "fo{letter}o"\nname: Foo\n'
        f'accept: [{{change: "properties.metaData.a{letter}b", reason: "so{letter}what", until: 2030-12-31}}]\n'
    )
    assert [] == list(check(text).findings)


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\u0007", "\u2028"])
def test_nothing_turns_or_breaks_the_text_of_a_manifest(check: Callable, letter: str) -> None:
    """Not even in what names something that lives."""
    escape = f"\\u{ord(letter):04x}"
    text = f'kind: event\ncode_name: foo\nrenamed_from: "fo{escape}o"\nname: Foo\n'
    assert ["unseen-character"] == [found.rule for found in check(text).findings]


@pytest.mark.parametrize(
    "name", ["Fidélité\u00a0: points", "Merci \u2764\ufe0f", "\U0001f468\u200d\U0001f469", "soft\u00adhyphen"]
)
def test_what_people_read_may_have_the_blanks_of_their_language(check: Callable, name: str) -> None:
    """The name of an event is shown in the dashboard, and lives so in many a shop."""
    for written in (f'"{name}"', f'{{fr: "{name}", en: A}}'):
        assert [] == list(check(f"kind: event\ncode_name: a\nname: {written}\n").findings)


@pytest.mark.parametrize("name", ["\u00a0", "\ufe0f\u200b", "a\u202eb", "a\\u0007b", "a\\nb"])
def test_what_people_read_is_seen_and_turns_nothing(check: Callable, name: str) -> None:
    """A name of nothing but blanks of another kind would look like none."""
    for written in (f'"{name}"', f'{{fr: "{name}", en: A}}'):
        findings = check(f"kind: event\ncode_name: a\nname: {written}\n").findings
        assert ["unseen-character"] == [found.rule for found in findings]
