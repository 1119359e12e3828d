"""Which kinds a plan has to read."""

from typing import Any

import pytest

from reconciler.errors import WrongUsage
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import Override
from reconciler.model.plan import Asked
from reconciler.model.resource import Resource
from reconciler.plan.scope import Scope, scope_of, scope_of_all, scope_of_kinds
from tests.manifests import desired

ALL = {"definition", "event", "override"}


def definition(name: str, **more: Any) -> Definition:
    return Definition.model_validate({"name": name, "fields": [{"name": "a", "type": "text"}], **more})


def event(**more: Any) -> Event:
    return Event.model_validate({"code_name": "e", "name": "E", **more})


def override(*sources: str) -> Override:
    rows = [{"definition": name, "field": "a", "priority": place} for place, name in enumerate(sources, start=1)]
    return Override.model_validate({"target": "products.price", "sources": rows})


def kinds(scope: Scope) -> tuple[list[str], list[str]]:
    return sorted(scope.needed), sorted(scope.helpful)


@pytest.mark.parametrize(
    ("resource", "needed"),
    [
        (definition("A"), ["definition"]),
        (event(), ["event"]),
        (override("A"), ["definition", "override"]),
        (override(), ["definition", "override"]),
    ],
)
def test_only_what_manifests_are_and_what_that_points_at_is_needed(resource: Resource, needed: list[str]) -> None:
    """A key that may read nothing else can still plan these."""
    assert (needed, []) == kinds(scope_of(desired(resource), Asked()))


@pytest.mark.parametrize("leaving", [{"ensure": "absent"}, {"renamed_from": "Old"}])
def test_who_may_point_at_what_leaves_is_helpful(leaving: dict[str, str]) -> None:
    """An override keeps the id of a definition, and is told of; nothing points at an event."""
    assert (["definition"], ["override"]) == kinds(scope_of(desired(definition("A", **leaving)), Asked()))
    assert (["event"], []) == kinds(scope_of(desired(event(**leaving)), Asked()))


@pytest.mark.parametrize(
    ("only", "needed", "helpful"),
    [
        (None, ["definition", "event", "override"], []),
        ("event/*", ["event"], []),
        ("definition/A", ["definition"], ["override"]),
        ("*e", ["definition", "event", "override"], []),
    ],
)
def test_what_may_be_pruned_is_needed(only: str | None, needed: list[str], helpful: list[str]) -> None:
    """A pattern without a slash fits addresses of every kind."""
    wanted = desired(definition("A"), event())
    assert (needed, helpful) == kinds(scope_of(wanted, Asked(only=only, prune=True)))


def test_a_pick_needs_what_it_refers_to() -> None:
    """And nothing of the rest."""
    wanted = desired(definition("A"), event(), override("A"))
    assert (["event"], []) == kinds(scope_of(wanted, Asked(only="event/*")))
    assert (["definition", "override"], []) == kinds(scope_of(wanted, Asked(only="override/*")))


def test_a_pick_of_nothing_is_a_mistake() -> None:
    """It is told before anything is read."""
    with pytest.raises(WrongUsage, match="No manifest has an address like 'nothing'"):
        scope_of(desired(event()), Asked(only="nothing"))


def test_manifests_are_read_whole_under_both_names() -> None:
    """What is renamed lives under its old one."""
    wanted = desired(definition("New", renamed_from="Old"), event())
    names = ["definition/New", "definition/Old", "event/e"]
    assert names == sorted(map(str, scope_of(wanted, Asked()).names))
    assert names[:2] == sorted(map(str, scope_of(wanted, Asked(only="definition/*")).names))


def test_drift_reads_all_that_it_can() -> None:
    """It asks what lives without a manifest; only what is declared has to be readable."""
    scope = scope_of_all(desired(event()))
    assert ({"event"}, ALL - {"event"}, ["event/e"]) == (scope.needed, scope.helpful, list(map(str, scope.names)))


def test_what_is_written_down_needs_what_it_points_at() -> None:
    """A price rule names a definition, which it has by its id; an event names nothing."""
    assert (["definition", "override"], []) == kinds(scope_of_kinds({"override"}))
    assert (["event"], []) == kinds(scope_of_kinds({"event"}))
