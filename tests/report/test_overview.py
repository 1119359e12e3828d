"""The verdict in the heading of a comment, and its table."""

import pytest

from reconciler.model.change import Change, Refusal
from reconciler.model.plan import OFFLINE, Plan, SettingChange, TargetInfo
from reconciler.report.overview import MOST_ROWS, heading, overview
from tests.report.plans import (
    ACCEPTED,
    BLOCKED,
    BREAKING,
    CREATE,
    DELETE,
    REPOSITORY,
    SWITCH,
    UPDATE,
    at,
    column,
    part,
    plan_of,
)

OFF = TargetInfo(name="main → work tree", base_url=OFFLINE, key_fingerprint="")
STOPPED = Refusal(
    address="definition/Old",
    rule="max_deletes",
    reason="guard",
    path=(),
    message="the plan would delete 1 resource and max_deletes is 0",
    ways_out=("split the change",),
    source="manifests/old.yaml:1",
)
SAFE = UPDATE.model_copy(update={"impact": "safe", "reason": "adds an optional field"})
OFFLINE_PLAN = {"target": OFF}


@pytest.mark.parametrize(
    ("expected", "plan"),
    [
        ("⛔ Shop `shop`: this cannot be applied yet – the one change is not possible", plan_of((), (BLOCKED,))),
        (
            "⛔ Review of `main → work tree`: this cannot be merged yet – 1 of 3 changes is not possible, "
            "1 breaks what works today",
            plan_of((CREATE, BREAKING), (BLOCKED,), **OFFLINE_PLAN),
        ),
        (
            "⛔ Shop `shop`: this cannot be applied yet – 1 of 3 changes is not possible, 2 break what works today",
            plan_of((DELETE, BREAKING), (BLOCKED,)),
        ),
        ("⛔ Shop `shop`: not everything could be compared", plan_of((CREATE,), incomplete=("a file",))),
        ("🛑 Shop `shop`: this cannot be applied yet – a guard stops it", plan_of((DELETE,), refused=(STOPPED,))),
        (
            "🛑 Review of `main → work tree`: this cannot be applied yet – a guard stops it",
            plan_of((DELETE,), refused=(STOPPED,), **OFFLINE_PLAN),
        ),
        (
            "⚠️ Shop `shop`: rules that protect the shop change",
            plan_of((CREATE,), settings=(SettingChange(name="guards.max_deletes", old="0", new="9"),)),
        ),
        ("⚠️ Shop `shop`: the one change breaks what works today", plan_of((BREAKING,))),
        ("⚠️ Shop `shop`: the one change breaks what works today, as the files accept", plan_of((ACCEPTED,))),
        ("⚠️ Shop `shop`: 1 of 2 changes breaks what works today", plan_of((BREAKING, CREATE))),
        ("⚠️ Shop `shop`: 2 of 2 changes break what works today", plan_of((BREAKING, DELETE))),
        ("✏️ Shop `shop`: 2 changes, with something to look at", plan_of((SWITCH, CREATE))),
        ("✅ Shop `shop`: 1 change, and what works today keeps working", plan_of((CREATE,))),
        ("✅ Shop `shop`: nothing changes", plan_of()),
    ],
)
def test_the_heading_has_the_shop_and_the_worst_that_can_be_said(expected: str, plan: Plan) -> None:
    """What cannot be done comes before what breaks; nothing is called fine that has to be looked at."""
    assert f"## {expected}\n" == heading(plan)


def rows_of(plan: Plan, link: str | None = None) -> list[str]:
    """Below the two lines of the head."""
    return overview(plan, link, 60_000).splitlines()[3:]


def test_the_worst_comes_first_and_each_object_once() -> None:
    """Also what is partly blocked, and what breaks and is stopped by a guard."""
    partly = SAFE.model_copy(
        update={"address": at("definition/Manager"), "fields": (part("fields", "x", new=column("text")),)}
    )
    plan = plan_of((CREATE, SAFE, SWITCH, DELETE, partly), (BLOCKED,), refused=(STOPPED,))
    assert [
        "| ⛔ | `definition/Manager` | `fields.phone.type: text → number`, `+ fields.x` | `account-manager.yaml:2` |",
        "| 🛑 | `definition/Old` | deleted | `old.yaml:1` |",
        "| ✏️ | `definition/Vet` | `status: active → inactive` | `vet.yaml:1` |",
        "| ➕ | `definition/Attribution` | new | `attribution.yaml:1` |",
        "| ✏️ | `definition/LoyaltyAccount` | `+ fields.tier_since` | `loyalty.yaml:2` |",
    ] == rows_of(plan)


def test_rules_and_what_could_not_be_compared_are_no_rows() -> None:
    """They are told elsewhere."""
    plan = plan_of((CREATE,), incomplete=("a file",), settings=(SettingChange(name="guards.max_deletes"),))
    assert 1 == len(rows_of(plan))


def test_an_accepted_deletion_says_both() -> None:
    """In a few words."""
    accepted = ACCEPTED.accepted[0].model_copy(update={"change": "delete"})
    assert ["| ⚠️ | `definition/Old` | deleted, accepted | `old.yaml:1` |"] == rows_of(
        plan_of((DELETE.model_copy(update={"accepted": (accepted,)}),))
    )


def test_of_many_differences_the_first_are_shown() -> None:
    """And the number of the others."""
    fields = tuple(part("fields", f"f{n}", new=column("text")) for n in range(5))
    change = SAFE.model_copy(update={"fields": fields, "source": None})
    expected = "| ✏️ | `definition/LoyaltyAccount` | `+ fields.f0`, `+ fields.f1`, `+ fields.f2`, 2 more |  |"
    assert [expected] == rows_of(plan_of((change,)), REPOSITORY)


def test_what_would_be_a_cell_of_its_own_is_written_in_html() -> None:
    """Renderers do not agree on how it is escaped; a link that is too long is left out."""
    change = DELETE.model_copy(update={"address": at("definition/a|b\\_c"), "source": "m/x|y.yaml:1"})
    (row,) = rows_of(plan_of((change,)), REPOSITORY)
    name, place = "<code>definition&#47;a&#124;b&#92;&#95;c</code>", "<code>x&#124;y&#46;yaml&#58;1</code>"
    address = f"{REPOSITORY}/m/x%7Cy.yaml#L1"
    assert f"| ⚠️ | [{name}]({address}) | deleted | [{place}]({address}) |" == row
    far = change.model_copy(update={"source": f"{'d/' * 200}x.yaml:1", "address": at("definition/a")})
    assert ["| ⚠️ | `definition/a` | deleted | `x.yaml:1` |"] == rows_of(plan_of((far,)), REPOSITORY)


@pytest.mark.parametrize(("count", "shown"), [(MOST_ROWS, MOST_ROWS), (MOST_ROWS + 1, 0), (11 * MOST_ROWS, 0)])
def test_what_cannot_be_taken_in_at_a_glance_is_no_table(count: int, shown: int) -> None:
    """The lists have it."""
    changes: tuple[Change, ...] = tuple(
        CREATE.model_copy(update={"address": at(f"definition/D{n}")}) for n in range(count)
    )
    assert shown == len(rows_of(plan_of(changes)))


def test_a_table_without_room_or_rows_is_none() -> None:
    """No head stands alone."""
    assert ("", "") == (overview(plan_of((CREATE,)), None, 50), overview(plan_of(), None, 60_000))
