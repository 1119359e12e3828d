"""Who uses what: a message, a segment or a sample payload names a field of something that
is declared, and a change may take it away.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from reconciler.model.address import Address
from reconciler.model.source import Source


@dataclass(frozen=True, order=True, slots=True)
class Use:
    """`by` uses `field` of `address` at `source`.

    `by` is the address of a manifest in text, or the file of a sample payload. `field` is
    the path below the address, in the dots of `Kind.dotted`; empty when it is used as a
    whole. `how` quotes what is written there, such as `{var=LoyaltyAccount.tier}`; of a
    use that certainly `is_broken` by a change of the field, it says what is wrong then.
    What is reached over a relationship is not `is_named`: it may be called anything.
    """

    address: Address
    field: str
    by: str
    source: Source
    how: str = ""
    is_broken: bool = False
    is_named: bool = True


Sort = Literal[
    "relationships",
    "unique_keys",
    "overrides",
    "record_files",
    "templates",
    "segments",
    "scenarios",
    "sample_payloads",
]
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, order=True, slots=True)
class User:
    """Somebody who uses a resource or a field of it: `by` is its address or its file, and
    `how` quotes what is written there. `source` is None for what lives in the shop
    without a manifest.
    """

    sort: Sort
    by: str
    source: Source | None
    how: str


@dataclass(frozen=True, slots=True)
class Impact:
    """Everybody who uses `address`, or a field of it; `field` is as the author wrote it.
    `rows` counts those that live, by the address of their definition.
    """

    address: Address
    field: str
    users: tuple[User, ...]
    rows: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @property
    def named(self) -> str:
        """The address, and the field of it."""
        return f"{self.address}.{self.field}" if self.field else str(self.address)

    def of_sort(self, sort: Sort) -> tuple[User, ...]:
        """Those of one sort, by their places."""
        return tuple(user for user in self.users if user.sort == sort)
