"""Each escape, on the cases that its rules are about."""

import pytest

from reconciler.report import escape


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("`tier_since`", "tier_since"),
        ("``a ` b``", "a ` b"),
        ("`` ` ``", "`"),
        ("``` `` ```", "``"),
        ("`“”`", ""),
        ("`a\\x0ab`", "a\nb"),
    ],
)
def test_a_code_span_holds_anything(expected: str, text: str) -> None:
    """The fence is longer than any run of backticks inside."""
    assert expected == escape.code(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("a field's type cannot change in place", "a field's type cannot change in place"),
        ("senders lose `metaData.reason`, all of them", "senders lose metaData.reason, all of them"),
        ("`@octocat` please", "@octocat please"),
        ("see `#1` and `GH-1`", "see #1 and GH-1"),
        ("commit `deadbeef`", "commit deadbeef"),
        ("`<b>bold</b> **x**` end", "<b>bold</b> **x** end"),
        ("`“ ”`", " "),
        ("accepted `a.b`: fine (until `2026-12-31`)", "accepted a.b: fine (until 2026-12-31)"),
        ("`a.b()` and `f(x) y_z)`", "a.b() and f(x) y_z)"),
        ("`)` and `.`", ") and ."),
        ("have it accepted (`accept:`).", "have it accepted (`accept:`)."),
        ("allow it with `--allow breaking`, or not", "allow it with --allow breaking, or not"),
        ("say `apply FILE`, then `a_b` `c`", "say `apply FILE`, then a_b `c`"),
        ("`@a` and ``x`y `@b``", "`@a` and x`y `@b"),
        ('`"foo"` (id `9`), `" Foo"` (id `3`) live', '"foo" (id 9), " Foo" (id 3) live'),
        ('called `"Foo  (b)"`, or (`"a \\" b"`)', 'called "Foo  (b)", or ("a \\" b")'),
        ("there is no `'a (b)'` – did you mean `'a b'`?", "there is no 'a (b)' – did you mean 'a b'?"),
        ('`definition/"Twin "` stays', 'definition/"Twin " stays'),
        ('`"open` (x) y', '"open (x) y'),
    ],
)
def test_prose_keeps_words_and_fences_the_rest(expected: str, text: str) -> None:
    """What GitHub could react to after rendering stands in a code span."""
    assert expected == escape.prose(text)


def test_a_shortened_name_keeps_both_ends() -> None:
    """Names that differ at the end still differ."""
    assert "definiti…ong2" == escape.shorten("definition/Loooooooooong2", 13)
    assert 20 == len(escape.shorten("x" * 10**6, 20))
    assert "short" == escape.shorten("short", 20)


@pytest.mark.parametrize("length", range(8, 80))
def test_a_shortened_sentence_has_whole_words(length: int) -> None:
    """Unless one is alone too long."""
    sentence = "senders and messages lose metaData.prop_00; customers of metaData.prop_07 find … nothing"
    text = escape.shorten_words(sentence, length)
    assert length >= len(text)
    assert length < 40 or set(text.split(" ")) <= set(sentence.split(" "))


@pytest.mark.parametrize("length", range(36, 110))
def test_a_shortened_list_has_whole_parts(length: int) -> None:
    """And says how many there are more."""
    parts = [f"they lose prop_{number}" for number in range(5)]
    *shown, last = escape.shorten_list(parts, length).split("; ")
    assert length >= len(escape.shorten_list(parts, length))
    assert shown[:1] == parts[: len(shown[:1])]
    assert (last == parts[4]) or last == f"and {5 - len(shown)} more"
    assert length < 4 * 20 or len(shown) > 2


def test_the_only_part_of_a_list_is_shortened_as_a_sentence() -> None:
    """There is nothing else to leave out."""
    assert "they lose … rest" == escape.shorten_list(["they lose prop_00 and prop_01 and the rest"], 24)
    assert "xxxxx…xx; and 1 more" == escape.shorten_list(["x" * 40, "x" * 40], 24)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.yaml", "a/../../x", "a\\..\\x"])
def test_a_path_that_leads_out_of_the_repository_is_not_linked(path: str) -> None:
    """The text stays, the link does not."""
    assert None is escape.address_of("https://github.com/o/r/blob/1", path, 1)


def test_a_link_is_encoded() -> None:
    """Nothing in a path ends the address."""
    expected = "https://github.com/o/r/blob/1/a%20%29%3Fb%23.yaml#L3"
    assert expected == escape.address_of("https://github.com/o/r/blob/1/", "a )?b#.yaml", 3)
    assert None is escape.address_of("javascript:alert(1)", "a.yaml", 1)


def test_the_marker_cannot_be_closed() -> None:
    """A target's name stays inside of the comment."""
    assert "<!-- reconciler:my-shop -->" == escape.marker("my-shop")
    assert "<!-- reconciler:%2D%2D%3E -->" == escape.marker("-->")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("contact_id", "contact_id"),
        ("prenom_du_pere", "prénom du père"),
        ("init", "__init__"),
        ("x_2nd", "2nd"),
        ("x_PK", "PK"),
        ("x_uk", "_uk_"),
        ("pk_id", "pk_id"),
        ("x", "日本語"),
        ("x", ""),
        ("script_alert_1", "<script>alert(1)"),
        ("a_b", "a`b"),
        ("long", "long" + "\u0301" * 3),
        ("abcdef", "abcdefghi"),
    ],
)
def test_a_word_of_mermaid_is_one_word(word: str, text: str) -> None:
    """ASCII, no key, no number first, and no underscore at its ends; of a long text the beginning."""
    length = 6 if text == "abcdefghi" else 60
    assert word == escape.mermaid_word(text, length)


def test_ordinary_names_are_themselves_in_mermaid() -> None:
    """Only what would start Markdown, a formula or mermaid's own codes looks a little different."""
    assert "contact_id" == escape.mermaid("contact_id")
    assert "a#34;b" == escape.mermaid('a"b')
    assert "#65312;user" == escape.mermaid("@user")


def test_workflow_commands_are_encoded_as_the_runner_decodes_them() -> None:
    """Properties more than messages."""
    assert "a%25b%3Ac%2Cd\\x0ae" == escape.command_property("a%b:c,d\ne")
    assert "50%25 : : x\\x0d\\x0a" == escape.command_message("50% :: x\r\n")


@pytest.mark.parametrize("name", ["drift:shop", "drift%3Ashop", "a --> b", "shop"])
def test_a_marker_with_a_topic_is_that_of_no_target(name: str) -> None:
    """A comment is found again by it, so no two kinds may share one, and none may end the HTML comment early."""
    assert "<!-- reconciler:drift:shop -->" == escape.marker("shop", "drift")
    assert escape.marker("shop", "drift") != escape.marker(name)
    assert 1 == escape.marker(name).count("-->")
