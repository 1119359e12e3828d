"""What the API cannot change in place, with the ways out (contract §3.3)."""

import re
from collections.abc import Sequence

from reconciler.kinds.change_rules import CHANGE_RULES
from reconciler.kinds.registry import kind_of
from reconciler.kinds.values import Stop
from reconciler.model.address import Address
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.homonyms import Homonym
from reconciler.model.live import LiveResource
from reconciler.model.manifest import Manifest
from reconciler.model.rule import Rule


def blocked(manifest: Manifest, stop: Stop) -> Blocked:
    """The blocked difference, with its rule and with the ways out in words of this case."""
    change = stop.change
    rule = _rule(stop.rule, kind_of(manifest.address).rules)
    words = _words(manifest.address, change)
    return Blocked(
        address=manifest.address,
        rule=rule.id,
        path=change.path,
        old=change.old,
        new=change.new,
        ways_out=tuple(_filled(way, words) for way in rule.ways_out),
        message=rule.message,
        source=manifest.source.short,
    )


def accent_conflict(manifest: Manifest, neighbour: Address) -> Blocked:
    """A live name that only accents tell apart: for the server it is the same."""
    change = FieldChange(
        path=("name",), op="changed", old=neighbour.name, new=manifest.address.name
    )
    return blocked(manifest, Stop("accent-conflict", change))


def ambiguous(manifest: Manifest, alike: Sequence[Homonym[LiveResource]]) -> Blocked:
    """A delete, rename or switch of which nobody can say what it is about."""
    change = FieldChange(
        path=(kind_of(manifest.address).key,),
        op="changed",
        old=", ".join(each.words for each in alike),
        new=manifest.address.name,
    )
    return blocked(manifest, Stop("ambiguous-name", change))


def not_comparable(manifest: Manifest) -> Blocked:
    """A manifest that was not valid before: what it changes cannot be known."""
    change = FieldChange(
        path=(kind_of(manifest.address).key,),
        op="changed",
        old="a manifest that was not valid",
        new=manifest.address.name,
    )
    return blocked(manifest, Stop("not-comparable", change))


def _rule(wanted: str, own: tuple[Rule, ...]) -> Rule:
    """Raises LookupError for a rule that nobody has written down."""
    for rule in (*own, *CHANGE_RULES):
        if rule.id == wanted:
            return rule
    raise LookupError(f"no table of rules holds {wanted}")


def _words(address: Address, change: FieldChange) -> dict[str, str]:
    """The words that a way out can hold in braces."""
    kind = kind_of(address)
    words = {
        "name": "",
        "old": kind.words(change.path, change.old),
        "new": kind.words(change.path, change.new),
        "address": str(address),
    }
    if len(change.path) > 1:
        words["name"] = change.path[1]
    return words


def _filled(way: str, words: dict[str, str]) -> str:
    # All in one pass: the words come from a shop and may hold braces themselves.
    return re.sub(r"{(\w+)}", lambda word: words[word[1]], way)
