"""What is wrong with a text that is not YAML, said in words that lead to the mistake."""

import pytest

from reconciler.manifest.yaml import YamlProblem, documents
from reconciler.manifest.yaml_bounds import LARGEST_FILE

TAB = "a tab stands here, where YAML takes only spaces: indent with spaces"
MARK = "a byte order mark (U+FEFF) stands here inside of the file, as when files are joined: remove it"
CONFLICT = "a merge conflict is left here: keep one of the two sides, and remove the lines that git put in"
DEEPER = "this line is indented deeper than the one above it, which has a value already: align the two"
ALIGN = "the indentation of this line is that of no line above it: align it with those that it belongs to"
BLOCK = "behind | and > the text begins on the next line; a text that begins with such a character must stand in quotes"
COLON = "a text with `: ` in it must stand in quotes, or a comma is missing before it"
DIRECTIVE = "a line that begins with % is a directive of YAML, and this one is not known: remove it"


def said(text: str) -> tuple[str, tuple[int, int]]:
    """What ends the reading of the text, and where."""
    with pytest.raises(YamlProblem) as broken:
        list(documents(text))
    assert "yaml-syntax" == broken.value.rule
    return str(broken.value), broken.value.place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\ta: 1", (1, 1)),
        ("a:\n\tb: 1\n", (2, 1)),
        ("a:\n \tb: 1\n", (2, 2)),
        ("a: 1\n\tb: 2\n", (2, 1)),
        ("a:\n  b: 1\n\tc: 2\n", (3, 1)),
        ("a:\n  - x\n\t- y\n", (3, 1)),
        ("a:\n  -\tb: 1\n", (2, 4)),
        ("a: |\n\ttext\n", (2, 1)),
        ("a: {\n\tb: 1\n\t}\n", (3, 1)),
        ("a: 'x'\n\tb: 1\n", (2, 1)),
        ("é: 1\r\nb:\r\n\tc: 1\r\n", (3, 1)),
    ],
)
def test_a_tab_is_called_a_tab(text: str, place: tuple[int, int]) -> None:
    """Nobody sees it in the file."""
    assert (TAB, place) == said(text)


