"""What manifests say of each other: which of their references name something that is
described, and stays.
"""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.form.spelling import Vocabulary, cut, shown
from reconciler.kinds.registry import kind_of
from reconciler.kinds.values import Profile, Reference
from reconciler.model.address import Address
from reconciler.model.manifest import Manifest
from reconciler.model.problem import Problem
from reconciler.model.resource import Unreadable


class Lookup:
    """All manifests by their addresses, whatever the case of the names.

    `unusable` are the addresses of what could not be read: nothing is known of it but
    that somebody describes it.
    """

    def __init__(
        self, manifests: Mapping[Address, Manifest], unusable: Iterable[Address]
    ) -> None:
        self._manifests: dict[Address, Manifest] = {}
        self._new_names: dict[Address, str] = {}
        for address, manifest in manifests.items():
            self._manifests[address.cased] = manifest
            old = manifest.renamed_from
            # A name that only its spelling changes is still the same to refer to.
            if old and old.cased != address.cased:
                self._new_names[old.on_server] = address.name
        self._described = {address.cased for address in unusable}
        self._described.update(self._manifests, (new.cased for new in self._new_names))
        self._profiles: dict[Address, Profile | None] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    def spelling(self, address: Address) -> Address:
        """The address as the manifest that describes it writes it."""
        described = self._manifests.get(address.cased)
        return described.address if described else address

    def profile(self, address: Address) -> Profile | None:
        """What may be asked of what the address names; None when nothing is known, or
        it is to be deleted.
        """
        key = address.cased
        if key not in self._profiles:
            self._profiles[key] = self._profile(self._manifests.get(key))
        return self._profiles[key]

    def _profile(self, manifest: Manifest | None) -> Profile | None:
        if manifest is None or manifest.absent:
            return None
        return kind_of(manifest.address).profile(manifest.resource)

    def problems_between(self, manifest: Manifest) -> Iterator[Problem]:
        """Where it does not fit to the others, but for `unknown_references`."""
        if manifest.absent:
            return
        kind = kind_of(manifest.address)
        yield from kind.problems_between(manifest.resource, self.profile)
        for reference in _references(manifest):
            yield from self._to_what_leaves(manifest, reference)

    def _to_what_leaves(
        self, manifest: Manifest, reference: Reference
    ) -> Iterator[Problem]:
        named = reference.address
        refers = _refers(manifest, reference)
        if named.on_server in self._new_names:
            new_name = shown(self._new_names[named.on_server])
            message = f"{refers}, which is renamed: write {new_name}"
            yield Problem("reference-to-renamed", message, reference.path)
        described = self._manifests.get(named.cased)
        if described and described.absent:
            message = f"{refers}, which is to be deleted"
            yield Problem("reference-to-absent", message, reference.path)

    def unknown_references(self, manifest: Manifest) -> Iterator[Problem]:
        """A problem for each reference to what no manifest describes."""
        for reference in _references(manifest):
            named = reference.address
            if named.cased in self._described:
                continue
            hint = self._vocabulary(named.kind).hint(named.name)
            if named.name.isdecimal():
                hint = hint or ": write its name, not its id"
            refers = _refers(manifest, reference)
            message = f"{refers}, which no manifest describes{hint}"
            yield Problem("dangling-reference", message, reference.path, named)

    def _vocabulary(self, kind: str) -> Vocabulary:
        """The names of that kind, to compare misspelled ones with."""
        if kind not in self._vocabularies:
            addresses = [manifest.address for manifest in self._manifests.values()]
            names = [address.name for address in addresses if address.kind == kind]
            self._vocabularies[kind] = Vocabulary(names)
        return self._vocabularies[kind]


def _references(manifest: Manifest) -> Iterator[Reference]:
    if manifest.absent:
        return  # of what is to be deleted nothing but the name counts
    for reference in kind_of(manifest.address).references(manifest.resource):
        # What cannot be read is a finding already.
        if not isinstance(reference.address.name, Unreadable):
            yield reference


def _refers(manifest: Manifest, reference: Reference) -> str:
    return f"{cut(manifest.address)} refers to {cut(reference.address)}"
