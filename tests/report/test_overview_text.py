"""A plan of very many changes begins with counts and names, and folds what is safe."""

from collections.abc import Callable

from reconciler.model.address import Address
from reconciler.model.change import Create
from reconciler.model.plan import Forecast
from reconciler.report.applying import forecast_and_fact, is_beyond
from reconciler.report.overview_text import MANY, SHOWN_SAFE
from reconciler.report.plan_text import plan_text
from tests.report.plans import BLOCKED, BREAKING, CREATE, plan_of


def creates(count: int) -> tuple[Create, ...]:
    """So many changes that are safe."""
    return tuple(
        CREATE.model_copy(update={"address": Address("definition", f"Table{number:03}")}) for number in range(count)
    )


def test_a_plan_of_200_changes_begins_with_counts_and_names(figure: Callable) -> None:
    """Every name, in lines of 79 columns; what is not safe keeps its details, and 20 of the others."""
    text = plan_text(plan_of((*creates(200), BREAKING), (BLOCKED, BLOCKED)))
    _head, overview, body, *_ = text.split("\n\n")
    assert overview.startswith(
        "201 changes, of which 1 not safe: look at those below\n  200 to create: definition/Table000,"
    )
    assert "  1 to update: event/" in overview
    assert "  1 blocked: definition/Manager" in overview
    assert all(f"definition/Table{number:03}" in overview for number in range(200))
    assert 79 >= max(map(len, overview.splitlines()))
    assert SHOWN_SAFE == body.count("+ definition/Table")
    assert f"~ {BREAKING.address}" in body
    assert "… and 180 safe changes more; --report markdown=plan.md and --format json show all" in body
    figure("a plan of 201 changes", f"{len(text.splitlines())} lines in a terminal")


def test_what_is_refused_or_safe_is_told_in_the_first_lines() -> None:
    """A plan of safe changes says so."""
    text = plan_text(plan_of(creates(MANY + 1)))
    assert f"{MANY + 1} changes, all of them safe\n" in text
    assert "blocked" not in text


def test_a_plan_that_can_be_read_has_no_overview() -> None:
    """Its changes are its names."""
    text = plan_text(plan_of(creates(MANY)))
    assert "changes, " not in text
    assert MANY == text.count("+ definition/Table")
    grave = tuple(BREAKING.model_copy(update={"address": Address("event", f"e{number}")}) for number in range(MANY + 1))
    assert "safe change" not in plan_text(plan_of(grave))


def test_what_was_foreseen_stands_beside_what_it_took() -> None:
    """At least a second is foreseen, as in the plan."""
    assert "Foreseen: 1 request, about 1 s · sent: 3 requests, 0.2 s" == forecast_and_fact(
        Forecast(requests=1, seconds=0.2), 3, 0.21
    )


def test_only_what_took_much_more_is_worth_a_line() -> None:
    """Half as much again, and a few requests or seconds."""
    foreseen = Forecast(requests=10, seconds=2.0)
    assert not is_beyond(foreseen, 20, 8.0)
    assert is_beyond(foreseen, 21, 2.0)
    assert is_beyond(foreseen, 10, 8.1)
