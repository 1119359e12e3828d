"""What a word of YAML that stands in no quotes means: the YAML 1.2 core schema.

`no` and `on` are words and dates stay text; so do `.inf`, `.nan` and numbers beyond all
bounds, because JSON could not carry them. What YAML 1.1 takes for something else than
text, and numbers that are not written as JSON writes them, remember how they were
written (`model.unquoted`).
"""

import math
import re
from typing import Any

from reconciler.model.unquoted import UnquotedFloat, UnquotedInteger, UnquotedText

LARGEST_INTEGER = 10**400
"""Python refuses to turn integers of more than 4,300 digits into text."""
LARGEST_EXACT = 2**53 - 1
"""Beyond it some readers of JSON lose digits."""
_INT = re.compile(r"[-+]?[0-9]{1,400}")
_OTHER_INT = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
_NUMBER_BEGINS = frozenset("0123456789+-.")
_LONGEST_OLD = 64
_OLD_NUMBER = re.compile(
    r"""[-+]? ( 0b[01_]+ | 0x[0-9a-fA-F_]+ | 0o[0-7_]+ )
    | [-+]? (?=\.?[0-9]) [0-9_]* \.? [0-9_]* ([eE][-+]?[0-9]+)?
    | [-+]? [0-9][0-9_]* (:[0-5]?[0-9])+ (\.[0-9_]*)?
    | [-+]? \.(inf|Inf|INF) | \.(nan|NaN|NAN)
    | [0-9]{4}-[0-9][0-9]?-[0-9][0-9]? ([Tt\ ].*)?""",
    re.VERBOSE,
)
"""Numbers, times and days of YAML 1.1, in which a number may hold `_` and `:`."""
_OLD_WORDS = ("yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON")
_MORE_OLD_WORDS = ("off", "Off", "OFF", "=", "<<")
_WORDS: dict[str, Any] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)
_WORDS |= {word: UnquotedText(word) for word in (*_OLD_WORDS, *_MORE_OLD_WORDS)}


def plain_value(text: str) -> Any:
    """The value of a scalar without quotes and tag."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_BEGINS:
        return text
    if _INT.fullmatch(text):
        return _integer(int(text), text)
    if _OTHER_INT.fullmatch(text):
        return UnquotedInteger(int(text, 0), text)
    if _FLOAT.fullmatch(text):
        return _fraction(float(text), text)
    if len(text) <= _LONGEST_OLD and _OLD_NUMBER.fullmatch(text):
        return UnquotedText(text)
    return text


def _integer(number: int, text: str) -> int:
    if str(number) == text and abs(number) <= LARGEST_EXACT:
        return number
    return UnquotedInteger(number, text)


def _fraction(number: float, text: str) -> float | UnquotedText:
    if not math.isfinite(number):
        return UnquotedText(text)
    # JSON writes 1.0 as 1, and large and small numbers with an exponent of its own.
    if repr(number) == text and not number.is_integer() and "e" not in text:
        return number
    return UnquotedFloat(number, text)
