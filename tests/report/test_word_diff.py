"""What has changed within a long text is shown word by word."""

import re

import pytest

from reconciler.report.html import plan_html
from reconciler.report.markdown import plan_markdown
from reconciler.report.plan_text import plan_text
from reconciler.report.word_diff import MOST_WORDS, word_diff, word_parts, word_sides
from tests.report.plans import UPDATE, part, plan_of

LONG = "Current state of the loyalty program for a contact, with its tier and the points that expire next"


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        ("… of the [-loyalty-]{+bonus+} program for …", LONG, LONG.replace("loyalty", "bonus")),
        ("[-Current-]{+Present+} state of …", LONG, LONG.replace("Current", "Present")),
        ("… that expire [-next-]{+soon+}", LONG, LONG.replace("next", "soon")),
        ("… expire next {+in full+}", LONG, f"{LONG} in full"),
        ("… of the [-loyalty-] program for …", LONG, LONG.replace("loyalty ", "")),
        (
            "… of the [-loyalty-]{+bonus+} program for [-a-]{+each+} contact, with …",
            LONG,
            LONG.replace("loyalty", "bonus").replace(" a ", " each "),
        ),
        (None, LONG, "Something else entirely stands here now"),
        (None, LONG, LONG.replace(" ", "  ")),
        (None, "a " * (MOST_WORDS + 1), "a " * MOST_WORDS),
        (None, " ".join(f"a{n} b" for n in range(40)), " ".join(f"c{n} b" for n in range(40))),
    ],
)
def test_a_changed_word_stands_between_those_around_it(expected: str | None, old: str, new: str) -> None:
    """Texts with little in common, or with changes everywhere, are shown one after the other."""
    assert expected == word_diff(old, new)


def test_a_plan_shows_it_in_a_long_description_only() -> None:
    """A short one is shown whole, before and after."""
    long = UPDATE.model_copy(update={"fields": (part("description", old=LONG, new=LONG[:-4] + "soon", op="changed"),)})
    assert "expire [-next-]{+soon+}" in plan_text(plan_of((long,)))
    short = UPDATE.model_copy(update={"fields": (part("description", old="a b c", new="a d c", op="changed"),)})
    assert "a b c → a d c" in plan_text(plan_of((short,)))
    other = UPDATE.model_copy(update={"fields": (part("description", old=LONG, new="short", op="changed"),)})
    assert "… → short" in plan_text(plan_of((other,)))


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (("… of the loyalty program for …", "… of the bonus program for …"), LONG, LONG.replace("loyalty", "bonus")),
        (("… expire next", "… expire next in full"), LONG, f"{LONG} in full"),
        (None, LONG, LONG.replace("of the", "of  the")),
        (None, LONG, "Something else entirely stands here now"),
    ],
)
def test_each_side_has_what_differs_and_the_words_around(expected: tuple[str, str] | None, old: str, new: str) -> None:
    """Nothing when both would look alike."""
    assert expected == word_sides(old, new)


def test_the_parts_are_both_texts() -> None:
    """Nothing is lost: whoever has room shows all of it."""
    new = LONG.replace("loyalty", "bonus").replace(" a ", " each ")
    parts = word_parts(LONG, new) or ()
    assert LONG == " ".join(part.text for part in parts if part.op != "added")
    assert new == " ".join(part.text for part in parts if part.op != "removed")


BEFORE, AFTER = f"{LONG}, as the till has it", f"{LONG[:-4]}soon, as the till has it"
LONGER = UPDATE.model_copy(update={"fields": (part("description", old=BEFORE, new=AFTER, op="changed"),)})


def test_a_comment_shows_what_differs_in_a_long_text() -> None:
    """As two lines of a diff, or side by side in a list."""
    text = plan_markdown(plan_of((LONGER,)))
    assert "- description: … that expire next, as the …\n+ description: … that expire soon, as the …\n" in text


def test_the_table_of_a_comment_shows_what_differs() -> None:
    """There is little room: what is alike is left out first."""
    text = plan_markdown(plan_of((LONGER,)))
    assert "`description: … that expire next, as the … → … that expire soon, as the …`" in text


def test_a_page_marks_the_words_in_the_whole_text() -> None:
    """Old and new stand beside each other; a side that is not there is empty."""
    page = plan_html(plan_of((LONGER,)))
    cells = [
        re.sub(r"\s+", " ", cell).strip()
        for cell in re.findall(r'<td data-label="(?:now|then)">(.*?)</td>', page, re.DOTALL)
    ]
    assert [
        f"{LONG[:-4]}<del>next,</del> as the till has it",
        f"{LONG[:-4]}<ins>soon,</ins> as the till has it",
    ] == cells
    added = UPDATE.model_copy(update={"fields": (part("fields", "a", new={"label": "a", "type": "text"}),)})
    assert '<td data-label="now"></td>' in plan_html(plan_of((added,)))


@pytest.mark.parametrize("old", ["red", LONG])
def test_words_are_not_marked_where_there_is_one_side_or_little_text(old: str) -> None:
    """What is short is seen at a glance."""
    fields = (part("description", old=old, op="removed"), part("name", old="red", new="blue", op="changed"))
    page = plan_html(plan_of((UPDATE.model_copy(update={"fields": fields}),)))
    assert "<del>" not in page
    assert old in page
