"""Values in words, for messages and reports; nothing is escaped here."""

import json
from collections.abc import Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.letters import quoted, readable

NOTHING = "nothing"


def value_words(value: Any) -> str:
    """A scalar, a list or a mapping that has no words of its own. Two values never have
    the same: what is empty, or says `nothing`, stands in quotes.
    """
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return _quoted(value) if _is_unclear(value) else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False, default=str)
    if isinstance(value, list | tuple):
        return ", ".join(map(_item_words, value)) or "[]"
    return str(value)


def _is_unclear(text: str) -> bool:
    return text in ("", NOTHING, "[]") or text != text.strip()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _item_words(item: Any) -> str:
    if isinstance(item, str) and "," in item:
        return _quoted(item)
    return value_words(item)


def shown_path(path: tuple[str, ...]) -> str:
    """A path as one word. A part that holds a dot itself is quoted, so that no two
    paths read the same.
    """
    return ".".join(map(_shown_part, path))


def _shown_part(part: str) -> str:
    return json.dumps(part) if "." in part else name_words(part)


def name_words(name: str) -> str:
    """A name; with escapes when it holds what nobody sees, and in quotes when it begins
    or ends with a blank.
    """
    if name != name.strip(" "):
        return quoted(name)
    return readable(name)


def address_words(address: Address) -> str:
    """An address for people to read."""
    return f"{address.kind}/{name_words(address.name)}"


def counted(count: int, noun: str) -> str:
    """`1 request`, `2,000 requests`."""
    return f"{count:,} {plural(count, noun)}"


def plural(count: float, noun: str) -> str:
    """The noun, with an s unless the count is 1."""
    if count == 1:
        return noun
    return f"{noun}s"
