"""Characters that nobody sees: they show as nothing, or as a blank that is not the one on
the keyboard. In a name they make two names of what looks like one.
"""

import re
from functools import lru_cache

_HIDDEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"
    "\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufe00-\\ufe0f"
    "\\ufeff\\uffa0\\ufff0-\\ufffc\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3"
    "\\U0001d159\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)
"""Controls, joiners, fillers, selectors, tags and marks of direction: what Unicode calls
default ignorable, and what Python calls a control, a format or a surrogate – but for the
format characters that are signs around digits, and are seen.
"""
_ODD_BLANK = re.compile(
    "[\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u2800\\u3000]"
)


def is_hidden(letter: str) -> bool:
    """Whether the character shows as nothing."""
    return _HIDDEN.match(letter) is not None


def is_odd_blank(letter: str) -> bool:
    """Whether the character shows as a blank and is not the plain one."""
    return _ODD_BLANK.match(letter) is not None


def as_seen(name: str) -> str:
    """What people see of the name, every blank as a plain one."""
    blanks = re.sub(r"\s", " ", _ODD_BLANK.sub(" ", name))
    return _HIDDEN.sub("", blanks)


@lru_cache(maxsize=64)  # an alias gives the same long text a thousand times
def unseen_in(name: str) -> str | None:
    """The first character of a name that nobody sees, if it holds any."""
    if name.isascii() and name.isprintable():
        return None  # nearly all names
    found = _HIDDEN.search(name) or _ODD_BLANK.search(name)
    return found[0] if found else None


def quoted(name: str) -> str:
    """The name in double quotes, as YAML reads it; what nobody sees is escaped."""
    return f'"{"".join(map(_in_quotes, name))}"'


def _in_quotes(letter: str) -> str:
    return f"\\{letter}" if letter in '"\\' else _shown(letter)


def readable(name: str) -> str:
    """The name with escapes for what nobody sees."""
    return name if unseen_in(name) is None else "".join(map(_shown, name))


def _shown(letter: str) -> str:
    return escape(letter) if is_hidden(letter) or is_odd_blank(letter) else letter


def escape(letter: str) -> str:
    """A character as an escape of Python and YAML."""
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
