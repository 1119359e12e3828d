"""The kind `scenario`, as the engine sees it."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from reconciler.kinds import conditions
from reconciler.kinds.drawing import Drawing
from reconciler.kinds.kind import Kind
from reconciler.kinds.scenario.manifest import Scenario, Trigger
from reconciler.kinds.scenario.rules import SCENARIO_RULES
from reconciler.kinds.values import Neighbours, Nouns, Reference
from reconciler.model.address import Address
from reconciler.model.live import LiveResource
from reconciler.model.problem import Problem

STARTERS = {"event": "event", "record": "definition", "segment": "segment"}
"""The keys of a trigger, and the kinds of what they name."""


class ScenarioKind(Kind[Scenario, LiveResource]):
    """It lives in the dashboard, and is never sent."""

    name = "scenario"
    model = Scenario
    live = LiveResource
    key = "name"
    nouns = Nouns("scenario", "scenarios", "scenarios")
    lives = False
    refers_to = ("event", "definition", "segment", "template")
    rules: ClassVar = SCENARIO_RULES

    def references(self, resource: Scenario) -> Iterator[Reference]:
        for key, kind in STARTERS.items():
            named = getattr(resource.trigger, key, None)
            if named is not None:
                yield Reference(Address(kind, named), None, ("trigger", key))
        if resource.template is not None:
            yield Reference(Address("template", resource.template), None, ("template",))
        yield from conditions.references_in(resource.filters, "filters")

    def respelled(
        self, resource: Scenario, spelling: Callable[[Address], Address]
    ) -> Scenario:
        named: dict[str, Any] = {}
        for key, kind in STARTERS.items():
            name = getattr(resource.trigger, key, None)
            if name is not None:
                named[key] = spelling(Address(kind, name)).name
        respelled: dict[str, Any] = {
            "filters": conditions.respelled_in(resource.filters, spelling)
        }
        if named:
            respelled["trigger"] = resource.trigger.model_copy(update=named)
        if resource.template is not None:
            target = spelling(Address("template", resource.template))
            respelled["template"] = target.name
        return resource.model_copy(update=respelled)

    def problems(self, resource: Scenario) -> Iterator[Problem]:
        yield from conditions.problems_in(resource.filters, "filters")
        yield from _trigger_problems(resource)

    def problems_between(
        self, resource: Scenario, others: Neighbours
    ) -> Iterator[Problem]:
        yield from conditions.problems_between(resource.filters, "filters", others)

    def draw(self, resource: Scenario) -> Drawing:
        return Drawing()


def _trigger_problems(resource: Scenario) -> Iterator[Problem]:
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


def started_by_rows(resource: object, definition: str) -> bool:
    """Whether it is an active scenario that rows of the definition may start."""
    if not isinstance(resource, Scenario) or resource.status != "active":
        return False
    record = resource.trigger.record
    if record is None:
        return False
    named, wanted = Address("definition", record), Address("definition", definition)
    return named.cased == wanted.cased
