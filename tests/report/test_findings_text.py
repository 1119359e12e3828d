"""Findings as a person reads them."""

import pytest

from reconciler.model.source import Finding, Source
from reconciler.report.findings_text import findings_text, validation_text

ERROR = Finding(Source("m\x1b.yaml", 2, 3), "unknown-key", "no \u202e such key")
WARNING = Finding(Source("m.yaml"), "odd", "look", "warning")


def test_a_finding_is_one_line() -> None:
    """Place, severity in its colour, message and rule; harmless."""
    expected = (
        "m\\x1b.yaml:2:3: <red>error</red>: no \\u202e such key [unknown-key]\n"
        "m.yaml:1:1: <yellow>warning</yellow>: look [odd]\n"
    )
    assert expected == findings_text([ERROR, WARNING], lambda text, colour: f"<{colour}>{text}</{colour}>")


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
