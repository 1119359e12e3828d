"""What should be: the validated manifests, each with its address and its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.kinds import Resource
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True)
class Manifest:
    """One validated resource and the place it was written at."""

    address: Address
    resource: Resource
    source: Source


@dataclass(frozen=True, slots=True)
class Desired:
    """All validated manifests together, in address order."""

    manifests: Mapping[Address, Manifest]
