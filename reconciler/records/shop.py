"""What rows need from the API (contract §5, §7). `table` is the id of a definition.

Every method raises ApiError. Reading methods retry by themselves; writing methods send
once, and raise Unreachable, ServerFailure or NotUnderstood when the outcome is in doubt.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

Values = Mapping[str, Any]
Wanted = Mapping[str, Collection[str]]
"""The values that each of some fields may have."""


class LiveRow(NamedTuple):
    """A row as a listing shows it: scalars may be texts (contract §2)."""

    id: int
    values: Values


@dataclass(frozen=True, slots=True)
class LivePage:
    """Rows in the order of their ids. `total` is None where the server does not say."""

    rows: tuple[LiveRow, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that the API refused; `index` is its place in the batch, None when the
    answer does not say.
    """

    index: int | None
    item: Any
    reasons: tuple[str, ...]

    @property
    def says_which(self) -> bool:
        """Whether it can be told which item is meant."""
        return self.index is not None or self.item is not None


class FilterIgnored(Exception):
    """The answer holds rows that were not asked for, so it proves nothing."""

    def __str__(self) -> str:
        return "the shop does not filter its rows"


class TooMany(Exception):
    """The batch was refused as a whole: it may be longer than this shop takes."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of one contact; a key that the listing does not show is None."""

    id: int
    email: str | None
    id_customer: str | None


class ReadableRows(Protocol):
    """The rows of one shop."""

    @property
    def requests(self) -> int: ...

    def head(self, table: int, wanted: Wanted) -> LivePage:
        """The first page: what there is, and how many in all."""

    def pages(self, table: int, wanted: Wanted, first: LivePage) -> Iterator[LivePage]:
        """All pages, beginning with the `first`; every row comes once."""

    def among(self, table: int, wanted: Wanted) -> list[LiveRow]:
        """The rows whose fields have the wanted values. Raises FilterIgnored."""

    def count(self, table: int, wanted: Wanted) -> int:
        """How many rows have the wanted values. Raises FilterIgnored."""

    def contacts(self, by: str, values: Sequence[str]) -> list[Contact]:
        """The contacts that have one of these keys. Raises FilterIgnored."""

    def contact(self, by: str, value: str) -> int | None:
        """The number of one contact; None when there is none."""


class WritableRows(ReadableRows, Protocol):
    """The rows of one shop, to be changed."""

    def save(self, table: int, items: Sequence[Values]) -> tuple[Refused, ...]:
        """Sends one batch; what comes back was refused, and the rest accepted. Raises
        TooMany.
        """

    def delete(self, table: int, ids: Sequence[int]) -> tuple[Refused, ...]:
        """Deletes up to 20 rows; ids that are gone are skipped."""
