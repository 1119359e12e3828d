"""Manifests → Desired: addresses are unique, and what manifests say of each other fits
together.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from reconciler.form.spelling import cut, form_note, shown
from reconciler.kinds.registry import kind_of
from reconciler.manifest.load import Loaded
from reconciler.manifest.places import Found, findings_of, place_problems
from reconciler.manifest.references import Lookup
from reconciler.model.address import Address
from reconciler.model.homonyms import Homonym, by_name, nearest
from reconciler.model.live import Live, LiveId, LiveResource
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.problem import Problem
from reconciler.model.resource import Unreadable
from reconciler.model.source import Finding, Source
from reconciler.model.target import MessageSettings

_NAME = re.compile(r"""^[ {]*"?name"?: *["']?(.*?)["']?,? *$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dangling:
    """A reference of `owner` to something that no manifest describes. Silenced offline,
    it still has to live in the shop, or to be gone from there for the owner too.
    """

    address: Address
    finding: Finding
    silenced: bool
    owner: Address


@dataclass(frozen=True, slots=True)
class Resolved:
    """Desired as far as it could be made, the findings in it, and the references that
    only the shop can know. `unusable` are the addresses of manifests that are not valid,
    `unread` the files that were not read to their end, `samples` those with sample
    payloads. `messages` is what the settings say of messages, `texts` what the files held.
    """

    desired: Desired
    findings: tuple[Finding, ...]
    dangling: tuple[Dangling, ...]
    unusable: tuple[Address, ...] = ()
    unread: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    messages: MessageSettings = field(default_factory=MessageSettings)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def offline_findings(self) -> list[Finding]:
        """All that is wrong as far as can be known without the shop."""
        unknown = [each.finding for each in self.dangling if not each.silenced]
        return sorted([*self.findings, *unknown])


def resolve(
    loaded: Loaded,
    today: date,
    messages: MessageSettings = MessageSettings(),  # noqa: B008 – a frozen value
) -> Resolved:
    """Everything that can be known offline. A dangling reference is kept apart: the
    shop may have what it names.

    What could only be read in part is checked with the rest and then left out.
    """
    first, found = _unique([*loaded.manifests, *loaded.drafts])
    lookup = Lookup(first, loaded.unusable)
    # From here on a reference and what it names have one spelling.
    manifests = {a: _respell(first[a], lookup.spelling) for a in sorted(first)}
    unknown: Found = []
    owners: dict[Source, Address] = {}
    for manifest in manifests.values():
        owners[manifest.source] = manifest.address
        found += _with_source(manifest, _expired(manifest, today))
        found += _with_source(manifest, lookup.problems_between(manifest))
        unknown += _with_source(manifest, lookup.unknown_references(manifest))
    found += _rename_conflicts(manifests)
    for draft in loaded.drafts:
        # A plan of what could be read would undo what could not.
        manifests.pop(draft.address, None)
    half_read = {name for file in loaded.unread for name in _names_in(loaded, file)}
    unknown = [each for each in unknown if not _is_named_in(half_read, each[1])]
    return Resolved(
        Desired(manifests),
        tuple(sorted([*loaded.findings, *findings_of(found, loaded.texts)])),
        tuple(_dangling(unknown, loaded.texts, owners)),
        (*loaded.unusable, *(draft.address for draft in loaded.drafts)),
        loaded.unread,
        loaded.samples,
        messages,
        loaded.texts,
    )


def _names_in(loaded: Loaded, file: str) -> list[str]:
    """What documents in a text that could not be parsed may be called."""
    return _NAME.findall(loaded.texts.get(file, ""))


def _is_named_in(names: Collection[str], problem: Problem) -> bool:
    """Whether it only follows from a file that was not read to its end."""
    return problem.about is not None and problem.about.name in names


def _with_source(manifest: Manifest, problems: Iterable[Problem]) -> Found:
    return [(manifest.source, problem) for problem in problems]


def _dangling(
    unknown: Found, texts: Mapping[str, str], owners: Mapping[Source, Address]
) -> Iterator[Dangling]:
    by_document = {(each.file, each.document): a for each, a in owners.items()}
    for problem, finding, silenced in place_problems(unknown, texts):
        assert problem.about is not None
        place = finding.source
        owner = by_document[place.file, place.document]
        yield Dangling(problem.about, finding, silenced, owner)


def still_dangling(resolved: Resolved, live: Live) -> list[Finding]:
    """The dangling references that the shop does not know either, silenced or not."""
    known = {address.cased for address in live.resources}
    findings = []
    for each in resolved.dangling:
        if each.address.cased in known or not live.was_read(each.address.kind):
            continue
        if not any(_dead_ends(each, live)):
            findings.append(_unknown_everywhere(each))
    return sorted(findings)


def _unknown_everywhere(each: Dangling) -> Finding:
    message = f"{each.finding.message}, and it does not live in the shop"
    return replace(each.finding, message=message)


def _dead_ends(each: Dangling, live: Live) -> Iterator[LiveId]:
    """The ids of deleted resources that a silenced reference stands for, because what
    lives of its owner points at them: nobody can take that away (contract §3.2).
    """
    if not each.silenced:
        return
    named = (
        Homonym(a, a.name, live.resources[a]) for a in live.of_kind(each.owner.kind)
    )
    alike = by_name(named).get(each.owner.cased, ())
    owner = nearest(each.owner.name, alike)
    if owner is None:
        return
    gone = live.tombstones
    for _, number in kind_of(owner.address).points_at(owner.resource):
        if number in gone and gone[number].cased == each.address.cased:
            yield number


def with_dead_ends(resolved: Resolved, live: Live) -> Live:
    """The live state in which what silenced references say of deleted resources has
    their names.
    """
    referred = {
        number: each.address
        for each in resolved.dangling
        for number in _dead_ends(each, live)
    }
    return replace(live, referred={**live.referred, **referred}) if referred else live


def not_sendable(
    resolved: Resolved, live: Live, touched: Collection[Address]
) -> list[Finding]:
    """The references to deleted resources that a change would have to send again, with
    all that lives of their owner.
    """
    return [
        _unknown_everywhere(each)
        for each in resolved.dangling
        if each.owner in touched
        and kind_of(each.owner).sent_whole
        and any(_dead_ends(each, live))
    ]


def as_they_live(resolved: Resolved, live: Live) -> Desired:
    """Desired with references to what only lives in the shop's spelling of the names."""
    if not resolved.dangling:
        return resolved.desired
    spellings = dict(_referred_to(resolved, live))

    def spelling(address: Address) -> Address:
        alike = spellings.get(address.cased, ())
        found = nearest(address.name, alike)
        return found.address if found else address

    manifests = resolved.desired.manifests.items()
    return Desired({a: _respell(each, spelling) for a, each in manifests})


def unsure_references(resolved: Resolved, live: Live) -> Iterator[str]:
    """A warning for each reference that may name several, none of them exactly so."""
    groups = dict(_referred_to(resolved, live))
    wanted = {each.address for each in resolved.dangling}
    for address in sorted(wanted):
        alike = groups.get(address.cased, [])
        meant = nearest(address.name, alike)
        if meant is None or len(alike) == 1 or meant.is_called(address.name):
            continue
        named = ", ".join(sorted(each.words for each in alike))
        yield (
            f"a reference to {address} may mean {named}, and none is spelled exactly so; "
            f"{meant.words} is meant"
        )


def _referred_to(
    resolved: Resolved, live: Live
) -> Iterator[tuple[Address, list[Homonym[LiveResource]]]]:
    """What lives and may be meant by the dangling references, by their folded names."""
    named = (Homonym(a, a.name, each) for a, each in live.resources.items())
    groups = by_name(named)
    for each in resolved.dangling:
        if each.address.cased in groups:
            yield each.address.cased, groups[each.address.cased]


def _unique(manifests: Iterable[Manifest]) -> tuple[dict[Address, Manifest], Found]:
    """One manifest per address, names compared as the server does; the first by place
    is the one that stays.
    """
    first: dict[Address, Manifest] = {}
    found: Found = []
    for manifest in sorted(manifests, key=lambda manifest: manifest.source):
        kept = first.setdefault(manifest.address.folded, manifest)
        if kept is not manifest:
            found.append((manifest.source, _duplicate(manifest.address, kept)))
    return {manifest.address: manifest for manifest in first.values()}, found


def _duplicate(address: Address, kept: Manifest) -> Problem:
    there = f"{cut(kept.address)} stands at {kept.source.short}"
    note = form_note(address.name, kept.address.name)
    message = f"{cut(address)} is described twice{note}: {there}"
    path = (kind_of(address).key,)
    return Problem("duplicate-address", message, path, elsewhere=kept.source)


def _respell(manifest: Manifest, spelling: Callable[[Address], Address]) -> Manifest:
    """References in the spelling of what they name."""
    kind = kind_of(manifest.address)
    return replace(manifest, resource=kind.respelled(manifest.resource, spelling))


def _rename_conflicts(
    manifests: Mapping[Address, Manifest],
) -> Iterator[tuple[Source, Problem]]:
    """A name that another manifest has is not free to be renamed from, and each can be
    renamed only once.
    """
    described = {address.on_server: address for address in manifests}
    claimed: dict[Address, Address] = {}
    for address, manifest in sorted(manifests.items()):
        old = manifest.renamed_from
        if old is None:
            continue
        first = claimed.setdefault(old.on_server, address)
        other = described.get(old.on_server, first)
        if other == address:
            continue  # the first claim; or its own name, which is a finding already
        message = _conflict_words(address, old, other, first)
        yield manifest.source, Problem("rename-conflict", message, ("renamed_from",))


def _conflict_words(
    address: Address, old: Address, other: Address, first: Address
) -> str:
    here, there, name = cut(address), cut(other), shown(old.name)
    if other == first:
        return f"{here} and {there} are both renamed from {name}"
    return f"{here} is renamed from {name}, which is the name of {there}"


def _expired(manifest: Manifest, today: date) -> Iterator[Problem]:
    for index, each in enumerate(manifest.resource.accept):
        if not isinstance(each.until, Unreadable) and each.until < today:
            message = f"the acceptance of {shown(each.change)} ended on {each.until}"
            yield Problem("accept-expired", message, ("accept", index, "until"))
