"""The kind `scenario`, as the engine sees it."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from reconciler.kinds.drawing import Drawing
from reconciler.kinds.kind import Kind
from reconciler.kinds.scenario.manifest import Scenario, Trigger
from reconciler.kinds.scenario.rules import SCENARIO_RULES
from reconciler.kinds.values import Nouns, Reference
from reconciler.model.address import Address
from reconciler.model.live import LiveResource
from reconciler.model.problem import Problem

STARTERS = {"event": "event", "record": "definition"}
"""The keys of a trigger that name what manifests describe, and the kinds of that."""


class ScenarioKind(Kind[Scenario, LiveResource]):
    """It lives in the dashboard, and is never sent."""

    name = "scenario"
    model = Scenario
    live = LiveResource
    key = "name"
    nouns = Nouns("scenario", "scenarios", "scenarios")
    lives = False
    refers_to = ("event", "definition")
    rules: ClassVar = SCENARIO_RULES

    def references(self, resource: Scenario) -> Iterator[Reference]:
        for key, kind in STARTERS.items():
            named = getattr(resource.trigger, key, None)
            if named is not None:
                yield Reference(Address(kind, named), None, ("trigger", key))

    def respelled(
        self, resource: Scenario, spelling: Callable[[Address], Address]
    ) -> Scenario:
        names = {}
        for key, kind in STARTERS.items():
            named = getattr(resource.trigger, key, None)
            if named is not None:
                names[key] = spelling(Address(kind, named)).name
        if not names:
            return resource
        trigger = resource.trigger.model_copy(update=names)
        return resource.model_copy(update={"trigger": trigger})

    def problems(self, resource: Scenario) -> Iterator[Problem]:
        trigger = resource.trigger
        if not isinstance(trigger, Trigger):
            return  # what could not be read is a finding already
        given = [key for key in ("event", "record", "segment") if getattr(trigger, key)]
        if len(given) != 1:
            message = "a scenario is started by one of event, record and segment"
            yield Problem("scenario-trigger", message, ("trigger",))
        if trigger.on is not None and trigger.record is None:
            message = "`on` is about rows: it goes with `record`"
            yield Problem("scenario-trigger", message, ("trigger", "on"))

    def draw(self, resource: Scenario) -> Drawing:
        return Drawing()


def started_by_rows(resource: object, definition: str) -> bool:
    """Whether it is an active scenario that rows of the definition may start."""
    if not isinstance(resource, Scenario) or resource.status != "active":
        return False
    record = resource.trigger.record
    if record is None:
        return False
    named, wanted = Address("definition", record), Address("definition", definition)
    return named.cased == wanted.cased
