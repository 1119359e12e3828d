"""Where the values of a file stand in its text."""

import re
from typing import Any, NamedTuple

from reconciler.manifest.dump.emit import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    children,
)

_NULLS = ("", "~", "null", "Null", "NULL")
_COMMA = re.compile(r"\s*,\s*")


class Entry(NamedTuple):
    """One entry of a collection; `key` is None in a list. `begin` is where it begins."""

    key: Any
    value: Any

    @property
    def begin(self) -> int:
        first = self.value if self.key is None else self.key
        index: int = first.start_mark.index
        return index


def entries_of(node: Any) -> list[Entry]:
    """The entries of a collection, none of a scalar."""
    if isinstance(node, MappingNode):
        return [Entry(key, value) for key, value in node.value]
    if isinstance(node, SequenceNode):
        return [Entry(None, value) for value in node.value]
    return []


def is_nothing(node: Any) -> bool:
    """Whether a document is empty."""
    if node is None:
        return True
    is_plain = isinstance(node, ScalarNode) and not node.style
    return is_plain and node.value in _NULLS


def is_flow(node: Any) -> bool:
    """Whether it stands in braces or brackets."""
    return bool(getattr(node, "flow_style", False)) and not isinstance(node, str)


def end_of(text: str, node: Any) -> int:
    """Where its last character ends; a parser takes what follows for a part of a
    collection in lines.
    """
    *_, last = (node, *children(node))
    if last is not node and not is_flow(node):
        return end_of(text, last)
    begin, end = node.start_mark.index, node.end_mark.index
    length: int = len(text[begin:end].rstrip())
    return int(begin) + length


def column_of(text: str, index: int) -> int:
    """How many characters stand before the place in its line."""
    return index - text.rfind("\n", 0, index) - 1


def line_end_at(text: str, index: int) -> int:
    """The end of the line of this place."""
    end = text.find("\n", index)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1 : end] == "\r" and end > index else end


def line_break_before(text: str, index: int) -> int:
    """Where the line above that of this place ends."""
    end = max(0, text.rfind("\n", 0, index))
    return end - 1 if text[end - 1 : end] == "\r" else end


def separator(text: str, entries: list[Entry]) -> str:
    """What stands between the entries in braces: a comma, and a blank or a line."""
    if len(entries) > 1:
        between = text[end_of(text, entries[-2].value) : entries[-1].begin]
        return between if _COMMA.fullmatch(between) else ", "
    first = entries[0].begin
    before = text[text.rfind("\n", 0, first) + 1 : first]
    return f",\n{before}" if before.strip() == "" and "\n" in text[:first] else ", "
