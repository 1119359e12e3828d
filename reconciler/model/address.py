"""Who is meant: an address is a kind and a name, and two names are one when the server
thinks so.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal, Self, get_args

Kind = Literal["definition", "event", "override"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, order=True, slots=True)
class Address:
    """The identity of a resource everywhere in this tool; ordered by kind, then
    name.
    """

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what str() wrote; raises ValueError for anything else."""
        kind, slash, name = text.partition("/")
        for known in KINDS:
            if kind == known and slash and name:
                return cls(known, name)
        raise ValueError(
            f"{text!r} is not an address: expected KIND/NAME with a kind of {', '.join(KINDS)}"
        )

    @property
    def folded(self) -> "Address":
        """The same address as the server compares it."""
        return Address(self.kind, fold(self.name))


def casefolded(name: str) -> str:
    """Blanks around and case do not tell two names apart (contract §10 rule 5)."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def fold(name: str) -> str:
    """As the server's collation compares: blanks around, case and accents are nothing
    (contract §3.1).
    """
    if name.isascii():
        return name.strip().lower()
    decomposed = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", name).casefold()
    )
    return "".join(
        letter for letter in decomposed if not unicodedata.combining(letter)
    ).strip()
