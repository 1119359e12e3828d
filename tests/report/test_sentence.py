"""The sentence for the shop's owner."""

import pytest

from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, TargetInfo
from reconciler.report.sentence import plain_sentence
from tests.report.plans import (
    ACCEPTED,
    BLOCKED,
    BREAKING,
    CREATE,
    DELETE,
    PARTLY,
    RENAME,
    SWITCH,
    UPDATE,
    at,
    part,
    plan_of,
)


def test_an_offline_diff_says_nothing_about_the_shop() -> None:
    """It has not seen it."""
    offline = plan_of().model_copy(update={"target": TargetInfo(name="a", base_url=OFFLINE, key_fingerprint="")})
    told = "These files ask for the same as before, so nothing will change in the shop because of them."
    assert told == plain_sentence(offline)


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
    expected = "Nothing will change in the shop yet: one thing that is asked for cannot be done in ShopiMind."
    assert expected == plain_sentence(plan_of((), (BLOCKED,)))


CAN_STOP = "can stop messages, prices or connected systems that work today"
LOST = "the records in the removed data table cannot be brought back"
ON = SWITCH.model_copy(update={"fields": (part("status", old="inactive", new="active", op="changed"),)})
BORN_INACTIVE = CREATE.model_copy(update={"fields": (*CREATE.fields, part("status", new="inactive"))})


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (f"removes one data table; one of these steps {CAN_STOP}, and {LOST}", (DELETE,)),
        (
            f"removes two data tables; two of these steps {CAN_STOP}, and {LOST.replace('table', 'tables')}",
            (DELETE, DELETE),
        ),
        (
            f"removes one event; one of these steps {CAN_STOP}",
            (DELETE.model_copy(update={"address": at("event/e")}),),
        ),
        (f"renames one data table; one of these steps {CAN_STOP}", (RENAME,)),
        (f"renames one event; one of these steps {CAN_STOP}", (PARTLY,)),
        (
            "switches off one data table; the records of what is switched off can be read, and not written any more",
            (SWITCH,),
        ),
        (
            "switches on one data table; what works today keeps working, but look at the notes on existing data",
            (ON,),
        ),
        ("adds one data table; everything that works today keeps working", (BORN_INACTIVE,)),
        (f"changes one event; one of these steps {CAN_STOP} (as the files accept)", (ACCEPTED,)),
        (
            f"changes one event, and renames one event; two of these steps {CAN_STOP} (the files accept one of them)",
            (ACCEPTED, PARTLY),
        ),
        (
            "adds one data table, changes one event, renames one data table, and removes one data table; "
            f"three of these steps {CAN_STOP} (the files accept one of them), and {LOST}",
            (CREATE, DELETE, ACCEPTED, RENAME),
        ),
    ],
)
def test_each_deed_has_its_verb_and_its_consequence(expected: str, changes: tuple[Change, ...]) -> None:
    """What an owner must know: what is lost, what can stop, and what the files knowingly accept."""
    assert f"In the shop, this change {expected}." == plain_sentence(plan_of(changes))


def test_blocked_things_come_last() -> None:
    """After what can stop and what is lost."""
    expected = (
        f"one of these steps {CAN_STOP}, {LOST}, and one more thing that is asked for cannot be done in ShopiMind."
    )
    assert plain_sentence(plan_of((DELETE,), (BLOCKED,))).endswith(f"; {expected}")


def test_what_could_not_be_compared_is_said_first() -> None:
    """And nothing is promised then."""
    first = (
        "Not everything that was there before could be compared, so this is not all that the change may do to the shop."
    )
    why = ("a file cannot be read",)
    same = plan_of(incomplete=why)
    assert f"{first} As far as that could be compared, these files ask for the same as before." == plain_sentence(same)
    assert f"{first} In the shop, this change adds one data table." == plain_sentence(
        plan_of((CREATE,), incomplete=why)
    )
    stuck = f"{first} Nothing will change in the shop yet: nobody can say what is asked for one thing."
    assert stuck == plain_sentence(plan_of((), (BLOCKED,), incomplete=why))
