"""Put every address into exactly one place: new, changed, blocked, gone, unchanged or
unmanaged.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.diff.blocked import (
    accent_conflict,
    ambiguous,
    blocked,
    not_comparable,
)
from reconciler.diff.keeping import keeping_of
from reconciler.diff.matching import Matching, in_manifests_spelling
from reconciler.diff.warnings import (
    altered_texts,
    created_empty,
    not_pruned,
    rename_hints,
    warnings_about,
)
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.live import Live, LiveResource, Names, Wording
from reconciler.model.manifest import Desired, Manifest

Changes = tuple[FieldChange, ...]
Users = Mapping[Address, tuple[Address, ...]]
"""Each address with the live resources that point at it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result; `new` and `changed` hold what has to be written, `blocked` what
    cannot be.

    `gone` is what is to be deleted, `kept` what lives without a manifest and must not
    be; `users` says for each address which live resources point at it. `live` is what
    lives, in the manifests' spelling.
    """

    new: Mapping[Address, Changes] = field(default_factory=dict)
    changed: Mapping[Address, Changes] = field(default_factory=dict)
    blocked: Mapping[Address, tuple[Blocked, ...]] = field(default_factory=dict)
    gone: Mapping[Address, LiveResource] = field(default_factory=dict)
    kept: frozenset[Address] = field(default=frozenset(), compare=False, repr=False)
    users: Users = field(default_factory=dict)
    unchanged: tuple[Address, ...] = ()
    unmanaged: tuple[Address, ...] = ()
    warnings: tuple[str, ...] = ()
    live: Live = field(default_factory=Live, compare=False, repr=False)


def compare(desired: Desired, live: Live) -> Comparison:
    """What keeps `live` from being `desired`. Only what the manifests declare is
    compared, and of kinds that were not read nothing is said.
    """
    live = replace(in_manifests_spelling(desired, live), keeping=keeping_of(live))
    matching = Matching(desired, live)
    partition = _Partition(desired, live, matching, live.names, list(live.warnings))
    for address in sorted(desired.manifests):
        if kind_of(address).lives and live.was_read(address.kind):
            partition.place(desired.manifests[address])
    return partition.comparison()


@dataclass(slots=True)
class _Partition:
    """The comparison while it is being made."""

    desired: Desired
    live: Live
    matching: Matching
    names: Names
    warnings: list[str]
    new: dict[Address, Changes] = field(default_factory=dict)
    changed: dict[Address, Changes] = field(default_factory=dict)
    blocked: dict[Address, tuple[Blocked, ...]] = field(default_factory=dict)
    gone: dict[Address, LiveResource] = field(default_factory=dict)
    kept: set[Address] = field(default_factory=set)
    unchanged: list[Address] = field(default_factory=list)
    wordings: dict[Address, tuple[Wording, ...]] = field(default_factory=dict)

    def comparison(self) -> Comparison:
        """The result, once every manifest has been placed."""
        self.kept.update(self._referred_to())
        unmanaged = tuple(self._unmanaged())
        hints = rename_hints(self.new, unmanaged, self.desired, self.live)
        return Comparison(
            new=self.new,
            changed=self.changed,
            blocked=self.blocked,
            gone=self.gone,
            kept=frozenset(self.kept),
            users=users_of(self.live),
            unchanged=tuple(self.unchanged),
            unmanaged=unmanaged,
            warnings=(*self.warnings, *hints),
            live=replace(self.live, wordings=self.wordings),
        )

    def place(self, manifest: Manifest) -> None:
        """Puts the manifest's address where it belongs."""
        if self._was_unreadable(manifest):
            self.blocked[manifest.address] = (not_comparable(manifest),)
            return
        counterpart = self.matching.of(manifest.address)
        if counterpart is None:
            self._place_missing(manifest)
            return
        resource = self.live.resources[counterpart]
        self.kept.update(self.matching.neighbours(manifest))
        if not manifest.absent:
            self._place_living(manifest, resource)
        elif alike := self.matching.homonyms(manifest):
            self.blocked[manifest.address] = (ambiguous(manifest, alike),)
        else:
            self.gone[manifest.address] = resource

    def _was_unreadable(self, manifest: Manifest) -> bool:
        """Whether it is there, and nobody knows how; a delete says what it means all the
        same.
        """
        if manifest.absent or not self.live.unreadable:
            return False
        names = filter(None, (manifest.address, manifest.renamed_from))
        there = {address.folded for address in self.live.unreadable}
        return not there.isdisjoint(address.folded for address in names)

    def _place_missing(self, manifest: Manifest) -> None:
        address = manifest.address
        neighbour = self.matching.accent_neighbour(address)
        neighbour = neighbour or self.matching.near_old_name(manifest)
        if neighbour:
            self._block_for_accents(manifest, neighbour)
            return
        content = everything_in(manifest)
        if not content:
            self.unchanged.append(address)  # nothing is wanted, and nothing is there
            return
        self.new[address] = content
        # On a new shop there is nothing to rename. Anywhere else the old name is
        # misspelt, and its records would be missed.
        if manifest.renamed_from:
            self.warnings.append(created_empty(address, manifest.renamed_from))

    def _place_living(self, manifest: Manifest, resource: LiveResource) -> None:
        kind = kind_of(manifest.address)
        there = kind.live_form(resource, self.names)
        wanted = kind.form(manifest.resource)
        if not self.matching.is_to_be_renamed(manifest):
            wanted.pop(kind.key, None)
        left_behind = self.matching.left_behind(manifest)
        if left_behind:
            self.kept.add(left_behind)
        undeclared = kind.undeclared(there, wanted)
        self.warnings += warnings_about(manifest, resource, undeclared, left_behind)
        declared = kind.declared(resource, there, wanted)
        keeping = self.live.keeping
        changes, wordings = kind.changes_and_wordings(declared, wanted, keeping)
        if wordings:
            self.wordings[manifest.address] = wordings
        self.warnings += altered_texts(manifest.address, wordings)
        self._place_by_changes(manifest, resource, changes)

    def _place_by_changes(
        self, manifest: Manifest, resource: LiveResource, changes: Changes
    ) -> None:
        address, kind = manifest.address, kind_of(manifest.address)
        neighbour = self.matching.accent_neighbour(address)
        if neighbour and any(map(kind.is_rename, changes)):
            self._block_for_accents(manifest, neighbour)
            return
        alike = self.matching.homonyms(manifest)
        if alike and any(map(kind.is_about_identity, changes)):
            self.blocked[address] = (ambiguous(manifest, alike),)
            return
        stops = list(kind.stopped(resource, changes, self.names))
        if stops:
            self.blocked[address] = tuple(blocked(manifest, stop) for stop in stops)
        elif changes:
            self.changed[address] = changes
        else:
            self.unchanged.append(address)

    def _block_for_accents(self, manifest: Manifest, neighbour: Address) -> None:
        self.blocked[manifest.address] = (accent_conflict(manifest, neighbour),)
        # Most likely it is what the manifest means, so pruning must not delete it.
        self.kept.add(neighbour)

    def _referred_to(self) -> Iterator[Address]:
        """What manifests point at without describing it."""
        for manifest in self.desired.manifests.values():
            if manifest.absent:
                continue
            for found in kind_of(manifest.address).references(manifest.resource):
                if there := self.matching.of(found.address):
                    yield there

    def _unmanaged(self) -> Iterator[Address]:
        """What lives and has no manifest, in address order."""
        managed = set(map(self.matching.of, self.desired.manifests))
        for address in sorted(self.live.resources):
            if address not in managed:
                yield address


