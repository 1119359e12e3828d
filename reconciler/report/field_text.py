"""Values and fields in the words of the text plan: short, harmless in a terminal, and
complete where they freeze.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.report.terminal import shown

LONGEST_VALUE = 60
MOST_LISTED = 20


def short_value(value: Any) -> str:
    """A value in at most LONGEST_VALUE characters."""
    text = shown(_words(value))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def listed(values: Sequence[Any]) -> str:
    """The values one after the other, and how many more there are when they are too
    many to be read.
    """
    more = len(values) - MOST_LISTED
    return ", ".join(map(short_value, values[:MOST_LISTED])) + (
        f" and {more} more" if more > 0 else ""
    )


def type_text(value: Mapping[str, Any]) -> tuple[str, str]:
    """The type of a field or property, and `required` when it is."""
    return shown(value["type"]), "required" if value.get("required") else ""


def relationship_text(value: Mapping[str, Any]) -> str:
    """`Target.field`, or the target alone when the server chooses the field."""
    target = str(value["targetSchema"]).removeprefix("definition/")
    return shown(
        f"{target}.{value['targetField']}" if "targetField" in value else target
    )


def field_notes(name: str, value: Mapping[str, Any]) -> Iterator[str]:
    """What else can never change in a definition's field once it is there; a label that
    is the name says nothing.
    """
    if value.get("label") not in (None, "", name):
        yield f"label {_quoted(value['label'])}"
    if value.get("options"):
        yield f"options {listed(value['options'])}"
    if value.get("default") is not None:
        yield f"default {short_value(value['default'])}"
    if value.get("description"):
        yield f"description {_quoted(value['description'])}"


def _quoted(value: Any) -> str:
    return f'"{short_value(value)}"'


def _words(value: Any) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(_words(item) for item in value)}]"
        case _:
            return str(value).removeprefix("definition/")