@pytest.mark.parametrize("text", ["a:\tb\n", "a: [\n\tx,\n\ty]\n", "a: 'x\ty'\n", "a: 1\t# why\n"])
def test_a_tab_is_allowed_where_yaml_allows_it(text: str) -> None:
    """Behind a colon, in brackets, in a text."""
    assert 1 == len(list(documents(text)))


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("kind: event\nname Visit\ncode: x\n", "there is no colon in 'name Visit': write `key: value`", (2, 1)),
        ("kind: event\nname Visit\n", "there is no colon in 'name Visit': write `key: value`", (2, 1)),
        ("kind event\n# why\n\nname: x\n", "there is no colon in 'kind event': write `key: value`", (1, 1)),
        ("a:\n  - b: x\n    type text\n    c: 1\n", "there is no colon in 'type text': write `key: value`", (3, 5)),
        ("a:\n  b\n  c: 1\n", "there is no colon in 'b': write `key: value`", (2, 3)),
        ("kind: event\nname:Visit\n", "there is no blank behind the colon: write 'name: Visit'", (2, 1)),
        ("kind:event\nname: x\n", "there is no blank behind the colon: write 'kind: event'", (1, 1)),
        ("a:\n- b\n-d\n", "there is no blank behind the `-` of this list item", (3, 1)),
        ("a: 1\n: 2\n", "there is no key before this colon", (2, 1)),
        ("x" * 1_100 + ": 1", "a key is longer than 1,024 characters", (1, 1_101)),
        ("a: 1\n" + "x" * 1_100 + ": 1", "a key is longer than 1,024 characters", (2, 1)),
        (
            "name: Pet: birthday\n",
            'a second `: ` stands on this line: put the text in quotes, "Pet: birthday"',
            (1, 10),
        ),
        ("a:\n  - b: Pet: x\n", 'a second `: ` stands on this line: put the text in quotes, "Pet: x"', (2, 11)),
        ('a: "b": c\n', "a second `: ` stands on this line: put the text in quotes", (1, 7)),
        ("a: {name: Pet: b}\n", COLON, (1, 14)),
        ("a: x\n  b: 1\n", DEEPER, (2, 4)),
    ],
)
def test_a_colon_that_is_missing_or_too_much(text: str, words: str, place: tuple[int, int]) -> None:
    """At the line where it is missing, not where the parser gave up."""
    assert (words, place) == said(text)


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("a: [1, 2\nb: 3\n", "the bracket [ that opens here is never closed", (1, 4)),
        ("a: {x: 1\nb: 3\n", "the bracket { that opens here is never closed", (1, 4)),
        ("kind: [", "the bracket [ that opens here is never closed", (1, 7)),
        ("a: {x: 1\n---\nb: [1]\n", "the bracket { that opens here is never closed", (1, 4)),
        ("a: [[1, 2]\nb: 1\n", "the bracket [ that opens here is never closed", (1, 4)),
        ("a: ['[', \"]\", it's\nb: 1\n", "the bracket [ that opens here is never closed", (1, 4)),
        (
            "a:\n  - {name: x, type: text\n  - {name: y}\nb: [1]\n",
            "the bracket { that opens here is never closed",
            (2, 5),
        ),
        ("a: [1}\n", "the bracket [ that opens here is closed by }", (1, 4)),
        ("a: [1]]\n", "there is no bracket that this ] closes", (1, 7)),
        ("a: }\n", "there is no bracket that this } closes", (1, 4)),
        ('a: [\n\t"x" "y"]\n', "there is no comma before this", (2, 6)),
        ('a: ["x" "y"]\n', "there is no comma before this", (1, 9)),
        ("a: [1,,2]\n", "there is nothing before this comma: remove it", (1, 7)),
    ],
)
def test_brackets(text: str, words: str, place: tuple[int, int]) -> None:
    """At the line where the bracket opened; the parser gives up at the end."""
    assert (words, place) == said(text)


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("a: 'x\n", "the quote ' that opens here is never closed", (1, 4)),
        ('a: 1\nb: "x\nc: y\n', 'the quote " that opens here is never closed', (2, 4)),
        ("a: 'x\n---\nb: 1\n", "the quote ' that opens here is never closed", (1, 4)),
        (
            'a: "x\nb: "y"\n',
            'the quote " that opens here is closed only in line 2: one is missing before that',
            (1, 4),
        ),
        (
            "a: 'x'\nb: 'y\nc: 'z'\nd: 1\n",
            "the quote ' that opens here is closed only in line 3: one is missing before that",
            (2, 4),
        ),
        (
            "a: 'it's'\n",
            "text stands behind the closing quote ': put all of it in quotes, and double such a quote in it ('')",
            (1, 8),
        ),
        (
            'a: "x" y\n',
            'text stands behind the closing quote ": put all of it in quotes, and write \\" in it',
            (1, 8),
        ),
        (
            "a: ['it's']\n",
            "text stands behind the closing quote ': put all of it in quotes, and double such a quote in it ('')",
            (1, 9),
        ),
        (
            "a: 'x', y\n",
            "text stands behind the closing quote ': put all of it in quotes, and double such a quote in it ('')",
            (1, 7),
        ),
        (
            'a:\r\n  - {b: "x, c: y}\r\n  - {b: "z"}\r\n',
            'the quote " that opens here is closed only in line 3: one is missing before that',
            (2, 9),
        ),
        (
            'a: "C:\\dir"\n',
            "\\d means nothing in double quotes: write \\\\d, or put the text in single quotes",
            (1, 7),
        ),
        ('a: "\\ud800"\n', "this escape sequence stands for no character", (1, 7)),
    ],
)
def test_quotes(text: str, words: str, place: tuple[int, int]) -> None:
    """At the line where the quote opened."""
    assert (words, place) == said(text)


