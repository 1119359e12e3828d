"""Variables in texts: found where they stand, whatever stands around them."""

import itertools
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.messages.tokens import Foreign, Found, find_tokens

PIECES = [
    *(
        "{var=contact.first_name}",
        "{var=",
        "{ var=a.b}",
        "{{var=a}}",
        "${var=a.b}",
        "{var:a}",
        "[var=a.b]",
        "{shop.name}",
    ),
    *("{", "}", "{{", "%7Bvar=a.b%7D", "%257B", "&#123;var=", "&amp;#123;", "&#125;", "%7D", "&nbsp;", "\\u007b", "v"),
    *("<p>", "</p>", '<a href="', '">', "<", ">", "'", '"', "<!--", "-->", "<script>", "</script>", "<b>", "<style>"),
    *("\n", "\r\n", "=\n", " ", "\xa0", "\u200b", "\ud800", "var", "=", ".", "a.b", "|x", "é", "日本", "\U0001f600"),
    *("=3D", "\uff5b", "\uff5d", "&", "%", "\\", "<![endif]", "<!"),
]
HOSTILE = [
    *(
        "{var=",
        "{",
        "<",
        "[var=",
        "{var=a",
        "{{var=",
        "%7b",
        "&#123;",
        "{var=a.b}",
        '<a b="',
        "<a b='<a c=\"",
        "{<a %7b>",
    ),
    *(
        "<!--",
        "<script>",
        "<style",
        "&amp;",
        "%25",
        "{a.b",
        "{var=<b>",
        "{v",
        "{ ",
        "<a {var=x}",
        "<b>{var=a.b}</b> ",
        "$",
    ),
    *("{var=a" + "\xa0" * 900 + "!}", "{var=a" + " " * 900 + "}", "{var=" + "a " * 400 + "!}", "<p " + "a=b " * 100),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join)
plain = st.lists(st.sampled_from([*"abc .,\n", "{var=contact.first_name}", "{ var=a.b}", "{shop.name}"])).map("".join)


def test_a_token_is_found_with_its_path_and_offsets() -> None:
    """Offsets count characters of the whole text."""
    text = "Hi {var=contact.first_name}, you are {var=LoyaltyAccount.tier}."
    token = find_tokens(text).tokens[1]
    assert ["LoyaltyAccount", "tier"] == [segment.text for segment in token.path]
    assert ["LoyaltyAccount", "tier"] == [text[segment.start : segment.end] for segment in token.path]
    assert "{var=LoyaltyAccount.tier}" == token.written == text[token.start : token.end]


@pytest.mark.parametrize(
    "path",
    ["tier", "a.b.c.d", "POS profile.tier", "Fidélité.niveau", "Fide\u0301lite\u0301.niveau", "会員.等級", "x-1.y_2"],
)
def test_a_path_has_letters_of_all_scripts_digits_and_blanks(path: str) -> None:
    """As names of definitions have them."""
    (token,) = find_tokens(f"{{var={path}}}").tokens
    assert path == ".".join(segment.text for segment in token.path)


