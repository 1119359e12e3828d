"""Which manifests are record sets. What reads their rows is only loaded for them."""

from collections.abc import Iterator

from reconciler.kinds.records.manifest import RecordSet
from reconciler.model.manifest import Desired, Manifest


def record_sets(desired: Desired) -> Iterator[Manifest]:
    """The manifests of record sets."""
    for manifest in desired.manifests.values():
        if isinstance(manifest.resource, RecordSet):
            yield manifest
