"""What a record set may say, by itself and beside its definition."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from reconciler.kinds.registry import KINDS
from reconciler.kinds.schemas import schema_of
from reconciler.kinds.values import Reference
from reconciler.model.address import Address
from reconciler.model.source import Finding
from tests.records.reading import inside, manifest_findings

KIND = KINDS["records"]
DEFINITION = """kind: definition
name: Vet
unique_keys: [name]
fields:
  - {name: name, type: text, required: true}
---
kind: definition
name: T
unique_keys: [code]
fields:
  - {name: code, type: text, required: true}
  - {name: contact, type: number}
  - {name: vet, type: number}
  - {name: product, type: text}
relationships:
  - {sourceField: contact, targetSchemaType: system, targetSchema: contacts}
  - {sourceField: product, targetSchemaType: system, targetSchema: products}
  - {sourceField: vet, targetSchemaType: custom, targetSchema: Vet, targetField: id}
---
kind: definition
name: Log
fields:
  - {name: code, type: text}
---
"""


def _set(**said: Any) -> dict[str, Any]:
    return {"kind": "records", "definition": "T", **said}


def _findings(tmp_path: Path, text: str) -> list[Finding]:
    (tmp_path / "m.yaml").write_text(DEFINITION + "kind: records\n" + text)
    with inside(tmp_path):
        return manifest_findings("m.yaml")


GOOD = {
    "the least": _set(),
    "a file": _set(file="a.csv"),
    "files and patterns": _set(file=["a.csv", "below/*.json"]),
    "rows": _set(rows=[{"code": "A"}, {"code": "B", "contact": {"by": "email", "value": "a@b.c"}}]),
    "no rows": _set(rows=[]),
    "every mode": _set(mode="update"),
    "a mirror": _set(mode="mirror", scope={"code": ["A", "B"]}),
    "a mirror of numbers": _set(mode="mirror", scope={"vet": [1, 2]}),
    "columns": _set(columns={"code": "Code commercial", "contact": {"column": "N° client", "by": "id_customer"}}),
    "a column without by": _set(columns={"code": {"column": "Code"}}),
    "ignored": _set(ignore_columns=["Commentaire"], ignore_differences=["code"]),
    "csv": _set(
        csv={
            "delimiter": ";",
            "encoding": "cp1252",
            "decimal": ",",
            "dates": "%d/%m/%Y",
            "timezone": "Europe/Paris",
            "empty": "keep",
        }
    ),
    "excel": _set(csv={"dates": "excel", "delimiter": "\t"}),
    "times": _set(csv={"dates": "%m/%d/%y %H:%M:%S"}),
    "show": _set(show="keys"),
}
BAD = {
    "an unknown key": _set(files="a.csv"),
    "no definition": {"kind": "records"},
    "an unknown mode": _set(mode="replace"),
    "an empty path": _set(file=""),
    "an empty path among others": _set(file=["a.csv", ""]),
    "a number as a path": _set(file=7),
    "rows that are none": _set(rows=["A"]),
    "too many rows": _set(rows=[{"code": "A"}] * 2_001),
    "a column without a name": _set(columns={"code": ""}),
    "an unknown key of a column": _set(columns={"code": {"column": "a", "with": "b"}}),
    "an unknown delimiter": _set(csv={"delimiter": ":"}),
    "an unknown way of empty cells": _set(csv={"empty": "skip"}),
    "an unknown way of showing": _set(show="some"),
    "a scope that is no list": _set(mode="mirror", scope={"code": "A"}),
}
ONLY_WE_KNOW = {
    "an encoding that there is not": _set(csv={"encoding": "utf-9"}),
    "an encoding of no text": _set(csv={"encoding": "base64"}),
    "a zone that there is not": _set(csv={"timezone": "Europe/Lille"}),
    "dates without a year": _set(csv={"dates": "%d/%m"}),
    "dates with names": _set(csv={"dates": "%d %b %Y"}),
}
"""What a schema cannot say."""


@pytest.mark.parametrize("name", GOOD)
def test_the_schema_and_the_validator_take_what_is_good(name: str) -> None:
    """Both."""
    KIND.model.model_validate(GOOD[name])
    jsonschema.validate(GOOD[name], schema_of("records"))
    jsonschema.validate(GOOD[name], schema_of(None))


@pytest.mark.parametrize("name", BAD)
def test_neither_takes_what_is_bad(name: str) -> None:
    """So an editor sees it too."""
    with pytest.raises(ValidationError):
        KIND.model.model_validate(BAD[name])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(BAD[name], schema_of("records"))


@pytest.mark.parametrize("name", ONLY_WE_KNOW)
def test_the_validator_knows_more_than_a_schema_can_say(name: str) -> None:
    """Zones and encodings are those of this machine."""
    with pytest.raises(ValidationError):
        KIND.model.model_validate(ONLY_WE_KNOW[name])


def test_the_schema_knows_every_property() -> None:
    """With the words that each takes."""
    schema = schema_of("records")
    assert set(KIND.model.model_fields) == set(schema["properties"])
    assert ["upsert", "update", "mirror", "insert-once"] == schema["properties"]["mode"]["enum"]
    assert ["definition"] == schema["required"]


PROBLEMS: dict[str, tuple[str, list[str]]] = {
    "nothing": ("definition: T\nrows: []\n", []),
    "two sources": (
        "definition: T\nfile: a.csv\nrows: []\n",
        ["28:7 records-source: rows stand in `file` or in `rows`, and not in both"],
    ),
    "a mirror of everything": (
        "definition: T\nmode: mirror\n",
        [
            "27:7 records-scope: a mirror deletes rows that are not listed: `scope` says which rows are its own, "
            "such as scope: {responsable_id: [COM-001]}"
        ],
    ),
    "a scope without a mirror": (
        "definition: T\nscope: {code: [A]}\n",
        ["27:8 records-scope: `scope` is for mode: mirror, and this is upsert"],
    ),
    "a column twice": (
        "definition: T\ncolumns: {code: A, contact: A}\n",
        ["27:29 records-field: the column 'A' holds code already"],
    ),
    "an unknown field": (
        "definition: T\ncolumns: {coda: A}\n",
        ["27:11 records-field: definition/T has no field 'coda' – did you mean 'code'?"],
    ),
    "an unknown field of the scope": (
        "definition: T\nmode: mirror\nscope: {coda: [A]}\n",
        ["28:9 records-field: definition/T has no field 'coda' – did you mean 'code'?"],
    ),
    "an unknown field to ignore": (
        "definition: T\nignore_differences: [code, geo]\n",
        ["27:28 records-field: definition/T has no field 'geo'"],
    ),
    "no unique keys": (
        "definition: Log\n",
        [
            "25:1 records-mode: Log has no unique keys: sent again, its rows would double. "
            "Write mode: insert-once, or add the rows by hand."
        ],
    ),
    "unique keys": (
        "definition: T\nmode: insert-once\n",
        [
            "27:7 records-mode: T has unique keys (code), by which rows are updated: "
            "mode: insert-once is for definitions without"
        ],
    ),
    "insert once": ("definition: Log\nmode: insert-once\n", []),
    "by of nothing": (
        "definition: T\ncolumns: {code: {column: A, by: name}}\n",
        ["27:33 records-by: `by` names what a field points at, and code points at nothing"],
    ),
    "by of a product": (
        "definition: T\ncolumns: {product: {column: A, by: name}}\n",
        ["27:36 records-by: `by` is for contacts and for rows of definitions, and product points at a product"],
    ),
    "by of a contact": (
        "definition: T\ncolumns: {contact: {column: A, by: e-mail}}\n",
        ["27:36 records-by: a contact has no key 'e-mail' – did you mean 'email'?"],
    ),
    "by of a row": ("definition: T\ncolumns: {vet: {column: A, by: name}}\n", []),
    "by of a row by nothing": (
        "definition: T\ncolumns: {vet: {column: A, by: nam}}\n",
        ["27:32 records-by: definition/Vet has no field 'nam' – did you mean 'name'?"],
    ),
    "an unknown definition": (
        "definition: Tt\n",
        [
            "26:13 dangling-reference: records/Tt refers to definition/Tt, which no manifest describes "
            "– did you mean 'T'?"
        ],
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_makes_no_sense_is_told_where_it_stands(name: str, tmp_path: Path) -> None:
    """In plain words, once."""
    text, expected = PROBLEMS[name]
    assert expected == [f"{f.source.line}:{f.source.column} {f.rule}: {f.message}" for f in _findings(tmp_path, text)]


def test_it_refers_to_its_definition() -> None:
    """And takes its name in the spelling of the definition."""
    resource = KIND.model.model_validate(_set())
    target = Address("definition", "T")
    assert [Reference(target, None, ("definition",))] == list(KIND.references(resource))
    spelled = KIND.respelled(resource, lambda _: Address("definition", "t"))
    assert "t" == spelled.definition
    assert Address("records", "T") == KIND.address_of(resource)
