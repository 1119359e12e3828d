"""Lists under headings in a Markdown text of limited length: each gets a fair share,
and says what it leaves out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 60_000
"""Characters of a whole comment or issue; GitHub refuses more than 65,536."""
_ROOM_FOR_NOTE = 40


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of our own words, and escaped items, each with all its lines."""

    heading: str
    items: Sequence[str]


def sections_text(sections: Sequence[Section], room: int) -> str:
    """All sections that have items, in at most `room` characters as long as the
    headings fit into that.
    """
    filled = [section for section in sections if section.items]
    heads = [
        f"\n### {section.heading} ({len(section.items):,})\n\n" for section in filled
    ]
    left = room - sum(map(len, heads))
    sizes = [sum(map(len, section.items)) + _ROOM_FOR_NOTE for section in filled]
    shares = [0] * len(filled)
    for count, index in enumerate(sorted(range(len(filled)), key=sizes.__getitem__)):
        shares[index] = min(sizes[index], left // (len(filled) - count))
        left -= shares[index]
    bodies = (
        _fitting(section.items, share)
        for section, share in zip(filled, shares, strict=True)
    )
    return "".join(head + body for head, body in zip(heads, bodies, strict=True))


def _fitting(items: Sequence[str], share: int) -> str:
    """The items from the first on, as far as there is room."""
    left, parts = share - _ROOM_FOR_NOTE, []
    for item in items:
        left -= len(item)
        if left < 0:
            break
        parts.append(item)
    more = len(items) - len(parts)
    return "".join(parts) + (f"- and {more:,} more\n" if more else "")
