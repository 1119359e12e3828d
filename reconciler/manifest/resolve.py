"""Manifests → Desired: addresses are unique, and what manifests say of each other fits
together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reconciler.form.spelling import Vocabulary, cut, shown
from reconciler.kinds.kind import Profile, Reference
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.manifest.load import Loaded
from reconciler.manifest.places import Found, located, placed
from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.problem import Problem
from reconciler.model.resource import Unreadable
from reconciler.model.source import Finding, Source


@dataclass(frozen=True, slots=True)
class Dangling:
    """A reference to something that no manifest describes. Silenced offline, it still
    has to live in the shop.
    """

    address: Address
    finding: Finding
    silenced: bool


@dataclass(frozen=True, slots=True)
class Resolved:
    """Desired as far as it could be made, the findings in it, and the references that
    only the shop can know.
    """

    desired: Desired
    findings: tuple[Finding, ...]
    dangling: tuple[Dangling, ...]

    @property
    def offline_findings(self) -> list[Finding]:
        """All that is wrong as far as can be known without the shop."""
        unknown = [each.finding for each in self.dangling if not each.silenced]
        return sorted([*self.findings, *unknown])


def resolve(loaded: Loaded, today: date) -> Resolved:
    """Everything that can be known offline. A dangling reference is kept apart: the
    shop may have what it names.

    What could only be read in part is checked with the rest and then left out.
    """
    manifests, found = _unique([*loaded.manifests, *loaded.drafts])
    scene = _Scene(manifests, loaded.unusable)
    unknown: Found = []
    for address in sorted(manifests):
        manifest = _respelled(manifests[address], scene.spelling)
        manifests[address] = manifest
        problems = list(_expired(manifest, today))
        if not manifest.absent:
            kind = kind_of(address)
            problems += kind.problems_between(manifest.resource, scene.profile)
            problems += scene.bad_references(manifest)
            missing = scene.unknown_references(manifest)
            unknown += ((manifest.source, problem) for problem in missing)
        found += ((manifest.source, problem) for problem in problems)
    found += _rename_conflicts(manifests)
    findings = [*loaded.findings, *located(found, loaded.texts)]
    partial = {draft.address for draft in loaded.drafts}
    whole = {a: manifests[a] for a in sorted(manifests) if a not in partial}
    return Resolved(
        Desired(whole),
        tuple(sorted(findings)),
        tuple(_dangling(unknown, loaded.texts)),
    )


class _Scene:
    """What the manifests say of each other, looked up by address without case."""

    def __init__(
        self, manifests: Mapping[Address, Manifest], unusable: Iterable[Address]
    ) -> None:
        self._by_case = {a.cased: manifest for a, manifest in manifests.items()}
        self._renamed = {
            manifest.renamed_from.cased: address
            for address, manifest in manifests.items()
            if manifest.renamed_from
        }
        self._described = {*self._by_case, *self._renamed}
        self._described |= {address.cased for address in unusable}
        self._profiles: dict[Address, Profile | None] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    def spelling(self, address: Address) -> Address:
        """The address as the manifest that describes it writes it."""
        described = self._by_case.get(address.cased)
        return described.address if described else address

    def profile(self, address: Address) -> Profile | None:
        """What may be asked of what the address names; None when nothing is known."""
        key = address.cased
        if key not in self._profiles:
            manifest = self._by_case.get(key)
            self._profiles[key] = None
            if manifest and not manifest.absent:
                kind = kind_of(manifest.address)
                self._profiles[key] = kind.profile(manifest.resource)
        return self._profiles[key]

    def bad_references(self, manifest: Manifest) -> Iterator[Problem]:
        """To what is renamed, or to be deleted."""
        for found in _references(manifest):
            here, there = cut(manifest.address), cut(found.address)
            renamed = self._renamed.get(found.address.cased)
            if renamed:
                told = f"{here} refers to {there}, which is renamed"
                message = f"{told}: write {shown(renamed.name)}"
                yield Problem("reference-to-renamed", message, found.path)
            described = self._by_case.get(found.address.cased)
            if described and described.absent:
                message = f"{here} refers to {there}, which is to be deleted"
                yield Problem("reference-to-absent", message, found.path)

    def unknown_references(self, manifest: Manifest) -> Iterator[Problem]:
        """To what no manifest describes."""
        for found in _references(manifest):
            if found.address.cased not in self._described:
                here, there = cut(manifest.address), cut(found.address)
                hint = self._vocabulary(found.address.kind).hint(found.address.name)
                message = f"{here} refers to {there}, which no manifest describes{hint}"
                yield Problem("dangling-reference", message, found.path, found.address)

    def _vocabulary(self, kind: str) -> Vocabulary:
        if kind not in self._vocabularies:
            names = [
                manifest.address.name
                for manifest in self._by_case.values()
                if manifest.address.kind == kind
            ]
            self._vocabularies[kind] = Vocabulary(names)
        return self._vocabularies[kind]


def _references(manifest: Manifest) -> Iterator[Reference]:
    for found in kind_of(manifest.address).references(manifest.resource):
        if not isinstance(found.address.name, Unreadable):
            yield found


def _dangling(unknown: Found, texts: Mapping[str, str]) -> Iterator[Dangling]:
    for problem, finding, silenced in placed(unknown, texts):
        assert problem.about is not None
        yield Dangling(problem.about, finding, silenced)


def still_dangling(resolved: Resolved, live: Live) -> list[Finding]:
    """The dangling references that the shop does not know either, silenced or not."""
    known = {address.cased for address in live.resources}
    return sorted(
        replace(
            each.finding,
            message=f"{each.finding.message}, and it does not live in the shop",
        )
        for each in resolved.dangling
        if each.address.cased not in known and live.was_read(each.address.kind)
    )


def as_they_live(resolved: Resolved, live: Live) -> Desired:
    """Desired with references to what only lives in the shop's spelling of the names."""
    if not resolved.dangling:
        return resolved.desired
    wanted = {each.address.cased for each in resolved.dangling}
    spellings = {a.cased: a for a in live.resources if a.cased in wanted}

    def spelling(address: Address) -> Address:
        return spellings.get(address.cased, address)

    manifests = resolved.desired.manifests
    return Desired({a: _respelled(each, spelling) for a, each in manifests.items()})


