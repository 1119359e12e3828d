"""What would live if manifests were applied: an earlier revision stands for the shop, so
that `diff` and `plan` are one engine.

Ids are made up, one per name and kind; what is only referred to gets one too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.live import Keeping, Live, LiveId, LiveResource
from reconciler.model.manifest import Desired, Manifest


def before_with(before: Desired, after: Desired) -> Desired:
    """`before`, and what is deleted or renamed after without ever having had a
    manifest.

    An earlier revision cannot know whether that lives, and a review has to ask what it
    means if it does.
    """
    known = {address.folded for address in before.manifests}
    manifests = dict(before.manifests)
    for address, manifest in after.manifests.items():
        old = manifest.renamed_from
        if manifest.absent:
            old = address
        if old and known.isdisjoint((old.folded, address.folded)):
            manifests[old] = _as_it_was(manifest, old)
    return Desired(manifests)


def _as_it_was(manifest: Manifest, old: Address) -> Manifest:
    """The resource under its old name, before it was renamed or deleted."""
    before = {kind_of(old).key: old.name, "ensure": None, "renamed_from": None}
    resource = manifest.resource.model_copy(update=before)
    return replace(manifest, address=old, resource=resource)


def as_live(desired: Desired) -> Live:
    """The shop that has exactly these manifests applied."""
    present = [each for each in desired.manifests.values() if not each.absent]
    numbers = _numbers(present)
    resources: dict[Address, LiveResource] = {}
    for manifest in present:
        resource = _as_resource(manifest, numbers)
        if resource is not None:
            resources[manifest.address] = resource
    referred = dict(_only_referred(present, numbers))
    return Live(resources, referred=referred, keeping=Keeping.EXACT)


def _as_resource(
    manifest: Manifest, numbers: Mapping[Address, int]
) -> LiveResource | None:
    """What lives of one manifest, if anything does."""
    kind = kind_of(manifest.address)
    if not kind.lives:
        return None
    own = numbers[manifest.address.cased]
    made: LiveResource | None = kind.as_live(
        manifest.resource, own, lambda target: numbers[target.cased]
    )
    return made


def _numbers(manifests: list[Manifest]) -> dict[Address, int]:
    """A made-up id for everything that is described or referred to."""
    numbers: dict[Address, int] = {}
    described = (manifest.address for manifest in manifests)
    for address in (*described, *_references(manifests)):
        numbers.setdefault(address.cased, len(numbers) + 1)
    return numbers


def _only_referred(
    manifests: list[Manifest], numbers: Mapping[Address, int]
) -> Iterator[tuple[LiveId, Address]]:
    """(made-up id, address) of what is referred to without a manifest."""
    described = {manifest.address.cased for manifest in manifests}
    for address in _references(manifests):
        if address.cased not in described:
            yield LiveId(address.kind, numbers[address.cased]), address


def _references(manifests: list[Manifest]) -> Iterator[Address]:
    for manifest in manifests:
        for found in kind_of(manifest.address).references(manifest.resource):
            yield found.address
