"""Which live resource a manifest means. The exact spelling of a name wins; when nothing
has it, a name that people take for the same is meant. A resource that is to be renamed
still has its old name in the shop.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.diff.warnings import (
    homonyms_warning,
    respelling_warning,
    spelling_warning,
)
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address, server_name
from reconciler.model.homonyms import Homonym, by_name, nearest
from reconciler.model.live import Live, LiveResource
from reconciler.model.manifest import Desired, Manifest

AnyHomonym = Homonym[LiveResource]


class Matching:
    """The live addresses, looked up from the manifests' side."""

    def __init__(self, desired: Desired, live: Live) -> None:
        self.live = live.resources
        self._is_assumed = live.is_assumed
        self._twins = live.twins
        named = [self._named(address) for address in sorted(live.resources)]
        self._by_name = by_name(named)
        self._by_folded_name = _by_fold((_name(each), each) for each in named)
        self._by_folded_address = _by_fold((each.address, each) for each in named)
        self._meant: dict[Address, Address] = {}
        self._written: dict[Address, Address] = {}
        self._spellings = {address.cased: address for address in desired.manifests}
        for manifest in desired.manifests.values():
            if found := self._meant_by(manifest):
                self._match(manifest.address, found)

    def _named(self, address: Address) -> AnyHomonym:
        resource = self.live[address]
        return Homonym(address, kind_of(address).name_of(resource), resource)

    def _match(self, address: Address, found: AnyHomonym) -> None:
        self._meant[address] = found.address
        self._written[found.address] = address
        self._spellings[_name(found).cased] = address

    def _meant_by(self, manifest: Manifest) -> AnyHomonym | None:
        """What the manifest describes, under its own name or its old one."""
        own = self._nearest(manifest.address)
        former = self._former(manifest)
        if own is None or former is None:
            return own or former
        if own.is_called(manifest.address.name):
            return own
        new_name = server_name(manifest.address.name)
        is_free = server_name(own.name) != new_name
        is_respelling = server_name(former.name) == new_name
        return former if is_free or is_respelling else own

    def _nearest(self, address: Address) -> AnyHomonym | None:
        return nearest(address.name, self._by_name.get(address.cased, ()))

    def _former(self, manifest: Manifest) -> AnyHomonym | None:
        """What has the manifest's old name."""
        old = manifest.renamed_from
        return self._nearest(old) if old else None

    def of(self, address: Address) -> Address | None:
        """The live address that `address` means: its own, or the one that it is renamed
        from.
        """
        if address in self._meant:
            return self._meant[address]
        found = self._nearest(address)
        return found.address if found else None

    def is_to_be_renamed(self, manifest: Manifest) -> bool:
        """Whether `renamed_from` still asks for something: for another name, or for
        another spelling of the name that it says.
        """
        address, old = manifest.address, manifest.renamed_from
        if old is None or address not in self._meant:
            return False
        meant = self._named(self._meant[address])
        is_made = server_name(meant.name) == server_name(address.name)
        return not is_made or old.cased == address.cased

    def homonyms(self, manifest: Manifest) -> list[AnyHomonym]:
        """All that a manifest may mean that means something, what is meant first; nothing
        when exactly one is spelled as the manifest says.
        """
        meant = self._named(self._meant[manifest.address])
        alike = self._alike(meant)
        exact = [each for each in alike if each.is_called(meant.name)]
        said = [manifest.address, manifest.renamed_from]
        is_exact = any(each and meant.is_called(each.name) for each in said)
        if len(alike) == 1 or (is_exact and len(exact) == 1):
            return []
        return alike

    def _alike(self, meant: AnyHomonym) -> list[AnyHomonym]:
        """What is meant, and all that people or the server take for the same name."""
        others = self._by_folded_name[_name(meant).folded]
        alike = [meant, *(each for each in others if each.address != meant.address)]
        for each in tuple(alike):
            twins = self._twins.get(each.address, ())
            alike += [each._replace(resource=twin) for twin in twins]
        return alike

    def neighbours(self, manifest: Manifest) -> Iterator[Address]:
        """What such a manifest means, and what lives beside it under the same name for
        people.
        """
        meant = self._named(self._meant[manifest.address])
        for each in self._alike(meant):
            yield each.address

    def accent_neighbour(self, address: Address) -> Address | None:
        """A live address that only accents keep from being the same."""
        own = self.of(address)
        for other in self._by_folded_address.get(address.folded, ()):
            if other.address != own and other.address.cased != address.cased:
                return other.address
        return None

    def near_old_name(self, manifest: Manifest) -> Address | None:
        """A live address that only accents keep from being the one that is renamed."""
        if manifest.renamed_from is None:
            return None
        alike = self._by_folded_address.get(manifest.renamed_from.folded)
        return alike[0].address if alike else None

    def left_behind(self, manifest: Manifest) -> Address | None:
        """The old name's live address, when the new name lives too and so nothing can
        be renamed any more.
        """
        former = self._former(manifest)
        if former is None or former.address == self.of(manifest.address):
            return None
        return former.address

    def written(self, live: Address) -> Address:
        """The live address in the spelling of the manifests, if they have it."""
        if live in self.live:
            return self._written.get(live, live)
        return self._spellings.get(live.cased, live)

    def warnings(self, desired: Desired) -> Iterator[str]:
        """What a reader should know of the names that live."""
        for _, manifest in sorted(desired.manifests.items()):
            if manifest.address not in self._meant:
                continue
            meant = self._named(self._meant[manifest.address])
            alike = self.homonyms(manifest)
            if len({each.address for each in alike}) > 1:
                yield homonyms_warning(manifest.address, alike)
            is_correct = meant.is_called(manifest.address.name)
            if not is_correct and not self.is_to_be_renamed(manifest):
                made = respelling_warning if self._is_assumed else spelling_warning
                yield made(manifest.address, meant.name)


def _name(found: AnyHomonym) -> Address:
    """Its own name, as an address."""
    return Address(found.address.kind, found.name)


def _by_fold(
    named: Iterable[tuple[Address, AnyHomonym]],
) -> dict[Address, list[AnyHomonym]]:
    found: dict[Address, list[AnyHomonym]] = {}
    for address, each in named:
        found.setdefault(address.folded, []).append(each)
    return found


def in_manifests_spelling(desired: Desired, live: Live) -> Live:
    """`live` under the manifests' spelling of its names, so that changes find what they
    change. What is renamed is found under its new name.
    """
    matching = Matching(desired, live)
    resources = {matching.written(a): each for a, each in live.resources.items()}
    referred = {number: matching.written(a) for number, a in live.referred.items()}
    twins = {matching.written(a): each for a, each in live.twins.items()}
    return replace(
        live,
        resources=resources,
        referred=referred,
        twins=twins,
        warnings=tuple(dict.fromkeys((*live.warnings, *matching.warnings(desired)))),
    )
