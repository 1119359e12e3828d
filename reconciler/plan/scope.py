"""Which kinds of resources have to be read from the shop.

A kind that no manifest names and no option asks for is not read: a key that may not read
events can still manage definitions.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from reconciler.kinds.registry import KINDS, AnyKind, kind_of
from reconciler.model.address import Address
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.plan import Asked
from reconciler.plan.only import can_name, needed_by, with_dependencies


@dataclass(frozen=True, slots=True)
class Scope:
    """Names of kinds. Without what is `needed` there is no plan; what is `helpful` is
    read if it can be. `names` are the addresses that have to be read whole; on the
    absence of `described` rests what is created, renamed or already deleted.
    """

    needed: frozenset[str]
    helpful: frozenset[str] = frozenset()
    names: tuple[Address, ...] = ()
    described: tuple[Address, ...] = ()


def scope_of(desired: Desired, asked: Asked) -> Scope:
    """What a plan of these manifests has to know. Raises WrongUsage when `asked.only`
    matches nothing.
    """
    manifests = _picked(desired, asked.only)
    managed = set(_named_kinds(manifests))
    if asked.prune:
        managed |= set(_kinds_to_prune(asked.only))
    needed = _with_what_they_point_at(managed)
    helpful: set[str] = set()
    # What points at something that leaves keeps a dead id, and a plan should say so.
    if asked.prune or any(map(_takes_a_name_away, manifests)):
        helpful = set(_kinds_that_refer_to(needed)) - needed
    described = tuple(manifest.address for manifest in manifests)
    return Scope(
        frozenset(needed), frozenset(helpful), tuple(_names(manifests)), described
    )


def _takes_a_name_away(manifest: Manifest) -> bool:
    return manifest.absent or manifest.renamed_from is not None


def scope_of_all(desired: Desired) -> Scope:
    """Everything that can be read, for whoever asks what lives without a manifest."""
    manifests = list(desired.manifests.values())
    needed = frozenset(_with_what_they_point_at(set(_named_kinds(manifests))))
    rest = {kind.name for kind in _living_kinds()} - needed
    described = tuple(desired.manifests)
    return Scope(needed, frozenset(rest), tuple(_names(manifests)), described)


def scope_of_kinds(kinds: Collection[str]) -> Scope:
    """What has to be read to write these kinds down."""
    return Scope(frozenset(_with_what_they_point_at(set(kinds))))


def _living_kinds() -> Iterator[AnyKind]:
    """The kinds that the API has."""
    for kind in KINDS.values():
        if kind.lives:
            yield kind


def _picked(desired: Desired, only: str | None) -> list[Manifest]:
    if only is None:
        return list(desired.manifests.values())
    return [desired.manifests[a] for a in with_dependencies(desired, only)]


def _named_kinds(manifests: list[Manifest]) -> Iterator[str]:
    """The kinds of the manifests and of what they refer to."""
    for manifest in manifests:
        kind = kind_of(manifest.address)
        if kind.lives:
            yield kind.name
        if kind.lives or kind.has_rows:
            for needed in needed_by(manifest):
                yield needed.kind


def _with_what_they_point_at(kinds: set[str]) -> set[str]:
    """The kinds, and those whose ids what lives of them holds: without those, nobody can
    say what they stand for.
    """
    targets = {target for kind in kinds for target in KINDS[kind].refers_to}
    return kinds | {target for target in targets if KINDS[target].lives}


def _kinds_to_prune(only: str | None) -> Iterator[str]:
    """The kinds of which something may be deleted."""
    for kind in _living_kinds():
        if can_name(only or "*", kind.name):
            yield kind.name


def _kinds_that_refer_to(targets: set[str]) -> Iterator[str]:
    """The kinds whose resources can point at one of the kinds in `targets`."""
    for kind in _living_kinds():
        if not targets.isdisjoint(kind.refers_to):
            yield kind.name


def _names(manifests: list[Manifest]) -> Iterator[Address]:
    for manifest in manifests:
        yield manifest.address
        if manifest.renamed_from:
            yield manifest.renamed_from
