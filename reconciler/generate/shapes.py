"""What is declared, as types of no language in particular; each language renders these
and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MOST_EXACT = 2**53
"""From here on JSON readers have no number for every whole number."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type of the API (contract §3.1, §6.1), or `id`: a number that the server gave."""

    name: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these values."""

    values: tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Another type of the file."""

    name: str


Type = Scalar | OneOf | Named
Presence = Literal["required", "optional", "optional or null"]


@dataclass(frozen=True, slots=True)
class Member:
    """One key of an object."""

    key: str
    type: Type
    presence: Presence
    about: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these keys and no others; `without` are keys of its neighbours in an
    Either that it never has. `about` is one line in which nothing hides.
    """

    name: str
    members: tuple[Member, ...]
    about: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """An object of one of these shapes."""

    name: str
    shapes: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Types:
    """All types of one file. A type stands behind those that it names."""

    digest: str
    payloads: Mapping[str, str]
    """The type of the payload by the code name of its event."""
    types: tuple[Shape | Either, ...]
    rows: int
