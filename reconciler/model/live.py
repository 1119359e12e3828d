"""What the API has now, and how to speak of it without ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from reconciler.model.address import Address
from reconciler.model.change import FieldChange

DELETED = "(deleted) "
"""What the words for a tombstone begin with; its name follows."""
ANOTHER = "(another) "
"""The same for a second resource of one name."""
TRANSIENT = ("creating", "editing")
"""Statuses that pass by themselves (contract §3.1)."""


class LiveId(NamedTuple):
    """The server's identifier; each kind counts for itself, so numbers repeat."""

    kind: str
    number: int


def not_there(kind: str) -> str:
    """What is said of a stored id of that kind that the API does not list."""
    article = "an" if kind.startswith(tuple("aeiou")) else "a"
    return f"(not there) {article} {kind} that does not exist"


class LiveResource:
    """The base of what lives. Its subclasses are frozen dataclasses, one per kind.

    `id` is None when the API knows it by its name alone, `status` when it has none.
    """

    __slots__ = ()
    id: int | None
    status: str | None


_RANK: Mapping[str | None, int] = {
    "active": 0,
    None: 1,
    "inactive": 2,
    "editing": 3,
    "creating": 3,
}
_UNKNOWN_STATUS = 1
"""A missing or unknown status counts as usable, after active."""


def usability(live: LiveResource) -> tuple[int, int]:
    """The most usable status first, then the lowest id (contract §3.1)."""
    return _RANK.get(live.status, _UNKNOWN_STATUS), live.id or 0


@dataclass(frozen=True, slots=True)
class Created:
    """The id that a create was answered with; `status` and `name` are None when the
    answer did not say.

    One that is `adopted` was found in a listing: who made it is not known. One that is
    `resent` was asked for twice: a second one may still appear.
    """

    id: int
    status: str | None = None
    name: str | None = field(default=None, compare=False)
    request: str = field(default="", compare=False)
    adopted: bool = field(default=False, compare=False)
    resent: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Touched:
    """The ids of one kind that a run has written, to be read back.

    `new` are the addresses under whose name nothing lived before: what else lives under
    it came meanwhile. `known` are the ids that lived before.
    """

    numbers: Mapping[Address, int]
    new: frozenset[Address] = frozenset()
    known: frozenset[int] = frozenset()


class Keeping(Enum):
    """How a shop keeps the texts that it is sent."""

    EXACT = "as they were sent"
    UNESCAPED = "it may cut them"
    """It shows signs that one that escapes would not."""
    UNKNOWN = "it may cut and escape them"


class Wording(NamedTuple):
    """A text that the shop has in other words than the manifest, and what the shop did
    to it; empty when it is the very same text in another spelling.
    """

    change: FieldChange
    told: str


@dataclass(frozen=True, slots=True)
class Names:
    """How to read what is stored: ids by address, and by words when nothing usable has
    them; texts by how the shop keeps them.

    `lost` has the words: a tombstone's, or those of a second resource of one name.
    """

    addresses: Mapping[LiveId, Address] = field(default_factory=dict)
    lost: Mapping[LiveId, str] = field(default_factory=dict)
    keeping: Keeping = Keeping.UNKNOWN

    def of(self, found: LiveId) -> str:
        """The address as text, or the words. Never the id itself."""
        if found in self.addresses:
            return str(self.addresses[found])
        return self.lost.get(found) or not_there(found.kind)

    def knows(self, found: LiveId) -> bool:
        """False when what has the id is gone, or never was there."""
        return found in self.addresses


@dataclass(frozen=True, slots=True)
class Live:
    """What the API has now, under the server's own spelling of the names.

    Relationships may point at ids that no resource has. `lost` says in words what such
    an id was: a deleted definition, or the second of two with one name. `referred` has
    their addresses where manifests stand for what lives and refer to a resource without
    a manifest. `twins` are further resources with the very name of one that is in
    `resources`. `wordings` are differences of texts that are none, from what lives to
    the manifest's words, and `keeping` is how the shop keeps texts. `read` says which
    kinds were read (None is all); of the others nothing is known. `unreadable` are
    resources of which it is only known that they are there: earlier manifests that
    stand for a shop may be broken.
    """

    resources: Mapping[Address, LiveResource] = field(default_factory=dict)
    lost: Mapping[LiveId, str] = field(default_factory=dict)
    referred: Mapping[LiveId, Address] = field(default_factory=dict)
    twins: Mapping[Address, tuple[LiveResource, ...]] = field(default_factory=dict)
    wordings: Mapping[Address, tuple[Wording, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    read: frozenset[str] | None = None
    unreadable: frozenset[Address] = frozenset()
    keeping: Keeping = Keeping.UNKNOWN

    def of_kind(self, kind: str) -> dict[Address, LiveResource]:
        """Everything that lives of one kind."""
        return {a: each for a, each in self.resources.items() if a.kind == kind}

    def was_read(self, kind: str) -> bool:
        """Whether it is known what lives of that kind."""
        return self.read is None or kind in self.read

    @property
    def is_assumed(self) -> bool:
        """Whether earlier manifests stand for the shop: these are as they were sent."""
        return self.keeping is Keeping.EXACT

    @property
    def ids(self) -> dict[Address, int]:
        """The server's id of everything that has one."""
        return {
            address: resource.id
            for address, resource in self.resources.items()
            if resource.id is not None
        }

    @property
    def addresses(self) -> dict[LiveId, Address]:
        """The way back from an id to what it stands for."""
        addresses = dict(self.referred)
        # After `referred`: of something that lives, its own name counts.
        for address, number in self.ids.items():
            addresses[LiveId(address.kind, number)] = address
        return addresses

    @property
    def tombstones(self) -> dict[LiveId, Address]:
        """The addresses that deleted resources had."""
        return {
            number: Address(number.kind, words.removeprefix(DELETED))
            for number, words in self.lost.items()
            if words.startswith(DELETED)
        }

    @property
    def names(self) -> Names:
        """How to speak of the ids in it."""
        return Names(self.addresses, self.lost, self.keeping)