def everything_in(manifest: Manifest) -> Changes:
    """All that has to be written when nothing lives yet."""
    if manifest.absent:
        return ()
    kind = kind_of(manifest.address)
    form = kind.new_form(manifest.resource)
    return kind.changes(kind.empty_form(form), form)


def pruned(comparison: Comparison, keep: Collection[Address] = ()) -> Comparison:
    """The same with everything unmanaged to be deleted, apart from what manifests refer
    to, what is in `keep`, and what these point at.
    """
    # What is kept needs what it points at: without it, it would point at nothing.
    kept = _with_what_they_point_at({*comparison.kept, *keep}, comparison.users)
    live = comparison.live
    gone = dict(comparison.gone)
    spared = []
    warnings = list(comparison.warnings)
    for address in comparison.unmanaged:
        if address in kept:
            spared.append(address)
        elif address in live.twins:
            spared.append(address)
            alike = (live.resources[address], *live.twins[address])
            warnings.append(not_pruned(address, alike))
        else:
            gone[address] = live.resources[address]
    return replace(
        comparison,
        gone=dict(sorted(gone.items())),
        unmanaged=tuple(spared),
        warnings=tuple(warnings),
    )


def _with_what_they_point_at(kept: set[Address], users: Users) -> set[Address]:
    """What is kept, and all that it points at, directly or not."""
    while True:
        targets = {target for target, pointing in users.items() if kept & set(pointing)}
        if targets <= kept:
            return kept
        kept |= targets


def users_of(live: Live) -> dict[Address, tuple[Address, ...]]:
    """Address → what lives and points at it, itself left out."""
    users: dict[Address, set[Address]] = {}
    for user, target in _pointers(live):
        if target != user and target in live.resources:
            users.setdefault(target, set()).add(user)
    return {address: tuple(sorted(users[address])) for address in sorted(users)}


def _pointers(live: Live) -> Iterator[tuple[Address, Address]]:
    """(what lives, what it points at), as far as the id has an address."""
    addresses = live.addresses
    for user, resource in live.resources.items():
        for _, number in kind_of(user).points_at(resource):
            if number in addresses:
                yield user, addresses[number]
