"""A row as it is sent, and what tells it from others: the server folds the texts of
unique keys as it folds names (contract §3.1).
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.table import Table

Key = tuple[Any, ...]
_TEXTS = ("text", "longtext", "list")


ABSENT = object()
"""What a row holds of a field that it does not have."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a value points at, named by another key than the one that is stored."""

    by: str
    value: int | str

    @property
    def folded(self) -> tuple[str, int | str]:
        """The same for every spelling that the server takes for the same."""
        if isinstance(self.value, str):
            return self.by, fold_key(self.value)
        return self.by, self.value


class Row(NamedTuple):
    """`values` holds the fields that are sent, in the order of the file."""

    line: int
    values: Mapping[str, Any]


def column_name(written: str) -> str:
    """The name of a column without blanks around, in one of the Unicode forms that look
    the same.
    """
    return unicodedata.normalize("NFC", written.strip())


def fold_key(text: str) -> str:
    """Without case, accents and blanks at the end; those at the beginning count."""
    if text.isascii():
        return text.lower().rstrip(" ")
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filter(_is_no_mark, decomposed)).rstrip(" ")


def _is_no_mark(letter: str) -> bool:
    return not unicodedata.combining(letter)


def key_of(values: Mapping[str, Any], table: Table) -> Key:
    """The values of the unique key, in one spelling each."""
    return tuple([_key_part(values.get(n), table.columns[n].type) for n in table.keys])


def _key_part(value: Any, type_name: str) -> Any:
    if value is ABSENT:
        return None
    if isinstance(value, Reference):
        return value.folded
    # Texts keep the blanks at their beginning, which count.
    if not isinstance(value, str) or type_name not in _TEXTS:
        value = canonical(value, type_name)
    return fold_key(value) if isinstance(value, str) else value


def key_text(key: Key) -> str:
    """A text that only this key has."""
    if len(key) == 1 and isinstance(key[0], str):
        return key[0]
    return f"\0{key!r}"  # no text begins with NUL


def key_texts(columns: Mapping[str, Sequence[Any]], table: Table) -> list[str]:
    """The same of many rows, by the columns of their keys."""
    parts = [columns[name] for name in table.keys]
    if len(parts) == 1 and table.columns[table.keys[0]].type in _TEXTS:
        texts = parts[0]
        if set(map(type, texts)) == {str} and "".join(texts).isascii():
            return [text.lower().rstrip(" ") for text in texts]
    types = [table.columns[name].type for name in table.keys]
    rows = zip(*parts, strict=True)
    return [key_text(tuple(map(_key_part, row, types))) for row in rows]


def columns_of(
    rows: Sequence[Mapping[str, Any]], names: Iterable[str] | None = None
) -> dict[str, Sequence[Any]]:
    """What rows hold, column by column: those with these names, or all."""
    if names is None:
        names = dict.fromkeys(chain.from_iterable(rows))
    return {name: [row.get(name, ABSENT) for row in rows] for name in names}


def asked_text(value: Any) -> str:
    """A value as a filter asks for it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
