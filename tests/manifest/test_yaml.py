"""Text → plain data within bounds, with places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.files import text_of
from reconciler.manifest.json_text import yaml_equivalent
from reconciler.manifest.yaml import (
    DEEPEST,
    LARGEST_FILE,
    LONGEST_TEXT,
    MOST_ALIASES,
    MOST_DIRECTIVES,
    MOST_DOCUMENTS,
    MOST_IN_DOCUMENT,
    MOST_NODES,
    Document,
    YamlProblem,
    documents,
    documents_with_places,
    shown,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**300), 10**300) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=9), inner),
    max_leaves=12,
)  # fmt: skip


def data(text: str) -> list[Any]:
    """The data of all documents."""
    return [document.data for document in documents(text)]


def refused(text: str) -> tuple[str, tuple[int, int]]:
    """The rule that ends the reading of the text, and where."""
    with pytest.raises(YamlProblem) as broken:
        data(text)
    return broken.value.rule, broken.value.place


def noted(text: str) -> list[tuple[str, tuple[int, int]]]:
    """The rules that documents break without ending the reading, and where."""
    return [(problem.rule, problem.place) for document in documents(text) for problem in document.problems]


def placed(text: str) -> Document:
    """The first document, with the places of its values."""
    return next(documents_with_places(text, (0,)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("y", "y"),
        ("true", True), ("TRUE", True), ("False", False),
        ("[~, null, Null, NULL, ]", [None] * 4),
        ("2026-01-31", "2026-01-31"), ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"), ("12:30:45", "12:30:45"),
        ("0", 0), ("-17", -17), ("+5", 5), ("0123", 123), ("1_000", "1_000"),
        ("0o17", 15), ("0x1F", 31), ("0b11", "0b11"), ("-0o7", "-0o7"), ("0o8", "0o8"),
        ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("-1e3", -1000.0), ("1e-400", 0.0), ("1.2.3", "1.2.3"), ("+.", "+."),
        (".inf", ".inf"), ("-.INF", "-.INF"), (".nan", ".nan"), ("1e999", "1e999"), ("-1e9999", "-1e9999"),
        ("٣", "٣"), ("=", "="), ("'5'", "5"), ('"true"', "true"),
        ("!!str 5", "5"), ("! 5", "5"), ("!!int 5", 5), ("!!null ''", ""), ("!!map {a: 1}", {"a": 1}),
        ("!!seq [1]", [1]),
        ("|\n  a\n  b\n", "a\nb\n"), (">-\n  a\n  b\n", "a b"), ("'<<': 1", {"<<": 1}), ("? a\n: b", {"a": "b"}),
        ("true: 1", {"true": 1}), ("~: 1", {"~": 1}), ("{'': 1}", {"": 1}), ('"\\0"', "\0"),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    """Words, dates and numbers beyond all bounds stay text."""
    assert repr([value]) == repr(data(text))


def test_an_integer_of_400_digits_is_a_number() -> None:
    """Python can still turn it into text."""
    assert [10**399] == data("1" + "0" * 399)


@pytest.mark.parametrize("text", ["1" + "0" * 400, "9" * 5000, "0x" + "f" * 101, "1" * 500 + ".0"])
def test_larger_numbers_stay_text(text: str) -> None:
    """Nothing infinite, and nothing that str() refuses, gets in."""
    assert [text] == data(text)


def test_documents_are_split_and_empty_ones_left_out() -> None:
    """Only documents with content count."""
    assert [1, 2, 3] == data("---\n1\n---\n# nothing\n---\n2\n...\n---\n~\n---\n3\n")


def test_a_document_knows_where_it_begins() -> None:
    """Line and column from 1, of the first value."""
    assert [(2, 1), (4, 3)] == [document.place for document in documents("---\na: 1\n---\n  b: 2\n")]


def test_values_and_keys_have_places() -> None:
    """A value stands under its path, a key under its path twice over."""
    assert {
        (): (1, 1), ("a",): (2, 3), ("a", "a"): (1, 1), ("a", 0): (2, 5), ("a", 1): (3, 5), ("a", 1, "b"): (3, 9),
        ("a", 1, "b", "b"): (3, 6), ("c",): (4, 4), ("c", "c"): (4, 1),
    } == placed("a:\n  - x\n  - {b: y}\nc: |\n  text\n").places  # fmt: skip


def test_columns_count_characters() -> None:
    """Not bytes: a letter with an accent and an emoji are one column each."""
    assert (1, 9) == placed("{é😀: 1, b: 2}").places[("b", "b")]


def test_windows_line_ends_count_once() -> None:
    """CRLF is one line end."""
    assert (2, 4) == placed("a: 1\r\nb: 2\r\n").places[("b",)]


def test_only_wanted_documents_have_places() -> None:
    """Positions cost memory."""
    assert [0, 3, 0] == [
        len(document.places) for document in documents_with_places("{a: 1}\n---\n{a: 1}\n---\n[]", [1])
    ]


def test_reading_places_ends_quietly_where_reading_ended() -> None:
    """The first reading has told of it already."""
    assert [1] == [document.data for document in documents_with_places("1\n---\n[", (0, 1))]


def test_an_alias_is_the_value_it_names() -> None:
    """Anchors are YAML's own way to say a thing once."""
    assert [{"a": [1, 2], "b": [1, 2]}] == data("{a: &x [1, 2], b: *x}")


