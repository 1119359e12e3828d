"""One document: every mistake becomes the right rule, at the right place, with a hint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

DEFINITION = """kind: definition
name: Loyalty
fields:
  - {name: code, type: text}
  - {name: points, type: number}
"""
EVENT = "kind: event\ncode_name: a.b\nname: A\n"
OVERRIDE = "kind: override\ntarget: products.price\nsources:\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- 1\n", "1:1 not-a-manifest", "a manifest is a mapping that begins with `kind:`"),
        ("just text\n", "1:1 not-a-manifest", "a manifest is a mapping"),
        ("kind:event\nname:A\n", "1:1 not-a-manifest", "begins with `kind:`, with a blank behind the colon"),
        ("name: x\n", "1:1 unknown-kind", "`kind` is missing: write one of definition, event, override"),
        ("kind: defnition\n", "1:7 unknown-kind", "no kind 'defnition' – did you mean 'definition'?"),
        ("kind: zzz\n", "1:7 unknown-kind", "no kind 'zzz'; known are definition, event, override"),
        ("kind: [definition]\n", "1:7 unknown-kind", "no kind '[\"definition\"]'"),
        ("kind:\n", "1:6 unknown-kind", "no kind 'null'"),
        (f"kind: {'x' * 999}\n", "1:7 unknown-kind", "x'…; known"),
        ("kind: event\nname: A\n", "1:1 missing-key", "`code_name` is missing"),
        (DEFINITION + "  - {name: x}\n", "6:5 missing-key", "`type` is missing in fields[2]"),
        (DEFINITION + "feilds: []\n", "6:1 unknown-key", "unknown key 'feilds' – did you mean 'fields'?"),
        (DEFINITION + "'<<': 1\n", "6:1 unknown-key", "unknown key '<<'"),
        (DEFINITION + "<<: 1\n", "6:1 merge-key", "a merge key (<<) has no meaning in a manifest"),
        (DEFINITION + f"{'k' * 999}: 1\n", "6:1 unknown-key", "unknown key 'kkk"),
        (
            DEFINITION + "  - {name: x, type: text, requierd: true}\n",
            "6:27 unknown-key",
            "unknown key 'requierd' – did you mean 'required'?",
        ),
        (
            DEFINITION + "relationships:\n  - {source_field: a, sourceField: code, targetSchemaType: system, "
            "targetSchema: contacts}\n",
            "7:6 unknown-key",
            "unknown key 'source_field' – did you mean 'sourceField'?",
        ),
        (
            DEFINITION + "  - {name: x, type: txt}\n",
            "6:21 unknown-value",
            "`fields[2].type` is 'txt' – did you mean 'text'?",
        ),
        (DEFINITION + "  - {name: x, type: 5}\n", "6:21 unknown-value", "is '5'; allowed are bool, text, longtext"),
        (
            EVENT + "properties: {metaData: [{name: a, type: list}]}\n",
            "4:41 unknown-value",
            "metaData[0].type` is 'list'",
        ),
        (
            "kind: override\ntarget: products.prize\nsources: []\n",
            "2:9 unknown-value",
            "did you mean 'products.price'?",
        ),
        (DEFINITION + "description: 5\n", "6:14 wrong-type", "`description` must be text (put it in quotes)"),
        (
            DEFINITION + "relationships:\n  - {sourceField: code, targetSchemaType: custom, targetSchema: 12}\n",
            "7:65 wrong-type",
            "`relationships[0].targetSchema` is a number: write the definition's name, not its id",
        ),
        (OVERRIDE + "- {definition: 12, field: b, priority: 1}\n", "4:16 wrong-type", "name, not its id"),
        (DEFINITION + "id: 12\n", "6:1 unknown-key", "unknown key 'id': manifests name things, and their ids"),
        (
            DEFINITION + "  - {name: ID, type: text}\n",
            "6:12 reserved-field",
            "remove the field, or give it a name of its own, such as record_id",
        ),
        (DEFINITION + "unique_keys: code\n", "6:14 wrong-type", "`unique_keys` must be a list"),
        (DEFINITION + "unique_keys: {code: 1}\n", "6:14 wrong-type", "`unique_keys` must be a list"),
        (DEFINITION + "  - {name: x, type: text, required: 1}\n", "6:37 wrong-type", "must be true or false"),
        (DEFINITION + "  - {name: x, type: text, required: no}\n", "6:37 wrong-type", "must be true or false"),
        (DEFINITION + "  - x\n", "6:5 wrong-type", "`fields[2]` must be a mapping"),
        (DEFINITION + "  - {name: 1, type: text}\n", "6:12 wrong-type", "`fields[2].name` must be text"),
        (DEFINITION + "  - {name: ~, type: text}\n", "6:12 wrong-type", "`fields[2].name` must be text"),
        (EVENT + "properties: []\n", "4:13 wrong-type", "`properties` must be a mapping"),
        (EVENT + "properties: {metaData: {a: text}}\n", "4:24 wrong-type", "`properties.metaData` must be a list"),
        (OVERRIDE + "- {definition: A, field: b, priority: '1'}\n", "4:39 wrong-type", "must be a whole number"),
        (OVERRIDE + "- {definition: A, field: b, priority: 1.0}\n", "4:39 wrong-type", "must be a whole number"),
        (OVERRIDE + "- {definition: A, field: b, priority: true}\n", "4:39 wrong-type", "must be a whole number"),
        (
            "kind: definition\nname: ' '\nfields: [{name: a, type: text}]\n",
            "2:7 out-of-bounds",
            "1 character",
        ),
        (
            DEFINITION + "  - {name: ' code', type: text}\n",
            "6:12 outer-blank",
            '`fields[2].name` begins with a blank: " code"',
        ),
        ('kind: definition\nname: "Foo\\t"\nensure: absent\n', "2:7 outer-blank", r'`name` ends with a tab: "Foo\x09"'),
        ("kind: definition\nname: a\nfields: []\n", "3:9 missing-key", "`fields` is missing or empty"),
        ("kind: definition\nname: a\n", "1:1 missing-key", "`fields` is missing or empty"),
        ("kind: event\ncode_name: a\n", "1:1 missing-key", "`name` is missing or empty"),
        (
            'kind: definition\nname: "a\\u202Eb"\nensure: absent\n',
            "2:7 unseen-character",
            "holds U+202E, which cannot be seen",
        ),
        (
            'kind: definition\nname: "a\\nb"\nensure: absent\n',
            "2:7 unseen-character",
            "holds U+000A, which cannot be seen",
        ),
        ("kind: event\ncode_name: a\nensure: active\nname: A\n", "3:9 unknown-value", "allowed are absent"),
        (
            DEFINITION + "accept: [{change: delete, reason: r, until: 31.12.2026}]\n",
            "6:45 wrong-type",
            "a day, such as 2026-12-31",
        ),
        (
            DEFINITION + "accept: [{change: delete, until: 2026-12-31}]\n",
            "6:10 missing-key",
            "`reason` is missing in accept[0]",
        ),
        (OVERRIDE + "- {definition: A, field: b, priority: 4}\n", "4:39 out-of-bounds", "less than or equal to 3"),
        (OVERRIDE + f"- {{definition: A, field: b, priority: {'9' * 300}}}\n", "4:39 out-of-bounds", "equal to 3"),
        (OVERRIDE + "- {definition: A, field: b, priority: 1}\n" * 4, "4:1 out-of-bounds", "at most 3 items"),
    ],
)
def test_what_the_model_refuses(check: Callable, text: str, place: str, message: str) -> None:
    """Rule, line, column and words; that nobody describes what an override names is told as well."""
    checked = check(text)
    told = [found for found in checked.findings if found.rule != "dangling-reference"]
    assert [place] == [f"{found.source.line}:{found.source.column} {found.rule}" for found in told]
    assert message in told[0].message


@pytest.mark.parametrize("option", ["true", "~", "[1]", "{a: 1}"])
def test_options_are_text_or_numbers(check: Callable, option: str) -> None:
    """One finding per option, though three types are tried."""
    checked = check(DEFINITION + f"  - {{name: x, type: list, options: [a, 1, 1.5, {option}]}}\n")
    assert ["6:48 wrong-type"] == checked.places
    assert ["`fields[2].options[3]` must be text or a number"] == checked.messages


def test_options_keep_their_type(check: Callable) -> None:
    """1 and '1' are different options."""
    checked = check(DEFINITION + "  - {name: x, type: list, options: [1, '1', 1.5, '1e999', '.inf']}\n")
    (manifest,) = checked.resolved.desired.manifests.values()
    assert (1, "1", 1.5, "1e999", ".inf") == manifest.resource.fields[2].options


@pytest.mark.parametrize(
    ("nested", "place"),
    [
        ("contact:\n    customData:\n      - {name: a, type: text, typ: 1}\n", "7:31 unknown-key"),
        ("contact:\n    customData:\n      - {name: a}\n", "7:9 missing-key"),
        ("contact:\n    customDate: []\n", "6:5 unknown-key"),
        ("visitor:\n    customData: [{name: a, type: no}]\n", "6:34 unknown-value"),
        ("contact.customData: [{name: a, type: no}]\n", "5:40 unknown-value"),
        ("contact: []\n", "5:3 unknown-key"),
        (
            "contact:\n    customData:\n      - {name: a, type: text}\n      - {name: A, type: text}\n",
            "8:16 duplicate-field",
        ),
        ("contact:\n    customData: []\n  contact.customData: []\n", "5:3 duplicate-key"),
    ],
)
def test_nested_slots_keep_their_places(check: Callable, nested: str, place: str) -> None:
    """`contact: {customData: …}`, as the API has it, is read like `contact.customData`."""
    text = EVENT + "properties:\n  " + nested
    assert [place] == check(text).places


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (DEFINITION + "  - {name: CODE, type: text}\n", "6:12 duplicate-field", "'CODE' stands here twice (as 'code')"),
        (
            DEFINITION + "  - {name: x, type: list, options: [a, b, 'a ']}\n",
            "6:43 duplicate-option",
            "the option 'a ' stands here twice",
        ),
        (
            DEFINITION + '  - {name: x, type: list, options: ["\u00e9", "e\u0301"]}\n',
            "6:42 duplicate-option",
            "stands here twice",
        ),
        (DEFINITION + "unique_keys: [code, pionts]\n", "6:21 unique-key-not-a-field", "did you mean 'points'?"),
        (
            DEFINITION + "relationships:\n  - {sourceField: cod, targetSchemaType: system, targetSchema: contacts}\n",
            "7:19 source-field-not-a-field",
            "the source field 'cod' is not a field – did you mean 'code'?",
        ),
        (
            DEFINITION
            + "relationships:\n"
            + "  - {sourceField: code, targetSchemaType: system, targetSchema: contacts}\n" * 2,
            "8:19 duplicate-relationship",
            "'code' has two relationships",
        ),
        (
            DEFINITION + "relationships:\n  - {sourceField: code, targetSchemaType: system, targetSchema: contact}\n",
            "7:65 unknown-system-schema",
            "there is no system schema 'contact' – did you mean 'contacts'?",
        ),
        (DEFINITION + "  - {name: x, type: list}\n", "6:5 list-without-options", "the list 'x' has no options"),
        (DEFINITION + "  - {name: x, type: list, options: []}\n", "6:5 list-without-options", "has no options"),
        (
            DEFINITION + "  - {name: x, type: text, options: [a]}\n",
            "6:36 options-without-list",
            "'x' has options and is no list",
        ),
        (
            DEFINITION + "  - {name: x, type: list, options: [gold, 1], default: glod}\n",
            "6:56 default-outside-options",
            "the default 'glod' is none of the options – did you mean 'gold'?",
        ),
        (
            DEFINITION + "  - {name: x, type: list, options: [gold], default: {a: 1}}\n",
            "6:53 default-outside-options",
            "the default '{\"a\": 1}' is none of the options",
        ),
        (
            OVERRIDE + "- {definition: A, field: b, priority: 1}\n- {definition: A, field: c, priority: 1}\n",
            "5:39 duplicate-priority",
            "two sources have the priority 1",
        ),
        (
            OVERRIDE + "- {definition: A, field: b, priority: 1}\n- {definition: á, field: b, priority: 2}\n",
            "5:3 duplicate-source",
            "'á.b' stands here twice",
        ),
    ],
)
def test_what_makes_no_sense_within_a_document(check: Callable, text: str, place: str, message: str) -> None:
    """Whatever the other manifests say."""
    checked = check(text)
    assert [(place, True)] == [
        (at, message in said)
        for at, said in zip(checked.places, checked.messages, strict=True)
        if not at.endswith("dangling-reference")
    ]


@pytest.mark.parametrize(
    ("type_name", "default"),
    [
        ("bool", "true"), ("bool", "'0'"), ("number", "5"), ("number", "'1.5'"), ("decimal", "1.5"), ("text", "a"),
        ("text", "5"), ("date", "2026-01-31"), ("json", "{a: [1]}"), ("json", "text"),
        ("geolocation", "{lat: 1.0, lng: 2}"),
        ("json", "'" + "[" * 5000 + "'"), ("longtext", "''"),
    ],
)  # fmt: skip
def test_defaults_that_fit(check: Callable, type_name: str, default: str) -> None:
    """What can be read as the field's type is fine."""
    assert [] == check(DEFINITION + f"  - {{name: x, type: {type_name}, default: {default}}}\n").places


