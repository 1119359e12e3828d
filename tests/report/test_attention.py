"""What a reviewer must not overlook, and what somebody has accepted of it."""

import pytest

from reconciler.model.change import Accepted, Change
from reconciler.plan.impact import old_name
from reconciler.report.attention import attentions
from tests.report.plans import ACCEPTED, BREAKING, CREATE, DELETE, DELETED, PARTLY, RENAME, SWITCH, plan_of


def test_each_breaking_change_is_an_item_whatever_is_accepted() -> None:
    """Rename, removal and delete have rules of their own; a switch breaks nothing."""
    expected = [
        ("definition/AccountManager", "breaking-rename", False),
        ("event/loyalty.points_earned", "breaking-update", True),
        ("event/loyalty.credited", "breaking-rename", False),
        ("definition/Old", "breaking-delete", False),
    ]
    assert expected == [(str(item.address), item.rule, item.accepted) for item in attentions(DELETED)]


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        ((), BREAKING),
        (("accepted: no message uses it (until 2026-12-31)",), ACCEPTED),
        (
            ("accepted properties.metaData.reason: no message uses it (until 2026-12-31)", "not accepted: code_name"),
            PARTLY,
        ),
        (
            ("accepted: gone (until 2027-01-01)",),
            DELETE.model_copy(update={"accepted": (Accepted(change="delete", reason="gone", until="2027-01-01"),)}),
        ),
    ],
)
def test_acceptances_say_what_why_and_until_when(expected: tuple[str, ...], change: Change) -> None:
    """What is accepted is named when there is more than one thing to accept."""
    (item,) = attentions(plan_of((change,)))
    assert expected == item.acceptances


def test_the_sentence_ends_with_the_acceptance() -> None:
    """Formats with one line per item have that, too."""
    (item,) = attentions(plan_of((ACCEPTED,)))
    expected = (
        "event/loyalty.points_earned is breaking: senders and messages lose metaData.reason"
        " – properties.metaData.reason: text, required – accepted: no message uses it (until 2026-12-31)"
    )
    assert expected == item.sentence


@pytest.mark.parametrize(
    ("expected", "change"),
    [("Seller", RENAME), ("loyalty.points_earned", PARTLY), (None, SWITCH), (None, CREATE), (None, DELETE)],
)
def test_a_rename_has_an_old_name(expected: str | None, change: Change) -> None:
    """A definition's name, and an event's code name."""
    assert expected == old_name(change)
