"""The identity of a resource: its kind and its name, compared as the server does."""

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from reconciler.model.letters import as_seen

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

    def is_called(self, name: str) -> bool:
        """Whether something of its kind with that name is what the address means."""
        return server_name(self.name) == server_name(name)

    def is_spelled(self, name: str) -> bool:
        """Whether the name is its own to the letter: senders may tell cases apart."""
        return spelling(self.name) == spelling(name)


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
    """The name to the letter. How an accent is encoded is no part of it; blanks at the end
    are: the server compares names without them, and keeps what it was sent.
    """
    if name.isascii() and not _is_escaped(name):
        return name
    return _normal(name)


def server_name(name: str) -> str:
    """The name as the server compares it, but for accents: without case, trailing blanks
    and what nobody sees; leading blanks count (contract §3.1).
    """
    if name.isascii() and name.isprintable() and not _is_escaped(name):
        return name.rstrip(" ").lower()  # the same, and names are compared very often
    visible = as_seen(_normal(name))
    return _normal(visible.casefold()).rstrip(" ")


def casefolded(name: str) -> str:
    """The same without leading blanks: people see no difference (contract §10 rule 5)."""
    return server_name(name).lstrip(" ")


def fold(name: str) -> str:
    """The name as the server's collation compares it, accents included, and without
    blanks around (contract §3.1).
    """
    if name.isascii() and name.isprintable() and not _is_escaped(name):
        return name.strip(" ").lower()
    visible = as_seen(_normal(name))
    compatible = unicodedata.normalize("NFKD", visible).casefold()
    # Casefolding can give composed letters (Unicode 3.13, caseless matching).
    decomposed = unicodedata.normalize("NFKD", compatible)
    bare = (letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(bare).strip(" ")


def _normal(name: str) -> str:
    # Some shops escape what they show, and it is the same name nevertheless.
    plain = html.unescape(name) if _is_escaped(name) else name
    return unicodedata.normalize("NFC", plain)


def _is_escaped(name: str) -> bool:
    return "&" in name and ";" in name
