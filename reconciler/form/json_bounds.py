"""How many values a JSON text holds, before it is parsed: 24 MB of `{},` come to 2 GiB in
memory.
"""

import re

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_SEPARATORS = ",[{"


class TooManyValues(ValueError):
    """The text holds more values than may be parsed; str() says how many those are."""


def values_in(text: bytes) -> int:
    """At least as many as there are: what separates values counts within texts too, so
    that this takes no time.
    """
    return 1 + sum(map(text.count, _SEPARATORS.encode()))


def check_values(text: str, most: int) -> None:
    """Raises TooManyValues for a JSON text with more than `most` values."""
    if _count(text) > most and _count(_TEXT.sub("", text)) > most:
        raise TooManyValues(f"more than {most:,} values")


def _count(text: str) -> int:
    return 1 + sum(map(text.count, _SEPARATORS))
