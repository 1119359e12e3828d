"""Partition all addresses: new, changed, blocked, unchanged, unmanaged. Every address ends in exactly one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.diff.fields import Form, field_changes
from reconciler.diff.frozen import blocked, is_blocked
from reconciler.diff.normalize import Naming, declared, desired_form, empty_form, live_form
from reconciler.model.address import Address, casefolded
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.kinds import Definition
from reconciler.model.live import GONE, Live, LiveDefinition, LiveResource
from reconciler.model.state import Desired, Manifest


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result; `new` and `changed` hold what has to be written, `blocked` what cannot be."""

    new: Mapping[Address, tuple[FieldChange, ...]] = field(default_factory=dict)
    changed: Mapping[Address, tuple[FieldChange, ...]] = field(default_factory=dict)
    blocked: Mapping[Address, tuple[Blocked, ...]] = field(default_factory=dict)
    unchanged: tuple[Address, ...] = ()
    unmanaged: tuple[Address, ...] = ()
    warnings: tuple[str, ...] = ()


class Matching:
    """Which live resource a manifest means: names are one when blanks and case around them are not counted."""

    def __init__(self, desired: Desired, live: Live) -> None:
        self.live = live.resources
        self._by_case = {_cased(address): address for address in self.live}
        self._by_fold = {address.folded: address for address in sorted(self.live)}
        self._written = {_cased(address): address for address in desired.manifests}
        self._by_id = {definition.id: address for address, definition in live.definitions.items()}
        self._others = live.others

    def of(self, address: Address) -> Address | None:
        """The live address that `address` means."""
        return self._by_case.get(_cased(address))

    def accent_neighbour(self, address: Address) -> Address | None:
        """A live address that only accents keep from being the same."""
        return self._by_fold.get(address.folded)

    def written(self, live: Address) -> Address:
        """The live address in the spelling of the manifests, if they have it."""
        return self._written.get(_cased(live), live)

    def name(self, definition_id: int) -> str:
        """How to speak of a stored id: never by the id itself."""
        if definition_id in self._by_id:
            return str(self.written(self._by_id[definition_id]))
        return self._others.get(definition_id, GONE)


def spelled(desired: Desired, live: Live) -> Live:
    """`live` under the manifests' spelling of its names, so that changes find what they change."""
    matching = Matching(desired, live)
    return replace(
        live,
        definitions={matching.written(address): value for address, value in live.definitions.items()},
        events={matching.written(address): value for address, value in live.events.items()},
    )


def compare(desired: Desired, live: Live) -> Comparison:
    """What keeps `live` from being `desired`. Only what the manifests declare is compared."""
    matching = Matching(desired, live)
    new, changed = dict[Address, tuple[FieldChange, ...]](), dict[Address, tuple[FieldChange, ...]]()
    stopped: dict[Address, tuple[Blocked, ...]] = {}
    unchanged: list[Address] = []
    warnings = list(live.warnings)
    for address in sorted(desired.manifests):
        manifest = desired.manifests[address]
        counterpart = matching.of(address)
        if counterpart is None:
            neighbour, whole = matching.accent_neighbour(address), _all_of(manifest)
            if neighbour:
                stopped[address] = (_accent_conflict(manifest, neighbour),)
            elif whole:
                new[address] = whole
            else:
                unchanged.append(address)  # an override without sources is what already is
            continue
        resource = matching.live[counterpart]
        warnings += _warnings(manifest, resource)
        found = differences(resource, desired_form(manifest.resource), matching.name)
        cannot = tuple(_blocked(manifest, resource, found))
        if cannot:
            stopped[address] = cannot
        elif found:
            changed[address] = found
        else:
            unchanged.append(address)
    managed = {matching.of(address) for address in desired.manifests}
    unmanaged = tuple(sorted(address for address in matching.live if address not in managed))
    return Comparison(new, changed, stopped, tuple(unchanged), unmanaged, tuple(warnings))


def _cased(address: Address) -> tuple[str, str]:
    return address.kind, casefolded(address.name)


def _all_of(manifest: Manifest) -> tuple[FieldChange, ...]:
    form = desired_form(manifest.resource)
    return field_changes(empty_form(form), form)


def differences(live: LiveResource, wanted: Form, naming: Naming) -> tuple[FieldChange, ...]:
    """What keeps one live resource from being as the form `wanted` says."""
    return field_changes(declared(live, live_form(live, naming), wanted), wanted)


def _blocked(manifest: Manifest, live: LiveResource, differences: tuple[FieldChange, ...]) -> Iterator[Blocked]:
    if not isinstance(live, LiveDefinition) or not differences:
        return
    address, place = str(manifest.address), manifest.source.short
    spellings = {name.name.casefold(): name.name for name in live.fields}
    for change in differences:
        stored = spellings.get(change.path[1].casefold()) if len(change.path) == 2 else None
        if change.path[0] == "fields" and change.op == "added" and stored:
            renamed = FieldChange(path=change.path, op="changed", old=stored, new=change.path[1])
            yield blocked(address, renamed, source=place, rule="field-name-frozen")
        elif is_blocked(change):
            yield blocked(address, change, source=place, rule="stale-relation" if _is_stale(change) else "")


def _is_stale(change: FieldChange) -> bool:
    """The stored id is no candidate's any more: words in brackets. That of another candidate is an edited manifest."""
    return change.path[-1] == "targetSchema" and str(change.old).startswith("(")


def _accent_conflict(manifest: Manifest, neighbour: Address) -> Blocked:
    change = FieldChange(path=("name",), op="changed", old=neighbour.name, new=manifest.address.name)
    return blocked(str(manifest.address), change, source=manifest.source.short, rule="accent-conflict")


def _warnings(manifest: Manifest, live: LiveResource) -> Iterator[str]:
    """What the manifest does not say and a reader should know."""
    if not isinstance(live, LiveDefinition) or not isinstance(manifest.resource, Definition):
        return
    if live.status == "inactive":
        yield f"{manifest.address} is inactive: its records cannot be written until the shop activates it"
    fields = {known.name.casefold() for known in manifest.resource.fields}
    related = {rel.source_field for rel in manifest.resource.relationships}
    for extra in sorted(own.name for own in live.fields if own.name.casefold() not in fields):
        yield f"{manifest.address} has a field that the manifest does not declare: {extra}"
    for extra in sorted(rel.source_field for rel in live.relationships if rel.source_field not in related):
        yield f"{manifest.address} has a relationship that the manifest does not declare: {extra}"