@pytest.mark.parametrize(
    ("type_name", "default"),
    [
        ("bool", "maybe"), ("bool", "{a: 1}"), ("number", "many"), ("number", "true"), ("number", "{a: 1}"),
        ("number", "1e999"), ("decimal", ".nan"), ("number", "9" * 5000), ("text", "{a: 1}"), ("date", "[1]"),
    ],
)  # fmt: skip
def test_defaults_that_do_not_fit(check: Callable, type_name: str, default: str) -> None:
    """Also when they are lists, mappings or no numbers."""
    checked = check(DEFINITION + f"  - name: x\n    type: {type_name}\n    default: {default}\n")
    assert ["8:14 default-type"] == checked.places
    assert [f"the default of 'x' is no {type_name}"] == checked.messages


def test_every_expression_that_cannot_be_rendered_is_told(check: Callable) -> None:
    """At its own place; what is wrong besides is told in the same run."""
    text = "kind: definition\nname: '{{ vars.x }}'\nfields:\n  - {name: a, type: '{{ 1 + }}'}\n  - [true, 1]\n"
    assert ["2:7 template", "4:21 template", "5:5 wrong-type"] == check(text).places


def test_rendered_values_are_checked_at_their_place(check: Callable) -> None:
    """A value that is rendered to another type is a finding where it is written."""
    text = DEFINITION + "description: '{{ vars.x }}'\n"
    assert ["6:14 wrong-type"] == check(text, x={"a": [1]}).places


