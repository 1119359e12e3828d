"""The sentence for the shop's owner."""

from reconciler.report.sentence import plain_sentence
from tests.report.plans import BLOCKED, BREAKING, CREATE, UPDATE, plan_of


def test_nothing_to_do() -> None:
    """An empty plan is good news."""
    assert "The shop already is as these files describe it, so nothing will change." == plain_sentence(plan_of())


def test_a_safe_addition() -> None:
    """What is added, and that nothing suffers."""
    expected = "In the shop, this change adds one data table; everything that works today keeps working."
    assert expected == plain_sentence(plan_of((CREATE,)))


def test_a_cautious_change() -> None:
    """A look at the notes is asked for."""
    expected = (
        "In the shop, this change changes one data table; "
        "what works today keeps working, but look at the notes on existing data."
    )
    assert expected == plain_sentence(plan_of((UPDATE,)))


def test_a_breaking_change() -> None:
    """It says what can stop."""
    expected = (
        "In the shop, this change changes one event; "
        "one of these steps can stop messages, prices or connected systems that work today."
    )
    assert expected == plain_sentence(plan_of((BREAKING,)))


def test_only_blocked() -> None:
    """Nothing will happen, and why."""
    expected = "Nothing can change yet: ShopiMind does not allow what is asked for one thing."
    assert expected == plain_sentence(plan_of((), (BLOCKED,)))
