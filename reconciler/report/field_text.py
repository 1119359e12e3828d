"""Values in the words of the text plan: short, and harmless in a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.form.words import value_words
from reconciler.kinds.values import Note, Row
from reconciler.report.terminal import printable

LONGEST_VALUE = 60
MOST_LISTED = 20


def short(text: str) -> str:
    """The text in at most LONGEST_VALUE characters."""
    whole = printable(text)
    if len(whole) <= LONGEST_VALUE:
        return whole
    return whole[: LONGEST_VALUE - 1] + "…"


def short_value(value: Any, words: str | None = None) -> str:
    """A value in its words, short; a list is told by its brackets."""
    if words is None:
        words = value_words(value)
    if isinstance(value, list | tuple) and value:
        return short(f"[{words}]")
    return short(words)


def list_values(values: Sequence[Any]) -> str:
    """The values one after the other, and how many more there are when they are too
    many to be read.
    """
    said = ", ".join(map(short_value, values[:MOST_LISTED]))
    more = len(values) - MOST_LISTED
    if more > 0:
        said += f" and {more} more"
    return said


def note_text(note: Note) -> str:
    """The word and its value."""
    if isinstance(note.value, list | tuple):
        return f"{note.word} {list_values(note.value)}"
    if note.whole:
        return f"{note.word} {printable(note.value)}"
    if note.quoted:
        return f'{note.word} "{short(str(note.value))}"'
    return f"{note.word} {short_value(note.value)}"


def cells(row: Row) -> tuple[str, str, str, str]:
    """The row as columns."""
    notes = " · ".join(map(note_text, row.notes))
    return row.name, row.type, row.required, notes


def row_words(row: Row) -> Iterator[str]:
    """What there is to say of it, but for its name."""
    _, *rest = cells(row)
    return filter(None, rest)
