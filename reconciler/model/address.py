"""The identity of a resource: its kind and its name, compared as the server does."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_ADDRESS = re.compile(r"([a-z][a-z_-]*)/(.+)", re.DOTALL)


@dataclass(frozen=True, order=True, slots=True)
class Address:
    """`kind/name`; ordered by kind, then name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what str() wrote; raises ValueError for anything else.

        Whether there is such a kind is for the registry of kinds to say.
        """
        found = _ADDRESS.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not an address: expected KIND/NAME")
        return cls(found[1], found[2])

    @property
    def folded(self) -> "Address":
        """The same address as the server compares it."""
        return Address(self.kind, fold(self.name))

    @property
    def cased(self) -> "Address":
        """The same address without differences of case and outer blanks."""
        return Address(self.kind, casefolded(self.name))

    def is_called(self, name: str) -> bool:
        """Whether something of its kind with that name is what the address means."""
        return casefolded(self.name) == casefolded(name)


def _from_text(value: object) -> object:
    return Address.parse(value) if isinstance(value, str) else value


AddressText = Annotated[
    Address,
    BeforeValidator(_from_text),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string"}),
]
"""An address in a document: text there, an Address in the program."""


def casefolded(name: str) -> str:
    """Blanks around and case do not tell two names apart (contract §10 rule 5)."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def fold(name: str) -> str:
    """The name as the server's collation compares it: without case, accents and outer
    blanks (contract §3.1).
    """
    if name.isascii():
        return name.strip().lower()  # the same, and names are folded very often
    compatible = unicodedata.normalize("NFKD", name).casefold()
    # Casefolding can give composed letters (Unicode 3.13, caseless matching).
    decomposed = unicodedata.normalize("NFKD", compatible)
    bare = (letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(bare).strip()
