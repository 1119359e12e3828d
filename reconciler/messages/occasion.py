"""What starts a message, and so whose payload `{var=metaData.…}` is about."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.kinds.scenario.manifest import Scenario
from reconciler.kinds.template.manifest import Template
from reconciler.model.address import casefolded
from reconciler.model.manifest import Desired, Manifest


@dataclass(frozen=True, slots=True)
class Occasion:
    """The code names of the events that start a message, and the addresses of scenarios
    that send it without any event: those have no payload.
    """

    events: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def occasion_of(template: Template, desired: Desired) -> Occasion:
    """The event that the template names, and what starts the scenarios that use it."""
    events: dict[str, str] = {}
    without = []
    if template.event is not None:
        events[casefolded(template.event)] = template.event
    for manifest, scenario in scenarios_of(template, desired):
        event = scenario.trigger.event
        if event is None:
            without.append(str(manifest.address))
        else:
            events.setdefault(casefolded(event), event)
    return Occasion(tuple(events.values()), tuple(without))


def scenarios_of(
    template: Template, desired: Desired
) -> Iterator[tuple[Manifest, Scenario]]:
    """The scenarios that send it, active or not."""
    name = casefolded(template.name)
    for manifest in desired.manifests.values():
        scenario = manifest.resource
        if not isinstance(scenario, Scenario) or scenario.template is None:
            continue
        if casefolded(scenario.template) == name:
            yield manifest, scenario
