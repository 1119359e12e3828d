"""A problem inside of one document, before its place in the file is known, and the
known name that a misspelled one is close to.
"""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.manifest.yaml import Path, shown

__all__ = ["Problem", "Vocabulary", "did_you_mean", "shown"]

LONGEST_WORD = 100
MOST_COMPARED = 40
MOST_HINTS = 300
"""Each is a search; a file that is wrong throughout needs no more of them."""
CLOSE = 0.6
"""difflib's ratio from which a word may be meant."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` leads to the value, or to the key itself when the key is the problem (then
    it ends with it twice).

    `name` is the one that a dangling reference holds.
    """

    rule: str
    message: str
    path: Path = ()
    name: str = ""


class Vocabulary:
    """Known names to compare misspelled ones with: cheap for one word, and for a
    thousand words and ten thousand names.

    A typo leaves the beginning or the end of a word intact. So where there are many
    names, only those are compared that stand next to the word in the alphabet, read
    forwards or backwards.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = names
        self._by_word: dict[str, str] = {}
        self._forwards: list[str] | None = None
        self._backwards: list[str] = []
        self._hints: dict[str, str] = {}

    def hint(self, word: str) -> str:
        """` – did you mean …?`, or nothing when no known name is close."""
        if len(word) > LONGEST_WORD or len(self._hints) >= MOST_HINTS:
            return ""
        if word not in self._hints:
            self._hints[word] = self._hint(word.lower())
        return self._hints[word]

    def _hint(self, word: str) -> str:
        import difflib

        near = self._near(word)
        close = difflib.get_close_matches(word, near, n=1, cutoff=CLOSE)
        if not close:
            return ""
        return f" – did you mean {self._by_word[close[0]]!r}?"

    def _sort(self) -> list[str]:
        """The known words in order; made when the first word is misspelled."""
        # In order, so that of two names that differ in case the same one is meant.
        for name in sorted(set(self._names)):
            if len(name) <= LONGEST_WORD:
                self._by_word[name.lower()] = name
        self._backwards = sorted(name[::-1] for name in self._by_word)
        return sorted(self._by_word)

    def _near(self, word: str) -> list[str]:
        if self._forwards is None:
            self._forwards = self._sort()
        if len(self._forwards) <= MOST_COMPARED:
            return self._forwards
        backwards = (name[::-1] for name in _around(word[::-1], self._backwards))
        return sorted({*_around(word, self._forwards), *backwards})


def _around(word: str, names: list[str]) -> list[str]:
    place, reach = bisect(names, word), MOST_COMPARED // 4
    return names[max(0, place - reach) : place + reach]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` – did you mean …?`, or nothing when no known word is close."""
    return Vocabulary(known).hint(word)
