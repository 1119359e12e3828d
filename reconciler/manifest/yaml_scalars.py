"""What a word of YAML that stands in no quotes means: the YAML 1.2 core schema.

`no` and `on` are words and dates stay text; so do `.inf`, `.nan` and numbers beyond all
bounds, because JSON could not carry them.
"""

import math
import re
from typing import Any

LARGEST_INTEGER = 10**400
"""Python refuses to turn integers of more than 4,300 digits into text."""
_INT = re.compile(r"[-+]?[0-9]{1,400}")
_OTHER_INT = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
_NUMBER_BEGINS = frozenset("0123456789+-.")
_WORDS: dict[str, Any] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)


def plain_value(text: str) -> Any:
    """The value of a scalar without quotes and tag."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_BEGINS:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _OTHER_INT.fullmatch(text):
        return int(text, 0)
    if not _FLOAT.fullmatch(text):
        return text
    number = float(text)
    return number if math.isfinite(number) else text
