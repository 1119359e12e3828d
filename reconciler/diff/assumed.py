"""Manifests as if they were applied: an earlier revision stands for what lives, so that
one engine serves both.

Ids are made up, one per name and kind; what is only referred to gets one too.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.live import Live, LiveId, LiveResource
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
        old = address if manifest.absent else manifest.renamed_from
        if old and old.folded not in known and address.folded not in known:
            manifests[old] = _as_it_was(manifest, old)
    return Desired(manifests)


def _as_it_was(manifest: Manifest, old: Address) -> Manifest:
    """The same resource under its old name, and there."""
    before = {kind_of(old).key: old.name, "ensure": None, "renamed_from": None}
    resource = manifest.resource.model_copy(update=before)
    return replace(manifest, address=old, resource=resource)


def as_live(desired: Desired) -> Live:
    """The shop that has exactly these manifests applied."""
    present = [each for each in desired.manifests.values() if not each.absent]
    numbers = _numbers(present)
    resources: dict[Address, LiveResource] = {}
    for manifest in present:
        kind = kind_of(manifest.address)
        if kind.lives:
            number = numbers[manifest.address.cased]
            made = kind.as_live(
                manifest.resource, number, lambda target: numbers[target.cased]
            )
            if made is not None:
                resources[manifest.address] = made
    return Live(resources, referred=dict(_only_referred(present, numbers)))


def _numbers(manifests: list[Manifest]) -> dict[Address, int]:
    """A made-up id for everything that is described or referred to."""
    names = [manifest.address for manifest in manifests]
    names += _references(manifests)
    unique = dict.fromkeys(name.cased for name in names)
    return {name: number for number, name in enumerate(unique, start=1)}


def _only_referred(
    manifests: list[Manifest], numbers: dict[Address, int]
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
