"""Text that stands in no quotes, and what some reader of YAML takes it for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.kinds.definition.kind import DefinitionKind
from reconciler.manifest.yaml_scalars import plain_value
from reconciler.model.unquoted import spelling_of

UNCLEAR = [
    "01", "007", "-0", "+5", "0x1F", "0o17", "0b11", "1_000", "12345678901234567890", "0612345678",
    "1.10", "1.0", ".5", "5.", "1e5", "1E5", "1e999", "1_0.5", "0.10000000000000000001", ".inf", "-.Inf", ".NaN",
    "yes", "No", "ON", "off", "=", "<<",
    "2025-01-01", "2025-1-1", "2024-13-45", "2025-01-01T10:00:00Z", "2025-01-01 10:00:00", "12:30:45", "09:30", "1:2.5",
]  # fmt: skip
CLEAR = ["75", "0", "1.1", "-0.5", "a01", "1.2.3", "1,5", "-", "--", "+", ".", "12 rue", "y", "n", "٧٥", "_7",
         "v1.10", "2025-01", "12:60:99x", "inf", "nan", "tomorrow", "-5"]  # fmt: skip
FIELD = "kind: definition\nname: D\nfields:\n  - {name: a, type: text}\n  - %s\n"


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_may_be_read_as_something_else_remembers_how_it_was_written(text: str) -> None:
    """Numbers that JSON writes otherwise, and what YAML 1.1 takes for a number, a flag or a day."""
    assert text == spelling_of(plain_value(text))


@pytest.mark.parametrize("text", CLEAR)
def test_what_has_one_meaning_needs_no_quotes(text: str) -> None:
    """A number as JSON writes it, or a text for every reader."""
    assert spelling_of(plain_value(text)) is None


PLACES = {
    "definition name": "kind: definition\nname: %s\nfields: [{name: a, type: text}]\n",
    "definition description": "kind: definition\nname: D\ndescription: %s\nfields: [{name: a, type: text}]\n",
    "unique key": "kind: definition\nname: D\nunique_keys: [a, %s]\nfields: [{name: a, type: text}]\n",
    "field name": "kind: definition\nname: D\nfields:\n  - name: %s\n    type: text\n",
    "label": FIELD % "{name: b, type: text, label: %s}",
    "field description": FIELD % "{name: b, type: text, description: %s}",
    "default of a text": FIELD % "{name: b, type: text, default: %s}",
    "default of a long text": FIELD % "{name: b, type: longtext, default: %s}",
    "default of a list": FIELD % "{name: b, type: list, options: [x], default: %s}",
    "option": FIELD % "{name: b, type: list, options: [%s, x]}",
    "option in a block": FIELD % "name: b\n    type: list\n    options:\n      - x\n      - %s",
    "option by an alias": FIELD % "{name: b, type: list, description: &one %s, options: [*one]}",
    "nested in a json default": FIELD % "{name: b, type: json, default: {k: [%s]}}",
    "source field": FIELD % "{name: b, type: text}"
    + "relationships: [{sourceField: %s, targetSchemaType: system, targetSchema: contacts}]\n",
    "target field": FIELD % "{name: b, type: text}"
    + "relationships: [{sourceField: b, targetSchemaType: system, targetSchema: contacts, targetField: %s}]\n",
    "renamed from": "kind: definition\nname: D\nrenamed_from: %s\nfields: [{name: a, type: text}]\n",
    "acceptance": "kind: event\ncode_name: e\nname: E\naccept: [{change: name, reason: %s, until: 2099-01-01}]\n",
    "code name": "kind: event\ncode_name: %s\nname: E\n",
    "event name": "kind: event\ncode_name: e\nname: %s\n",
    "name in a language": "kind: event\ncode_name: e\nname: {en: E, fr: %s}\n",
    "property name": "kind: event\ncode_name: e\nname: E\nproperties: {metaData: [{name: %s, type: text}]}\n",
    "property description": "kind: event\ncode_name: e\nname: E\n"
    "properties: {metaData: [{name: p, type: text, description: %s}]}\n",
    "source": "kind: override\ntarget: products.price\nsources: [{definition: %s, field: p, priority: 1}]\n",
    "field of a source": "kind: override\ntarget: products.price\nsources: [{definition: P, field: %s, priority: 1}]\n",
}


@pytest.mark.parametrize("place", PLACES)
def test_it_is_a_finding_wherever_text_is_wanted(check: Callable, place: str) -> None:
    """Once for each place, with what to do about it."""
    texts = ("01", "1.10", "yes", "2025-01-01")
    said = [each for each in check(*(PLACES[place] % text for text in texts)).findings if each.rule == "unquoted-text"]
    wanted = [text for text in texts for _ in range(2 if place == "option by an alias" else 1)]
    if place == "nested in a json default":
        wanted.remove("1.10")  # that is a number of JSON
    assert wanted == [each.message.partition(": ")[2].partition(" ")[0] or each.message.split()[0] for each in said]
    assert all("put it in quotes" in each.message for each in said)


@pytest.mark.parametrize(
    ("quotes", "text"), [("'%s'", "01"), ('"%s"', "yes"), ("!!str %s", "1e5"), ("|-\n        %s\n    ", "~")]
)
def test_in_quotes_it_is_the_text(check: Callable, quotes: str, text: str) -> None:
    """As it was written."""
    checked = check(f"kind: definition\nname: D\nfields:\n  - name: a\n    type: text\n    default: {quotes % text}\n")
    (manifest,) = checked.resolved.desired.manifests.values()
    assert ([], text) == (checked.places, manifest.resource.fields[0].sent_default)


def test_a_list_of_numbers_stays_numbers(check: Callable) -> None:
    """75 is 75 for every reader; among 01 and 02 it is told that those are not."""
    checked = check(FIELD % "{name: b, type: list, options: [75, 76, 1.5]}")
    (manifest,) = checked.resolved.desired.manifests.values()
    assert (75, 76, 1.5) == manifest.resource.fields[1].options
    assert ["5:37", "5:41"] == [
        place.split()[0] for place in check(FIELD % "{name: b, type: list, options: [01, 02, 75]}").places
    ]


@pytest.mark.parametrize("number", ["1.10", "1e5", "1.0", "12345678901234567890"])
def test_json_loses_it_in_the_same_way(check: Callable, number: str) -> None:
    """JSON has numbers that a program writes otherwise."""
    text = '{"kind": "definition", "name": "D", "fields": [{"name": "a", "type": "list", "options": ["x", %s]}]}'
    assert ["unquoted-text"] == [found.rule for found in check(text % number, suffix=".json").findings]


@pytest.mark.parametrize(
    ("value", "expected"), [("01", []), (1.1, ["unquoted-text"]), (75, []), (True, ["default-type"])]
)
def test_what_an_expression_gives_is_asked_too(check: Callable, value: object, expected: list[str]) -> None:
    """A fraction of TOML has lost how it was written."""
    checked = check(FIELD % '{name: b, type: text, default: "{{ vars.code }}"}', code=value)
    assert expected == [found.rule for found in checked.findings]


def test_a_list_of_variables_is_asked_item_by_item(check: Callable) -> None:
    """Whatever an expression comes to."""
    checked = check(FIELD % '{name: b, type: list, options: "{{ vars.codes }}"}', codes=["01", 1.1, 75])
    assert ["`fields[1].options[1]`"] == [message.split(":")[0] for message in checked.messages]


@pytest.mark.parametrize(
    "text",
    [
        FIELD % "{name: b, type: text, default: %s}",
        FIELD % "{name: b, type: text, description: %s}",
        FIELD % "{name: b, type: text, label: %s}",
        FIELD % "{name: b, type: list, options: %s}",
        "kind: definition\nname: D\nunique_keys: %s\nfields: [{name: a, type: text}]\n",
        "kind: definition\nname: D\nensure: %s\nfields: [{name: a, type: text}]\n",
        "kind: event\ncode_name: e\nrenamed_from: %s\nname: E\n",
        "kind: event\ncode_name: e\nname: E\nproperties: {metaData: %s}\n",
        "kind: event\ncode_name: e\nname: E\nproperties: {contact: {customData: %s}}\n",
    ],
)
@pytest.mark.parametrize("nothing", ["~", "null", ""])
def test_nothing_behind_a_key_is_a_finding(check: Callable, text: str, nothing: str) -> None:
    """It may mean that the key is to be left alone, or to be emptied."""
    (found,) = [each for each in check(text % nothing).findings if each.rule != "list-without-options"]
    assert "wrong-type" == found.rule
    assert 'write "" or [] for what is empty, or leave it out' in found.message


@pytest.mark.parametrize("nothing", ["~", "null"])
def test_null_inside_of_a_json_default_is_a_value(check: Callable, nothing: str) -> None:
    """JSON has it, under keys of the manifest's own names too."""
    text = FIELD % f"{{name: b, type: json, default: {{description: {nothing}, l: [{nothing}]}}}}"
    assert [] == check(text).places


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("017", "017 is an octal number for some readers of YAML only: write 17"),
        ("007", "write 7"),
        ("-010", "write -10"),
        ("+08", "write 8"),
        ("0o17", "write 15"),
    ],
)
def test_a_number_that_begins_with_a_zero_is_a_finding(check: Callable, text: str, told: str) -> None:
    """YAML 1.1 reads 017 as 15, YAML 1.2 as 17."""
    for place in (
        FIELD % "{name: b, type: number, default: %s}",
        FIELD % "{name: b, type: decimal, default: %s}",
        FIELD % "{name: b, type: geolocation, default: [%s, 2]}",
        "kind: override\ntarget: products.price\nsources: [{definition: P, field: p, priority: %s}]\n",
    ):
        found = [each for each in check(place % text).findings if each.rule in ("default-type", "wrong-type")]
        assert [True] == [told in each.message for each in found], place
    assert "unquoted-text" in [
        each.rule for each in check(FIELD % f"{{name: b, type: json, default: {text}}}").findings
    ]


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("-0", 0), ("0x1F", 31), ("0.5", 0.5), ("1e2", 100), ("+5", 5)])
def test_a_number_that_every_reader_reads_alike_is_one(check: Callable, text: str, number: float) -> None:
    """And it is what is sent."""
    checked = check(FIELD % f"{{name: b, type: number, default: {text}}}")
    (manifest,) = checked.resolved.desired.manifests.values()
    assert ([], number) == (checked.places, manifest.resource.fields[1].sent_default)


@pytest.mark.parametrize("text", ["01", "00", "0x1", "0o1", "+1", "yes", "y", "n", "1.0"])
def test_a_flag_is_written_in_one_way(check: Callable, text: str) -> None:
    """1 and 0 are flags, and what a reader makes 1 of is none."""
    assert ["default-type"] == [
        each.rule for each in check(FIELD % f"{{name: b, type: bool, default: {text}}}").findings
    ]


@pytest.mark.parametrize("text", ["y", "n", "Y", "N"])
def test_a_single_letter_is_text_and_is_sent_as_text(check: Callable, text: str) -> None:
    """Hardly any reader of YAML 1.1 takes it for a flag, and `y` is the name of many fields."""
    field = f"{{name: {text}, label: {text}, type: list, options: [{text}, x], default: {text}}}"
    checked = check(f"kind: definition\nname: D\nfields:\n  - {field}\n")
    (manifest,) = checked.resolved.desired.manifests.values()
    form = DefinitionKind().form(manifest.resource)["fields"]
    assert ([], {text}) == (checked.places, form.keys())
    assert (text, [text, "x"], text) == tuple(form[text][key] for key in ("label", "options", "default"))
