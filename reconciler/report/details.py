"""The folded part of the Markdown comment: what each change does, as far as there is
room.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from reconciler.model.change import Change
from reconciler.report.escape import code, shortened
from reconciler.report.rows import NOTHING, Row, row_of

DETAILS_START = "\n<details><summary>"
DETAILS_END = "</summary>\n"
SIGNS = {"create": "➕", "update": "✏️", "delete": "➖"}
OPS = {"added": "added", "changed": "changed", "removed": "removed"}
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
    left, parts = room - _ROOM_FOR_NOTE, []
    for change in changes:
        part = _fold(change, heading)
        if len(part) > left:
            break
        left -= len(part)
        parts.append(part)
    missing = len(changes) - len(parts)
    note = _NOTE.format(count=missing) if missing else ""
    return "".join(parts) + (note if room >= _ROOM_FOR_NOTE else "")


def _fold(change: Change, heading: Callable[[Change], str]) -> str:
    title = (
        f"{SIGNS[change.action]} <code>{escape(shortened(change.address, 150))}</code>"
    )
    lines = [f"- {line}" for line in _rows(change)]
    body = "\n".join([heading(change), "", *lines])
    return f"{DETAILS_START}{title}{DETAILS_END}\n{body.rstrip()}\n\n</details>\n"


def _rows(change: Change) -> Iterator[str]:
    for part in change.fields[:MOST_ROWS]:
        yield _line(row_of(change.address, part))
    if len(change.fields) > MOST_ROWS:
        yield f"and {len(change.fields) - MOST_ROWS:,} more"


def _line(row: Row) -> str:
    """Lists and no tables: in a table a `|` in a name would need an escape that
    renderers do not agree on.
    """
    sides = " → ".join(_value(side) for side in (row.old, row.new) if side)
    return (
        f"{OPS[row.op]} {code(shortened(row.what, LONGEST_VALUE))}: {sides or NOTHING}"
    )


def _value(text: str) -> str:
    return text if text == NOTHING else code(shortened(text, LONGEST_VALUE))
