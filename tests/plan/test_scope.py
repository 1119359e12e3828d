"""Which kinds are read follows from the manifests, from what was asked for, and from the command."""

import pytest

from reconciler.errors import WrongUsage
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import Override
from reconciler.model.manifest import Desired
from reconciler.model.plan import Asked
from reconciler.plan.scope import scope_of, scope_of_all
from tests.manifests import desired

DEFINITION = Definition.model_validate({"name": "D", "fields": [{"name": "a", "type": "text"}]})
GONE = Definition(name="Old", ensure="absent")
RENAMED = DEFINITION.model_copy(update={"renamed_from": "Before"})
EVENT = Event(code_name="e", name="E")
SOURCE = {"definition": "D", "field": "a", "priority": 1}
OVERRIDE = Override.model_validate({"target": "products.price", "sources": [SOURCE]})
CLEARED = Override.model_validate({"target": "products.price", "sources": []})


def scope(wanted: Desired, **asked: object) -> tuple[list[str], list[str]]:
    """(needed, helpful) in order."""
    found = scope_of(wanted, Asked.model_validate(asked))
    return sorted(found.needed), sorted(found.helpful)


@pytest.mark.parametrize(
    ("wanted", "needed"),
    [
        (desired(DEFINITION), ["definition"]),
        (desired(EVENT), ["event"]),
        (desired(OVERRIDE), ["definition", "override"]),
        (desired(CLEARED), ["override"]),
        (desired(DEFINITION, EVENT), ["definition", "event"]),
        (desired(), []),
    ],
)
def test_kinds_of_manifests_and_of_what_they_refer_to_are_needed(wanted: Desired, needed: list[str]) -> None:
    """And no others."""
    assert (needed, []) == scope(wanted)


@pytest.mark.parametrize("leaving", [GONE, RENAMED])
def test_what_may_point_at_something_that_leaves_is_helpful(leaving: Definition) -> None:
    """An override of a deleted definition is told; without that the plan is as right."""
    assert (["definition"], ["override"]) == scope(desired(leaving))


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [("definition/*", ["definition"]), ("event/*", ["event"]), ("override/*", ["definition", "override"])],
)
def test_a_pattern_needs_what_it_picks(pattern: str, needed: list[str]) -> None:
    """With what that refers to."""
    assert needed == scope(desired(DEFINITION, EVENT, OVERRIDE), only=pattern)[0]


def test_a_pattern_that_picks_nothing_is_wrong_usage() -> None:
    """As it is for a plan."""
    with pytest.raises(WrongUsage):
        scope(desired(DEFINITION), only="event/*")


def test_pruning_needs_everything_that_may_be_pruned() -> None:
    """All kinds, or those that the pattern speaks of."""
    wanted = desired(DEFINITION)
    assert ["definition", "event", "override"] == scope(wanted, prune=True)[0]
    assert (["definition"], ["override"]) == scope(wanted, prune=True, only="definition/*")
    assert ["definition", "event", "override"] == scope(wanted, prune=True, only="*D")[0]


def test_drift_reads_all_and_needs_what_is_managed() -> None:
    """What lives without a manifest is its business, as far as the key may see it."""
    found = scope_of_all(desired(DEFINITION))
    assert ({"definition"}, {"event", "override"}) == (found.needed, found.helpful)


def test_what_is_renamed_has_to_be_read_whole_under_both_names() -> None:
    """A listing may leave out fields; a single read shows them."""
    assert ["definition/D", "definition/Before"] == list(map(str, scope_of(desired(RENAMED), Asked()).names))
