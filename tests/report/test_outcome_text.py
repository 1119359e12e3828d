"""How an apply ended, as a person reads it."""

import pytest

from reconciler.model.change import Blocked
from reconciler.model.event import Applied, Failed, Limited, Progress, Skipped, Unanswered, Unknown, Written
from reconciler.model.outcome import Outcome
from reconciler.report.outcome_text import outcome_text, progress_text
from tests.report.plans import BLOCKED, at

NEXT = "Next: `reconciler plan` shows what is left, and `reconciler apply` does it.\n"
LEFT_OUT = """\
left out, because it is blocked:
  ! definition/Manager: fields.phone.type: text → number [field-type-frozen]
      ways out: keep text · add phone_number beside it
"""


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
    ("expected", "outcome", "left_out"),
    [
        ("in sync: nothing to do · 3 requests, 0.2 s\n", Outcome(requests=3, seconds=0.16), ()),
        (
            "applied  event/e\n\n1 applied · read back and as planned · 1 request, 1.0 s\n",
            Outcome(applied=(at("event/e"),), verified=True, requests=1, seconds=1.0),
            (),
        ),
        (
            "applied  event/e\nwarning: cut \\x07\n\n1 applied · not read back · 0 requests, 0.0 s\n",
            Outcome(applied=(at("event/e"),), warnings=("cut \x07",)),
            (),
        ),
        (
            f"applied  event/e\n{LEFT_OUT}\n1 applied, 1 blocked · not read back · 0 requests, 0.0 s\n",
            Outcome(applied=(at("event/e"),)),
            (BLOCKED,),
        ),
        (
            f"{LEFT_OUT}\nnothing was sent, 1 left out: blocked · 0 requests, 0.0 s\n",
            Outcome(),
            (BLOCKED,),
        ),
        (
            "failed   event/e: no\nskipped  event/f: event/e failed\nunknown  event/g: lost\n\n"
            "0 applied, 1 failed, 1 skipped, 1 unknown · 2 requests, 12.3 s\n"
            f"What is unknown may have been carried out. {NEXT}",
            Outcome(
                failed=(Failed(at("event/e"), "no"),),
                skipped=(Skipped(at("event/f"), "event/e failed"),),
                unknown=(Unknown(at("event/g"), "lost"),),
                requests=2,
                seconds=12.34,
            ),
            (),
        ),
    ],
)
def test_the_endings_and_the_sum(expected: str, outcome: Outcome, left_out: tuple[Blocked, ...]) -> None:
    """Nothing that did not happen is counted."""
    assert expected == outcome_text(outcome, left_out)


def test_many_changes_of_one_reason_are_told_together() -> None:
    """All that failed are named; of those that were not begun, ten."""
    names = [at(f"definition/Number{count}") for count in range(12)]
    skipped = tuple(Skipped(name, "the run was stopped") for name in names)
    failed = tuple(Failed(name, "no answer") for name in names)
    lone = Failed(at("event/e"), "another reason")
    text = outcome_text(Outcome(failed=(*failed, lone), skipped=skipped, requests=1))
    lines = text.splitlines()
    assert "failed   12 changes: no answer" == lines[0]
    assert "failed   event/e: another reason" in lines
    assert "skipped  12 changes: the run was stopped" in lines
    assert "         definition/Number9 and 2 more" in lines
    assert 1 == text.count("definition/Number11")
    assert 80 > max(map(len, lines))
    assert text.endswith(f"0 applied, 13 failed, 12 skipped · 1 request, 0.0 s\n{NEXT}")


def test_reasons_that_differ_in_numbers_only_are_one() -> None:
    """An id in a path, seconds to wait, the name of the change itself; then no id is told."""
    unknown = tuple(
        Unknown(at(f"event/e{n}"), f"PUT /events/{n} for event/e{n} was answered 429, wait {n} seconds")
        for n in range(3)
    )
    lines = outcome_text(Outcome(unknown=unknown)).splitlines()
    assert ["unknown  3 changes: PUT /events/… for it was answered 429, wait 0 seconds"] == lines[:1]
    other = Unknown(at("event/x"), "GET /events/1 was answered 500")
    assert "unknown  event/x: GET /events/1 was answered 500" in outcome_text(Outcome(unknown=(*unknown, other)))


@pytest.mark.parametrize(
    ("expected", "skipped"),
    [
        ("Next: find out who else sends with this key, or wait until they have done; then `reconciler plan`", Limited),
        ("Next: see whether the shop can be reached from here; once it answers, `reconciler plan`", Unanswered),
        ("Next: `reconciler plan`", Skipped),
    ],
)
def test_a_run_that_was_given_up_ends_with_what_to_do_next(expected: str, skipped: type[Skipped]) -> None:
    """It depends on what it was given up for."""
    text = outcome_text(Outcome(skipped=(skipped(at("event/a"), "it was given up"),)))
    assert text.splitlines()[-1].startswith(expected)
