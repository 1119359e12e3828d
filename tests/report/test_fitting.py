"""Lines are broken between words where a terminal is narrow."""

import pytest

from reconciler.report.fitting import fitted

VERDICT = "! definition/ResponsableCommercial                         blocked: a field's type cannot change in place"


@pytest.mark.parametrize(
    ("expected", "text", "columns"),
    [
        ("short\n", "short\n", 80),
        (
            "! definition/ResponsableCommercial                         blocked: a field's\n"
            "      type cannot change in place\n",
            f"{VERDICT}\n",
            80,
        ),
        ("  a bb\n        cc", "  a bb cc", 7),
        ("x" * 30, "x" * 30, 10),
        ("  \x1b[31maa\n        bb\x1b[0m", "  \x1b[31maa bb\x1b[0m", 5),
        ("漢字\n      漢字", "漢字 漢字", 8),
        ("", "", 80),
    ],
)
def test_a_line_is_broken_between_words(expected: str, text: str, columns: int) -> None:
    """What follows stands deeper; a word that is too long stays whole, and colours take no place."""
    assert expected == fitted(text, columns)
