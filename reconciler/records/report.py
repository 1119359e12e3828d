"""What is told of rows, before and after a push: counts, and of single rows what the
record set permits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.definition.table import Table
from reconciler.kinds.records.manifest import Mode, Show
from reconciler.model.change import Impact
from reconciler.model.plan import Exit
from reconciler.records.compared import Compared, RowDifference
from reconciler.records.cost import Forecast
from reconciler.records.outcome import RowsOutcome
from reconciler.records.references import short_key
from reconciler.records.row import Reference


@dataclass(frozen=True, slots=True)
class RowFile:
    """A file of rows: its name, how many rows it has, and the hash of its bytes."""

    path: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RowsReport:
    """One record set beside one shop. `scenarios` are those that a push may start."""

    address: str
    target: str
    mode: Mode
    show: Show
    table: Table
    files: tuple[RowFile, ...]
    compared: Compared
    forecast: Forecast
    batch: int
    exit: Exit
    scope: Mapping[str, tuple[Any, ...]]
    scenarios: tuple[str, ...] = ()
    outcome: RowsOutcome | None = None

    @property
    def impact(self) -> Impact:
        """How bad it may be: rows that lead to nothing afterwards are the worst."""
        if self.compared.pointing:
            return "breaking"
        return "caution" if self.compared.delete or self.scenarios else "safe"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known beside the counts; nothing of a row is in it."""
        return (*self.compared.warnings, *map(str, self.compared.pointing))

    @property
    def is_about_people(self) -> bool:
        """Whether a key is shown shortened at the most."""
        return self.show != "values"

    def place(self, file: int, line: int) -> str:
        """`file:line` of a row."""
        return f"{self.files[file].path}:{line}"

    def key_words(self, row: RowDifference) -> str:
        """What tells the row from others, as far as it may be told."""
        if self.show == "none":
            return ""
        parts = [self._key_part(name, value) for name, value in row.key.items()]
        return ", ".join(parts)

    def _key_part(self, name: str, value: Any) -> str:
        if isinstance(value, Reference):
            told = str(value.value)
            if self.show == "keys":
                told = short_key(value.by, told)
            return f"{value.by} {told}"
        is_person = self.table.columns[name].is_contact
        if is_person and self.show == "keys":
            return f"{name} {short_key('id_contact', str(value))}"
        return f"{name} {value}"

    def may_tell(self, name: str) -> bool:
        """Whether the values of a field may be told."""
        if self.show == "none":
            return False
        return self.show == "values" or not self.table.columns[name].is_contact
