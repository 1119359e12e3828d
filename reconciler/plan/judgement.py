"""What a plan is measured against, and the exit code that follows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

from reconciler.errors import ExitCode, Refused
from reconciler.model.plan import Exit
from reconciler.model.target import Guards
from reconciler.plan.content import AnyPlan
from reconciler.plan.guard import (
    guard_refusals,
    not_permitted,
    refusals,
    unused_protection,
)

FailOn = Literal["refused", "breaking", "blocked", "never"]
"""What ends with exit code 3; refused is whatever apply would refuse."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The guards and permissions that hold, and what of it decides the exit code.

    `detailed` tells changes from none by the code. `offline` is for plans without a
    shop, of which an apply cannot refuse anything.
    """

    guards: Guards = field(default_factory=Guards)
    breaking: bool = False
    deletes: bool = False
    fail_on: FailOn = "blocked"
    detailed: bool = False
    offline: bool = False

    def warnings(self, plan: AnyPlan, unread: Collection[str] = ()) -> Iterator[str]:
        """What the guards have to say of the plan. Kinds in `unread` were not read."""
        for refusal in guard_refusals(plan, self.guards):
            yield f"apply will refuse this: {refusal}"
        if not self.offline:
            yield from unused_protection(plan, self.guards, unread)

    def exit(self, plan: AnyPlan) -> Exit:
        """The code and its reason."""
        if self._is_met(plan):
            return Exit(code=ExitCode.REFUSED, reason=self._reason(plan))
        if self.detailed and plan.changes:
            return Exit(code=ExitCode.PENDING, reason="changes")
        reason = "changes" if plan.changes else "in-sync"
        if plan.blocked and not self.offline:
            reason = "blocked"
        return Exit(code=ExitCode.DONE, reason=reason)

    def _reason(self, plan: AnyPlan) -> str:
        if self.offline:
            return "blocked" if plan.blocked else "breaking"
        found = self._refusals(plan)
        return found[0].reason if found else "breaking"

    def _is_met(self, plan: AnyPlan) -> bool:
        match self.fail_on:
            case "refused":
                return bool(self._refusals(plan))
            case "breaking":
                return bool(plan.blocked or not_permitted(plan))
            case "blocked":
                return bool(plan.blocked)
            case "never":
                return False

    def _refusals(self, plan: AnyPlan) -> list[Refused]:
        return list(
            refusals(plan, self.guards, breaking=self.breaking, deletes=self.deletes)
        )
