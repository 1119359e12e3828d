"""What is to be said of one variable, before its place in a file is known."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reconciler.form.spelling import Vocabulary
from reconciler.model.source import Severity

WHOLE = -1
"""The remark is about the variable as a whole."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`at` is the position in the path of the name that it is about."""

    rule: str
    message: str
    severity: Severity = "error"
    at: int = WHOLE

    def moved(self, names: int) -> "Remark":
        """The same when the first name of the path is written as so many more."""
        return replace(self, at=self.at + names) if self.at > 0 else self


def variable(path: Iterable[str]) -> str:
    """The path as it is written in a message."""
    return f"{{var={'.'.join(path)}}}"


def hint(word: str, known: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing when no known word is close."""
    meant = Vocabulary(known).closest(word)
    return "" if meant is None else f" Did you mean {meant}?"
