"""The folded part of the Markdown comment: what each change does, as far as there is
room.
"""

from collections.abc import Callable, Sequence
from html import escape

from reconciler.form.words import counted
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange
from reconciler.report.escape import code, shorten, shorten_both
from reconciler.report.rows import NOTHING, Row, row_of
from reconciler.report.sections import Entry, Section, entries_text, heads_fit

DETAILS_START = "\n<details><summary>"
DETAILS_END = "</summary>\n"
SIGNS = {"create": "➕", "update": "✏️", "delete": "➖"}
LONGEST_NAME = 150
LONGEST_VALUE = 100
SHORTEST_FOLD = 70
_TITLE = (
    "\n**{changes} that break nothing** (the plan itself has all of them whole)\n\n"
)
Heading = Callable[[Change], str]
"""The line above a change's details."""


def change_details(changes: Sequence[Change], heading: Heading, room: int) -> str:
    """A fold per change. When there is no room for all of them, a line for each that
    breaks nothing, or its name: the others stand in the list of what breaks.
    """
    # Thousands of folds are not made only to see that they do not fit.
    if len(changes) * SHORTEST_FOLD <= room:
        folds = [_fold(change, heading) for change in changes]
        if heads_fit([Section("", folds)], room):
            return entries_text(folds, room)
    entries = list(map(_line, _not_listed(changes)))
    title = _TITLE.format(changes=_changes(len(entries)))
    if not entries or len(title) > room:
        return ""
    return title + entries_text(entries, room - len(title))


def _changes(count: int) -> str:
    return "The one change" if count == 1 else f"The {counted(count, 'change')}"


def smallest_details(changes: Sequence[Change]) -> int:
    """Characters that the details take at least when every change is named."""
    lengths = [min(len(str(change.address)), 24) for change in _not_listed(changes)]
    return sum(lengths) + 4 * len(lengths) + 200


def _not_listed(changes: Sequence[Change]) -> list[Change]:
    return [change for change in changes if change.impact != "breaking"]


def _fold(change: Change, heading: Heading) -> Entry:
    name = escape(shorten(change.address, LONGEST_NAME))
    return Entry(
        line=f"{DETAILS_START}{SIGNS[change.action]} <code>{name}</code>",
        parts=change.fields,
        row=lambda part: f"- {_difference(row_of(change.address, part))}\n",
        name=lambda part: _name(change.address, part),
        before_rows=f"{DETAILS_END}\n{heading(change)}\n\n",
        end="\n</details>\n",
    )


def _line(change: Change) -> Entry:
    """Shorter than a fold."""
    what = f"{SIGNS[change.action]} {code(shorten(change.address, LONGEST_NAME))}"
    return Entry(
        line=f"- {what}: {change.impact}",
        parts=change.fields,
        row=lambda part: f"  - {_difference(row_of(change.address, part))}\n",
        name=lambda part: _name(change.address, part),
        address=change.address,
    )


def _name(address: Address, part: FieldChange) -> str:
    return code(shorten(kind_of(address).dotted(part.path), LONGEST_VALUE))


def _difference(row: Row) -> str:
    """Lists and no tables: in a table a `|` in a name would need an escape that
    renderers do not agree on.
    """
    what = code(shorten(row.what, LONGEST_VALUE))
    sides = map(_value, _shortened(row))
    return f"{row.op} {what}: {' → '.join(sides)}"


def _shortened(row: Row) -> Sequence[str]:
    """The sides that there are."""
    if row.old is None or row.new is None:
        there = [side for side in (row.old, row.new) if side is not None]
        return [shorten(side, LONGEST_VALUE) for side in there]
    return shorten_both(row.old, row.new, LONGEST_VALUE)


def _value(text: str) -> str:
    return text if text == NOTHING else code(text)
