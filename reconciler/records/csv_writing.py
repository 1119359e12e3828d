"""Rows as a CSV file is written, in the dialect of a manifest: what is written so is read
as the same values.
"""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Self

from reconciler.kinds.records.manifest import CsvOptions
from reconciler.records.dates import EXCEL, DateFormat, excel_number
from reconciler.records.problem import CellProblem


class NotEncodable(ValueError):
    """A character that the encoding of the file does not have; str() says which."""


@dataclass(frozen=True)
class CsvWriting:
    """One file that is being written."""

    said: CsvOptions = field(default_factory=CsvOptions)

    @classmethod
    def to(cls, file: str, said: CsvOptions) -> Self:
        """The writing of a file of this name, as `said`."""
        if said.delimiter is None and file.lower().endswith(".tsv"):
            said = said.model_copy(update={"delimiter": "\t"})
        return cls(said)

    def line(self, cells: Sequence[str]) -> bytes:
        """One row of cells. Raises NotEncodable."""
        text = io.StringIO()
        delimiter = self.said.delimiter or ","
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerow(cells)
        try:
            return self._encoder.encode(text.getvalue())
        except UnicodeEncodeError as lacking:
            letter = lacking.object[lacking.start]
            told = f"{letter!r} (U+{ord(letter):04X}) cannot be written in {self.said.encoding}"
            raise NotEncodable(told) from None

    def fitting(self, text: str) -> str:
        """The text with ? for what the file cannot hold."""
        encoding = self.said.encoding
        return text.encode(encoding, "replace").decode(encoding)

    @cached_property
    def _encoder(self) -> codecs.IncrementalEncoder:
        """Writes a byte order mark once, where the encoding has one."""
        return codecs.getincrementalencoder(self.said.encoding)()

    def cell(self, value: Any, type_name: str) -> str:
        """A value that is not nothing. Moments have their offset, which is read whatever
        the manifest says.
        """
        if isinstance(value, bool):
            return str(value).lower()
        if type_name in ("number", "decimal") and self.said.decimal == ",":
            return str(value).replace(".", ",")
        if type_name == "date" and self.said.dates:
            return self._day(str(value), self.said.dates)
        return str(value)

    def _day(self, text: str, form: str) -> str:
        """As the manifest has days, unless that would be another day: two digits are no
        year of 1905.
        """
        try:
            day = date.fromisoformat(text)
            written = excel_number(day) if form == EXCEL else day.strftime(form)
            return written if DateFormat(form).day_in(written) == text else text
        except (ValueError, CellProblem):
            return text