def test_rendered_values_may_be_flags_and_lists(check: Callable) -> None:
    """As long as they are what the place needs."""
    text = DEFINITION + "  - {name: x, type: list, required: '{{ vars.strict }}', options: '{{ vars.tiers }}'}\n"
    checked = check(text, strict=True, tiers=["a", "b"])
    (manifest,) = checked.resolved.desired.manifests.values()
    assert (True, ("a", "b")) == (manifest.resource.fields[2].required, manifest.resource.fields[2].options)


def test_the_problems_of_one_document_are_bounded(check: Callable) -> None:
    """A thousand of one document are enough to know."""
    assert 1000 == len(check(DEFINITION + "".join(f"k{number}: 1\n" for number in range(3000))).places)


def test_what_an_expression_brings_is_placed_where_the_expression_is(check: Callable) -> None:
    """The nearest thing that is written."""
    text = "kind: definition\nname: A\nfields: '{{ vars.fields }}'\n"
    assert ["3:9 unknown-value"] == check(text, fields=[{"name": "a", "type": "no"}]).places


def test_what_an_alias_brings_is_placed_where_the_alias_is(check: Callable) -> None:
    """And where the anchor is, if that is wrong there too."""
    text = DEFINITION + "  - &x {name: x, type: no}\n  - *x\n"
    assert ["6:24 unknown-value", "7:5 duplicate-field", "7:5 unknown-value"] == check(text).places


def test_keys_are_not_rendered(check: Callable) -> None:
    """Expressions stand in values."""
    assert ["6:1 unknown-key"] == check(DEFINITION + "'{{ 1 }}': 1\n").places


@pytest.mark.parametrize("pair", [("fr", "FR"), ("pt-BR", "pt_BR"), ("pt-br", "PT_BR"), ("zh-Hant-TW", "zh_hant-tw")])
@pytest.mark.parametrize("between", ["", "de: B, "])
def test_two_spellings_of_one_language_are_a_finding(check: Callable, pair: tuple[str, str], between: str) -> None:
    """A shop would keep one of the texts, or show either."""
    first, second = pair
    (found,) = check(f"kind: event\ncode_name: e\nname: {{{first}: A, {between}{second}: C}}\n").findings
    told = f"`name`: {first} and {second} are one language"
    assert ("duplicate-key", told) == (found.rule, found.message)


def test_regions_and_scripts_make_several_languages(check: Callable) -> None:
    """Nothing is taken for the same that is not."""
    assert [] == check("kind: event\ncode_name: e\nname: {pt: A, pt-BR: B, pt-PT: C, zh-Hans: D, zh-Hant: E}\n").places
