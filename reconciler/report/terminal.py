"""Text that is safe in a terminal: what a shop or a stranger wrote cannot move the cursor or hide a word."""

import unicodedata
from collections.abc import Callable

Paint = Callable[[str, str], str]
"""(text, colour name) → the text as it is shown."""


def plain(text: str, colour: str) -> str:
    """No colour at all."""
    return text


def shown(text: object) -> str:
    """Control, format and bidi characters made visible."""
    return "".join(letter if _harmless(letter) else _escaped(letter) for letter in str(text))


def _harmless(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
