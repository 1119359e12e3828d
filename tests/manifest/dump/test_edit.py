"""Edits of manifests: what differs is put in its place, and every other character stays."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.kinds.registry import kind_of
from reconciler.manifest.document import read_document
from reconciler.manifest.dump.files import Edited, edited
from reconciler.manifest.dump.say import Said
from reconciler.manifest.json_text import json_documents
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml import documents
from reconciler.model.source import Source

Data = dict[str, Any]
RENDERER = Renderer({"label": "Nom"}, {})


def edit(text: str, change: Callable[[Data], None], is_json: bool = False) -> Edited:
    """The first document of the text, changed."""
    read = json_documents if is_json else documents
    first = next(iter(read(text)))
    manifest = read_document(first.data, Source("a.yaml"), RENDERER).manifest
    assert manifest is not None
    kind = kind_of(manifest.address)
    before = kind.document(manifest.address.name, kind.form(manifest.resource))
    wanted = kind.document(manifest.address.name, kind.form(manifest.resource))
    change(wanted)
    return edited(text, is_json, [(0, Said(manifest.address, wanted, before))], RENDERER)


def describe(document: Data) -> None:
    rest = dict(document)
    document.clear()
    document.update(kind=rest.pop("kind"), name=rest.pop("name"))
    document["description"] = "New: words"
    document.update(key for key in rest.items() if key[0] != "description")


def add_field(document: Data) -> None:
    document["fields"].append({"name": "b", "type": "date", "required": True})


def add_relationship(document: Data) -> None:
    document["relationships"] = [{"sourceField": "a", "targetSchemaType": "system", "targetSchema": "contacts"}]


def relate_twice(document: Data) -> None:
    add_relationship(document)
    document["relationships"].append({"sourceField": "b", "targetSchemaType": "custom", "targetSchema": "a: b"})
    document["fields"].append({"name": "b", "type": "text"})


def require(document: Data) -> None:
    document["fields"][0]["required"] = True


def relabel(document: Data) -> None:
    document["fields"][0]["label"] = "yes"


def unlabel(document: Data) -> None:
    document["fields"][0].pop("label")


CASES = {
    "a value keeps its quotes": (
        "kind: definition\nname: A\ndescription: 'Old'  # said\nfields: [{name: a, type: text}]\n",
        describe,
        "kind: definition\nname: A\ndescription: 'New: words'  # said\nfields: [{name: a, type: text}]\n",
    ),
    "a value gets quotes where it needs them": (
        "kind: definition\nname: A\ndescription: Old\nfields: [{name: a, type: text}]\n",
        describe,
        'kind: definition\nname: A\ndescription: "New: words"\nfields: [{name: a, type: text}]\n',
    ),
    "a new key stands where people write it": (
        "kind: definition\nname: A   # its name\n\n# What it holds.\nfields: [{name: a, type: text}]\n",
        describe,
        'kind: definition\nname: A   # its name\ndescription: "New: words"\n\n# What it holds.\n'
        "fields: [{name: a, type: text}]\n",
    ),
    "a block of lines gives way to one value": (
        "kind: definition\nname: A\ndescription: |\n  Old\n  lines\n\nfields: [{name: a, type: text}]\n",
        describe,
        'kind: definition\nname: A\ndescription: "New: words"\n\nfields: [{name: a, type: text}]\n',
    ),
    "an item in braces": (
        "kind: definition\nname: A\nfields:\n  - {name: a, type: text} # first\n# the end\n",
        add_field,
        "kind: definition\nname: A\nfields:\n  - {name: a, type: text} # first\n"
        "  - {name: b, type: date, required: true}\n# the end\n",
    ),
    "an item in lines": (
        "kind: definition\nname: A\nfields:\n- name: a\n  type: text\n\n---\n# more\n",
        add_field,
        "kind: definition\nname: A\nfields:\n- name: a\n  type: text\n- name: b\n  type: date\n  required: true\n\n"
        "---\n# more\n",
    ),
    "an item behind a dash of its own": (
        "kind: definition\nname: A\nfields:\n-\n    # not-a dash\n    name: a\n    type: text\n",
        add_field,
        "kind: definition\nname: A\nfields:\n-\n    # not-a dash\n    name: a\n    type: text\n- name: b\n"
        "  type: date\n  required: true\n",
    ),
    "an item within brackets": (
        "kind: definition\nname: A\nfields: [ {name: a, type: text},\n  {name: c, type: text} ]\n",
        add_field,
        "kind: definition\nname: A\nfields: [ {name: a, type: text},\n  {name: c, type: text},\n"
        "  {name: b, type: date, required: true} ]\n",
    ),
    "a list that was not there, in the style of the other one": (
        "kind: definition\nname: A\nfields:\n  - name: a\n    type: text\n",
        add_relationship,
        "kind: definition\nname: A\nfields:\n  - name: a\n    type: text\nrelationships:\n  - sourceField: a\n"
        "    targetSchemaType: system\n    targetSchema: contacts\n",
    ),
    "two relationships where there were none": (
        "kind: definition\nname: A\nfields:\n  - {name: a, type: text}\n# the end\n",
        relate_twice,
        "kind: definition\nname: A\nfields:\n  - {name: a, type: text}\n  - {name: b, type: text}\nrelationships:\n"
        "  - {sourceField: a, targetSchemaType: system, targetSchema: contacts}\n"
        '  - {sourceField: b, targetSchemaType: custom, targetSchema: "a: b"}\n# the end\n',
    ),
    "a slot that was written and empty": (
        "kind: event\nname: E\ncode_name: e\nproperties:\n  metaData: []  # none\n",
        lambda d: d.update(properties={"metaData": [{"name": "a", "type": "text"}], "customData": []}),
        "kind: event\nname: E\ncode_name: e\nproperties:\n  metaData: [{name: a, type: text}]  # none\n"
        "  customData: []\n",
    ),
    "properties where there were none, in the document's own style": (
        "kind: event\nname: E\ncode_name: e\n",
        lambda d: d.update(properties={"metaData": [{"name": "a", "type": "text"}]}),
        "kind: event\nname: E\ncode_name: e\nproperties:\n  metaData:\n    - {name: a, type: text}\n",
    ),
    "properties that were written and empty": (
        "kind: event\nname: E\nproperties: {}\ncode_name: e\n",
        lambda d: d.update(properties={"metaData": [{"name": "a", "type": "text"}]}),
        "kind: event\nname: E\nproperties: {metaData: [{name: a, type: text}]}\ncode_name: e\n",
    ),
    "an item in a list that was written and empty": (
        "kind: override\ntarget: products.price\nsources: []\n",
        lambda d: d["sources"].append({"definition": "vet", "field": "p", "priority": 1}),
        "kind: override\ntarget: products.price\nsources: [{definition: vet, field: p, priority: 1}]\n",
    ),
    "a list that was there and empty": (
        "kind: definition\nname: A\nfields: [{name: a, type: text}]\nrelationships: []  # none\n",
        add_relationship,
        "kind: definition\nname: A\nfields: [{name: a, type: text}]\nrelationships: "
        "[{sourceField: a, targetSchemaType: system, targetSchema: contacts}]  # none\n",
    ),
    "a key in braces": (
        "kind: definition\nname: A\nfields: [{name: a,   type: text}]\n",
        require,
        "kind: definition\nname: A\nfields: [{name: a,   type: text,   required: true}]\n",
    ),
    "a value that was written though it need not be": (
        "kind: definition\nname: A\nfields: [{name: a, required: false, type: text}]\n",
        require,
        "kind: definition\nname: A\nfields: [{name: a, required: true, type: text}]\n",
    ),
    "a text that is none for other readers": (
        "kind: definition\nname: A\nfields: [{name: a, label: Old, type: text}]\n",
        relabel,
        'kind: definition\nname: A\nfields: [{name: a, label: "yes", type: text}]\n',
    ),
    "a key that goes from a line of its own": (
        "kind: definition\nname: A\nfields:\n  - name: a\n    label: Old  # was\n    type: text\n",
        unlabel,
        "kind: definition\nname: A\nfields:\n  - name: a\n    type: text\n",
    ),
    "a key that goes from the first line of an item": (
        "kind: definition\nname: A\nfields:\n  - label: Old\n    name: a\n    type: text\n",
        unlabel,
        "kind: definition\nname: A\nfields:\n  - name: a\n    type: text\n",
    ),
    "a key that goes from braces": (
        "kind: definition\nname: A\nfields: [{name: a, label: Old, type: text}]\n",
        unlabel,
        "kind: definition\nname: A\nfields: [{name: a, type: text}]\n",
    ),
    "line ends of Windows": (
        "kind: definition\r\nname: A\r\nfields:\r\n  - name: a\r\n    type: text\r\n",
        add_field,
        "kind: definition\r\nname: A\r\nfields:\r\n  - name: a\r\n    type: text\r\n"
        "  - name: b\r\n    type: date\r\n    required: true\r\n",
    ),
    "a line that goes, on Windows": (
        "kind: definition\r\nname: A\r\nfields:\r\n  - name: a\r\n    label: Old\r\n    type: text\r\n",
        unlabel,
        "kind: definition\r\nname: A\r\nfields:\r\n  - name: a\r\n    type: text\r\n",
    ),
    "a file without a last line end": (
        "kind: definition\nname: A\nfields:\n  - {name: a, type: text}",
        add_field,
        "kind: definition\nname: A\nfields:\n  - {name: a, type: text}\n  - {name: b, type: date, required: true}",
    ),
    "a slot that is written nested": (
        "kind: event\nname: E\ncode_name: e\nproperties:\n  contact:\n    customData:\n    - {name: a, type: text}\n",
        lambda d: d["properties"]["contact.customData"].append({"name": "b", "type": "json"}),
        "kind: event\nname: E\ncode_name: e\nproperties:\n  contact:\n    customData:\n    - {name: a, type: text}\n"
        "    - {name: b, type: json}\n",
    ),
    "a property that is gone": (
        "kind: event\nname: E\ncode_name: e\nproperties:\n  metaData:\n    - {name: a, type: text}\n"
        "    # of the second\n    - {name: b, type: text}\n",
        lambda d: d["properties"]["metaData"].pop(0),
        "kind: event\nname: E\ncode_name: e\nproperties:\n  metaData:\n    # of the second\n"
        "    - {name: b, type: text}\n",
    ),
    "two lists that end in one line": (
        "kind: event\nname: E\ncode_name: e\nproperties:\n  customData:\n    - {name: a, type: text}\n",
        lambda d: (
            d["properties"]["customData"].append({"name": "b", "type": "text"}),
            d["properties"].update(metaData=[{"name": "c", "type": "bool"}]),
        ),
        "kind: event\nname: E\ncode_name: e\nproperties:\n  customData:\n    - {name: a, type: text}\n"
        "    - {name: b, type: text}\n  metaData:\n    - {name: c, type: bool}\n",
    ),
    "a name in languages": (
        "kind: event\nname: {fr: Un, en: One}\ncode_name: e\n",
        lambda d: d["name"].update(en="Two", de="Zwei"),
        "kind: event\nname: {fr: Un, en: Two, de: Zwei}\ncode_name: e\n",
    ),
    "a list of words in lines": (
        "kind: definition\nname: A\nunique_keys:\n  - a\nfields: [{name: a, type: text}, {name: c, type: text}]\n",
        lambda d: d.update(unique_keys=["a", "c"]),
        "kind: definition\nname: A\nunique_keys:\n  - a\n  - c\n"
        "fields: [{name: a, type: text}, {name: c, type: text}]\n",
    ),
    "a source that changes its place": (
        "kind: override\ntarget: products.price\nsources:\n  - {definition: vet, field: p, priority: 1}  # the vet's\n",
        lambda d: d["sources"][0].update(priority=2),
        "kind: override\ntarget: products.price\nsources:\n  - {definition: vet, field: p, priority: 2}  # the vet's\n",
    ),
    "braces that are meant as text": (
        "kind: definition\nname: A\ndescription: \"{{ '{{' }} old\"\nfields: [{name: a, type: text}]\n",
        lambda d: d.update(description="{{ new"),
        "kind: definition\nname: A\ndescription: \"{{ '{{' }} new\"\nfields: [{name: a, type: text}]\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_only_what_differs_is_edited(case: str) -> None:
    """Comments, order, quotes, blanks and line ends stay."""
    text, change, wanted = CASES[case]
    result = edit(text, change)
    assert (wanted, {}) == (result.text, result.refused)


JSON = """{
  "kind": "definition",
  "name": "A",
\t"description": "\\ud83d\\ude00 old",
  "fields": [
    {
      "name": "a",
      "type": "text"
    }
  ]
}
"""


def test_a_json_manifest_stays_one() -> None:
    """Also where a tab indents it, and where a character is written as two."""
    result = edit(JSON, add_field, is_json=True)
    added = '    },\n    {\n      "name": "b",\n      "type": "date",\n      "required": true\n    }\n'
    assert JSON.replace("    }\n", added) == result.text
    described = edit(JSON, describe, is_json=True)
    assert JSON.replace("\\ud83d\\ude00 old", "New: words") == described.text
    related = edit('{"kind":"definition","name":"A","fields":[{"name":"a","type":"text"}]}', add_relationship, True)
    assert related.text.endswith(
        '"relationships": [{"sourceField": "a", "targetSchemaType": "system", "targetSchema": "contacts"}]}'
    )


@pytest.mark.parametrize(
    ("text", "change", "told"),
    [
        (
            "kind: event\nname: {fr: Un}\ncode_name: e\n",
            lambda d: d["name"].pop("fr"),
            "it is the only entry of what it stands in",
        ),
        (
            # Our reader takes the tab for a blank, and the other one does not.
            "kind: event\nname:\tUn\ncode_name: e\nproperties:\t{}\n",
            lambda d: d.update(name="Deux"),
            "its place in the file is not found: change it by hand",
        ),
        (
            "kind: definition\nname: A\nfields: [{name: a, label: '{{ vars.label }}', type: text}]\n",
            relabel,
            "its value comes from an expression, which is left as it is",
        ),
        (
            "kind: definition\nname: A\ndescription: &d Old\nfields: [{name: a, label: *d, type: text}]\n",
            describe,
            "its value is shared with other places by an anchor",
        ),
        (
            "kind: definition\nname: A\ndescription: &d Old\nfields: [{name: a, label: *d, type: text}]\n",
            unlabel,
            "its value is shared with other places by an anchor",
        ),
    ],
)
def test_what_cannot_be_edited_alone_is_left_and_told(text: str, change: Callable[[Data], None], told: str) -> None:
    """An expression may mean more than its value, and an anchor more than one place."""
    result = edit(text, change)
    ((part,),) = result.refused.values()
    assert (text, told) == (result.text, part.reason)
