"""Where something was written, and what was found wrong there."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True, slots=True)
class Source:
    """A place in a file. `line` and `column` count from 1; `document` counts the file's
    documents from 0.
    """

    file: str
    line: int = 1
    column: int = 1
    document: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def short(self) -> str:
        """`file:line`, as plans show it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing that is wrong (error) or worth a look (warning) in a manifest."""

    source: Source
    rule: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.source}: {self.severity}: {self.message} [{self.rule}]"
