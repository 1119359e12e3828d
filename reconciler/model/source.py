"""Where something was written, and what was found wrong there."""

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "info"]


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


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of a file, and in it the `length` characters from `column` on that are
    meant.

    Of a long line, `text` is what stands around the place, with … where it is cut;
    `column` counts in `text`, from 1.
    """

    line: int
    text: str
    column: int
    length: int


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing that is wrong (error), worth a look (warning) or good to know (info) in a
    manifest.

    `excerpt` shows the place to people; it is None where there is no text to show.
    `elsewhere` is another place, with which the message ends.
    """

    source: Source
    rule: str
    message: str
    severity: Severity = "error"
    excerpt: Excerpt | None = field(default=None, compare=False)
    elsewhere: Source | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.source}: {self.severity}: {self.message} [{self.rule}]"