def _unique(manifests: Iterable[Manifest]) -> tuple[dict[Address, Manifest], Found]:
    """One manifest per address, names compared as the server does; the first by place
    is the one that stays.
    """
    first: dict[Address, Manifest] = {}
    found: Found = []
    for manifest in sorted(manifests, key=lambda manifest: manifest.source):
        kept = first.setdefault(manifest.address.folded, manifest)
        if kept is not manifest:
            described = f"{cut(manifest.address)} is described twice"
            message = f"{described}: {cut(kept.address)} stands at {kept.source.short}"
            path = (KINDS[manifest.address.kind].key,)
            found.append((manifest.source, Problem("duplicate-address", message, path)))
    return {manifest.address: manifest for manifest in first.values()}, found


def _respelled(manifest: Manifest, spelling: Callable[[Address], Address]) -> Manifest:
    """References in the spelling of what they name."""
    kind = kind_of(manifest.address)
    return replace(manifest, resource=kind.respelled(manifest.resource, spelling))


def _rename_conflicts(
    manifests: Mapping[Address, Manifest],
) -> Iterator[tuple[Source, Problem]]:
    """A name that another manifest has is not free to be renamed from, and each can be
    renamed only once.
    """
    described = {address.cased: address for address in manifests}
    claimed: dict[Address, Address] = {}
    for address, manifest in sorted(manifests.items()):
        old = manifest.renamed_from
        if old is None:
            continue
        first = claimed.setdefault(old.cased, address)
        other = described.get(old.cased, first)
        if other == address:
            continue
        if other == first:
            both = f"{cut(address)} and {cut(other)} are both"
            message = f"{both} renamed from {shown(old.name)}"
        else:
            renamed = f"{cut(address)} is renamed from {shown(old.name)}"
            message = f"{renamed}, which is the name of {cut(other)}"
        problem = Problem("rename-conflict", message, ("renamed_from",))
        yield manifest.source, problem


def _expired(manifest: Manifest, today: date) -> Iterator[Problem]:
    for index, each in enumerate(manifest.resource.accept):
        if not isinstance(each.until, Unreadable) and each.until < today:
            message = f"the acceptance of {shown(each.change)} ended on {each.until}"
            yield Problem("accept-expired", message, ("accept", index, "until"))
