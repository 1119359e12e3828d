"""What the manifests say of one event type: its properties, and who listens to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconciler.cli.app import App
from reconciler.cli.session import load_manifests
from reconciler.errors import InvalidManifests, WrongUsage
from reconciler.form.spelling import did_you_mean, in_quotes

if TYPE_CHECKING:
    from reconciler.events.seen import Declared, Listener
    from reconciler.model.manifest import Desired
    from reconciler.model.target import Target


def manifests_of(app: App, paths: tuple[str, ...], target: "Target") -> "Desired":
    """The manifests. Raises InvalidManifests: who listens may stand in one that is
    wrong.
    """
    resolved = load_manifests(app, paths, target)
    if any(finding.severity == "error" for finding in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    return resolved.desired


def declared_in(desired: "Desired", code: str) -> "Declared":
    """What they say of the event type with this code name."""
    from reconciler.events.seen import Declared
    from reconciler.kinds.event.manifest import Event
    from reconciler.model.address import Address

    wanted = Address("event", code)
    found, others = None, []
    for address, manifest in desired.manifests.items():
        if not isinstance(manifest.resource, Event) or manifest.absent:
            continue
        others.append(address.name)
        if wanted.is_called(address.name):
            found = manifest
    listeners = tuple(listeners_in(desired, code))
    if found is None:
        return Declared(listeners=listeners, others=tuple(others))
    assert isinstance(found.resource, Event)
    return Declared(found.resource, found.source, listeners, tuple(others))


def listeners_in(desired: "Desired", code: str) -> "Iterator[Listener]":
    """The declared scenarios that the event starts."""
    from reconciler.events.seen import Listener
    from reconciler.kinds.scenario.manifest import Scenario
    from reconciler.model.address import Address

    wanted = Address("event", code)
    for manifest in desired.manifests.values():
        scenario = manifest.resource
        if not isinstance(scenario, Scenario) or not scenario.trigger.event:
            continue
        if wanted.is_called(scenario.trigger.event):
            yield Listener(
                scenario.name,
                scenario.status == "active",
                scenario.template,
                manifest.source,
            )


def check_declared(declared: "Declared", code: str) -> None:
    """Raises WrongUsage when no manifest describes the event type."""
    if declared.event is None:
        hint = did_you_mean(code, declared.others) or "."
        raise WrongUsage(f"No manifest describes an event {in_quotes(code)}{hint}")
