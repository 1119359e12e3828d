"""Characters that nobody sees: they show as nothing, or as a blank that is not the one on
the keyboard. In a name they make two names of what looks like one.
"""

import unicodedata

_SHOWN_AS_NOTHING = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFC),
    (0x1BCA0, 0x1BCA3),
    (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""First and last code point of each range. Nearly all have the Unicode property
Default_Ignorable_Code_Point, which Python's tables do not hold.
"""
_SHOWN_AS_BLANK = ("Zs", "Zl", "Zp")
_EMPTY_BRAILLE = "\u2800"
_UNSEEN = ("Cc", "Cs")
_VISIBLE_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Signs that stand around digits: format characters by their category, and seen."""


def is_hidden(letter: str) -> bool:
    """Whether the character shows as nothing."""
    if " " <= letter <= "~":
        return False
    code = ord(letter)
    if any(first <= code <= last for first, last in _SHOWN_AS_NOTHING):
        return True
    category = unicodedata.category(letter)
    if category == "Cf":
        return letter not in _VISIBLE_FORMATS
    return category in _UNSEEN


def is_odd_blank(letter: str) -> bool:
    """Whether the character shows as a blank and is not the plain one."""
    if letter in " ":
        return False
    return letter == _EMPTY_BRAILLE or unicodedata.category(letter) in _SHOWN_AS_BLANK


def unseen_in(name: str) -> str | None:
    """The first character of a name that nobody sees, if it holds any."""
    if name.isascii() and name.isprintable():
        return None  # nearly all names
    for letter in name:
        if is_hidden(letter) or is_odd_blank(letter):
            return letter
    return None


def quoted(name: str) -> str:
    """The name in double quotes, as YAML reads it; what nobody sees is escaped."""
    return f'"{"".join(map(_in_quotes, name))}"'


def _in_quotes(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if not (is_hidden(letter) or is_odd_blank(letter)):
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
