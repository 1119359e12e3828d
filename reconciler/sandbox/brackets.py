"""Query strings with brackets, as Express decodes them: ``filters[0][field]=status``
(contract §2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_DEPTH = 5


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Turn query pairs into nested objects and arrays; a repeated key becomes an
    array.
    """
    root: dict[str, object] = {}
    for key, value in pairs:
        _place(root, _steps(key), value)
    return {key: _tidy(value) for key, value in root.items()}


def _steps(key: str) -> list[str]:
    head, bracket, _ = key.partition("[")
    if not bracket or not head:
        return [key]
    return [head, *re.findall(r"\[([^\[\]]*)\]", key)[:MAX_DEPTH]]


def _place(node: dict[str, object], steps: list[str], value: str) -> None:
    *way, last = steps
    for step in way:
        below = node.setdefault(step or str(len(node)), {})
        if not isinstance(below, dict):
            below = node[step] = {"0": below}
        node = below
    if not last:
        last = str(len(node))
    present = node.get(last)
    if isinstance(present, dict):
        present[str(len(present))] = value
    else:
        node[last] = value if last not in node else {"0": present, "1": value}


def _tidy(value: object) -> object:
    if not isinstance(value, dict):
        return value
    items = {key: _tidy(item) for key, item in value.items()}
    if items and all(key.isascii() and key.isdecimal() for key in items):
        return [items[key] for key in sorted(items, key=lambda key: (len(key), key))]
    return items
