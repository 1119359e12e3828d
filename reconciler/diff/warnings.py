"""Warnings of a comparison: what changes nothing, and a reader should know."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from reconciler.form.fields import Path
from reconciler.form.words import address_words, name_words
from reconciler.kinds.registry import AnyKind, kind_of
from reconciler.model.address import Address
from reconciler.model.homonyms import Homonym
from reconciler.model.letters import quoted, unseen_in
from reconciler.model.live import Live, LiveResource, Wording
from reconciler.model.manifest import Desired, Manifest

_Outline = tuple[str, frozenset[str]]
"""A kind, and what a resource of it is recognised by under another name."""


def warnings_about(
    manifest: Manifest,
    resource: LiveResource,
    undeclared: Iterable[tuple[Path, object]],
    left_behind: Address | None,
) -> Iterator[str]:
    """What one resource has that its manifest does not say.

    `undeclared` are its items that the manifest does not mention; `left_behind` is what
    still lives under the old name of a rename that cannot be made any more.
    """
    kind, address = kind_of(manifest.address), address_words(manifest.address)
    for note in kind.notes(manifest.resource, resource):
        yield f"{address} {note}"
    for path, _ in undeclared:
        yield f"{address} has a {_item(kind, path)}"
    if left_behind:
        old = name_words(left_behind.name)
        yield (
            f"{address} is to be renamed from {old}, and both live: {old} stays as it is"
        )


def spelling_warning(address: Address, name: str) -> str:
    """The warning about a name that lives in another case, or with other blanks."""
    stored = quoted(name)
    # No manifest can say what begins or ends with a blank, or holds what nobody sees.
    is_odd = name != name.strip() or unseen_in(name) is not None
    other_way = "" if is_odd else "spell it so in the manifest, or "
    return (
        f"{address_words(address)} is spelled {stored} in the shop, and senders and "
        f"messages may tell the two apart: {other_way}write "
        f"`renamed_from: {stored}` to correct the shop"
    )


def respelling_warning(address: Address, name: str) -> str:
    """The same of an earlier manifest that stands for the shop."""
    before = quoted(name)
    return (
        f"{address_words(address)} was spelled {before} before, and senders and messages "
        "may tell the two apart: leave the spelling as it was, or write "
        f"`renamed_from: {before}` to change it in the shop too"
    )


def homonyms_warning(address: Address, alike: Sequence[Homonym[LiveResource]]) -> str:
    """The warning about a name that several may be meant by; the first one is."""
    listed = kind_of(address).nouns.listed
    named = ", ".join(each.words for each in alike)
    return (
        f"{address_words(address)} may mean {len(alike)} live {listed}, and none is spelled exactly so: "
        f"{named}; {alike[0].words} is meant"
    )


def not_pruned(address: Address, alike: Sequence[LiveResource]) -> str:
    """The warning about twins that have no manifest: nobody can say which one goes."""
    listed = kind_of(address).nouns.listed
    numbers = ", ".join(str(each.id) for each in alike)
    return (
        f"{address_words(address)} is not deleted: {len(alike)} live {listed} have that name "
        f"(ids {numbers})"
    )


def altered_texts(address: Address, wordings: Iterable[Wording]) -> Iterator[str]:
    """A warning about every text that the shop does not keep as it was sent."""
    for change, told in wordings:
        if told:
            path = kind_of(address).dotted(change.path)
            yield f"{address_words(address)} {path}: {told}"


def created_empty(address: Address, old: Address) -> str:
    """The warning about a rename for which there is nothing to be renamed."""
    shown, former = address_words(address), name_words(old.name)
    return f"{shown} is created empty: nothing lives under its old name {former}"


def _item(kind: AnyKind, path: Path) -> str:
    part, *names = path
    items = kind.collections.get(part)
    noun = part if items is None else items.noun
    named = ".".join(map(name_words, names))
    return f"{noun} that the manifest does not declare: {named}"


def rename_hints(
    new: Collection[Address],
    unmanaged: Iterable[Address],
    desired: Desired,
    live: Live,
) -> Iterator[str]:
    """A new resource that looks exactly like one that lost its manifest is likely the
    same one, renamed.
    """
    if not new:
        return
    leaving = _by_outline(unmanaged, live)
    for address in sorted(new):
        resource = desired.manifests[address].resource
        kind = kind_of(address)
        outline = kind.outline(kind.form(resource))
        old = leaving.get((kind.name, outline))
        # Two resources of which nothing is known look alike, and that means nothing.
        if old and outline and not resource.old_name:
            yield _rename_hint(address, old)


def _rename_hint(address: Address, old: Address) -> str:
    kind = kind_of(address)
    return (
        f"{address_words(address)} has exactly the {kind.outlined_by} of "
        f"{address_words(old)}, which has no manifest: to rename it and keep its "
        f"{kind.irrecoverable}, write `renamed_from: {name_words(old.name)}`"
    )


def _by_outline(addresses: Iterable[Address], live: Live) -> Mapping[_Outline, Address]:
    names = live.names
    found: dict[_Outline, Address] = {}
    for address in addresses:
        kind = kind_of(address)
        form = kind.live_form(live.resources[address], names)
        found[kind.name, kind.outline(form)] = address
    return found
