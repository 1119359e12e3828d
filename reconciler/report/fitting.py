"""Lines for a terminal that is narrower than they are: broken between words, and not where
the terminal would.
"""

import re
from collections.abc import Iterator

from reconciler.report.terminal import width

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_WORD = re.compile(r"[ ]*[^ ]+")
DEEPER = 6
"""Blanks before what goes on in the next line."""


def fitted(text: str, columns: int) -> str:
    """The text in lines of so many columns, as far as its words permit; colours go on over
    the breaks.
    """
    lines = text.split("\n")
    return "\n".join(part for line in lines for part in _broken(line, columns))


def _broken(line: str, columns: int) -> Iterator[str]:
    shown = _COLOUR.sub("", line)
    if width(shown) <= columns:
        yield line
        return
    indent = len(shown) - len(shown.lstrip(" ")) + DEEPER
    now, so_far = "", 0
    for word in _WORD.findall(line):
        wide = _wide(word)
        if now.strip() and so_far + wide > columns:
            yield now
            now, so_far = f"{' ' * indent}{word.lstrip(' ')}", indent
            so_far += _wide(word.lstrip(" "))
            continue
        now, so_far = now + word, so_far + wide
    yield now


def _wide(word: str) -> int:
    return width(_COLOUR.sub("", word))
