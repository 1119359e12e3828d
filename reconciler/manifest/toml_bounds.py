"""Bounds for a TOML file, checked before the parser of the standard library sees it: a
dotted key of n parts takes it n² memory, and brackets take it Python's own stack.
"""

import re

from reconciler.errors import SettingsError

LARGEST_FILE = 128 * 1024
MOST_KEYS = 2_000
MOST_PARTS = 16
"""Of one dotted key."""
DEEPEST = 16
"""Lists and tables within each other."""
LONGEST_KEY = 200

# Possessive quantifiers, and an end that may be missing: whatever is left open, the text
# is read once. The parser stops at a text without an end, so nothing hides behind it.
_TOKEN = re.compile(
    r'''
      (?P<text> """ (?: [^\\] | \\. )*? (?: "{3,5}+ | \Z ) | \'\'\' .*? (?: '{3,5}+ | \Z )
              | " (?: [^"\\\n] | \\. )*+ "?+ | ' [^'\n]*+ '?+ )
    | (?P<word> [^\s.,=\[\]{}"'\#]++ )
    | (?P<blank> [\ \t]++ | \#[^\n]*+ )
    | (?P<sign> . )
    ''',
    re.DOTALL | re.VERBOSE,
)


def check_bounds(raw: bytes, name: str) -> None:
    """Raises SettingsError, with the number, when a bound is broken."""
    if len(raw) > LARGEST_FILE:
        raise SettingsError(f"{name} is larger than {LARGEST_FILE // 1024} KiB.")
    text = raw.decode("utf-8", "replace")
    counts = _Counts(name)
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "text" | "word":
                counts.add_part(len(token[0]))
            case "sign":
                counts.add_sign(token[0])


class _Counts:
    """What has been seen of the file called `name` so far."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._keys = self._parts = self._depth = self._longest = 0
        self._goes_on = False

    def add_part(self, length: int) -> None:
        """A part of a key, or a value. Raises SettingsError."""
        self._parts = self._parts + 1 if self._goes_on else 1
        self._longest = max(length, self._longest) if self._goes_on else length
        self._goes_on = False
        if self._parts > MOST_PARTS:
            raise self._over(f"a key has more than {MOST_PARTS} parts")

    def add_sign(self, sign: str) -> None:
        """A character that is neither part of a name nor of a text. Raises
        SettingsError.
        """
        self._goes_on = sign == "." and self._parts > 0
        if sign == "=":
            self._add_key()
        if sign in "[{":
            self._depth += 1
        if sign in "]}":
            self._depth -= 1
        if self._depth > DEEPEST:
            raise self._over(f"values are nested deeper than {DEEPEST}")

    def _add_key(self) -> None:
        self._keys += 1
        if self._keys > MOST_KEYS:
            raise self._over(f"there are more than {MOST_KEYS:,} keys")
        if self._longest > LONGEST_KEY:
            raise self._over(f"a key is longer than {LONGEST_KEY} characters")

    def _over(self, what: str) -> SettingsError:
        return SettingsError(f"{self._name} is not read: {what}.")
