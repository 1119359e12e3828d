"""What apply needs from the API. Forms are canonical (see `kinds/kind.py`); `ids` gives
the id of each address.

Every method raises ApiError. Writing methods send once and raise Unreachable,
ServerFailure or NotUnderstood when the outcome is in doubt; reading methods retry by themselves and raise
only when they have given up.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from reconciler.form.fields import Form
from reconciler.model.address import Address
from reconciler.model.live import Created, LiveResource, Touched

Ids = Mapping[Address, int]


class ReadBack(Protocol):
    """What lives of the resources that were asked for, the ids listed as deleted, and
    further ids that live under a new name.
    """

    @property
    def resources(self) -> Mapping[Address, LiveResource]: ...
    @property
    def deleted(self) -> frozenset[int]: ...
    @property
    def twins(self) -> Mapping[Address, frozenset[int]]: ...


class Shop(Protocol):
    """One shop, thread-safe."""

    def in_one_go(self) -> AbstractContextManager[None]:
        """While entered, no wait for the rate limit stands between a look of this thread
        and the write that it is for.
        """

    def create(self, address: Address, form: Form, ids: Ids) -> Created:
        """Not idempotent (contract §9)."""

    def extend(self, address: Address, additions: Form, ids: Ids) -> None:
        """Adds what is missing, nothing else (contract §3.2)."""

    def replace(self, address: Address, form: Form, ids: Ids) -> None:
        """The whole resource."""

    def switch(self, address: Address, number: int, status: str) -> None:
        """To another status."""

    def delete(self, address: Address, number: int) -> None:
        """A second one may be answered "not found"."""

    def find(self, address: Address, number: int | None = None) -> LiveResource | None:
        """The live resource with that id, or without one that which the server takes the
        name for, looked for in the listing; None only when the listing proves absence.
        """

    def find_new(self, address: Address) -> LiveResource | None:
        """The same among what was created last, with one request; None proves nothing."""

    def read(self, address: Address, number: int | None) -> LiveResource | None:
        """One resource by its id, or by its name when it has none; None when the answer
        proves nothing (a 400 is not absence, contract §9).
        """

    def read_back(self, kind: str, touched: Touched) -> ReadBack:
        """Those of a kind that are there, in as few pages as it takes."""
