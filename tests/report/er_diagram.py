"""A strict reader of Mermaid's entity-relationship diagrams: only what every version of Mermaid takes for the same."""

import re
from collections.abc import Iterator

WORD = r"(?!(?i:pk|fk|uk)\b)[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*"
"""A type or a name: ASCII, no word for a key, and no underscore where Markdown begins something."""
TEXT = r"(?:(?:➕|✏️|➖|⛔) )?(?:[^\W_]|_|#\d+;|(?<=[ \w]) (?:– )?|–)+"
"""In quotes: our signs, letters, digits and character numbers, one blank at a time and a dash."""
STATEMENTS = {
    "box": rf'n(?P<box>\d+)\["{TEXT}"\](?P<opens> \{{)?',
    "line": rf' {{4}}{WORD} {WORD}(?: PK| FK| PK, FK)?(?: "{TEXT}")?',
    "end": r"\}",
    "arrow": rf'n(?P<start>\d+) \}}o(?:--|\.\.)o\| n(?P<end>\d+) : "{TEXT}"',
    "more": rf'more\["{TEXT}"\]',
}
HEAD = [
    '%%{init: {"er": {"layoutDirection": "LR"}}}%%',
    "erDiagram",
    "    accDescr: Tables and what they refer to. direction LR",
]


def shape(diagram: str) -> list[str]:
    """What each line of it is, with the numbers of boxes; fails for anything that is no such line in its place."""
    assert diagram.endswith("\n")
    lines = diagram[:-1].split("\n")
    assert lines[:3] == HEAD
    return list(_statements(lines[3:]))


def _statements(lines: list[str]) -> Iterator[str]:
    boxes: set[str] = set()
    is_open = False
    for line in lines:
        assert line.startswith("    "), line
        found = {name: match for name, form in STATEMENTS.items() if (match := re.fullmatch(form, line[4:]))}
        assert 1 == len(found), (line, list(found))
        ((name, match),) = found.items()
        assert is_open == (name in ("line", "end")), line
        if name == "box":
            assert match["box"] not in boxes, line
            boxes.add(match["box"])
            is_open = match["opens"] is not None
        if name == "end":
            is_open = False
        if name == "arrow":
            assert {match["start"], match["end"]} <= boxes, line
        yield " ".join([name, *(each or "" for each in match.groups())])
    assert not is_open
