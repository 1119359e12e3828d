"""What is to be done to each resource and what that means, before it is known what has
to be sent first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.diff.compare import Comparison
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import (
    Accepted,
    Action,
    Change,
    Create,
    Delete,
    FieldChange,
    Impact,
    Update,
    UsedBy,
)
from reconciler.plan.fingerprint import of_live
from reconciler.plan.impact import impact_of_update

_CLASSES: dict[Action, type[Create | Update | Delete]] = {
    "create": Create,
    "update": Update,
    "delete": Delete,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything about a change that does not depend on other changes.

    `live` is the fingerprint of what a delete takes away.
    """

    address: Address
    action: Action
    impact: Impact
    reason: str
    fields: tuple[FieldChange, ...] = ()
    live: str | None = None
    used_by: tuple[UsedBy, ...] = ()

    def change(
        self,
        *,
        depends_on: tuple[Address, ...],
        requests: int,
        source: str | None,
        accepted: tuple[Accepted, ...],
    ) -> Change:
        """The change itself, whole."""
        said: dict[str, Any] = {
            "address": self.address,
            "impact": self.impact,
            "reason": self.reason,
            "fields": self.fields,
            "depends_on": depends_on,
            "source": source,
            "requests": requests,
            "accepted": accepted,
            "used_by": self.used_by,
        }
        if self.action == "delete":
            said["live"] = self.live
        return _CLASSES[self.action](**said)


def drafts_of(comparison: Comparison) -> dict[Address, Draft]:
    """One for everything that has to be written or deleted."""
    drafts = (*_creates(comparison), *_updates(comparison), *_deletes(comparison))
    return {draft.address: draft for draft in drafts}


def _creates(comparison: Comparison) -> Iterator[Draft]:
    for address, fields in comparison.new.items():
        yield Draft(address, "create", "safe", "not live", fields)


def _updates(comparison: Comparison) -> Iterator[Draft]:
    for address, fields in comparison.changed.items():
        impact, reason = impact_of_update(address, fields)
        yield Draft(address, "update", impact, reason, fields)


def _deletes(comparison: Comparison) -> Iterator[Draft]:
    for address, resource in comparison.gone.items():
        loss = kind_of(address).loss
        lost = of_live(address, resource)
        yield Draft(address, "delete", "breaking", loss, live=lost)