def test_an_anchor_can_be_named_again() -> None:
    """The last one before the alias counts."""
    assert [[1, 2, 2]] == data("[&x 1, &x 2, *x]")


def test_anchors_end_with_their_document() -> None:
    """Another document cannot name them."""
    assert ("yaml-syntax", (3, 1)) == refused("&x 1\n---\n*x\n")


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("*x", "yaml-syntax", (1, 1)),
        ("&x [*x]", "yaml-bounds", (1, 5)),
        ("&x {a: *x}", "yaml-bounds", (1, 8)),
        ("&x [&y [*x]]", "yaml-bounds", (1, 9)),
    ],
)
def test_aliases_of_nothing_and_of_what_they_stand_in_are_refused(text: str, rule: str, place: tuple[int, int]) -> None:
    """A value cannot contain itself."""
    assert (rule, place) == refused(text)


def test_an_alias_bomb_is_refused() -> None:
    """What aliases stand for counts, not how short they are."""
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "yaml-bounds" == refused("a0: &a0 [x]\n" + "\n".join(lines))[0]


def test_the_number_of_aliases_is_bounded() -> None:
    """However small each is."""
    assert "yaml-bounds" == refused("[&x 1, " + "*x, " * (MOST_ALIASES + 1) + "]")[0]


def test_aliases_do_not_nest_deeper_than_values_may() -> None:
    """The height of what an alias names counts where it stands."""
    deep = "[" * 30
    assert ("yaml-bounds", (2, 34)) == refused(f"- &x {deep}{'] ' * 30}\n- {deep} *x {'] ' * 30}")


def test_a_flat_alias_after_a_deep_value_is_fine() -> None:
    """Only its own height counts."""
    assert 2 == len(data(f"- &x [&y 1]\n- {'[' * 36}*y, *x{']' * 36}")[0])


@pytest.mark.parametrize(
    "text",
    [
        "[" * (DEEPEST + 2) + "]" * (DEEPEST + 2),
        "- " * (DEEPEST + 1) + "a",
        "? " * (DEEPEST + 1) + "a",
        "{a: " * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1),
        "[" * 100_000,
        "- a\n" * (MOST_IN_DOCUMENT + 1),
        ("- a\n" * 40_000 + "---\n") * (MOST_NODES // 40_000 + 1),
        "---\na\n" * (MOST_DOCUMENTS + 1),
        "%TAG !a! b\n" * (MOST_DIRECTIVES + 1) + "---\na\n",
        "a: " + "x" * (LONGEST_TEXT + 1),
        "? " + "x" * (LONGEST_TEXT + 1) + "\n: a",
        "#" * (LARGEST_FILE + 1),
    ],
    ids=[
        "flow",
        "sequence",
        "maps",
        "keys",
        "unclosed",
        "document",
        "file",
        "documents",
        "directives",
        "text",
        "key",
        "size",
    ],
)
def test_bounds(text: str) -> None:
    """Deeper, longer or more than a manifest can be is a finding."""
    assert "yaml-bounds" == refused(text)[0]


def test_a_broken_bound_is_told_before_a_later_syntax_error() -> None:
    """However far ahead the parser looks, and however many brackets it takes itself."""
    expected = "yaml-bounds", (1, DEEPEST + 2)
    assert [expected] * 3 == [refused("[" * 100 + end) for end in ("@", "\n", "[" * 100_000)]


