"""The cells of one column, from what a file has to what is sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from reconciler.kinds.definition.table import CONTACT_KEYS, Column
from reconciler.records.cells import (
    Dialect,
    Read,
    Warn,
    check_letters,
    check_undamaged,
    stand_as_they_are,
    text_reader,
    value_reader,
)
from reconciler.records.header import Binding
from reconciler.records.problem import CellProblem, problem_of
from reconciler.records.row import ABSENT, Reference

Empty = Literal["null", "keep", "text"]
_TEXTS = ("text", "longtext")
MOST_KNOWN, LONGEST_KNOWN = 10_000, 50
"""Cells of a column whose values are kept, and their characters."""


class ColumnReader:
    """Makes values of the cells of one column: `value(cell)` is what is sent, and
    `ABSENT` is nothing. It raises CellProblem.
    """

    def __init__(
        self,
        binding: Binding,
        dialect: Dialect,
        empty: Empty,
        warn: Warn,
        *,
        is_text: bool,
    ) -> None:
        self.binding = binding
        self.field = binding.column.name
        self._warn = warn
        self._takes_blanks = binding.column.type in _TEXTS and not binding.by
        self._blank = self._of_blank(empty)
        self._read = _reader_of(binding, dialect, is_text)
        self.value: Callable[[Any], Any] = self._of_value
        if is_text:
            # Other columns than texts often have the same cells again.
            known = _Known(self._of_text)
            self.value = self._of_text if self._takes_blanks else known.__getitem__

    def column(self, cells: Sequence[str]) -> Sequence[Any]:
        """The values of many cells of a text file. Raises CellProblem."""
        if not self._takes_blanks or not stand_as_they_are(cells):
            return list(map(self.value, cells))
        if "" in cells:
            return [cell or self._blank for cell in cells]
        return cells

    def _of_value(self, cell: Any) -> Any:
        if cell is None:
            return None
        if isinstance(cell, str):
            check_letters(cell)
        return self._read(cell, self._warn)

    def _of_text(self, cell: str) -> Any:
        # Blanks that somebody has written into a text are text.
        if not cell or (not self._takes_blanks and not cell.strip()):
            return self._blank
        if not cell.isascii() or not cell.isprintable():
            check_letters(cell)
        return self._read(cell, self._warn)

    def _of_blank(self, empty: Empty) -> Any:
        if empty == "keep" or self.binding.by:
            return ABSENT
        if empty == "text" and self._takes_blanks:
            return ""
        return None


class _Known(dict[str, Any]):
    """What was made of the short cells that came before."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    def __missing__(self, cell: str) -> Any:
        value = self._read(cell)
        if len(cell) <= LONGEST_KNOWN:
            if len(self) >= MOST_KNOWN:
                self.clear()
            self[cell] = value
        return value


def _reader_of(binding: Binding, dialect: Dialect, is_text: bool) -> Read:
    column = binding.column
    if binding.by:
        return _reference_reader(column, binding.by)
    if column.is_contact and not is_text:
        return _ContactReader(value_reader(column, dialect.dates))
    if is_text:
        return text_reader(column, dialect)
    return value_reader(column, dialect.dates)


def _reference_reader(column: Column, by: str) -> Read:
    def read(cell: Any, warn: Warn) -> Any:
        if isinstance(cell, str):
            check_undamaged(cell.strip())
        return reference_of(column, by, cell)

    return read


class _ContactReader:
    """Of a contact's number, or of `{by, value}` (contract §5)."""

    def __init__(self, plain: Read) -> None:
        self._plain = plain

    def __call__(self, cell: Any, warn: Warn) -> Any:
        if not isinstance(cell, Mapping):
            return self._plain(cell, warn)
        if set(cell) != {"by", "value"} or cell["by"] not in CONTACT_KEYS:
            keys = ", ".join(CONTACT_KEYS)
            told = f"a contact is a number, or {{by, value}} with by one of {keys}"
            raise CellProblem("record-reference", told, told)
        return _contact(cell["by"], cell["value"])


def reference_of(column: Column, by: str, cell: Any) -> Any:
    """The reference that a cell holds. Raises CellProblem."""
    if column.is_contact:
        return _contact(by, cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise problem_of("record-reference", cell, f"is no {by}")
    return Reference(by, str(cell).strip())


def _contact(by: str, cell: Any) -> Any:
    text = str(cell).strip()
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise problem_of("record-reference", cell, f"is no {by} of a contact")
    if by == "id_contact":
        if not text.isascii() or not text.isdigit():
            raise problem_of("record-reference", cell, "is no number of a contact")
        return int(text)
    if by == "email" and ("@" not in text or " " in text):
        raise problem_of("record-reference", cell, "is no e-mail address")
    if by == "id_customer" and not isinstance(cell, str):
        words = "is a number, and a customer's id is text: put it in quotes"
        raise problem_of("record-reference", cell, words)
    return Reference(by, text)
