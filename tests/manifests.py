"""Manifests from resources, as if each stood on a line of its own in one file."""

from reconciler.kinds.registry import KINDS
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.resource import Resource
from reconciler.model.source import Source


def desired(*resources: Resource) -> Desired:
    """Under the addresses that the resources have."""
    manifests = {}
    for line, resource in enumerate(resources, start=1):
        address = KINDS[resource.kind].address_of(resource)
        manifests[address] = Manifest(address, resource, Source("m.yaml", line))
    return Desired(manifests)
