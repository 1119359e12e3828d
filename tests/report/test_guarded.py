"""What a guard stops: told once, and of many changes together."""

import pytest

from reconciler.errors import Refused
from reconciler.model.change import Create, Refusal
from reconciler.model.plan import Plan
from reconciler.report.github import plan_annotations
from reconciler.report.html import plan_html
from reconciler.report.markdown import plan_markdown
from reconciler.report.plan_text import plan_text
from reconciler.report.refusal_text import refusal_text
from tests.report.plans import BREAKING, CREATE, DELETE, at, plan_of

SAID = "the plan would create {} resources and max_creates is 1"
WARNING = "apply will refuse this: The plan would create more than it may."
OTHER = "the shop calls it otherwise"


def _guarded(count: int) -> Plan:
    changes = [CREATE.model_copy(update={"address": at(f"definition/T{n}")}) for n in range(count)]
    return plan_of(tuple(changes), refused=tuple(_refusals(changes)), warnings=(WARNING, OTHER))


def _refusals(changes: list[Create]) -> list[Refusal]:
    said = SAID.format(len(changes))
    more = {"path": (), "message": said, "ways_out": ("split the change",), "source": "m.yaml:1"}
    return [Refusal(address=each.address, rule="max_creates", reason="guard", **more) for each in changes]


def _texts(plan: Plan) -> tuple[str, ...]:
    return plan_text(plan), plan_markdown(plan), plan_html(plan)


@pytest.mark.parametrize(("expected", "count"), [(2, 2), (1, 3), (1, 12)])
def test_what_a_guard_says_of_many_changes_stands_there_once(expected: int, count: int) -> None:
    """Of two it is told one by one."""
    for text in _texts(_guarded(count)):
        assert expected == text.replace("`", "").count(SAID.format(count))
        assert expected == text.count("split the change")


def test_each_change_that_a_guard_stops_is_named() -> None:
    """In the terminal the first ten of a plan, and every one of a refused apply."""
    plan = _guarded(12)
    text, comment, page = _texts(plan)
    assert "definition/T9 and 2 more\n" in text
    assert "  - `definition/T0`, `definition/T1`, " in comment
    for n in range(12):
        assert f"<li><code>definition/T{n}</code>" in page
    told = refusal_text(Refused("no", reason="guard", items=plan.refused))
    assert "  ! 12 changes: the plan would create 12 resources and max_creates is 1 [max_creates]\n" in told
    assert ", definition/T11\n      ways out: split the change\n" in told
    assert 1 == told.count("ways out")


def test_a_guard_is_not_told_as_a_warning_besides() -> None:
    """Other warnings stay, and so does that of a plan which names no change."""
    plan = _guarded(3)
    for text in (*_texts(plan), plan_annotations(plan)):
        assert (False, True) == ("apply will refuse" in text, OTHER in text)
    assert "apply will refuse" in plan_text(plan.model_copy(update={"refused": ()}))


def test_what_a_guard_stops_has_no_command_that_applies_it() -> None:
    """It would end with 3."""
    for text in _texts(_guarded(3))[1:]:
        assert (True, False) == ("It cannot be applied while a guard stops it." in text, "--digest" in text)


def test_the_page_begins_with_the_verdict_of_the_comment() -> None:
    """Before what changes."""
    assert '<p class="verdict">🛑 This cannot be applied yet – a guard stops it</p>\n<h1>In the shop' in plan_html(
        _guarded(3)
    )
    assert "⚠️ 2 of 2 changes break what works today</p>" in plan_html(plan_of((BREAKING, DELETE)))


def test_a_new_resource_is_called_new_on_the_page() -> None:
    """As in the comment: "not live" is the engine's word."""
    page = plan_html(plan_of((CREATE,)))
    assert (True, False) == ("<p>new " in page, "not live" in page)
