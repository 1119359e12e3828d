"""What has changed within a long text is shown word by word."""

import pytest

from reconciler.report.plan_text import plan_text
from reconciler.report.word_diff import MOST_WORDS, word_diff
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
