"""What a reviewer must not overlook, and what somebody has accepted of it."""

import pytest

from reconciler.model.change import Accepted, Change
from reconciler.model.plan import SettingChange
from reconciler.plan.impact import old_name
from reconciler.report.attention import attentions
from reconciler.report.github import plan_annotations
from reconciler.report.html import plan_html
from reconciler.report.markdown import plan_markdown
from reconciler.report.plan_text import plan_text
from tests.report.plans import ACCEPTED, BREAKING, CREATE, DELETE, DELETED, PARTLY, RENAME, SWITCH, plan_of

KEY_GOES = SettingChange(name="targets.shop.base_url", new="https://x.example")
LIMIT_GOES = SettingChange(name="guards.max_deletes", old="0")


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


def test_what_becomes_of_the_rules_comes_first() -> None:
    """Whoever may change them can have anything else accepted."""
    plan = plan_of((BREAKING,), settings=(KEY_GOES, LIMIT_GOES))
    items = attentions(plan)
    assert [
        ("settings/targets.shop.base_url", "breaking", True),
        ("settings/guards.max_deletes", "breaking", True),
        ("event/loyalty.points_earned", "breaking", False),
    ] == [(str(item.address), item.level, item.is_rule) for item in items]
    assert "reconciler.toml changes with this: guards.max_deletes: 0 → nothing" == items[1].because


def test_every_format_begins_with_the_rules() -> None:
    """The comment says so in its first sentence, and counts them."""
    plan = plan_of((BREAKING,), settings=(KEY_GOES, LIMIT_GOES))
    text, page, comment = plan_text(plan), plan_html(plan), plan_markdown(plan)
    assert text.index("targets.shop.base_url: nothing → https://x.example") < text.index("event/loyalty.points_earned")
    assert text.splitlines()[-1].startswith("2 rules changed · Plan: ")
    assert page.index("settings/guards.max_deletes") < page.index("event/loyalty.points_earned")
    assert comment.index("`guards.max_deletes`: 0") < comment.index("event/loyalty.points_earned")
    assert "The rules that protect the shop, or that say where its key goes, change with this. In the shop, " in comment
    assert "**3** breaking" in comment
    assert plan_annotations(plan).startswith(
        "::warning title=breaking-settings::settings/targets.shop.base_url is breaking"
    )
    assert "1 rule changed · in sync: " in plan_text(plan_of((), settings=(KEY_GOES,)))


def test_a_plan_of_a_shop_knows_nothing_of_rules() -> None:
    """Its document has no place for them."""
    assert "settings" not in plan_of((BREAKING,)).document()
    assert 1 == len(plan_of((), settings=(KEY_GOES,)).document()["settings"])


@pytest.mark.parametrize(("count", "shown"), [(20, 20), (21, 21), (210, 210), (3_000, 210)])
def test_many_rules_leave_room_for_the_rest(count: int, shown: int) -> None:
    """Those that are left out are counted, and are new ones: the settings are sorted so."""
    rules = tuple(SettingChange(name=f"guards.protected{number}", new="event/" + "x" * 500) for number in range(count))
    comment = plan_markdown(plan_of((BREAKING,), settings=rules))
    assert shown == comment.count("changes with this: `guards.protected")
    assert (count > shown) == (f"- and {count - shown:,} more, in the plan itself" in comment)
    assert "event/loyalty.points_earned" in comment
    assert len(comment) < 60_000


def test_the_sentence_ends_with_the_acceptance() -> None:
    """Formats with one line per item have that, too."""
    (item,) = attentions(plan_of((ACCEPTED,)))
    expected = (
        "event/loyalty.points_earned is breaking: senders and messages lose metaData.reason"
        " – properties.metaData.reason: text, required → nothing – accepted: no message uses it (until 2026-12-31)"
    )
    assert expected == item.sentence


@pytest.mark.parametrize(
    ("expected", "change"),
    [("Seller", RENAME), ("loyalty.points_earned", PARTLY), (None, SWITCH), (None, CREATE), (None, DELETE)],
)
def test_a_rename_has_an_old_name(expected: str | None, change: Change) -> None:
    """A definition's name, and an event's code name."""
    assert expected == old_name(change)
