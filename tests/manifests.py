"""Manifests from resources, as if each stood on a line of its own in one file."""

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.registry import KINDS
from reconciler.model.address import Address
from reconciler.model.live import Live, LiveId, LiveResource
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


def shop_of(
    *parts: Mapping[Address, LiveResource], lost: Mapping[int, str] | None = None, warnings: tuple[str, ...] = ()
) -> Live:
    """A live state; `lost` has words for ids of definitions that are no candidates."""
    resources = {address: resource for part in parts for address, resource in part.items()}
    words = {LiveId("definition", number): said for number, said in (lost or {}).items()}
    return Live(resources, words, warnings=warnings)


def of_kind(live: Live, kind: str) -> dict[Address, Any]:
    """What lives of a kind; which classes that are is for the test to know."""
    return {address: resource for address, resource in live.resources.items() if address.kind == kind}
