"""A change before its place in the order is known."""

from dataclasses import dataclass
from typing import Any

from reconciler.diff.compare import Comparison
from reconciler.kinds.registry import kind_of
from reconciler.kinds.values import Verdict
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
)
from reconciler.plan.fingerprint import of_live
from reconciler.plan.impact import impact_of_update


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
        }
        match self.action:
            case "create":
                return Create(**said)
            case "update":
                return Update(**said)
            case "delete":
                return Delete(**said, live=self.live)


def drafts_of(comparison: Comparison) -> dict[Address, Draft]:
    """One for everything that has to be written or deleted."""
    drafts: dict[Address, Draft] = {}
    for address, fields in comparison.new.items():
        drafts[address] = Draft(address, "create", "safe", "not live", fields)
    for address, fields in comparison.changed.items():
        verdict: Verdict = impact_of_update(address, fields)
        drafts[address] = Draft(address, "update", *verdict, fields)
    for address, resource in comparison.gone.items():
        loss = kind_of(address).loss
        lost = of_live(address, resource)
        drafts[address] = Draft(address, "delete", "breaking", loss, live=lost)
    return drafts
