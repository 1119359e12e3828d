"""The identity of a resource: its kind and its name, compared as the server does."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from reconciler.model.letters import is_hidden, is_odd_blank

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
    def on_server(self) -> "Address":
        """The same address as the server compares it, but for accents."""
        return Address(self.kind, server_name(self.name))

    @property
    def cased(self) -> "Address":
        """The same address without differences of case, outer blanks and what nobody
        sees.
        """
        return Address(self.kind, casefolded(self.name))


def _from_text(value: object) -> object:
    return Address.parse(value) if isinstance(value, str) else value


AddressText = Annotated[
    Address,
    BeforeValidator(_from_text),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string"}),
]
"""An address in a document: text there, an Address in the program."""


def spelling(name: str) -> str:
    """The name to the letter. How an accent is encoded and blanks at the end are no part
    of it: no server tells them apart (contract §3.1).
    """
    return name if name.isascii() and name[-1:] != " " else _normal(name).rstrip(" ")


def server_name(name: str) -> str:
    """The name as the server compares it, but for accents: without case, trailing blanks
    and what nobody sees; leading blanks count (contract §3.1).
    """
    if name.isascii() and name.isprintable():
        return name.rstrip(" ").lower()  # the same, and names are compared very often
    visible = "".join(map(_seen, name))
    return _normal(visible.casefold()).rstrip(" ")


def casefolded(name: str) -> str:
    """The same without leading blanks: people see no difference (contract §10 rule 5)."""
    return server_name(name).lstrip(" ")


def fold(name: str) -> str:
    """The name as the server's collation compares it, accents included, and without
    blanks around (contract §3.1).
    """
    if name.isascii() and name.isprintable():
        return name.strip(" ").lower()
    visible = "".join(map(_seen, name))
    compatible = unicodedata.normalize("NFKD", visible).casefold()
    # Casefolding can give composed letters (Unicode 3.13, caseless matching).
    decomposed = unicodedata.normalize("NFKD", compatible)
    bare = (letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(bare).strip(" ")


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _seen(letter: str) -> str:
    """What is seen of a letter: nothing, a blank, or the letter itself."""
    if is_odd_blank(letter) or letter.isspace():
        return " "
    return "" if is_hidden(letter) else letter
