"""JSON manifests are JSON, and have places, bounds and findings like those in YAML."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.manifest.test_hostile_yaml import FRESH, MEBIBYTES, NASTY, SECONDS, measured, outcome

COMMENT = "JSON has no comments: remove it, or name the file .yaml, where # begins one"
EVENT = '{"kind": "event",\n "code_name": "a",\n "name": "A"%s}'


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (EVENT % " # why\n", "3:14", COMMENT),
        (EVENT % ", # why\n", "3:15", COMMENT),
        (EVENT % " // why\n", "3:14", COMMENT),
        (EVENT % ", /* why */\n", "3:15", COMMENT),
        ("# why\n" + EVENT % "", "1:1", COMMENT),
        ("// why: so\n" + EVENT % "", "1:1", COMMENT),
        ("/* why\n * so\n */\n" + EVENT % "", "1:1", COMMENT),
        ('{ // why\n "kind": "event",\n "x": [1, // one\n 2]}', "1:3", COMMENT),
        ('{"kind": "event",\n "x": [1, // one\n 2]}', "2:11", COMMENT),
        ('{"kind": /* so */ "event"}', "1:10", COMMENT),
        (EVENT % "" + " // why\n", "3:15", COMMENT),
        (EVENT % ",", "3:13", "JSON takes no comma behind the last entry: remove it"),
        (EVENT % ', "x": [1, 2,\n]', "3:25", "JSON takes no comma behind the last entry: remove it"),
        (EVENT.replace('"A"', "'A'") % "", "3:10", "JSON takes double quotes only"),
    ],
)
def test_what_people_write_into_json_is_called_by_its_name(
    check: Callable, text: str, place: str, message: str
) -> None:
    """Editors take it, and no other tool."""
    checked = check(text, suffix=".json")
    assert ([f"{place} yaml-syntax"], [message]) == (checked.places, checked.messages)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{"kind": "event"\n "code_name": "a"}', "2:2", "expecting ',' delimiter"),
        ('{"kind": "event"\r "code_name": "a"}', "2:2", "expecting ',' delimiter"),
        ('{"kind": "event",\n "name: "a"}', "2:10", "expecting ':' delimiter"),
        ('{"kind": "event", "x": [1, 2}', "1:29", "expecting ',' delimiter"),
        (EVENT.replace('"A"', "A") % "", "3:10", "expecting value"),
        (
            EVENT.replace('"A"', '"\t"') % "",
            "3:11",
            "a text holds a line end, a tab or another control character: write \\n, \\t or \\u and four digits",
        ),
        ("kind: event\ncode_name: a\nname: A\n", "1:1", "expecting value"),
        (EVENT % "" + "\n---\n" + EVENT % "", "4:1", "extra data"),
        ("", "1:1", "expecting value"),
        (EVENT % ', "x": "NaN, \\\\\\"NaN", "y": [NaN]', "3:42", "there is no NaN"),
        (EVENT % ', "y": -Infinity', "3:20", "there is no -Infinity"),
        ('{"y": Infinity, "x": 01}', "1:7", "there is no Infinity"),
    ],
)
def test_what_only_yaml_takes_is_refused(check: Callable, text: str, place: str, message: str) -> None:
    """Every other tool that reads the file would fail on it."""
    checked = check(text, suffix=".json")
    assert ([f"{place} yaml-syntax"], [f"this is not JSON: {message}"], []) == (
        checked.places,
        checked.messages,
        checked.addresses,
    )


def test_a_comma_at_the_end_is_refused(check: Callable) -> None:
    """The words for it, and whether they point at the comma or behind it, depend on the version of Python."""
    checked = check(EVENT % ",", suffix=".json")
    assert (["yaml-syntax"], []) == ([finding.rule for finding in checked.findings], checked.addresses)
    assert 3 == checked.findings[0].source.line


def test_json_that_yaml_cannot_tell_from_itself_is_taken(check: Callable) -> None:
    """Long numbers, escapes and blanks included."""
    text = '\r\n{"kind":"event","code_name":"a","name":"\\u00e9\\ud83d\\ude00\\n",\t"description":null}\n'
    assert ["event/a"] == check(text.replace(',\t"description":null', ""), suffix=".json").addresses
    assert ["2:62 unknown-key"] == check(text.replace("null", "1" * 5_000), suffix=".json").places


def test_a_duplicate_key_is_found(check: Callable) -> None:
    """JSON's own parser would take the last one in silence."""
    assert ["3:15 duplicate-key"] == check(EVENT % ', "name": "B"', suffix=".json").places[:1]


WORST: dict[str, Callable[[], str]] = {
    "deep lists": lambda: "[" * 4_000_000,
    "deep mappings": lambda: '{"a":' * 1_000_000,
    "deep behind a finding": lambda: '{"a": 1, "a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "many lists": lambda: "[" + "[]," * 2_600_000 + "[]]",
    "many keys": lambda: "{" + ",".join(f'"k{n}":1' for n in range(700_000)) + "}",
    "a key that is too long for YAML": lambda: '{"' + "k" * 2_000 + '": [' + "[]," * 2_600_000 + "[]]}",
    "a long number": lambda: "[" + "1" * 8_000_000 + "]",
    "many constants": lambda: "[" + '"NaN",' * 40_000 + "NaN]",
    "escapes": lambda: '["' + "\\\\" * 3_900_000 + '", NaN]',
    "blanks": lambda: " " * 8_000_000,
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_files(tmp_path: Path, name: str, figure: Callable) -> None:
    """Within the bounds that hold for YAML: the second parser must not open a way around them."""
    file = tmp_path / "worst.json"
    file.write_text(WORST[name](), encoding="utf-8")
    with FRESH.Pool(1) as pool:
        seconds, mebibytes = pool.apply(measured, (str(file),))
    figure("hostile JSON", f"{name}: {seconds:.2f} s, {mebibytes} MiB")
    assert seconds <= SECONDS
    assert mebibytes <= MEBIBYTES


def test_nonsense_is_a_finding(tmp_path: Path) -> None:
    """500 files, each the same in every run: what is no JSON never passes, and nothing gives a traceback."""
    file = tmp_path / "nonsense.json"
    for seed in range(500):
        chance = random.Random(seed)
        text = json.dumps({"kind": "event", "code_name": "a", "name": "A", "description": "x", "n": [1.5, None, {}]})
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice([*NASTY, "", "NaN", ","]) + text[place + chance.randint(0, 3) :]
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        resolved = outcome(str(file))
        assert resolved.findings or json.loads(text), seed
