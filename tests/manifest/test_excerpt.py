"""The line that a finding is about, and what in it is meant."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.excerpt import LONGEST_EXCERPT, with_excerpts
from reconciler.model.source import Excerpt, Finding, Source


def excerpt_at(text: str, line: int, column: int) -> Excerpt | None:
    """The excerpt of a finding at that place."""
    (finding,) = with_excerpts([Finding(Source("m.yaml", line, column), "rule", "message")], text)
    return finding.excerpt


@pytest.mark.parametrize(
    ("meant", "line"),
    [
        ("nmber", "  - {name: a, type: >nmber}"),
        ("type", "  - {name: a, >type: nmber}"),
        ("nmber", "type: >nmber"),
        ("nmber", "type: >nmber  # why"),
        ("nm#ber", "type: >nm#ber"),
        ("a:b", "type: >a:b"),
        ("key", ">key:"),
        ("1", "[>1, 2]"),
        ("2", "[1, >2]"),
        ("a b", "name: >a b   "),
        ('"a, b"', 'name: >"a, b", c'),
        ('"a\\"}"', 'name: >"a\\"}"}'),
        ("'it''s'", "name: >'it''s' # so"),
        ('"no end', 'name: >"no end'),
        ("'no end", "name: >'no end"),
        ("[1, {a: 2}]", "options: >[1, {a: 2}], b"),
        ('{a: "}"}', 'options: >{a: "}"} # so'),
        ("[1,", "options: >[1, "),
        (",", "a >, b"),
        ("}", "a: 1 >}"),
        ("名前", "name: >名前 # wide"),
        ("|", "text: >|"),
        ("*anchor", "a: >*anchor"),
    ],
)
def test_the_whole_value_or_key_is_meant(meant: str, line: str) -> None:
    """As far as it stands on the line."""
    column = line.index(">") + 1
    text = line.replace(">", "", 1)
    assert Excerpt(2, text, column, len(meant)) == excerpt_at(f"first\n{text}\nlast", 2, column)
    assert meant == text[column - 1 :][: len(meant)]


def test_the_end_of_a_line_is_a_place() -> None:
    """Where something is missing."""
    assert Excerpt(1, "a: b", 5, 1) == excerpt_at("a: b\n", 1, 5)


@pytest.mark.parametrize(("line", "column"), [(1, 6), (2, 1), (3, 1), (99, 1), (9_999, 1)])
def test_there_is_no_excerpt_where_there_is_no_text(line: int, column: int) -> None:
    """Behind a line, on an empty one and behind the last."""
    assert excerpt_at("a: b\n   \n", line, column) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_lines_end_as_in_yaml(end: str) -> None:
    """Their ends are no part of them."""
    assert Excerpt(2, "b: c", 4, 1) == excerpt_at(f"a: b{end}b: c{end}c: d", 2, 4)


@pytest.mark.parametrize("line", [999, 1_000, 1_001, 2_000, 2_500])
def test_a_line_far_down_is_found(line: int) -> None:
    """Lines are skipped by the thousand, and the last one has no end."""
    text = "\n".join(f"a: {number}" for number in range(1, 2_501))
    assert Excerpt(line, f"a: {line}", 4, len(str(line))) == excerpt_at(text, line, 4)


@pytest.mark.parametrize("before", [0, 1, 39, 40, 41, 500, 9_000])
@pytest.mark.parametrize("after", [0, 1, 60, 61, 9_000])
def test_a_long_line_is_cut_around_the_place(before: int, after: int) -> None:
    """What is left out is marked; what is meant stays where it is."""
    excerpt = excerpt_at("x" * before + '"here"' + "y" * after, 1, before + 1)
    assert excerpt is not None
    assert '"here"' == excerpt.text[excerpt.column - 1 :][: excerpt.length]
    assert min(before + 6 + after, LONGEST_EXCERPT) == len(excerpt.text)
    assert excerpt.text.count("…") == (before + 6 + after > LONGEST_EXCERPT) + (
        "…x" in excerpt.text and "y…" in excerpt.text
    )


@given(st.text(), st.integers(1, 5), st.integers(1, 30))
def test_an_excerpt_points_into_its_text(text: str, line: int, column: int) -> None:
    """Or at its end, whatever the text is."""
    excerpt = excerpt_at(text, line, column)
    assert excerpt is None or (
        1 <= excerpt.length and excerpt.column - 1 + excerpt.length <= max(len(excerpt.text), excerpt.column)
    )


@pytest.mark.parametrize("text", ["a, " * 2_700_000, "\n" * 8_000_000 + "a"])
def test_many_findings_in_a_large_file_take_no_longer_than_reading_it(text: str) -> None:
    """One line of 8 MiB, or as many lines."""
    line = 1 + text.count("\n")
    findings = [Finding(Source("m", line, 1 + number), "r", "m") for number in range(5_000)]
    begin = time.process_time()
    found = list(with_excerpts(findings, text))
    assert 1 > time.process_time() - begin
    assert 5_000 == len(found)


def test_what_is_wrong_in_a_manifest_has_its_excerpt(check: Callable) -> None:
    """Whether the text, a document or what manifests say of each other is wrong."""
    text = """\
kind: definition
name: A
fields:
  - {name: a, type: text, type: text}
relationships:
  - {sourceField: a, targetSchemaType: custom, targetSchema: B}
---
kind: evnt
---
[
"""
    expected = [(4, "type"), (6, "B"), (8, "evnt"), (10, "[")]
    meant = [(found.source.line, _meant(found.excerpt)) for found in check(text).findings]
    assert expected == meant


def test_json_is_shown_with_blanks_for_tabs(check: Callable) -> None:
    """Which is how it is read."""
    (finding,) = check('{"kind": "event",\n\t"code_name": "a",\n\t"name": 3}', suffix=".json").findings
    assert Excerpt(3, ' "name": 3}', 10, 1) == finding.excerpt


def _meant(excerpt: Excerpt | None) -> str | None:
    return excerpt and excerpt.text[excerpt.column - 1 :][: excerpt.length]
