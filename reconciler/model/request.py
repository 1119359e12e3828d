"""A write as it would be sent, for people to read and copy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.address import Address


class UnknownId(int):
    """Stands for the id of what is not created yet."""

    def __str__(self) -> str:
        return "{id}"

    def __format__(self, spec: str) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Request:
    """`path` goes on from the base address. `body` is plain JSON values, UnknownIds among
    them; `unknown` are the addresses whose ids those are.
    """

    address: Address
    method: str
    path: str
    params: Mapping[str, str]
    body: Any
    unknown: tuple[Address, ...]
