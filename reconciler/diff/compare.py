"""Partition all addresses: new, changed, blocked, unchanged, unmanaged. Every address
ends in exactly one of them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.diff.blocked import accent_conflict, blocked
from reconciler.diff.matching import Matching, in_manifests_spelling
from reconciler.form.fields import Path
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.live import Live, LiveResource
from reconciler.model.manifest import Desired, Manifest


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result; `new` and `changed` hold what has to be written, `blocked` what
    cannot be.

    `gone` is what is to be deleted, `kept` what lives without a manifest and must not
    be; `users` says for each address which live resources point at it. `live` is what
    lives, in the manifests' spelling.
    """

    new: Mapping[Address, tuple[FieldChange, ...]] = field(default_factory=dict)
    changed: Mapping[Address, tuple[FieldChange, ...]] = field(default_factory=dict)
    blocked: Mapping[Address, tuple[Blocked, ...]] = field(default_factory=dict)
    gone: Mapping[Address, LiveResource] = field(default_factory=dict)
    kept: frozenset[Address] = field(default=frozenset(), compare=False, repr=False)
    users: Mapping[Address, tuple[Address, ...]] = field(default_factory=dict)
    unchanged: tuple[Address, ...] = ()
    unmanaged: tuple[Address, ...] = ()
    warnings: tuple[str, ...] = ()
    live: Live = field(default_factory=Live, compare=False, repr=False)


def compare(desired: Desired, live: Live) -> Comparison:
    """What keeps `live` from being `desired`. Only what the manifests declare is
    compared, and of kinds that were not read nothing is said.
    """
    return _Partition(desired, in_manifests_spelling(desired, live)).comparison()


class _Partition:
    """The comparison while it is being made: each manifest is placed once."""

    def __init__(self, desired: Desired, live: Live) -> None:
        self.desired = desired
        self.live = live
        self.names = live.names
        self.matching = Matching(desired, live)
        self.new: dict[Address, tuple[FieldChange, ...]] = {}
        self.changed: dict[Address, tuple[FieldChange, ...]] = {}
        self.blocked: dict[Address, tuple[Blocked, ...]] = {}
        self.gone: dict[Address, LiveResource] = {}
        self.kept: set[Address] = set()
        self.unchanged: list[Address] = []
        self.warnings = list(live.warnings)

    def comparison(self) -> Comparison:
        for address in sorted(self.desired.manifests):
            if kind_of(address).lives and self.live.was_read(address.kind):
                self._place(self.desired.manifests[address])
        self.kept |= set(self._referred_to())
        unmanaged = self._unmanaged()
        self.warnings += self._rename_hints(unmanaged)
        return Comparison(
            new=self.new,
            changed=self.changed,
            blocked=self.blocked,
            gone=self.gone,
            kept=frozenset(self.kept),
            users=users_of(self.live),
            unchanged=tuple(self.unchanged),
            unmanaged=unmanaged,
            warnings=tuple(self.warnings),
            live=self.live,
        )

    def _place(self, manifest: Manifest) -> None:
        counterpart = self.matching.of(manifest.address)
        if counterpart is None:
            self._place_without_counterpart(manifest)
        elif manifest.absent:
            self.gone[manifest.address] = self.live.resources[counterpart]
        else:
            self._place_living(manifest, self.live.resources[counterpart])

    def _place_without_counterpart(self, manifest: Manifest) -> None:
        address = manifest.address
        neighbour = self.matching.accent_neighbour(address)
        neighbour = neighbour or self.matching.near_old_name(manifest)
        if neighbour:
            self._block_for_accents(manifest, neighbour)
            return
        whole = everything_in(manifest)
        if not whole:
            self.unchanged.append(address)  # nothing is wanted, and nothing is there
            return
        self.new[address] = whole
        if manifest.renamed_from:
            # On a new shop there is nothing to rename. Anywhere else the old name is
            # misspelt, and its records would be missed.
            old = manifest.renamed_from.name
            self.warnings.append(
                f"{address} is created empty: nothing lives under its old name {old}"
            )

    def _place_living(self, manifest: Manifest, resource: LiveResource) -> None:
        address, kind = manifest.address, kind_of(manifest.address)
        there = kind.live_form(resource, self.names)
        wanted = kind.form(manifest.resource)
        self._warn(manifest, resource, kind.undeclared(there, wanted))
        found = kind.changes(kind.declared(resource, there, wanted), wanted)
        neighbour = self.matching.accent_neighbour(address)
        if neighbour and any(map(kind.is_rename, found)):
            self._block_for_accents(manifest, neighbour)
            return
        stops = tuple(kind.stopped(resource, found, self.names))
        if stops:
            self.blocked[address] = tuple(blocked(manifest, stop) for stop in stops)
        elif found:
            self.changed[address] = found
        else:
            self.unchanged.append(address)

    def _block_for_accents(self, manifest: Manifest, neighbour: Address) -> None:
        self.blocked[manifest.address] = (accent_conflict(manifest, neighbour),)
        self.kept.add(neighbour)

    def _warn(
        self,
        manifest: Manifest,
        resource: LiveResource,
        undeclared: Iterator[tuple[Path, object]],
    ) -> None:
        """What the manifest does not say and a reader should know."""
        address, kind = manifest.address, kind_of(manifest.address)
        for note in kind.notes(manifest.resource, resource):
            self.warnings.append(f"{address} {note}")
        for (part, *name), _ in undeclared:
            noun = kind.collections[part].noun
            self.warnings.append(
                f"{address} has a {noun} that the manifest does not declare: "
                f"{'.'.join(name)}"
            )
        if left := self.matching.left_behind(manifest):
            self.kept.add(left)
            self.warnings.append(
                f"{address} is to be renamed from {left.name}, and both live: "
                f"{left.name} stays as it is"
            )

    def _referred_to(self) -> Iterator[Address]:
        """What manifests point at without describing it."""
        for manifest in self.desired.manifests.values():
            if manifest.absent:
                continue
            for found in kind_of(manifest.address).references(manifest.resource):
                if there := self.matching.of(found.address):
                    yield there

    def _unmanaged(self) -> tuple[Address, ...]:
        """What lives and has no manifest, in address order."""
        managed = {self.matching.of(address) for address in self.desired.manifests}
        return tuple(sorted(a for a in self.live.resources if a not in managed))

    def _rename_hints(self, unmanaged: Collection[Address]) -> Iterator[str]:
        """A new resource that looks exactly like one that lost its manifest is likely
        the same one, renamed.
        """
        leaving: dict[tuple[str, frozenset[str]], Address] = {}
        for address in unmanaged if self.new else ():
            kind = kind_of(address)
            form = kind.live_form(self.live.resources[address], self.names)
            leaving[address.kind, kind.outline(form)] = address
        for address in sorted(self.new):
            resource, kind = self.desired.manifests[address].resource, kind_of(address)
            outline = kind.outline(kind.form(resource))
            old = leaving.get((address.kind, outline))
            if outline and old and not resource.old_name:
                yield (
                    f"{address} has exactly the {kind.outlined_by} of {old}, which has "
                    f"no manifest: to rename it and keep its {kind.irrecoverable}, "
                    f"write `renamed_from: {old.name}`"
                )


