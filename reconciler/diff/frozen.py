"""What the API cannot change in place, under which rule, and the ways out (contract
§3.3).
"""

import json
import re
from collections.abc import Mapping

from reconciler.kinds.definition.rules import DEFINITION_RULES
from reconciler.kinds.rules import SHARED_RULES
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.rule import Rule

FROZEN_RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (*DEFINITION_RULES, *SHARED_RULES)
    if rule.severity == "blocked"
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
