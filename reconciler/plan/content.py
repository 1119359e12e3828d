"""What a plan says is to be done: the changes in their order, and everything else that
was seen, before guards judge it and hashes seal it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciler.diff.compare import Comparison
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Accepted, Blocked, Change
from reconciler.model.live import TRANSIENT, Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import Asked, Plan, Summary
from reconciler.model.usage import Use
from reconciler.plan.accept import accepted_of
from reconciler.plan.draft import Draft, drafts_of
from reconciler.plan.impact import breaking
from reconciler.plan.rows import PlannedRows
from reconciler.plan.sequence import sequence_of
from reconciler.plan.steps import steps_of
from reconciler.plan.usage import with_blocked_users, with_users


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is made from. It is only about the addresses in `picked`, and
    acceptances have to hold on `today`. `uses` are by messages and the like.
    """

    desired: Desired
    comparison: Comparison
    picked: Collection[Address]
    asked: Asked
    today: date
    rows: PlannedRows = field(default_factory=PlannedRows)
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """The parts of a plan that guards look at, under the names that they have there."""

    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...]
    unchanged: tuple[Address, ...]
    unmanaged: tuple[Address, ...]
    asked: Asked

    @property
    def summary(self) -> Summary:
        actions = Counter(change.action for change in self.changes)
        return Summary(
            create=actions["create"],
            update=actions["update"],
            delete=actions["delete"],
            blocked=len({item.address for item in self.blocked}),
            unchanged=len(self.unchanged),
            unmanaged=len(self.unmanaged),
        )


AnyPlan = Plan | Content
"""A whole plan, or one that is being made."""


def content_of(inputs: Inputs) -> Content:
    """Everything that is to be done or cannot be done, and what needs nothing."""
    comparison, picked = inputs.comparison, inputs.picked
    blocked = tuple(_blocked_items(inputs))
    rows = inputs.rows
    return Content(
        changes=_with_rows(tuple(_changes(inputs, blocked)), rows.changes),
        blocked=(*blocked, *rows.blocked),
        unchanged=(*[a for a in comparison.unchanged if a in picked], *rows.unchanged),
        # All of it, whatever was picked: a plan always says what has no manifest.
        unmanaged=tuple(_unmanaged(comparison)),
        asked=inputs.asked,
    )


def _with_rows(
    changes: tuple[Change, ...], rows: tuple[Change, ...]
) -> tuple[Change, ...]:
    """Rows come when their definitions are there, and before anything is deleted."""
    deletes = tuple(change for change in changes if change.action == "delete")
    others = tuple(change for change in changes if change.action != "delete")
    return (*others, *rows, *deletes)


def unsettled(plan: AnyPlan, live: Live) -> tuple[Address, ...]:
    """Of what is unchanged, what the shop is still making: nobody knows yet whether it
    will be as wanted.
    """
    found = []
    for address in plan.unchanged:
        resource = live.resources.get(address)
        if resource is not None and resource.status in TRANSIENT:
            found.append(address)
    return tuple(found)


def _unmanaged(comparison: Comparison) -> list[Address]:
    """What lives without a manifest. Of several that live under one name, a manifest is
    about one; the others are there once each.
    """
    twins = comparison.live.twins.items()
    others = [address for address, alike in twins for _ in alike]
    return sorted([*comparison.unmanaged, *others])


def _blocked_items(inputs: Inputs) -> Iterator[Blocked]:
    for address, items in inputs.comparison.blocked.items():
        if address in inputs.picked:
            yield from (with_blocked_users(item, inputs.uses) for item in items)


def _changes(inputs: Inputs, blocked: tuple[Blocked, ...]) -> Iterator[Change]:
    """The changes in an order in which they can be sent."""
    every = drafts_of(inputs.comparison)
    picked = {a: draft for a, draft in every.items() if a in inputs.picked}
    drafts = with_users(picked, inputs.uses)
    waits = sequence_of(drafts, blocked, inputs.comparison)
    for address, depends_on in waits.items():
        yield _change(address, drafts, depends_on, inputs)


def _change(
    address: Address,
    drafts: Mapping[Address, Draft],
    depends_on: tuple[Address, ...],
    inputs: Inputs,
) -> Change:
    draft = drafts[address]
    source: str | None = None
    accepted: tuple[Accepted, ...] = ()
    # What `--prune` deletes has no manifest, and so nothing that could accept it.
    if manifest := inputs.desired.manifests.get(address):
        source = manifest.source.short
        accepted = accepted_of(manifest, breaking(draft), inputs.today)
    return draft.change(
        depends_on=depends_on,
        requests=len(steps_of(draft, drafts, depends_on)),
        source=source,
        accepted=accepted,
    )


def deleted_by(plan: AnyPlan) -> list[Address]:
    """What a plan deletes, in its order."""
    return [each.address for each in plan.changes if each.action == "delete"]


def let_go(content: Content) -> Iterator[tuple[Address, Address]]:
    """(user, what it no longer points at) of every reference that a change removes."""
    for change in content.changes:
        kind = kind_of(change.address)
        for part in change.fields:
            if part.op != "removed":
                continue
            # A kind only reads references from new values; the old one is read like it.
            was = part.model_copy(update={"new": part.old})
            if named := kind.named_by(was):
                yield change.address, named[0]
