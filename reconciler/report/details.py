"""The folded part of the Markdown comment: what each change does, as far as there is
room.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from reconciler.model.change import Change
from reconciler.report.escape import code, shorten
from reconciler.report.rows import NOTHING, Row, row_of

DETAILS_START = "\n<details><summary>"
DETAILS_END = "</summary>\n"
SIGNS = {"create": "➕", "update": "✏️", "delete": "➖"}
MOST_ROWS = 40
LONGEST_VALUE = 100
_NOTE = "\n{count:,} more changes are not shown here: the plan itself has them.\n"
_ROOM_FOR_NOTE = 100


def change_details(
    changes: Sequence[Change], heading: Callable[[Change], str], room: int
) -> str:
    """A fold per change while they fit into `room` characters, then how many are left
    out.
    """
    left = room - _ROOM_FOR_NOTE
    if left < 0:
        return ""
    parts: list[str] = []
    for change in changes:
        part = _fold(change, heading)
        left -= len(part)
        if left < 0:
            missing = len(changes) - len(parts)
            parts.append(_NOTE.format(count=missing))
            break
        parts.append(part)
    return "".join(parts)


def _fold(change: Change, heading: Callable[[Change], str]) -> str:
    name = escape(shorten(change.address, 150))
    title = f"{SIGNS[change.action]} <code>{name}</code>"
    body = "\n".join([heading(change), "", *_lines(change)])
    return f"{DETAILS_START}{title}{DETAILS_END}\n{body.rstrip()}\n\n</details>\n"


def _lines(change: Change) -> Iterator[str]:
    """Lists and no tables: in a table a `|` in a name would need an escape that
    renderers do not agree on.
    """
    for part in change.fields[:MOST_ROWS]:
        yield f"- {_difference(row_of(change.address, part))}"
    more = len(change.fields) - MOST_ROWS
    if more > 0:
        yield f"- and {more:,} more"


def _difference(row: Row) -> str:
    what = code(shorten(row.what, LONGEST_VALUE))
    there = [side for side in (row.old, row.new) if side is not None]
    return f"{row.op} {what}: {' → '.join(map(_value, there))}"


def _value(text: str) -> str:
    return text if text == NOTHING else code(shorten(text, LONGEST_VALUE))
