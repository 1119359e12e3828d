"""What should be: the validated manifests, each with its address and its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True)
class Manifest:
    """One validated resource and the place it was written at."""

    address: Address
    resource: Resource
    source: Source

    @property
    def absent(self) -> bool:
        """Whether the resource is to be deleted."""
        return self.resource.absent

    @property
    def renamed_from(self) -> Address | None:
        """The address it had before, if it is to keep its id under a new name."""
        old = self.resource.old_name
        if old is None:
            return None
        return Address(self.address.kind, old)


@dataclass(frozen=True, slots=True)
class Desired:
    """All validated manifests together, in address order."""

    manifests: Mapping[Address, Manifest]
