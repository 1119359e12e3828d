"""What the API cannot change in place, under which rule, and the ways out (contract
§3.3).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.change import Blocked, FieldChange


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

_FIELD_RULES = {
    "type": "field-type-frozen",
    "label": "field-label-frozen",
    "required": "field-required-frozen",
    "default": "field-default-frozen",
    "options": "field-options-frozen",
    "description": "field-description-frozen",
}


IN_PLACE = (("name",), ("description",), ("status",))
"""What of a definition can be changed after its creation."""


def is_blocked(change: FieldChange) -> bool:
    """True for a difference in a definition that exists: all but its name, description,
    status and additions.
    """
    if change.path in IN_PLACE:
        return False
    whole = len(change.path) == 2 and change.path[0] in ("fields", "relationships")
    return not (whole and change.op == "added")


def blocked(
    address: str, change: FieldChange, *, source: str | None, rule: str = ""
) -> Blocked:
    """The blocked difference with its rule and its ways out spelled for this case."""
    rule = rule or _rule(change)
    frozen = FROZEN_RULES[rule]
    words = {
        "name": change.path[1] if len(change.path) > 1 else "",
        "old": _shown(change.old),
        "new": _shown(change.new),
    }
    return Blocked(
        address=address,
        rule=rule,
        path=change.path,
        old=change.old,
        new=change.new,
        ways_out=tuple(
            _filled(way, {**words, "address": address}) for way in frozen.ways_out
        ),
        message=frozen.message,
        source=source,
    )


def _rule(change: FieldChange) -> str:
    if change.path[0] == "fields":
        return _FIELD_RULES[change.path[2]]
    return (
        "unique-keys-frozen"
        if change.path[0] == "unique_keys"
        else "relationship-frozen"
    )


def _filled(way: str, words: dict[str, str]) -> str:
    """In one pass: the words come from a shop and may hold braces."""
    return re.sub(r"{(\w+)}", lambda word: words[word[1]], way)


def _shown(value: object) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(str(item) for item in value) or "nothing"
        case Mapping():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value).removeprefix("definition/")
