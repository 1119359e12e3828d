"""Which live resource a manifest means: names are one when case and outer blanks are not
counted, and a renamed resource still has its old name in the shop.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.manifest import Desired, Manifest


class Matching:
    """The live addresses, looked up from the manifests' side."""

    def __init__(self, desired: Desired, live: Live) -> None:
        self.live = live.resources
        self._by_case = _by_case(live.resources)
        self._by_fold = _by_fold(live.resources)
        self._renamed = dict(self._pending_renames(desired))
        self._written = _by_case(desired.manifests)
        for new, old in self._renamed.items():
            self._written[old.cased] = new

    def _pending_renames(self, desired: Desired) -> Iterator[tuple[Address, Address]]:
        """(new, live old) of every rename that is still to be made."""
        for address, manifest in desired.manifests.items():
            old = self._old_address(manifest)
            if old and address.cased not in self._by_case:
                yield address, old

    def _old_address(self, manifest: Manifest) -> Address | None:
        """The live address that the manifest's resource had before its rename."""
        if manifest.renamed_from is None:
            return None
        return self._by_case.get(manifest.renamed_from.cased)

    def of(self, address: Address) -> Address | None:
        """The live address that `address` means: its own, or the one that it is renamed
        from.
        """
        return self._by_case.get(address.cased) or self._renamed.get(address)

    def accent_neighbour(self, address: Address) -> Address | None:
        """A live address that only accents keep from being the same."""
        own = self.of(address)
        for other in self._by_fold.get(address.folded, ()):
            if other != own:
                return other
        return None

    def near_old_name(self, manifest: Manifest) -> Address | None:
        """A live address that only accents keep from being the one that is renamed."""
        if manifest.renamed_from is None:
            return None
        alike = self._by_fold.get(manifest.renamed_from.folded)
        return alike[0] if alike else None

    def left_behind(self, manifest: Manifest) -> Address | None:
        """The old name's live address, when the new name lives too and so nothing can
        be renamed any more.
        """
        old = self._old_address(manifest)
        return old if old and old != self.of(manifest.address) else None

    def written(self, live: Address) -> Address:
        """The live address in the spelling of the manifests, if they have it."""
        return self._written.get(live.cased, live)


def _by_case(addresses: Iterable[Address]) -> dict[Address, Address]:
    return {address.cased: address for address in addresses}


def _by_fold(addresses: Iterable[Address]) -> dict[Address, list[Address]]:
    found: dict[Address, list[Address]] = {}
    # In order, so that of several neighbours always the same one is named.
    for address in sorted(addresses):
        found.setdefault(address.folded, []).append(address)
    return found


def in_manifests_spelling(desired: Desired, live: Live) -> Live:
    """`live` under the manifests' spelling of its names, so that changes find what they
    change. What is renamed is found under its new name.
    """
    matching = Matching(desired, live)
    resources = {matching.written(a): each for a, each in live.resources.items()}
    referred = {number: matching.written(a) for number, a in live.referred.items()}
    return replace(live, resources=resources, referred=referred)
