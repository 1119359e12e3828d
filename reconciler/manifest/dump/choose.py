"""Which of what lives is written down, and under which names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reconciler.diff.matching import Matching
from reconciler.errors import WrongUsage
from reconciler.form.spelling import did_you_mean, in_quotes
from reconciler.kinds.registry import kind_of
from reconciler.manifest.dump.say import written_address
from reconciler.model.address import Address
from reconciler.model.homonyms import Homonym, nearest
from reconciler.model.letters import quoted
from reconciler.model.live import ANOTHER, Live, LiveId, LiveResource, Names, usability
from reconciler.model.manifest import Desired
from reconciler.plan.only import can_name, matches


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a shop is written down: everything of some kinds that fits a pattern of
    addresses, and what is `named`. What they refer to comes with them. Kinds that are
    `spared` are left out when the API does not show them.
    """

    kinds: frozenset[str]
    only: str | None = None
    named: tuple[Address, ...] = ()
    spared: frozenset[str] = frozenset()

    @property
    def all_kinds(self) -> frozenset[str]:
        """The kinds of which something may be wanted."""
        return self.kinds | {address.kind for address in self.named}


@dataclass(frozen=True)
class Choice:
    """What lives beside the manifests that are there. `written` has the address that a
    manifest gives what lives, by its live address: of those that one name may mean, one.
    """

    desired: Desired
    live: Live

    @cached_property
    def manifests(self) -> Mapping[Address, Address]:
        """The addresses of the manifests that are there, by what they mean."""
        matching = Matching(self.desired, self.live)
        meant = {}
        for address in self.desired.manifests:
            if kind_of(address).lives and (found := matching.of(address)):
                meant[found] = address
        return meant

    @cached_property
    def written(self) -> Mapping[Address, Address]:
        """The address in manifests of everything that can have one."""
        found = {}
        for group in self._groups.values():
            for address in self._meant(group):
                found[address] = self.manifests.get(address) or written_address(address)
        return dict(sorted(found.items(), key=lambda pair: pair[1]))

    @cached_property
    def _groups(self) -> Mapping[Address, list[Address]]:
        """What manifests take for one name, together."""
        groups: dict[Address, list[Address]] = {}
        for address in self.live.resources:
            groups.setdefault(address.folded, []).append(address)
        return groups

    def _meant(self, group: list[Address]) -> list[Address]:
        """Those that have a manifest, or else the one that reading would choose."""
        described = [each for each in group if each in self.manifests]
        if described:
            return described
        named = [Homonym(a, a.name, self.live.resources[a]) for a in group]
        best = min(named, key=lambda each: usability(each.resource))
        # A manifest cannot say every name, and what is spelled as it says comes first.
        meant = nearest(written_address(best.address).name, named)
        assert meant is not None
        return [meant.address]

    @cached_property
    def names(self) -> Names:
        """How manifests name what ids stand for, tombstones included as long as nothing
        else has their name.
        """
        addresses = {
            LiveId(a.kind, number): written
            for a, written in self.written.items()
            if (number := self.live.resources[a].id) is not None
        }
        taken = {address.folded for address in self.written.values()}
        taken |= {address.folded for address in self.desired.manifests}
        for gone, address in self.live.tombstones.items():
            if address.folded not in taken and address.name.strip():
                addresses[gone] = written_address(address)
        return Names(addresses, {**self._others, **self.live.lost}, self.live.keeping)

    @property
    def _others(self) -> Mapping[LiveId, str]:
        """Words for the ids of what has the name of something else."""
        return {
            LiveId(address.kind, number): f"{ANOTHER}{address.name}"
            for address, number in self.live.ids.items()
            if address not in self.written
        }

    def picked(self, wanted: Wanted) -> list[Address]:
        """The live addresses that are asked for, and what they point at. Raises
        WrongUsage for a pattern that fits nothing.
        """
        todo = [each for each in self.written if self._fits(each, wanted)]
        if not todo and wanted.only is not None and wanted.kinds:
            raise WrongUsage(
                f"Nothing lives that has an address like {in_quotes(wanted.only)}. "
                "Addresses read like definition/NAME."
            )
        todo += map(self._named, wanted.named)
        found: set[Address] = set()
        while todo:
            address = todo.pop()
            if address not in found:
                found.add(address)
                todo += self._pointed_at(address)
        return [each for each in self.written if each in found]

    def _named(self, address: Address) -> Address:
        """The live address of what was named. Raises WrongUsage."""
        for live, written in self.written.items():
            if address.cased in (live.cased, written.cased):
                return live
        names = [each.name for each in self.written if each.kind == address.kind]
        hint = did_you_mean(address.name, names) or "."
        raise WrongUsage(f"{address} does not live in the shop{hint}")

    def _fits(self, live: Address, wanted: Wanted) -> bool:
        if live.kind not in wanted.kinds:
            return False
        if wanted.only is None:
            return True
        named = {str(live), str(self.written[live])}
        return can_name(wanted.only, live.kind) and any(
            matches(name, wanted.only) for name in named
        )

    @cached_property
    def _by_id(self) -> Mapping[LiveId, Address]:
        return self.live.addresses

    def _pointed_at(self, address: Address) -> Iterator[Address]:
        resource = self.live.resources[address]
        for _, number in kind_of(address).points_at(resource):
            target = self._by_id.get(number)
            if target in self.written and target is not None:
                yield target

    def namesakes(self, live: Address) -> tuple[str, ...]:
        """What else lives and is taken for the same, in words."""
        others: list[tuple[Address, LiveResource]] = [
            (live, each) for each in self.live.twins.get(live, ())
        ]
        for other in self._groups[live.folded]:
            if other not in self.written:
                both = (self.live.resources[other], *self.live.twins.get(other, ()))
                others += [(other, each) for each in both]
        return tuple(_words(*each) for each in others)


def _words(address: Address, resource: LiveResource) -> str:
    status = f", {resource.status}" if resource.status else ""
    return f"{quoted(address.name)} (id {resource.id}{status})"
