"""Findings as a person reads them."""

from dataclasses import replace

import pytest

from reconciler.model.source import Excerpt, Finding, Source
from reconciler.report.findings_text import findings_text, validation_text
from reconciler.report.terminal import printable
from tests.report.hostile import PAYLOADS

ERROR = Finding(Source("m\x1b.yaml", 2, 3), "unknown-key", "no \u202e such key")
WARNING = Finding(Source("m.yaml"), "odd", "look", "warning")


def test_a_finding_is_one_line() -> None:
    """Place, severity in its colour, message and rule; harmless."""
    expected = (
        "m\\x1b.yaml:2:3: <red>error</red>: no \\u202e such key [unknown-key]\n"
        "m.yaml:1:1: <yellow>warning</yellow>: look [odd]\n"
    )
    assert expected == findings_text([ERROR, WARNING], lambda text, colour: f"<{colour}>{text}</{colour}>")


def test_the_place_is_underlined() -> None:
    """In the line with its number, and in the colour of the severity."""
    finding = Finding(Source("m.yaml", 7, 9), "odd", "look", "warning", Excerpt(7, "  type: nmber  ", 9, 5))
    expected = (
        "m.yaml:7:9: <yellow>warning</yellow>: look [odd]\n"
        "    7 |   type: nmber\n"
        "      |         <yellow>~~~~~</yellow>\n"
    )
    assert expected == findings_text([finding], lambda text, colour: f"<{colour}>{text}</{colour}>")


@pytest.mark.parametrize(
    ("line", "underlined", "excerpt"),
    [
        ("    7 | a: b", "      |     ~", Excerpt(7, "a: b", 5, 1)),
        ("123456 | a: b", "       |    ~", Excerpt(123456, "a: b", 4, 1)),
        ("    7 | \\x09\\x1b[31m: b", "      |               ~", Excerpt(7, "\t\x1b[31m: b", 9, 1)),
        ("    7 | a: \\u202eb", "      |    ~~~~~~~", Excerpt(7, "a: \u202eb", 4, 2)),
        ("    7 | 名前: 値", "      |       ~~", Excerpt(7, "名前: 値", 5, 1)),
        ("    7 | e\u0301: e\u0301t", "      |    ~~", Excerpt(7, "e\u0301: e\u0301t", 5, 3)),
        ("    7 | \\u0301", "      | ~~~~~~", Excerpt(7, "\u0301", 1, 1)),
    ],
)
def test_the_underline_stands_where_the_terminal_shows_the_place(line: str, underlined: str, excerpt: Excerpt) -> None:
    """Whatever is escaped, wide or has no width."""
    text = findings_text([Finding(Source("m"), "r", "m", excerpt=excerpt)])
    assert [line, underlined] == text.splitlines()[1:]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_line_of_a_file_can_do_anything(payload: str) -> None:
    """It stays one line and is harmless, whatever it holds."""
    _, line, underlined = findings_text(
        [Finding(Source("m"), "r", "m", excerpt=Excerpt(1, payload, 1, 1))]
    ).splitlines()
    assert line == printable(line)
    assert set("| ~") == set(underlined)


@pytest.mark.parametrize(
    ("expected", "findings", "manifests"),
    [
        ("1 manifest, all valid\n", [], 1),
        ("0 manifests, all valid\n", [], 0),
        ("2 manifests · 1 error\n", [ERROR], 2),
        ("1 manifest · 2 warnings\n", [WARNING, WARNING], 1),
        ("3 manifests · 2 errors, 1 warning\n", [ERROR, ERROR, WARNING], 3),
    ],
)
def test_the_last_line_is_the_sum(expected: str, findings: list[Finding], manifests: int) -> None:
    """What there is none of is left out."""
    text = validation_text(findings, manifests)
    before = f"{findings_text(findings)}\n" if findings else ""
    assert before + expected == text


def test_what_is_only_good_to_know_is_told_when_it_is_asked_for() -> None:
    """It is counted in any case, and shows no mistake."""
    note = replace(WARNING, severity="info")
    assert "1 manifest, all valid · 1 note (-v tells them)\n" == validation_text([note], 1, with_notes=False)
    both = validation_text([WARNING, note], 1, with_notes=False)
    assert f"{findings_text([WARNING])}\n1 manifest · 1 warning, 1 note (-v tells them)\n" == both
    assert f"{findings_text([note])}\n1 manifest, all valid · 1 note\n" == validation_text([note], 1)