def test_the_place_of_that_bound_is_its_place_in_the_file() -> None:
    """Also in a later document, and behind directives."""
    text = "é: 1\r\n---\n---\n%TAG !a! b\n---\n  - !a!c " + "[" * 2_000
    assert ("yaml-bounds", (6, 50)) == refused(text.replace("---\n%", "...\n%"))


def test_a_syntax_error_before_a_broken_bound_is_told() -> None:
    """What comes first in the text counts."""
    assert ("yaml-syntax", (1, 2)) == refused("[@" + "[" * 100_000)


@pytest.mark.parametrize(
    "text",
    ["[" * DEEPEST + "]" * DEEPEST, "- a\n" * (MOST_IN_DOCUMENT - 1), "x" * LONGEST_TEXT, "---\na\n" * MOST_DOCUMENTS],
    ids=["depth", "document", "text", "documents"],
)
def test_what_is_just_within_bounds_is_read(text: str) -> None:
    """The bounds are where they are said to be."""
    assert data(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1\n", (1, 4)),
        ("a: 'x\n", (1, 4)),
        ("a: b: c", (1, 5)),
        ("\ta: 1", (1, 1)),
        ("a: 1\n b: 2", (2, 3)),
        ("%YAML 3.0\n---\na", (1, 1)),
        ('"\\ud800"', (1, 4)),
        ("a: @x", (1, 4)),
        ("a: b\0c", (1, 5)),
        ("é: 1\nb: \x07", (2, 4)),
        ("a: 1\n\x01", (2, 1)),
        ("\x01", (1, 1)),
        ("a\ud800", (1, 1)),
    ],
)
def test_syntax_errors_have_a_place(text: str, place: tuple[int, int]) -> None:
    """Also those that the reader, not the parser, sees."""
    assert ("yaml-syntax", place) == refused(text)


@pytest.mark.parametrize(
    ("text", "notes", "value"),
    [
        ("{a: 1, b: 2, a: 3}", [("duplicate-key", (1, 14))], {"a": 1, "b": 2}),
        ("a: {b: 1, b: 2}\na: 3", [("duplicate-key", (1, 11)), ("duplicate-key", (2, 1))], {"a": {"b": 1}}),
        ("a: !!python/object:os.system x", [("yaml-tag", (1, 4))], {"a": "x"}),
        ("!x {a: !y 1}", [("yaml-tag", (1, 1)), ("yaml-tag", (1, 8))], {"a": 1}),
        ("!x", [("yaml-tag", (1, 1))], None),
        ("? [1, 2]\n: 3\nb: 4", [("yaml-key", (1, 3))], {"b": 4}),
        ("{'é': 1, 'e\u0301': 2}", [("duplicate-key", (1, 10))], {"é": 1}),
        ("{'e\u0301': 1, 'é': 2, 'è': 3}", [("duplicate-key", (1, 11))], {"e\u0301": 1, "è": 3}),
        (
            "{a: &x {b: 1, c: 2}, d: {c: 3, <<: *x}}",
            [("merge-key", (1, 32))],
            {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}},
        ),
        (
            "<<: [{a: 1}, {a: 2, b: 3}, 4]\n<<: 5\nc: 6",
            [("merge-key", (1, 1)), ("merge-key", (2, 1))],
            {"a": 1, "b": 3, "c": 6},
        ),
        ("? {a: 1}\n: 3", [("yaml-key", (1, 3))], {}),
        ("{a: &x 1, *x : 2}", [("yaml-key", (1, 11))], {"a": 1}),
    ],
)
def test_what_can_be_read_past_is_noted(text: str, notes: list[object], value: object) -> None:
    """So that everything after it is checked too."""
    assert (notes, [value]) == (noted(text), data(text))


def test_messages_are_cut_short() -> None:
    """A name may be as long as its writer liked."""
    assert ("'aa'", 83) == (shown("aa"), len(shown("a" * 1000)))


@given(JSON)
def test_json_reads_as_json(value: object) -> None:
    """Every JSON text means the same here, surrogate pairs and tabs between tokens included."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(value, file, indent="\t")
        file.flush()
        assert ([] if value is None else [value]) == data(yaml_equivalent(text_of(file.name)))
