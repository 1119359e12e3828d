"""The sentence for the shop's owner."""

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, TargetInfo
from reconciler.report.escape import code
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
    expected = "In the shop, this change adds the data table “Attribution”; everything that works today keeps working."
    assert expected == plain_sentence(plan_of((CREATE,)))


def test_a_cautious_change() -> None:
    """A look at the notes is asked for."""
    expected = (
        "In the shop, this change changes the data table “LoyaltyAccount”; "
        "what works today keeps working, but look at the notes on existing data."
    )
    assert expected == plain_sentence(plan_of((UPDATE,)))


def test_a_breaking_change() -> None:
    """It says what can stop."""
    expected = (
        "In the shop, this change changes the event “loyalty.points_earned”; "
        "that can stop messages, prices or connected systems that work today."
    )
    assert expected == plain_sentence(plan_of((BREAKING,)))


def test_only_blocked() -> None:
    """Nothing will happen, and why."""
    expected = (
        "Nothing will change in the shop yet: what is asked for the data table “Manager” cannot be done in ShopiMind."
    )
    assert expected == plain_sentence(plan_of((), (BLOCKED,)))


CAN_STOP = "can stop messages, prices or connected systems that work today"
LOST = "the records in the removed data table cannot be brought back"
ON = SWITCH.model_copy(update={"fields": (part("status", old="inactive", new="active", op="changed"),)})
BORN_INACTIVE = CREATE.model_copy(update={"fields": (*CREATE.fields, part("status", new="inactive"))})


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (f"removes the data table “Old”; that {CAN_STOP}, and {LOST}", (DELETE,)),
        (
            f"removes the data tables “Old” and “Older”; two of these steps {CAN_STOP}, "
            f"and {LOST.replace('table', 'tables')}",
            (DELETE, DELETE.model_copy(update={"address": at("definition/Older")})),
        ),
        (
            f"removes the event “e”; that {CAN_STOP}",
            (DELETE.model_copy(update={"address": at("event/e")}),),
        ),
        (f"renames the data table “Seller” to “AccountManager”; that {CAN_STOP}", (RENAME,)),
        (f"renames the event “loyalty.points_earned” to “loyalty.credited”; that {CAN_STOP}", (PARTLY,)),
        (
            "switches off the data table “Vet”; "
            "the records of what is switched off can be read, and not written any more",
            (SWITCH,),
        ),
        (
            "switches on the data table “Vet”; what works today keeps working, but look at the notes on existing data",
            (ON,),
        ),
        ("adds the data table “Attribution”; everything that works today keeps working", (BORN_INACTIVE,)),
        (f"changes the event “loyalty.points_earned”; that {CAN_STOP} (as the files accept)", (ACCEPTED,)),
        (
            "changes the event “loyalty.points_earned”, "
            "and renames the event “loyalty.points_earned” to “loyalty.credited”; "
            f"two of these steps {CAN_STOP} (the files accept one of them)",
            (ACCEPTED, PARTLY),
        ),
        (
            "adds the data table “Attribution”, changes the event “loyalty.points_earned”, "
            "renames the data table “Seller” to “AccountManager”, and removes the data table “Old”; "
            f"three of these steps (“Old”, “loyalty.points_earned” and “AccountManager”) {CAN_STOP} "
            f"(the files accept one of them), and {LOST}",
            (CREATE, DELETE, ACCEPTED, RENAME),
        ),
    ],
)
def test_each_deed_has_its_verb_and_its_consequence(expected: str, changes: tuple[Change, ...]) -> None:
    """What an owner must know: what is lost, what can stop, and what the files knowingly accept."""
    assert f"In the shop, this change {expected}." == plain_sentence(plan_of(changes))


def test_blocked_things_come_last() -> None:
    """After what can stop and what is lost."""
    expected = f"that {CAN_STOP}, {LOST}, and what is asked for the data table “Manager” cannot be done in ShopiMind."
    assert plain_sentence(plan_of((DELETE,), (BLOCKED,))).endswith(f"; {expected}")


def test_what_could_not_be_compared_is_said_first() -> None:
    """And nothing is promised then."""
    first = (
        "Not everything that was there before could be compared, so this is not all that the change may do to the shop."
    )
    why = ("a file cannot be read",)
    same = plan_of(incomplete=why)
    assert f"{first} As far as that could be compared, these files ask for the same as before." == plain_sentence(same)
    assert f"{first} In the shop, this change adds the data table “Attribution”." == plain_sentence(
        plan_of((CREATE,), incomplete=why)
    )
    stuck = f"{first} Nothing will change in the shop yet: nobody can say what is asked for the data table “Manager”."
    assert stuck == plain_sentence(plan_of((), (BLOCKED,), incomplete=why))


def _new(count: int, kind: str = "event") -> tuple[Change, ...]:
    """So many that are created."""
    return tuple(CREATE.model_copy(update={"address": at(f"{kind}/{kind[0]}{number}")}) for number in range(count))


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("adds the events “e0”, “e1” and “e2”", _new(3)),
        ("adds four events", _new(4)),
        ("adds the data tables “d0” and “d1” and five events", (*_new(5), *_new(2, "definition"))),
        ("adds two data tables and seven events", (*_new(7), *_new(2, "definition"))),
        ("adds 12 events", _new(12)),
    ],
)
def test_few_are_named_and_many_are_counted(expected: str, changes: tuple[Change, ...]) -> None:
    """Three of a kind, and nothing when there are more than eight in all."""
    assert f"In the shop, this change {expected}; everything that works today keeps working." == plain_sentence(
        plan_of(changes)
    )


@pytest.mark.parametrize(
    ("expected", "count"),
    [
        ("what is asked for the events “e0”, “e1” and “e2” cannot be done in ShopiMind", 3),
        ("what is asked for four things cannot be done in ShopiMind", 4),
    ],
)
def test_what_is_blocked_is_named_when_it_is_little(expected: str, count: int) -> None:
    """Each once, though several things of it may be blocked."""
    blocked = tuple(BLOCKED.model_copy(update={"address": each.address}) for each in _new(count))
    assert f"Nothing will change in the shop yet: {expected}." == plain_sentence(plan_of((), (*blocked, *blocked)))
    more = expected.replace("four", "four more")
    assert f", but {more}." in plain_sentence(plan_of((UPDATE,), blocked))


def test_a_name_is_written_as_the_format_wants_it_and_cut_when_it_is_long() -> None:
    """In Markdown as code: a name may hold anything."""
    (change,) = _new(1)
    strange = change.model_copy(update={"address": Address("event", "@team `x` [y](z)")})
    assert "adds the event ``@team `x` [y](z)``;" in plain_sentence(plan_of((strange,)), code)
    long = change.model_copy(update={"address": Address("event", "n" * 1000)})
    assert len(plain_sentence(plan_of((long,)))) < 250
