"""What the manifests say of one event type: its properties, and who listens to it."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from reconciler.cli.events.options import not_described

if TYPE_CHECKING:
    from reconciler.events.seen import Declared, Listener
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.manifest import Desired


def declared_in(resolved: "Resolved", code: str) -> "Declared":
    """What they say of the event type with this code name."""
    from reconciler.events.seen import Declared
    from reconciler.kinds.event.manifest import Event
    from reconciler.model.address import Address

    desired = resolved.desired
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
    sample = sample_in(resolved, found.resource.code_name)
    return Declared(found.resource, found.source, listeners, tuple(others), sample)


def sample_in(resolved: "Resolved", code: str) -> str | None:
    """The first file of sample payloads that is named by the code name and holds one
    payload, which is what can be sent.
    """
    from reconciler.events.file import payloads_in
    from reconciler.manifest.samples import (
        UnreadablePayloads,
        naming_of,
        read_payloads,
    )

    for file in resolved.samples:
        if code not in naming_of(file).names:
            continue
        try:
            found = list(islice(payloads_in(read_payloads(file).text), 2))
        except UnreadablePayloads:
            continue  # `validate` says what is wrong with it
        if len(found) == 1:
            return file
    return None


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
        raise not_described(code, declared.others)
