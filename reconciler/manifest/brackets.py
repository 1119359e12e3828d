"""Which bracket opens where, in a text that is not YAML; places count characters
from 0.
"""

import re

_QUOTED = r"(?<![^\s\[\]{},:])(?:\"(?:[^\"\\]++|(?s:\\.))*+\"|'(?:[^']++|'')*+')"
_BRACKETS = re.compile(rf"{_QUOTED}|(?<!\S)#.*|(?P<opening>[\[{{])|(?P<closing>[\]}}])")
FARTHEST = 200_000
"""Characters that are worth a second reading to find out what opened in them."""


def is_closed(text: str, opening: int) -> bool:
    """Whether the bracket that opens there is closed anywhere."""
    depth = 0
    for found in _BRACKETS.finditer(text, opening):
        if found["opening"]:
            depth += 1
        if found["closing"]:
            depth -= 1
            if depth == 0:
                return True
    return False


def last_open(text: str, end: int) -> int:
    """Where the last bracket before `end` opens that is not closed before it; `end` when
    there is none.
    """
    opened: list[int] = []
    for found in _BRACKETS.finditer(text, max(0, end - FARTHEST), end):
        if found["opening"]:
            opened.append(found.start())
        elif found["closing"] and opened:
            opened.pop()
    return opened[-1] if opened else end