@pytest.mark.parametrize("char", ["@", "`", "%", "*", "&", ",", "!{"])
def test_a_text_that_begins_with_a_character_of_yaml(char: str) -> None:
    """What is to do is to put it in quotes."""
    assert (f"a text that begins with {char[0]} must stand in quotes", (1, 4)) == said(f"a: {char} x\n")


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("a: > text\nb: 1\n", BLOCK, (1, 6)),
        (
            "a: - b\n",
            "a list begins on the line below its key; a text that begins with `- ` must stand in quotes",
            (1, 4),
        ),
        ("a: ? b\n", "a text that begins with `? ` must stand in quotes", (1, 4)),
        ("a: *b\n", "there is no anchor &b before this alias; a text that begins with * must stand in quotes", (1, 4)),
        ("%x\n---\na: 1\n", DIRECTIVE, (1, 3)),
        ("%YAML 3.0\n---\na: 1\n", DIRECTIVE, (1, 1)),
        ("a:\n   b: 1\n  c: 2\n", ALIGN, (3, 3)),
        ("a:\n  - x\n - y\n", ALIGN, (3, 2)),
        ("  a: 1\n b: 2\n", ALIGN, (2, 2)),
        ("- a\nb: 1\n", "a key stands here among list items: begin it with `- `, or indent it below its item", (2, 1)),
        ("a: 1\n- b\n", "a list item stands here among keys: indent it below the key that it belongs to", (2, 1)),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", CONFLICT, (2, 1)),
        ("a: 1\n---\n\ufeffb: 2\n", MARK, (3, 1)),
        ("a: 1\n...\n\ufeff---\nb: 1\n", MARK, (3, 1)),
        ("\ufeff\ufeffa: 1\n", MARK, (1, 1)),
        ("a: b\0c\n", "the character U+0000 (NUL) cannot stand in a manifest: remove it", (1, 5)),
        ("é: 1\n\x0cb: 2\n", "the character U+000C (a form feed) cannot stand in a manifest: remove it", (2, 1)),
        ("a: \x9f\n", "the character U+009F cannot stand in a manifest: remove it", (1, 4)),
    ],
)
def test_other_mistakes(text: str, words: str, place: tuple[int, int]) -> None:
    """Each in its own sentence."""
    assert (words, place) == said(text)


def test_what_is_not_known_is_told_in_the_parsers_words() -> None:
    """There is always something to read."""
    assert ("while parsing a block mapping, did not find expected key", (1, 7)) == said("a: &x &y 1\n")


@pytest.mark.parametrize(
    "text",
    [
        "\n" * (LARGEST_FILE // 4) + " a: 1\nb",
        "x" * (LARGEST_FILE - 10) + "\na: 1",
        "a: [" + "' ' \\' " * (LARGEST_FILE // 9),
        "#" * 1_000_000 + "\na: 1\n b: " + "'" * 5_000_000,
        "a: ['x': " + "[]," * 2_000_000 + "]",
        "a: [\n" + "[{" * 10 + '"\\' + '" ' * 1_000_000,
    ],
    ids=["lines", "one line", "quotes", "a comment", "brackets", "escapes"],
)
def test_a_hostile_file_is_explained_within_bounds(text: str) -> None:
    """Whoever looks for the mistake does not read millions of lines one by one: the parser takes longer."""
    with pytest.raises(YamlProblem):
        list(documents(text))


def test_an_expression_without_quotes_is_told() -> None:
    """To YAML it is a mapping whose key is a mapping."""
    problems = next(documents("a: {{ vars.x }}\n")).problems
    assert ["an expression must stand in quotes"] == [str(problem) for problem in problems]


def test_keys_that_look_the_same_say_so() -> None:
    """Both are shown the same way, so the form has to be named."""
    problems = next(documents("{'é': 1, 'e\u0301': 2}")).problems
    words = "the key 'e\u0301' stands here twice, in two Unicode forms that look the same (NFC and NFD)"
    assert [words] == [str(problem) for problem in problems]
