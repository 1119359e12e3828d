"""Partition all addresses: new, changed, blocked, unchanged, unmanaged. Every address
ends in exactly one of them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.diff.fields import Form, field_changes
from reconciler.diff.frozen import blocked, is_blocked
from reconciler.diff.normalize import (
    Naming,
    declared,
    desired_form,
    empty_form,
    live_form,
    new_form,
)
from reconciler.model.address import Address, casefolded, fold
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.kinds import Definition, referred_names
from reconciler.model.live import (
    GONE,
    TRANSIENT,
    Live,
    LiveDefinition,
    LiveEvent,
    LiveResource,
)
from reconciler.model.state import Desired, Manifest

RENAMES = {"definition": ("name",), "event": ("code_name",)}
"""The path that a rename changes; an event's `name` is only what the dashboard
shows.
"""
_SINGULAR = {
    "fields": "field",
    "relationships": "relationship",
    "properties": "property",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result; `new` and `changed` hold what has to be written, `blocked` what
    cannot be.

    `gone` is what is to be deleted, `kept` what lives without a manifest and must not
    be; `users` says for each definition which live definitions and overrides point at
    it. `live` counts what lives.
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
    live: int = field(default=0, compare=False)
    resources: Mapping[Address, LiveResource] = field(
        default_factory=dict, compare=False, repr=False
    )


class Matching:
    """Which live resource a manifest means: names are one when blanks and case around
    them are not counted.
    """

    def __init__(self, desired: Desired, live: Live) -> None:
        self.live = live.resources
        self._by_case = {_cased(address): address for address in self.live}
        self._by_fold: dict[Address, list[Address]] = {}
        for address in sorted(self.live):
            self._by_fold.setdefault(address.folded, []).append(address)
        self._renamed = dict(self._renames(desired))
        self._written = {_cased(address): address for address in desired.manifests}
        self._written |= {_cased(old): new for new, old in self._renamed.items()}
        self._by_id = {
            definition.id: address for address, definition in live.definitions.items()
        }
        self._others = live.others

    def _renames(self, desired: Desired) -> Iterator[tuple[Address, Address]]:
        """(new, live old) of every rename that is still to be made."""
        for address, manifest in desired.manifests.items():
            old = manifest.renamed_from and self._by_case.get(
                _cased(manifest.renamed_from)
            )
            if old and _cased(address) not in self._by_case:
                yield address, old

    def of(self, address: Address) -> Address | None:
        """The live address that `address` means: its own, or the one that it is renamed
        from.
        """
        return self._by_case.get(_cased(address)) or self._renamed.get(address)

    def accent_neighbour(self, address: Address) -> Address | None:
        """A live address that only accents keep from being the same."""
        alike = self._by_fold.get(address.folded, ())
        return next((other for other in alike if other != self.of(address)), None)

    def nearly_old(self, manifest: Manifest) -> Address | None:
        """What only accents keep from being the name that a manifest renames."""
        alike = (
            self._by_fold.get(manifest.renamed_from.folded, ())
            if manifest.renamed_from
            else ()
        )
        return next(iter(alike), None)

    def left_behind(self, manifest: Manifest) -> Address | None:
        """The old name's live address, when the new name lives too and so nothing can
        be renamed any more.
        """
        old = manifest.renamed_from and self._by_case.get(_cased(manifest.renamed_from))
        return old if old and old != self.of(manifest.address) else None

    def written(self, live: Address) -> Address:
        """The live address in the spelling of the manifests, if they have it."""
        return self._written.get(_cased(live), live)

    def name(self, definition_id: int) -> str:
        """How to speak of a stored id: never by the id itself."""
        if definition_id in self._by_id:
            return str(self.written(self._by_id[definition_id]))
        return self._others.get(definition_id, GONE)


def spelled(desired: Desired, live: Live) -> Live:
    """`live` under the manifests' spelling of its names, so that changes find what they
    change.
    """
    matching = Matching(desired, live)
    return replace(
        live,
        definitions={
            matching.written(address): value
            for address, value in live.definitions.items()
        },
        events={
            matching.written(address): value for address, value in live.events.items()
        },
    )


def compare(desired: Desired, live: Live) -> Comparison:
    """What keeps `live` from being `desired`. Only what the manifests declare is
    compared.
    """
    matching = Matching(desired, live)
    new, changed = (
        dict[Address, tuple[FieldChange, ...]](),
        dict[Address, tuple[FieldChange, ...]](),
    )
    stopped: dict[Address, tuple[Blocked, ...]] = {}
    gone: dict[Address, LiveResource] = {}
    kept: set[Address] = set(_referred_to(desired, matching))
    unchanged: list[Address] = []
    warnings = list(live.warnings)
    for address in sorted(desired.manifests):
        manifest = desired.manifests[address]
        counterpart = matching.of(address)
        if counterpart is None:
            neighbour = matching.accent_neighbour(address) or matching.nearly_old(
                manifest
            )
            whole = _all_of(manifest)
            if neighbour:
                stopped[address] = (_accent_conflict(manifest, neighbour),)
                kept.add(neighbour)
            elif whole:
                new[address] = whole
                warnings += _lost_renames(manifest)
            else:
                unchanged.append(address)  # nothing is wanted, and nothing is there
            continue
        if manifest.absent:
            gone[address] = matching.live[counterpart]
            continue
        resource = matching.live[counterpart]
        warnings += _warnings(manifest, resource, matching.name)
        if left := matching.left_behind(manifest):
            kept.add(left)
            warnings.append(
                f"{address} is to be renamed from {left.name}, and both live: {left.name} stays as it is"
            )
        found = differences(resource, desired_form(manifest.resource), matching.name)
        cannot = tuple(_blocked(manifest, resource, found))
        renamed = any(part.path == RENAMES.get(address.kind) for part in found)
        neighbour = matching.accent_neighbour(address)
        if renamed and neighbour:
            stopped[address] = (_accent_conflict(manifest, neighbour),)
            kept.add(neighbour)
        elif cannot:
            stopped[address] = cannot
        elif found:
            changed[address] = found
        else:
            unchanged.append(address)
    unmanaged = _unmanaged(desired, matching)
    warnings += _rename_hints(desired, live, new, unmanaged)
    return Comparison(
        new,
        changed,
        stopped,
        gone,
        frozenset(kept),
        users_of(live, matching),
        tuple(unchanged),
        unmanaged,
        tuple(warnings),
        live=len(matching.live),
        resources=matching.live,
    )


def _unmanaged(desired: Desired, matching: Matching) -> tuple[Address, ...]:
    """What lives and has no manifest, in address order."""
    managed = {matching.of(address) for address in desired.manifests}
    return tuple(sorted(address for address in matching.live if address not in managed))


def _referred_to(desired: Desired, matching: Matching) -> Iterator[Address]:
    """What manifests point at without describing it."""
    for manifest in desired.manifests.values():
        for name in () if manifest.absent else referred_names(manifest.resource):
            if there := matching.of(Address("definition", name)):
                yield there


def pruned(comparison: Comparison, keep: Collection[Address] = ()) -> Comparison:
    """The same with everything unmanaged to be deleted, but for what must not be and
    what is to be kept.
    """
    kept = {*comparison.kept, *keep}
    while (
        more_kept := {
            target for target, users in comparison.users.items() if kept & set(users)
        }
        - kept
    ):
        kept |= more_kept
    more = {a: comparison.resources[a] for a in comparison.unmanaged if a not in kept}
    return replace(
        comparison,
        gone=dict(sorted({**comparison.gone, **more}.items())),
        unmanaged=tuple(a for a in comparison.unmanaged if a in kept),
    )


def users_of(live: Live, matching: Matching) -> dict[Address, tuple[Address, ...]]:
    """Definition → what lives and points at it, itself left out."""
    by_id = {definition.id: address for address, definition in live.definitions.items()}
    users: dict[Address, set[Address]] = {}
    pointing = [
        (address, rel.target_id)
        for address, d in live.definitions.items()
        for rel in d.relationships
    ]
    pointing += [
        (address, source.definition_id)
        for address, o in live.overrides.items()
        for source in o.sources
    ]
    for user, number in pointing:
        if number in by_id and by_id[number] != user:
            users.setdefault(matching.written(by_id[number]), set()).add(
                matching.written(user)
            )
    return {address: tuple(sorted(users[address])) for address in sorted(users)}


def _lost_renames(manifest: Manifest) -> Iterator[str]:
    """On a new shop there is nothing to rename; anywhere else the old name is misspelt,
    and records would be missed.
    """
    if manifest.renamed_from:
        yield f"{manifest.address} is created empty: nothing lives under its old name {manifest.renamed_from.name}"


def _rename_hints(
    desired: Desired,
    live: Live,
    new: Collection[Address],
    unmanaged: Collection[Address],
) -> Iterator[str]:
    """A new definition with exactly the fields of one that lost its manifest is likely
    the same one, renamed.
    """
    leaving = {
        frozenset(f.name for f in live.definitions[a].fields): a
        for a in unmanaged
        if a in live.definitions
    }
    for address in sorted(new) if leaving else ():
        resource = desired.manifests[address].resource
        if (
            isinstance(resource, Definition)
            and not resource.renamed_from
            and (old := leaving.get(frozenset(f.name for f in resource.fields)))
        ):
            yield (
                f"{address} has exactly the fields of {old}, which has no manifest: "
                f"to rename it and keep its records, write `renamed_from: {old.name}`"
            )


def _cased(address: Address) -> tuple[str, str]:
    return address.kind, casefolded(address.name)


def _all_of(manifest: Manifest) -> tuple[FieldChange, ...]:
    form = {} if manifest.absent else new_form(manifest.resource)
    return field_changes(empty_form(form), form)


def differences(
    live: LiveResource, wanted: Form, naming: Naming
) -> tuple[FieldChange, ...]:
    """What keeps one live resource from being as the form `wanted` says."""
    return field_changes(declared(live, live_form(live, naming), wanted), wanted)


def _blocked(
    manifest: Manifest, live: LiveResource, differences: tuple[FieldChange, ...]
) -> Iterator[Blocked]:
    if not isinstance(live, LiveDefinition) or not differences:
        return
    address, place = str(manifest.address), manifest.source.short
    spellings = {fold(name.name): name.name for name in live.fields}
    for change in differences:
        stored = spellings.get(fold(change.path[1])) if len(change.path) == 2 else None
        if change.path[0] == "fields" and change.op == "added" and stored:
            renamed = FieldChange(
                path=change.path, op="changed", old=stored, new=change.path[1]
            )
            yield blocked(address, renamed, source=place, rule="field-name-frozen")
        elif is_blocked(change):
            yield blocked(
                address,
                change,
                source=place,
                rule="stale-relation" if _is_stale(change) else "",
            )


def _is_stale(change: FieldChange) -> bool:
    """The stored id is no candidate's any more: words in brackets. That of another
    candidate is an edited manifest.
    """
    return change.path[-1] == "targetSchema" and str(change.old).startswith("(")


def _accent_conflict(manifest: Manifest, neighbour: Address) -> Blocked:
    change = FieldChange(
        path=("name",), op="changed", old=neighbour.name, new=manifest.address.name
    )
    return blocked(
        str(manifest.address),
        change,
        source=manifest.source.short,
        rule="accent-conflict",
    )


def _warnings(manifest: Manifest, live: LiveResource, naming: Naming) -> Iterator[str]:
    """What the manifest does not say and a reader should know."""
    yield from inactivity(manifest, live)
    for (part, *name), _ in undeclared(manifest, live, naming):
        yield f"{manifest.address} has a {_SINGULAR[part]} that the manifest does not declare: {'.'.join(name)}"


def inactivity(manifest: Manifest, live: LiveResource) -> Iterator[str]:
    """An inactive definition is the merchant's own choice, as long as the manifest does
    not say what it should be.
    """
    said = (
        manifest.resource.ensure if isinstance(manifest.resource, Definition) else None
    )
    status = live.status if isinstance(live, LiveDefinition) else None
    if status == "inactive" and said is None:
        yield f"{manifest.address} is inactive: its records cannot be written until the shop activates it"
    if status in TRANSIENT and said == "active":
        yield f"{manifest.address} is not active yet: the shop is still {status} it"


def undeclared(
    manifest: Manifest, live: LiveResource, naming: Naming
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path, what lives there) of the fields, relationships and properties that a
    manifest does not mention.

    An event's slot that is written is written whole; what lives in the others is not
    managed.
    """
    form, wanted = live_form(live, naming), desired_form(manifest.resource)
    match live:
        case LiveDefinition():
            known = {fold(name) for name in wanted["fields"]}
            yield from (
                (("fields", n), form["fields"][n])
                for n in sorted(form["fields"])
                if fold(n) not in known
            )
            extra = sorted(set(form["relationships"]) - set(wanted["relationships"]))
            yield from (
                (("relationships", name), form["relationships"][name]) for name in extra
            )
        case LiveEvent():
            for slot in sorted(set(form["properties"]) - set(wanted["properties"])):
                properties = form["properties"][slot]
                yield from (
                    (("properties", slot, name), properties[name])
                    for name in sorted(properties)
                )