@pytest.mark.parametrize("text", ["#@", "Price: @ EUR", "@}", "}@{", '{"a": @}', "[@]", "{{a}}@", "\\@"])
def test_what_stands_beside_a_token_does_not_hide_it(text: str) -> None:
    """A number sign before an order's number, or the JSON that a value stands in."""
    token = "{var=metaData.order_number}"
    assert [token] == [found.written for found in find_tokens(text.replace("@", token)).tokens]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Hi {0}", "text"),
        ("{0}", "line"),
        ("Hi,\n  {0}\t\r\nyou", "line"),
        ("{0} {0}", "text"),
        ("<p>Hi {0}</p>", "text"),
        ("<p>{0}</p>", "line"),
        ("<p>Hi\n{0}\nyou</p>", "text"),
        ("<p>Hi<br>\n<b>{0}</b>&nbsp;<br/>you</p>", "line"),
        ("<td><!-- name --> {0}</td>", "line"),
        ("<td><img src=a.png> {0}</td>", "text"),
        ("<!--[if mso]>{0}<![endif]-->", "line"),
        ("<!--[if !mso]><!--><p>Hi <a href=x>{0}</a></p><!--<![endif]-->", "text"),
        ('<a href="https://a.example/?t={0}">x</a>', "link"),
        ("<img alt='{0}' src=a.png>", "attribute"),
        ("<img src={0}>", "link"),
        ('<v:fill src="{0}" />', "link"),
        ("<td background='a.png' title=\"a 'b' {0}\">", "attribute"),
        ('<a href="a" data-href="{0}">', "link"),
        ('<a title=">" href="{0}">', "link"),
        ('{"name": "{0}"}', "text"),
        ('1 <b and "{0}"', "text"),
        ("<! {0}", "text"),
        ("<script>a('{0}')</script>", "text"),
    ],
)
def test_a_token_has_its_place(text: str, place: str) -> None:
    """Alone in its line, in a link, in another attribute, or in running text."""
    assert place == find_tokens(text.replace("{0}", "{var=a.b}")).tokens[0].place


def test_a_subject_is_one_place() -> None:
    """Whatever it holds."""
    assert ["subject"] == [token.place for token in find_tokens("<b>{var=a.b}", subject=True).tokens]


def test_other_namespaces_are_told_and_known_ones_are_silent() -> None:
    """widget and integration are the platform's own."""
    text = "{widget.footer} {integration.url} {promo.code} {shop.address.city} {{shop.name}}"
    expected = (Foreign("promo", "{promo.code}", 34, 46), Foreign("shop", "{shop.address.city}", 47, 66))
    assert Found((), (), expected) == find_tokens(text)


@given(texts)
def test_offsets_point_at_what_is_written(text: str) -> None:
    """In the order of the text, without overlap, and names inside of their token."""
    found = find_tokens(text)
    every = sorted([*found.tokens, *found.near_misses, *found.foreign], key=lambda each: each.start)
    assert [each.written for each in every] == [text[each.start : each.end] for each in every]
    assert all(before.end <= after.start for before, after in itertools.pairwise(every))
    for token in found.tokens:
        edges = [edge for name in token.path for edge in (name.start, name.end)]
        assert [token.start, *edges, token.end] == sorted([token.start, *edges, token.end])
        assert all(name.text for name in token.path)


@given(st.text(st.characters(exclude_characters="{[&%\\\uff5b\ufe5b\u2774")))
def test_a_text_without_braces_has_nothing(text: str) -> None:
    """No brace, and nothing that stands for one."""
    assert Found((), (), ()) == find_tokens(text)


@given(plain, plain)
def test_two_texts_in_one_have_what_each_has(first: str, second: str) -> None:
    """What is found depends on nothing that stands elsewhere."""
    both = find_tokens(f"{first}\n{second}")
    apart = [find_tokens(first), find_tokens(second)]
    for kind in ("tokens", "near_misses", "foreign"):
        expected = [each.written for found in apart for each in getattr(found, kind)]
        assert expected == [each.written for each in getattr(both, kind)]


@given(texts)
def test_a_remedy_is_a_variable(text: str) -> None:
    """What a near miss proposes is found as the token that it says."""
    for miss in find_tokens(text).near_misses:
        if miss.fix:
            (token,) = find_tokens(miss.fix).tokens
            assert (miss.path, "") == (".".join(name.text for name in token.path), token.encoded)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    """Eight times the text takes about eight times as long; quadratic work would take 64 times."""
    short, long = (_least_time(piece * (size // len(piece))) for size in (2_000, 16_000))
    assert short * 30 + 0.02 > long


def _least_time(text: str) -> float:
    took = []
    for _ in range(2):
        began = process_time()
        find_tokens(text)
        took.append(process_time() - began)
    return min(took)
