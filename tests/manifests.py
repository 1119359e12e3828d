"""Manifests from resources, as if each stood on a line of its own in one file."""

from reconciler.model.address import Address
from reconciler.model.kinds import Definition, Event, Override
from reconciler.model.source import Source
from reconciler.model.state import Desired, Manifest


def desired(*resources: Definition | Event | Override) -> Desired:
    """Under the addresses that the resources have."""
    manifests = {}
    for line, resource in enumerate(resources, start=1):
        match resource:
            case Definition():
                address = Address("definition", resource.name)
            case Event():
                address = Address("event", resource.code_name)
            case Override():
                address = Address("override", resource.target)
        manifests[address] = Manifest(address, resource, Source("m.yaml", line))
    return Desired(manifests)
