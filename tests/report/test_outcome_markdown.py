"""How an apply ended, as a comment."""

import re

import pytest

from reconciler.model.change import Change
from reconciler.model.event import Failed, Moved, Skipped, Unknown
from reconciler.model.outcome import Outcome
from reconciler.report.outcome_markdown import outcome_markdown
from reconciler.report.sections import LIMIT
from tests.report.plans import BLOCKED, BREAKING, CREATE, DELETE, UPDATE, at, plan_of

ALL = (CREATE, UPDATE, BREAKING, DELETE)
FOUR = tuple(change.address for change in ALL)
A, *_ = FOUR
PARTIAL = Outcome(
    applied=(CREATE.address,),
    failed=(Failed(UPDATE.address, "the API says: no", "PATCH /custom-data-definitions/7/extend"),),
    skipped=(Moved(BREAKING.address, "it was changed since the plan was made"),),
    unknown=(Unknown(DELETE.address, "no answer"),),
    requests=12,
    seconds=3.14,
)
LEFT_OUT = """
### ⛔ Left out: blocked (1)

- `definition/Manager` (`manifests/account-manager.yaml:2`)
  - a field's type cannot change in place (`field-type-frozen`); wanted `fields.phone.type: text → number`; ways out: \
keep text · add `phone_number` beside it
"""
BODY = f"""\
<!-- reconciler:apply:shop -->
1 of 4 changes is made; 1 failed, 1 not started, 1 without a known end.

**1** applied · **1** failed · **1** skipped · **1** unknown · **0** blocked

### ❌ Failed (1)

- `definition/LoyaltyAccount`: the API says: no (`PATCH /custom-data-definitions/7/extend`)

### ❓ Nobody knows (1)

- `definition/Old`: no answer

### ⏭️ Not started (1)

- `event/loyalty.points_earned`: it was changed since the plan was made

### ✅ Made (1)

- created `definition/Attribution`

---
Next: `reconciler plan` shows what is left, and `reconciler apply` does it. What is made is not made twice.

Commit `1a2b3c4` · digest `{"0f" * 6}` · 12 requests, 3.1 s
"""


def test_the_comment_reads_from_the_sentence_to_the_footer() -> None:
    """What went wrong comes before what was made."""
    assert BODY == outcome_markdown(plan_of(ALL), PARTIAL)


@pytest.mark.parametrize(
    ("expected", "changes", "outcome"),
    [
        ("There was nothing to change.", (), Outcome(verified=True)),
        ("The one change is made and was read back.", (CREATE,), Outcome(applied=(A,), verified=True)),
        (
            "All 4 changes are made and were read back.",
            ALL,
            Outcome(applied=FOUR, verified=True),
        ),
        ("All 4 changes are made and were not read back.", ALL, Outcome(applied=FOUR)),
        (
            "It was stopped before its end. 1 of 4 changes is made; 3 not started.",
            ALL,
            Outcome(applied=(A,), skipped=tuple(Skipped(each, "stopped") for each in FOUR[1:]), interrupted=True),
        ),
        ("0 of 1 change is made; 1 failed.", (CREATE,), Outcome(failed=(Failed(A, "no"),))),
    ],
)
def test_the_sentence_says_what_became_of_it(expected: str, changes: tuple[Change, ...], outcome: Outcome) -> None:
    """Nothing is called made that was not applied, and nothing read back that was not."""
    assert expected == outcome_markdown(plan_of(changes), outcome).splitlines()[1]


def test_what_was_blocked_is_not_forgotten() -> None:
    """With --keep-going the rest is applied."""
    text = outcome_markdown(plan_of((CREATE,), (BLOCKED,)), Outcome(applied=(A,), verified=True))
    expected = "The one change is made and was read back. ShopiMind does not allow what is asked for 1 thing more."
    assert expected == text.splitlines()[1]
    assert "**1** blocked" in text
    assert LEFT_OUT in text


def test_a_run_of_nothing_but_blocked_things_says_so() -> None:
    """It is neither in sync nor was there nothing to change."""
    text = outcome_markdown(plan_of((), (BLOCKED,)), Outcome())
    expected = (
        "Nothing was changed: all that is asked for is blocked. ShopiMind does not allow what is asked for 1 thing."
    )
    assert expected == text.splitlines()[1]
    assert LEFT_OUT in text


def test_a_complete_run_has_nothing_to_repeat() -> None:
    """Its footer is what was applied and what it cost."""
    text = outcome_markdown(plan_of((CREATE,)), Outcome(applied=(A,), verified=True, requests=1, seconds=0.25))
    assert "Next" not in text
    assert text.endswith(" · 1 request, 0.2 s\n")


@pytest.mark.parametrize("length", [5, 70_000])
def test_the_comment_is_short_enough_whatever_happened(length: int) -> None:
    """Each list ends with the number of what is missing."""
    letters = str.maketrans("0123456789", "abcdefghij")
    failed = tuple(
        Failed(at(f"event/{'`' * length}{n}"), str(n).translate(letters) + "e" * length, "r" * length)
        for n in range(3000)
    )
    text = outcome_markdown(plan_of(ALL), Outcome(applied=(at(f"event/{'a' * length}"),) * 3000, failed=failed))
    assert LIMIT > len(text)
    assert len(re.findall(r"\*\*and [\d,]+ more", text)) in (1, 2)


def test_many_changes_of_one_reason_have_one_line() -> None:
    """With the number, the reason without ids, and the names below it; two of one reason have a line each."""
    unknown = tuple(
        Unknown(at(f"event/e{n}"), f"PUT /events/{n} was answered 429 (it asks to wait {n} seconds)") for n in range(4)
    )
    skipped = tuple(Skipped(at(f"event/s{n}"), "the run was stopped") for n in range(2))
    text = outcome_markdown(plan_of(ALL), Outcome(unknown=unknown, skipped=skipped))
    names = "".join(f"  - `event/e{n}`\n" for n in range(4))
    told = "- 4 changes: PUT `/events/…` was answered 429 (it asks to wait 0 seconds)"
    assert f"### ❓ Nobody knows (4)\n\n{told}\n{names}" in text
    assert "- `event/s0`: the run was stopped\n- `event/s1`: the run was stopped\n" in text


@pytest.mark.parametrize("count", [300, 3000])
def test_a_long_list_of_one_reason_ends_with_the_number_of_what_is_missing(count: int) -> None:
    """The comment stays short."""
    failed = tuple(Failed(at(f"event/{'n' * 90}{n}"), "no answer") for n in range(count))
    text = outcome_markdown(plan_of(ALL), Outcome(failed=failed))
    assert LIMIT > len(text)
    assert f"- {count:,} changes: no answer" in text
    assert (count == 3000) == bool(re.search(r"\([\d,]+ of 3,000 shown\)", text))
