"""A problem inside of one document, before its place in the file is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.manifest.yaml import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` leads to the value, or to the key itself when the key is the problem (then it ends with it twice)."""

    rule: str
    message: str
    path: Path = ()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` – did you mean …?`, or nothing when no known word is close."""
    import difflib

    names = sorted(set(known))
    lowered = {name.lower(): name for name in names}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f" – did you mean {lowered[close[0]]!r}?" if close else ""
