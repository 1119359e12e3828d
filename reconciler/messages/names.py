"""Finding a name among those that are declared: to the letter first, then without case."""

from collections.abc import Iterable
from typing import NamedTuple

from reconciler.model.address import casefolded


class Match(NamedTuple):
    """The declared name, and whether it is written so to the letter."""

    name: str
    is_exact: bool


def match(word: str, names: Iterable[str]) -> Match | None:
    """The name that a word means; of several that differ in case, the first."""
    folded = casefolded(word)
    found = None
    for name in names:
        if name == word:
            return Match(name, is_exact=True)
        if found is None and casefolded(name) == folded:
            found = Match(name, is_exact=False)
    return found
