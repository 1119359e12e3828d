"""What a saved plan rests on: if any of it moves, the plan is stale."""

from collections.abc import Iterator

from reconciler.diff.compare import Comparison
from reconciler.diff.matching import Matching
from reconciler.model.address import Address
from reconciler.model.manifest import Desired
from reconciler.model.plan import RestsOn
from reconciler.plan.content import Content, deleted_by
from reconciler.plan.fingerprint import of_live, of_manifest
from reconciler.plan.only import needed_by


def rests_on_of(
    content: Content, desired: Desired, comparison: Comparison
) -> dict[Address, RestsOn]:
    """The fingerprints of every manifest and live object that the plan speaks of, of
    those that they refer to, and of what points at something that is deleted.
    """
    spoken_of = set(_spoken_of(content))
    addresses = {
        *spoken_of,
        *_referred_to(spoken_of, desired),
        *_pointing_at_deleted(content, comparison),
    }
    matching = Matching(desired, comparison.live)
    return {
        address: _fingerprints(address, desired, matching)
        for address in sorted(addresses)
    }


def _spoken_of(content: Content) -> Iterator[Address]:
    for change in content.changes:
        yield change.address
    for item in content.blocked:
        yield item.address
    yield from content.unchanged


def _referred_to(addresses: set[Address], desired: Desired) -> Iterator[Address]:
    for address in addresses & set(desired.manifests):
        yield from needed_by(desired.manifests[address])


def _pointing_at_deleted(content: Content, comparison: Comparison) -> Iterator[Address]:
    for address in deleted_by(content):
        yield from comparison.users.get(address, ())


def _fingerprints(address: Address, desired: Desired, matching: Matching) -> RestsOn:
    manifest: str | None = None
    if address in desired.manifests:
        manifest = of_manifest(desired.manifests[address])
    live: str | None = None
    if there := matching.of(address):
        live = of_live(address, matching.live[there])
    return RestsOn(manifest=manifest, live=live)
