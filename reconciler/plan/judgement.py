"""Whether a plan is good enough: the guards and permissions that it is measured against,
and the exit code that follows.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

from reconciler.errors import ExitCode, Refused
from reconciler.model.address import Address
from reconciler.model.change import Refusal
from reconciler.model.plan import UNSETTLED, Exit, SettingChange
from reconciler.model.target import Guards
from reconciler.plan.content import AnyPlan
from reconciler.plan.guard import (
    guard_refusals,
    items_of,
    not_permitted,
    permission_refusals,
    refusals,
    unused_protection,
)

GUARDED = "apply will refuse this: "
"""With this begins what a plan warns of for its guards."""
FailOn = Literal["refused", "breaking", "blocked", "never"]
"""What ends with exit code 3; refused is whatever apply would refuse."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The guards and permissions that hold, and which of them decide the exit code.

    With `detailed`, pending changes have an exit code of their own. `offline` is for plans without a
    shop, of which an apply cannot refuse anything; `incomplete` says why not
    everything could be compared.
    """

    guards: Guards = field(default_factory=Guards)
    breaking: bool = False
    deletes: bool = False
    fail_on: FailOn = "blocked"
    detailed: bool = False
    offline: bool = False
    incomplete: tuple[str, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    """What becomes of the rules themselves: no rule of theirs, and no manifest, can
    accept that.
    """

    def warnings(self, plan: AnyPlan, unread: Collection[str] = ()) -> Iterator[str]:
        """What the guards have to say of the plan. Kinds in `unread` were not read."""
        for refusal in guard_refusals(plan, self.guards):
            yield f"{GUARDED}{refusal}"
        if not self.offline:
            yield from unused_protection(plan, self.guards, unread)

    def refused(self, plan: AnyPlan) -> tuple[Refusal, ...]:
        """What guards stop in any case, and else what decides the exit code."""
        found = list(guard_refusals(plan, self.guards))
        if self.fail_on == "breaking":
            found += permission_refusals(plan, breaking=False, deletes=False)
        if self.fail_on == "refused":
            found += permission_refusals(
                plan, breaking=self.breaking, deletes=self.deletes
            )
        return items_of(found)

    def exit(self, plan: AnyPlan, unsettled: Collection[Address] = ()) -> Exit:
        """The code and its reason. What is `unsettled` is still being made."""
        if self._is_met(plan):
            return Exit(code=ExitCode.REFUSED, reason=self._reason(plan))
        pending = _pending(plan, unsettled)
        if self.detailed and pending:
            return Exit(code=ExitCode.PENDING, reason=pending)
        reason = pending or "in-sync"
        if self.settings or self.incomplete:
            reason = "changes"
        if plan.blocked and not self.offline:
            reason = "blocked"
        return Exit(code=ExitCode.DONE, reason=reason)

    def _reason(self, plan: AnyPlan) -> str:
        if self.offline and plan.blocked:
            return "blocked"
        if self.incomplete:
            return "nothing-compared"
        if self.offline:
            return "breaking"
        found = self._refusals(plan)
        # With --allow breaking, nothing is refused and --fail-on breaking is met.
        return found[0].reason if found else "breaking"

    def _is_met(self, plan: AnyPlan) -> bool:
        """Whether the plan is what `fail_on` names."""
        if self.fail_on == "never":
            return False
        # Each of the others includes what is blocked.
        if plan.blocked or self.incomplete:
            return True
        if self.fail_on == "breaking":
            return bool(self.settings or not_permitted(plan))
        return self.fail_on == "refused" and bool(self._refusals(plan))

    def _refusals(self, plan: AnyPlan) -> list[Refused]:
        found = refusals(
            plan, self.guards, breaking=self.breaking, deletes=self.deletes
        )
        return list(found)


def _pending(plan: AnyPlan, unsettled: Collection[Address]) -> str:
    """Why the shop is not as wanted yet; empty when it is."""
    if plan.changes:
        return "changes"
    return UNSETTLED if unsettled else ""
