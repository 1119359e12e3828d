"""Text that is safe in a terminal: what a shop or a stranger wrote cannot move the
cursor or hide a word.
"""

import unicodedata
from collections.abc import Callable

Paint = Callable[[str, str], str]
"""(text, colour name) → the text as it is shown."""

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
"""Printable by their category and yet nothing to see: joiners, fillers, selectors
(U+E0100 to U+E01EF as well).
"""


def plain(text: str, colour: str) -> str:
    """No colour at all."""
    return text


def shown(text: object) -> str:
    """Control, format, bidi and invisible characters made visible."""
    whole = str(text)
    if whole.isascii() and whole.isprintable():
        return whole
    return "".join(
        letter if _harmless(letter) else _escaped(letter) for letter in whole
    )


def width(text: str) -> int:
    """How many columns of a terminal the text takes: two for a wide letter, none for a
    mark upon another one.
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _harmless(letter: str) -> bool:
    if letter in _INVISIBLE or "\U000e0100" <= letter <= "\U000e01ef":
        return False
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def _escaped(letter: str) -> str:
    code = ord(letter)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )
