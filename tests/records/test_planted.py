"""R3: thirty mistakes in a manifest and its file, and thirty findings, each at its place, in every format."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

MANIFEST = """kind: records
definition: T
file: rows.csv
columns: {labell: Libelle}
ignore_differences: [geo]
scope: {code: [A]}
csv: {delimiter: ";"}
"""
DEFINITION = """kind: definition
name: T
unique_keys: [code]
fields:
  - {name: code, type: text, required: true}
  - {name: name, type: text, required: true}
  - {name: amount, type: decimal}
  - {name: points, type: number}
  - {name: active, type: bool}
  - {name: since, type: date}
  - {name: seen, type: datetime}
  - {name: tier, type: list, options: [silver, gold]}
  - {name: prefs, type: json}
  - {name: place, type: geolocation}
  - {name: notes, type: longtext}
"""
NAMES = ["code", "name", "amount", "points", "active", "since", "seen", "tier", "prefs", "place", "notes"]
HEADER = [*NAMES, "Comentary", "name", ""]
IN_MANIFEST = [
    ("manifest.yaml:4:11", "records-field"),
    ("manifest.yaml:5:22", "records-field"),
    ("manifest.yaml:6:8", "records-scope"),
]
IN_HEADER = [("Comentary", "record-column"), ("name", "record-header"), ("", "record-header")]
IN_CELLS = [
    ("code", "", "record-key-empty"),
    ("name", "", "record-required"),
    ("name", "1.23457E+12", "record-excel-damage"),
    ("notes", "#N/A", "record-excel-damage"),
    ("notes", "\\N", "record-null"),
    ("notes", "a\0b", "record-cell"),
    ("amount", "12,50", "record-number"),
    ("amount", "$12", "record-number"),
    ("points", "many", "record-number"),
    ("points", "007", "record-leading-zeros"),
    ("points", "1234567890123456", "record-many-digits"),
    ("active", "oui", "record-bool"),
    ("since", "17/11/2025", "record-date"),
    ("since", "45978", "record-date"),
    ("since", "2026-02-30", "record-date"),
    ("seen", "2026-05-08 09:00", "record-datetime"),
    ("seen", "2026-05-08", "record-datetime"),
    ("tier", "golden", "record-option"),
    ("prefs", "{a: 1}", "record-json"),
    ("place", "Lille", "record-geolocation"),
]


def _rows() -> Iterator[tuple[str, tuple[int, str] | None]]:
    """Lines of the file, each with the column and the rule of the mistake in it."""
    for number, (field, cell, rule) in enumerate(IN_CELLS):
        cells = dict.fromkeys(HEADER[:-1], "") | {"code": f"K{number}", "name": "x", field: cell}
        before = NAMES[: NAMES.index(field)]
        yield (
            _line([*(cells[name] for name in NAMES), "", "", ""]),
            (sum(len(cells[name]) + 1 for name in before) + 1, rule),
        )
    yield _line(["K0", "x"]), (1, "record-ragged")
    yield _line(["K0", "x", *[""] * 14]), (1, "record-ragged")
    yield _line([""] * 14), (1, "record-ragged")
    yield _line(["good", "x", *[""] * 12]), None
    yield _line(["GOOD ", "x", *[""] * 12]), (1, "record-duplicate")


def _line(cells: list[str]) -> str:
    return ";".join(cells)


@pytest.fixture
def planted(tmp_path: Path) -> list[tuple[str, str]]:
    """Writes the files; (place, rule) of each mistake, in the order of the findings."""
    (tmp_path / "definition.yaml").write_text(DEFINITION)
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    rows = list(_rows())
    lines = [_line(HEADER), *(line for line, _ in rows)]
    (tmp_path / "rows.csv").write_bytes("\r\n".join(lines).encode() + b"\r\n;;;\r\n")
    places = list(IN_MANIFEST)
    for index, (name, rule) in enumerate(IN_HEADER, len(NAMES)):
        assert name == HEADER[index]
        places.append((f"rows.csv:1:{sum(len(each) + 1 for each in HEADER[:index]) + 1}", rule))
    for number, (_, mistake) in enumerate(rows, 2):
        if mistake:
            places.append((f"rows.csv:{number}:{mistake[0]}", mistake[1]))
    return places


def _of_text(text: str) -> list[tuple[str, str]]:
    found = re.findall(r"(?m)^(\S+:\d+:\d+): (?:error|warning): .* \[([\w-]+)\]$", text)
    return list(found)


def _of_github(text: str) -> list[tuple[str, str]]:
    found = re.findall(
        r"(?m)^::(?:error|warning) file=(.*?),line=(\d+),(?:endLine=\d+,)?col=(\d+),.*?title=([\w-]+)::", text
    )
    return [(f"{file}:{line}:{column}", rule) for file, line, column, rule in found]


def _of_json(text: str) -> list[tuple[str, str]]:
    return [(f"{f['file']}:{f['line']}:{f['column']}", f["rule"]) for f in json.loads(text)["findings"]]


def _of_junit(text: str) -> list[tuple[str, str]]:
    cases = ElementTree.fromstring(text).iter("testcase")
    named = [(case.get("classname"), str(case.get("name")).split(" at ")) for case in cases]
    return [(f"{file}:{place}", rule) for file, (rule, place) in named]


def _of_sarif(text: str) -> list[tuple[str, str]]:
    found = []
    for result in json.loads(text)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        file = place["artifactLocation"]["uri"]
        found.append((f"{file}:{region['startLine']}:{region['startColumn']}", result["ruleId"]))
    return found


CONNECTIONS: list[str] = []


def _note_sockets(event: str, _: object) -> None:
    if event.startswith("socket."):
        CONNECTIONS.append(event)


sys.addaudithook(_note_sockets)
READERS = {"text": _of_text, "json": _of_json, "github": _of_github, "junit": _of_junit, "sarif": _of_sarif}


@pytest.mark.parametrize("command", [("validate",), ("records", "check", "T")], ids=["validate", "records-check"])
@pytest.mark.parametrize("form", READERS)
def test_every_mistake_is_found_once_at_its_place(
    form: str,
    command: tuple[str, ...],
    planted: list[tuple[str, str]],
    ask: Callable,
    figure: Callable,
) -> None:
    """And nothing else, with no connection to anything."""
    before = len(CONNECTIONS)
    ran = ask(*command, ".", "--format", form)
    found = READERS[form](ran.out)
    assert (1, sorted(planted)) == (ran.code, sorted(found))
    assert 30 == len(found)
    assert before == len(CONNECTIONS)
    figure("R3", f"{len(found)} mistakes planted and found, in {len(READERS)} formats by validate and records check")
