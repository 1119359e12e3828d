"""How an apply ended, as a person reads it."""

import pytest

from reconciler.model.event import Applied, Failed, Progress, Skipped, Unknown, Written
from reconciler.model.outcome import Outcome
from reconciler.report.outcome_text import outcome_text, progress_text
from tests.report.plans import at


@pytest.mark.parametrize(
    ("expected", "event"),
    [
        ("written  event/\\x1b", Written(at("event/\x1b"))),
        ("<green>applied</green>  event/\\x1b", Applied(at("event/\x1b"))),
        ("<yellow>skipped</yellow>  event/\\x1b: \\x07", Skipped(at("event/\x1b"), "\x07")),
        ("<red>failed</red>   event/\\x1b: \\x07", Failed(at("event/\x1b"), "\x07")),
        ("<magenta>unknown</magenta>  event/\\x1b: \\x07", Unknown(at("event/\x1b"), "\x07")),
    ],
)
def test_each_event_is_one_line(expected: str, event: Progress) -> None:
    """Coloured by what happened, and harmless."""
    assert expected == progress_text(event, lambda text, colour: f"<{colour}>{text}</{colour}>")


@pytest.mark.parametrize(
    ("expected", "outcome", "blocked"),
    [
        ("in sync: nothing to do · 3 requests, 0.2 s\n", Outcome(requests=3, seconds=0.16), 0),
        (
            "applied  event/e\n\n1 applied · read back and as planned · 1 request, 1.0 s\n",
            Outcome(applied=(at("event/e"),), verified=True, requests=1, seconds=1.0),
            0,
        ),
        (
            "applied  event/e\nwarning: cut \\x07\n\n1 applied · not read back · 0 requests, 0.0 s\n",
            Outcome(applied=(at("event/e"),), warnings=("cut \x07",)),
            0,
        ),
        (
            "applied  event/e\n\n1 applied, 2 blocked · not read back · 0 requests, 0.0 s\n",
            Outcome(applied=(at("event/e"),)),
            2,
        ),
        (
            "failed   event/e: no\nskipped  event/f: event/e failed\nunknown  event/g: lost\n\n"
            "0 applied, 1 failed, 1 skipped, 1 unknown · 2 requests, 12.3 s\n",
            Outcome(
                failed=(Failed(at("event/e"), "no"),),
                skipped=(Skipped(at("event/f"), "event/e failed"),),
                unknown=(Unknown(at("event/g"), "lost"),),
                requests=2,
                seconds=12.34,
            ),
            0,
        ),
    ],
)
def test_the_endings_and_the_sum(expected: str, outcome: Outcome, blocked: int) -> None:
    """Nothing that did not happen is counted."""
    assert expected == outcome_text(outcome, blocked)
