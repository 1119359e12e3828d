"""What has changed within a long text, word by word."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

AROUND = 2
"""Words that stay on either side of a change."""
MOST_WORDS = 120
"""Of a text; comparing more takes too long for what can be read."""
MOST_PARTS = 12
_WORD = re.compile(r"\s*\S+")


def word_diff(old: str, new: str) -> str | None:
    """`… of [-three-]{+four+} tiers …`; None for texts that are too long or have nothing
    in common, which are better shown one after the other.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return None
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 1 / 3:
        return None
    parts = list(_parts(matcher, before, after))
    if not 1 < len(parts) <= MOST_PARTS:
        return None
    return " ".join(parts)


def _parts(
    matcher: "SequenceMatcher[str]", before: Sequence[str], after: Sequence[str]
) -> Iterator[str]:
    codes = matcher.get_opcodes()
    for place, (op, i, j, k, m) in enumerate(codes):
        if op == "equal":
            is_last = place == len(codes) - 1
            yield _kept(before[i:j], is_first=not place, is_last=is_last)
            continue
        gone = f"[-{_text(before[i:j])}-]" if j > i else ""
        come = f"{{+{_text(after[k:m])}+}}" if m > k else ""
        yield gone + come


def _kept(words: Sequence[str], *, is_first: bool, is_last: bool) -> str:
    """Only the words beside a change."""
    head = [] if is_first else words[:AROUND]
    tail = [] if is_last else words[-AROUND:]
    if len(head) + len(tail) >= len(words):
        return _text(words)
    return " ".join(filter(None, [_text(head), "…", _text(tail)]))


def _text(words: Sequence[str]) -> str:
    return " ".join("".join(words).split())
