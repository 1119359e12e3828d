"""Drift as it is read in a terminal."""

import pytest

from reconciler.model.drift import Drift
from reconciler.report.drift_text import drift_text
from tests.report.plans import DRIFT, SAME

HEAD = "shop · https://core.shopimind.com/v1 · 18 of 22 definitions managed, 4 of 4 events, 1 of 1 price overrides\n"
TEXT = (
    HEAD
    + """
~ definition/Manager                                       differs in the shop (manifests/account-manager.yaml:2)
    description    in the shop: Sellers · in the manifest: Managers
    fields.phone   in the shop: nothing · in the manifest: text, required, label text
+ definition/Old                                           still in the shop, and to be absent (manifests/old.yaml:1)
~ event/e                                                  differs in the shop
    properties.metaData.p   in the shop: text, required · in the manifest: nothing
- event/f                                                  missing in the shop (manifests/events.yaml:9)
? definition/Manager                                       in the shop, and not in the manifest
    fields.fax          text, label text
    relationships.fax   → Team.id
? event/e                                                  in the shop, and not in the manifest
    properties.customData.kept   text
not managed:
    definition/D0, definition/D1, definition/D2, definition/D3, definition/D4
    definition/D5, definition/D6
warning: two live definitions are called Team

drift: 2 changed, 1 missing, 1 still there, 3 undeclared, 7 not managed
"""
)


def test_drift_reads_from_the_coverage_to_the_sum() -> None:
    """What differs with both sides, what no manifest mentions, and every name that is not managed."""
    assert TEXT == drift_text(DRIFT)


def test_no_drift_is_said() -> None:
    """Silence could mean that nothing was looked at."""
    assert HEAD + "\nno drift: the shop is as the manifests say\n" == drift_text(SAME)


def test_a_warning_alone_is_no_drift() -> None:
    """It is told all the same."""
    text = drift_text(SAME.model_copy(update={"warnings": ("look",)}))
    assert text.endswith("\n\nwarning: look\n\nno drift: the shop is as the manifests say\n")


def test_each_kind_of_drift_has_a_colour() -> None:
    """Details stay plain."""
    painted: list[tuple[str, str]] = []

    def paint(text: str, colour: str) -> str:
        painted.append((colour, text.split(maxsplit=1)[0]))
        return text

    assert TEXT == drift_text(DRIFT, paint)
    expected = [("yellow", "~"), ("magenta", "+"), ("yellow", "~"), ("red", "-"), ("cyan", "?"), ("cyan", "?")]
    assert [*expected, ("magenta", "warning:")] == painted


@pytest.mark.parametrize(("expected", "part"), [("1 missing", "drifted"), ("3 undeclared", "undeclared")])
def test_what_there_is_none_of_is_not_in_the_sum(expected: str, part: str) -> None:
    """A zero is no news."""
    parts = {"drifted": DRIFT.drifted[-1:], "undeclared": DRIFT.undeclared}
    drift: Drift = SAME.model_copy(update={part: parts[part]})
    assert f"drift: {expected}" == drift_text(drift).splitlines()[-1]
