"""Text that is safe in a terminal: whatever it holds, it cannot move the cursor, change
colours or hide a word.
"""

import unicodedata
from collections.abc import Callable

from reconciler.model.letters import escape

Paint = Callable[[str, str], str]
"""(text, colour name) → the text as it is shown."""

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
"""Joiners, fillers and selectors: printable by their category, but nothing is seen."""
_FIRST_SELECTOR, _LAST_SELECTOR = "\U000e0100", "\U000e01ef"
"""Variation selectors, which are invisible as well."""


def plain(text: str, colour: str) -> str:
    """No colour at all."""
    return text


def printable(text: object) -> str:
    """The text in one line, its control, format, bidi and invisible characters escaped as
    in Python.
    """
    whole = in_words(text)
    if whole.isascii() and whole.isprintable():
        return whole  # nearly all texts, and many times as fast
    return "".join(map(_visible, whole))


def in_words(text: object) -> str:
    """The text itself; of an address, with escapes for what nobody sees in the name."""
    if isinstance(text, str):
        return text
    # Whoever has an address has loaded these; `--help` must not pay for them.
    from reconciler.form.words import address_words
    from reconciler.model.address import Address

    return address_words(text) if isinstance(text, Address) else str(text)


def width(text: str) -> int:
    """How many columns of a terminal the text takes: two for a wide letter, none for a
    mark upon another one.
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _visible(letter: str) -> str:
    if _is_visible(letter):
        return letter
    return escape(letter)


def _is_visible(letter: str) -> bool:
    """Blanks of any width count as visible."""
    if letter in _INVISIBLE or _FIRST_SELECTOR <= letter <= _LAST_SELECTOR:
        return False
    return letter.isprintable() or unicodedata.category(letter) == "Zs"
