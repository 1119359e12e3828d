"""What the API cannot change in place, with the ways out (contract §3.3)."""

import re

from reconciler.kinds.change_rules import CHANGE_RULES
from reconciler.kinds.registry import kind_of
from reconciler.kinds.values import Stop
from reconciler.model.address import Address
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.manifest import Manifest
from reconciler.model.rule import Rule


def blocked(manifest: Manifest, stop: Stop) -> Blocked:
    """The blocked difference with its rule and its ways out spelled for this case."""
    change, kind = stop.change, kind_of(manifest.address)
    rule = _rule(stop.rule, kind.rules)
    words = {
        "name": change.path[1] if len(change.path) > 1 else "",
        "old": kind.words(change.path, change.old),
        "new": kind.words(change.path, change.new),
        "address": str(manifest.address),
    }
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


def _rule(wanted: str, own: tuple[Rule, ...]) -> Rule:
    return next(rule for rule in (*own, *CHANGE_RULES) if rule.id == wanted)


def _filled(way: str, words: dict[str, str]) -> str:
    """In one pass: the words come from a shop and may hold braces."""
    return re.sub(r"{(\w+)}", lambda word: words[word[1]], way)
