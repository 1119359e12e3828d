"""A field change as columns of plain text, the same for every format; nothing is
escaped here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.change import Blocked, FieldChange, Op

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """What differs, what it was and what it becomes; `old` and `new` are empty when
    there is no such side.
    """

    op: Op
    what: str
    old: str
    new: str


def row_of(change: FieldChange) -> Row:
    """The row of one field change."""
    old = "" if change.op == "added" else value_text(change.old)
    new = "" if change.op == "removed" else value_text(change.new)
    return Row(change.op, change.dotted, old, new)


def difference(item: Blocked) -> str:
    """A blocked difference in one line."""
    return f"{'.'.join(item.path)}: {value_text(item.old)} → {value_text(item.new)}"


def value_text(value: Any) -> str:
    """A value of a plan in words: a field, a relationship, a source, a list or a
    scalar.
    """
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "true" if value else "false"
        case {"targetSchema": target, **rest}:
            return "→ " + _dotted(target, rest.get("targetField"))
        case {"definition": definition, "field": name, **rest}:
            return f"{_dotted(definition, name)}, priority {value_text(rest.get('priority'))}"
        case {"type": kind, **rest}:
            return ", ".join([value_text(kind), *_field_words(rest)])
        case dict() | Mapping():
            return json.dumps(dict(value), ensure_ascii=False, default=str)
        case list() | tuple():
            return ", ".join(value_text(item) for item in value) or NOTHING
        case _:
            return str(value).removeprefix("definition/")


def _dotted(target: Any, field: Any) -> str:
    """`Target.field`, or the target alone when the server chooses the field."""
    return (
        value_text(target)
        if field is None
        else f"{value_text(target)}.{value_text(field)}"
    )


def _field_words(rest: Mapping[Any, Any]) -> list[str]:
    """`required` as a word; all else by its name."""
    words = ["required"] if rest.get("required") else []
    named = {
        key: value
        for key, value in rest.items()
        if key != "required" and value not in (None, "")
    }
    return words + [f"{key} {value_text(value)}" for key, value in named.items()]
