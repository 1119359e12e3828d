"""The folded part of the Markdown comment: what each change does, as far as there is
room.
"""

from collections.abc import Callable, Sequence
from html import escape

from reconciler.form.words import counted
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange
from reconciler.plan.impact import breaking_fields
from reconciler.report.escape import code, shorten, shorten_both
from reconciler.report.rows import NOTHING, Row, row_of
from reconciler.report.sections import Entry, Section, entries_text, heads_fit
from reconciler.report.word_diff import word_sides

DETAILS_START = "\n<details><summary>"
DETAILS_END = "</summary>\n"
_DIFF = "```diff\n"
_DIFF_END = "```\n"
NEW = "not live"
"""The reason of a new resource; that it is new is said."""
SIGNS = {"create": "➕", "update": "✏️", "delete": "➖"}
LONGEST_NAME = 150
LONGEST_VALUE = 100
SHORTEST_FOLD = 70
MOST_LISTED = 5
"""With more differences, the list of what breaks may have had to leave some out."""
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
        folds = [_fold(change, heading) for change in changes if _says_more(change)]
        if heads_fit([Section("", folds)], room):
            return entries_text(folds, room)
    entries = list(map(_line, _not_listed(changes)))
    title = _TITLE.format(changes=_changes(len(entries)))
    if not entries or len(title) > room:
        return ""
    return title + entries_text(entries, room - len(title))


def _says_more(change: Change) -> bool:
    """Whether the list of what breaks has not all of it."""
    if change.impact != "breaking":
        return True
    if len(change.fields) > MOST_LISTED:
        return True
    return len(list(breaking_fields(change))) < len(change.fields)


def _changes(count: int) -> str:
    return "The one change" if count == 1 else f"The {counted(count, 'change')}"


def smallest_details(changes: Sequence[Change]) -> int:
    """Characters that the details take at least when every change is named."""
    lengths = [min(len(str(change.address)), 24) for change in _not_listed(changes)]
    return sum(lengths) + 4 * len(lengths) + 200


def _not_listed(changes: Sequence[Change]) -> list[Change]:
    return [change for change in changes if change.impact != "breaking"]


def _fold(change: Change, heading: Heading) -> Entry:
    """What it is and how bad stands in the summary."""
    name = escape(shorten(change.address, LONGEST_NAME))
    what = f"{SIGNS[change.action]} <code>{name}</code> – {_in_a_word(change)}"
    return Entry(
        line=f"{DETAILS_START}{what}",
        parts=change.fields,
        row=lambda part: _diff(row_of(change.address, part)),
        name=lambda part: _path(change.address, part),
        before_rows=f"{DETAILS_END}\n{heading(change)}\n{_DIFF if change.fields else ''}",
        end=f"{_DIFF_END if change.fields else ''}\n</details>\n",
    )


def _in_a_word(change: Change) -> str:
    """How bad it is, and how much of it."""
    words: str = change.impact
    if change.action == "create":
        words = "new" if change.reason == NEW else f"new, {words}"
    if not change.fields:
        return words
    return f"{words}, {counted(len(change.fields), 'difference')}"


def _diff(row: Row) -> str:
    """The lines of a diff block, in which nothing is interpreted: no line begins with
    a fence.
    """
    what, lines = shorten(row.what, LONGEST_VALUE), ""
    old, new = _both(row)
    if old is not None:
        lines += f"- {what}: {old}\n"
    if new is not None:
        lines += f"+ {what}: {new}\n"
    return lines


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
    return code(_path(address, part))


def _path(address: Address, part: FieldChange) -> str:
    return shorten(kind_of(address).dotted(part.path), LONGEST_VALUE)


def _difference(row: Row) -> str:
    """Lists and no tables: in a table a `|` in a name would need an escape that
    renderers do not agree on.
    """
    what = code(shorten(row.what, LONGEST_VALUE))
    sides = [_value(side) for side in _both(row) if side is not None]
    return f"{row.op} {what}: {' → '.join(sides)}"


def _both(row: Row) -> tuple[str | None, str | None]:
    """The old and the new side, shortened."""
    if row.old is None:
        return None, shorten(row.new, LONGEST_VALUE)
    if row.new is None:
        return shorten(row.old, LONGEST_VALUE), None
    old, new = row.old, row.new
    if max(len(old), len(new)) > LONGEST_VALUE:
        # Of a long text, what differs and the words around it.
        old, new = word_sides(old, new) or (old, new)
    return shorten_both(old, new, LONGEST_VALUE)


def _value(text: str) -> str:
    return text if text == NOTHING else code(text)