def everything_in(manifest: Manifest) -> tuple[FieldChange, ...]:
    """All that has to be written when nothing lives yet."""
    if manifest.absent:
        return ()
    kind = kind_of(manifest.address)
    form = kind.new_form(manifest.resource)
    return kind.changes(kind.empty_form(form), form)


def pruned(comparison: Comparison, keep: Collection[Address] = ()) -> Comparison:
    """The same with everything unmanaged to be deleted, but for what must not be and
    what is to be kept.
    """
    kept = _with_what_they_point_at({*comparison.kept, *keep}, comparison.users)
    more = {a: comparison.live.resources[a] for a in comparison.unmanaged}
    doomed = {address: each for address, each in more.items() if address not in kept}
    return replace(
        comparison,
        gone=dict(sorted({**comparison.gone, **doomed}.items())),
        unmanaged=tuple(a for a in comparison.unmanaged if a in kept),
    )


def _with_what_they_point_at(
    kept: set[Address], users: Mapping[Address, tuple[Address, ...]]
) -> set[Address]:
    """What is kept, and all that it points at, directly or not."""
    while True:
        targets = {target for target, pointing in users.items() if kept & set(pointing)}
        if targets <= kept:
            return kept
        kept |= targets


def users_of(live: Live) -> dict[Address, tuple[Address, ...]]:
    """Address → what lives and points at it, itself left out."""
    addresses = live.addresses
    users: dict[Address, set[Address]] = {}
    for user, resource in live.resources.items():
        for _, number in KINDS[user.kind].points_at(resource):
            target = addresses.get(number)
            if target and target != user and target in live.resources:
                users.setdefault(target, set()).add(user)
    return {address: tuple(sorted(users[address])) for address in sorted(users)}
