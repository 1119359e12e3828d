"""How messages show words that somebody else wrote: quoted, cut short, and with the known
word that was probably meant.
"""

import json
from bisect import bisect
from collections.abc import Iterable, Mapping
from unicodedata import normalize

from reconciler.model.letters import readable

LONGEST_SHOWN = 80
LONGEST_WORD = 100
MOST_COMPARED = 40
MOST_HINTS = 300
"""Each costs a search, and nobody reads more of them."""
CLOSE = 0.6
"""How alike two words have to be, as difflib's ratio from 0 to 1."""


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
        self._closest: dict[str, str | None] = {}

    def hint(self, word: str) -> str:
        """` – did you mean …?`, or nothing when no known name is close."""
        meant = self.closest(word)
        return f" – did you mean {in_quotes(meant)}?" if meant else ""

    def closest(self, word: str) -> str | None:
        """The known name that was probably meant, if one is close."""
        if len(word) > LONGEST_WORD or len(self._closest) >= MOST_HINTS:
            return None
        if word not in self._closest:
            self._closest[word] = self._search(word.lower())
        return self._closest[word]

    def _search(self, word: str) -> str | None:
        # Most runs have no misspelled word, and should not pay for the import.
        from difflib import get_close_matches

        close = get_close_matches(word, self._near(word), n=1, cutoff=CLOSE)
        return self._by_word[close[0]] if close else None

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
    """The names beside the word in the alphabet."""
    place = bisect(names, word)
    reach = MOST_COMPARED // 4
    return names[max(0, place - reach) : place + reach]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` – did you mean …?`, or nothing when no known word is close."""
    return Vocabulary(known).hint(word)


def form_note(word: str, other: str) -> str:
    """What tells apart two words that differ only in how Unicode writes their letters; else
    nothing.
    """
    if word == other or normalize("NFC", word) != normalize("NFC", other):
        return ""
    return ", in two Unicode forms that look the same (NFC and NFD)"


def unseen_words(letter: str) -> str:
    """A character that nobody sees, for a message."""
    return f"U+{ord(letter):04X}, which does not show or shows as a blank,"


def in_quotes(text: object) -> str:
    """The text in quotes as it is written, for a message; what nobody sees is escaped."""
    return f"'{readable(str(text))}'"


def shown(value: object) -> str:
    """The value in quotes and cut short, for a message: as a manifest has it, and not as
    Python writes it.
    """
    text = value if isinstance(value, str) else _as_written(value)
    if len(text) <= LONGEST_SHOWN:
        return in_quotes(text)
    return f"{in_quotes(text[:LONGEST_SHOWN])}…"


def _as_written(value: object) -> str:
    if value is None or isinstance(value, bool | list | tuple | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def cut(text: object) -> str:
    """The text cut short, for a message."""
    whole = str(text)
    if len(whole) <= LONGEST_SHOWN:
        return whole
    return f"{whole[:LONGEST_SHOWN]}…"
