"""What has changed within a long text, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

AROUND = 2
"""Words that stay on either side of a change, where there is little room."""
MOST_WORDS = 120
"""Of a text; comparing more takes too long for what can be read."""
MOST_PARTS = 12
_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of one of the texts, or of both when they are kept."""

    op: Literal["kept", "removed", "added"]
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of them."""
        return " ".join("".join(self.words).split())


def word_parts(old: str, new: str) -> tuple[Part, ...] | None:
    """The parts of both texts in their order; None for texts that are too long or have
    nothing in common, which are better shown one after the other.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return None
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    codes = matcher.get_opcodes()
    if matcher.ratio() < 1 / 3 or not 1 < len(codes) <= MOST_PARTS:
        return None
    return tuple(_parts(codes, before, after))


def word_diff(old: str, new: str) -> str | None:
    """`… of [-three-]{+four+} tiers …`; None for what has no parts."""
    parts = word_parts(old, new)
    if parts is None:
        return None
    told = ""
    for part in _folded(parts):
        # What takes the place of something stands right behind it.
        is_beside = part.op == "added" and told.endswith("-]")
        told += _marked(part) if is_beside else f" {_marked(part)}"
    return told.removeprefix(" ")


def word_sides(old: str, new: str) -> tuple[str, str] | None:
    """Both texts, of each only what differs and the words around; None as above, and when
    no word differs.
    """
    parts = word_parts(old, new)
    if parts is None:
        return None
    folded = list(_folded(parts))
    sides = _without(folded, "added"), _without(folded, "removed")
    return None if sides[0] == sides[1] else sides


def _parts(
    codes: Sequence[tuple[str, int, int, int, int]],
    before: Sequence[str],
    after: Sequence[str],
) -> Iterator[Part]:
    for op, i, j, k, m in codes:
        if op == "equal":
            yield Part("kept", tuple(before[i:j]))
            continue
        if j > i:
            yield Part("removed", tuple(before[i:j]))
        if m > k:
            yield Part("added", tuple(after[k:m]))


def _marked(part: Part) -> str:
    match part.op:
        case "removed":
            return f"[-{part.text}-]"
        case "added":
            return f"{{+{part.text}+}}"
        case "kept":
            return part.text


def _without(parts: Sequence[Part], op: str) -> str:
    return " ".join(part.text for part in parts if part.op != op)


def _folded(parts: Sequence[Part]) -> Iterator[Part]:
    """The same, of what is kept only the words beside a change."""
    for place, part in enumerate(parts):
        if part.op != "kept":
            yield part
            continue
        head = () if not place else part.words[:AROUND]
        tail = () if place == len(parts) - 1 else part.words[-AROUND:]
        if len(head) + len(tail) >= len(part.words):
            yield part
        else:
            yield Part("kept", (*head, " …", *tail))
