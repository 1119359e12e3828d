"""What apply needs from the API. Forms are canonical (see diff.normalize); `ids` gives
the id of each address.

Every method raises ApiError. Writing methods raise Unreachable, ServerFailure or
NotUnderstood when the outcome is in doubt; reading methods retry by themselves and
raise only when they have given up.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from reconciler.diff.fields import Form
from reconciler.model.address import Address
from reconciler.model.live import (
    Created,
    LiveDefinition,
    LiveEvent,
    LiveOverride,
    LiveResource,
)

Ids = Mapping[str, int]

LOOKS = 8
"""How often something that is not visible, not active or not complete yet is looked
at.
"""


class Shop(Protocol):
    """One shop, thread-safe."""

    def create(self, address: Address, form: Form, ids: Ids) -> Created:
        """POST a definition or an event type. Not idempotent (contract §9)."""

    def extend(self, definition_id: int, additions: Form, ids: Ids) -> None:
        """PATCH …/extend with what is missing, nothing else (contract §3.2)."""

    def update_event(self, event_id: int, address: Address, form: Form) -> None:
        """PATCH /events with the whole wanted schema (contract §6). Safe to replay."""

    def put_override(self, address: Address, form: Form, ids: Ids) -> None:
        """PUT the whole set of sources (contract §4). Safe to replay."""

    def activate(self, definition_id: int) -> None:
        """PATCH …/activate. Safe to replay."""

    def deactivate(self, definition_id: int) -> None:
        """PATCH …/deactivate. Safe to replay."""

    def delete(self, address: Address, number: int) -> None:
        """DELETE a definition or an event type. Safe to replay, but a second one may be
        answered "not found".
        """

    def find(self, address: Address) -> LiveResource | None:
        """The live resource of that name, looked for in the listing; None only when the
        listing proves absence.
        """

    def read_definition(self, definition_id: int) -> LiveDefinition | None:
        """One definition by id; None when the answer proves nothing (contract §9 rule:
        a 400 is not absence).
        """

    def read_event(self, event_id: int) -> LiveEvent | None:
        """The same for an event type."""

    def definitions_with(self, ids: Collection[int]) -> Mapping[int, LiveDefinition]:
        """Those of the definitions that are listed, by id, in as few pages as it takes;
        deleted ones beside them.
        """

    def events_with(self, ids: Collection[int]) -> Mapping[int, LiveEvent]:
        """The same for event types."""

    def overrides(self) -> Mapping[Address, LiveOverride]:
        """All overrides that have sources."""
