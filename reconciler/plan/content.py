"""What a plan says is to be done, before it is judged and sealed."""

from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change
from reconciler.model.plan import Asked, Plan, Summary


@dataclass(frozen=True, slots=True)
class Content:
    """The parts of a plan that guards look at, under the names that they have there."""

    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...]
    unchanged: tuple[Address, ...]
    unmanaged: tuple[Address, ...]
    summary: Summary
    asked: Asked


AnyPlan = Plan | Content
"""A whole plan, or one that is being made."""
