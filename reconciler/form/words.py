"""Values in words, for messages and reports; nothing is escaped here."""

import json
from collections.abc import Mapping
from typing import Any

NOTHING = "nothing"


def value_words(value: Any) -> str:
    """A scalar, a list or a mapping that has no words of its own."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "true" if value else "false"
        case Mapping():
            return json.dumps(dict(value), ensure_ascii=False, default=str)
        case list() | tuple():
            return ", ".join(value_words(item) for item in value) or NOTHING
    return str(value)


def shown_path(path: tuple[str, ...]) -> str:
    """A path as one word. A part that holds a dot itself is quoted, so that no two
    paths read the same.
    """
    return ".".join(json.dumps(part) if "." in part else part for part in path)


def plural(count: int, noun: str) -> str:
    """The noun as it stands behind that number."""
    return noun if count == 1 else f"{noun}s"
