"""Lists under headings, in a Markdown text of limited length.

Each list gets a fair share of the room, and says how many of its items are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 60_000
"""Characters of a whole comment or issue; GitHub refuses more than 65,536."""
_ROOM_FOR_NOTE = 40
"""Characters for the line that says how many items were left out."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and a list of items. Both are Markdown: what comes from a shop has to
    be escaped in them. Each item ends with a line break.
    """

    heading: str
    items: Sequence[str]


def sections_text(sections: Sequence[Section], room: int) -> str:
    """All sections that have items. They take at most `room` characters if the headings
    alone fit into that.
    """
    filled = [section for section in sections if section.items]
    headings = [_heading(section) for section in filled]
    wanted = [_length(section.items) + _ROOM_FOR_NOTE for section in filled]
    shares = _fair_shares(wanted, room - _length(headings))
    parts: list[str] = []
    for section, heading, share in zip(filled, headings, shares, strict=True):
        parts += [heading, _list(section.items, share)]
    return "".join(parts)


def _heading(section: Section) -> str:
    return f"\n### {section.heading} ({len(section.items):,})\n\n"


def _fair_shares(wanted: Sequence[int], room: int) -> list[int]:
    """What each gets of the room: all get the same, but none more than it wants.

    The smallest wish is looked at first, because what it leaves goes to the others.
    """
    shares = [0] * len(wanted)
    by_size = sorted(range(len(wanted)), key=wanted.__getitem__)
    for served, index in enumerate(by_size):
        shares[index] = min(wanted[index], room // (len(wanted) - served))
        room -= shares[index]
    return shares


def _list(items: Sequence[str], share: int) -> str:
    """The items from the first on, as far as there is room for them."""
    left = share - _ROOM_FOR_NOTE
    parts: list[str] = []
    for item in items:
        left -= len(item)
        if left < 0:
            more = len(items) - len(parts)
            parts.append(f"- and {more:,} more\n")
            break
        parts.append(item)
    return "".join(parts)


def _length(texts: Sequence[str]) -> int:
    return sum(len(text) for text in texts)
