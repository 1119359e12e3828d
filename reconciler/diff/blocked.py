"""What the API cannot change in place, under which rule, and the ways out (contract
§3.3).
"""

import re
from dataclasses import dataclass

from reconciler.kinds.kind import Stop
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.manifest import Manifest


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A rule's sentence and its ways out; `{name}`, `{old}`, `{new}`, `{address}` are
    filled in.
    """

    message: str
    ways_out: tuple[str, ...]


_MIGRATE = "replace the definition under a new name, in a reviewed change of its own"
_KEEP = "keep {old}"

FROZEN_RULES: dict[str, _Frozen] = {
    "field-type-frozen": _Frozen(
        "a field's type cannot change in place",
        (_KEEP, "add {name}_{new} beside it", _MIGRATE),
    ),
    "field-label-frozen": _Frozen(
        "a field's label cannot change in place", (_KEEP, _MIGRATE)
    ),
    "field-required-frozen": _Frozen(
        "a field cannot become required or optional in place", (_KEEP, _MIGRATE)
    ),
    "field-default-frozen": _Frozen(
        "a field's default cannot change in place", (_KEEP, _MIGRATE)
    ),
    "field-options-frozen": _Frozen(
        "a field's options cannot change in place",
        (_KEEP, "add a second list field beside it", _MIGRATE),
    ),
    "field-description-frozen": _Frozen(
        "a field's description cannot change in place", (_KEEP, _MIGRATE)
    ),
    "field-name-frozen": _Frozen(
        "a field's name cannot change in place, not even its case or accents",
        ("write it as it lives: {old}", _MIGRATE),
    ),
    "unique-keys-frozen": _Frozen(
        "the unique keys of a definition cannot change", (_KEEP, _MIGRATE)
    ),
    "relationship-frozen": _Frozen(
        "a relationship cannot change in place",
        (_KEEP, "add a second field with the new relationship", _MIGRATE),
    ),
    "stale-relation": _Frozen(
        "the stored relationship points at another definition's id than its target has now",
        (
            "add a second field with a relationship to {new}",
            "replace {address} so that it points at {new} again",
        ),
    ),
    "accent-conflict": _Frozen(
        "the live name differs only by accents, and the server takes the two for one",
        (
            "write the name as it lives: {old}",
            "choose a name that differs by more than accents",
        ),
    ),
}


def blocked(manifest: Manifest, stop: Stop) -> Blocked:
    """The blocked difference with its rule and its ways out spelled for this case."""
    change, frozen = stop.change, FROZEN_RULES[stop.rule]
    kind = kind_of(manifest.address)
    words = {
        "name": change.path[1] if len(change.path) > 1 else "",
        "old": kind.words(change.path, change.old),
        "new": kind.words(change.path, change.new),
        "address": str(manifest.address),
    }
    return Blocked(
        address=manifest.address,
        rule=stop.rule,
        path=change.path,
        old=change.old,
        new=change.new,
        ways_out=tuple(_filled(way, words) for way in frozen.ways_out),
        message=frozen.message,
        source=manifest.source.short,
    )


def accent_conflict(manifest: Manifest, neighbour: Address) -> Blocked:
    """A live name that only accents tell apart: for the server it is the same."""
    change = FieldChange(
        path=("name",), op="changed", old=neighbour.name, new=manifest.address.name
    )
    return blocked(manifest, Stop("accent-conflict", change))


def _filled(way: str, words: dict[str, str]) -> str:
    """In one pass: the words come from a shop and may hold braces."""
    return re.sub(r"{(\w+)}", lambda word: words[word[1]], way)
