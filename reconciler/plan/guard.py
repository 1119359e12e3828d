"""Whether a plan may be applied: limits, protected addresses, what is blocked, breaks or
is deleted. Each refusal holds the numbers and the way out.
"""

from collections.abc import Collection, Iterator

from reconciler.errors import Refused
from reconciler.form.words import plural
from reconciler.model.address import Address, fold
from reconciler.model.change import Action, Change
from reconciler.model.target import Guards
from reconciler.plan.content import AnyPlan, deleted_by
from reconciler.plan.impact import names_of, wholly_accepted
from reconciler.plan.only import can_name, matches


def check_guards(plan: AnyPlan, guards: Guards) -> None:
    """Raises Refused when the plan does more than the settings allow."""
    _raise_first(_over_limits(plan, guards))
    _raise_first(_against_protection(plan, guards))


def check_blocked(plan: AnyPlan) -> None:
    """Raises Refused when anything in the plan cannot be made in place."""
    _raise_first(_blocked(plan))


def check_breaking(plan: AnyPlan, *, allowed: bool) -> None:
    """Raises Refused when a breaking change was neither allowed nor accepted; deletes
    have a check of their own.
    """
    if not allowed:
        _raise_first(_breaking(plan))


def check_deletes(plan: AnyPlan, *, allowed: bool) -> None:
    """Raises Refused when the plan deletes something and that was not allowed."""
    if not allowed:
        _raise_first(_deleting(plan))


def refusals(
    plan: AnyPlan, guards: Guards, *, breaking: bool, deletes: bool
) -> Iterator[Refused]:
    """Every reason for which this plan would not be applied with these permissions."""
    yield from _blocked(plan)
    yield from guard_refusals(plan, guards)
    if not deletes:
        yield from _deleting(plan)
    if not breaking:
        yield from _breaking(plan)


def guard_refusals(plan: AnyPlan, guards: Guards) -> Iterator[Refused]:
    """The first refusal that the settings are the reason for, if there is one."""
    found = [*_over_limits(plan, guards), *_against_protection(plan, guards)]
    yield from found[:1]


def unused_protection(
    plan: AnyPlan, guards: Guards, unread: Collection[str] = ()
) -> Iterator[str]:
    """Patterns of `protected` that protect nothing that is declared or lives: likely
    misspelt. Of the kinds in `unread` nobody knows what lives.
    """
    if plan.asked.only is not None:
        return  # the plan does not speak of all there is
    known = {fold(str(address)) for address in _addresses(plan)}
    for pattern in guards.protected:
        folded = fold(pattern)
        may_be_unread = any(can_name(folded, kind) for kind in unread)
        is_used = any(matches(address, folded) for address in known)
        if not may_be_unread and not is_used:
            yield f"`protected` names {pattern}, and nothing has that address"


def not_permitted(plan: AnyPlan) -> tuple[Change, ...]:
    """The breaking changes of which something is not accepted in a manifest."""
    return tuple(
        change
        for change in plan.changes
        if change.impact == "breaking" and not wholly_accepted(change)
    )


def _raise_first(refused: Iterator[Refused]) -> None:
    for refusal in refused:
        raise refusal


def _over_limits(plan: AnyPlan, guards: Guards) -> Iterator[Refused]:
    summary = plan.summary
    yield from _over_limit("create", summary.create, guards.max_creates)
    yield from _over_limit("update", summary.update, guards.max_updates)
    yield from _over_limit("delete", summary.delete, guards.max_deletes)


def _over_limit(action: Action, count: int, limit: int | None) -> Iterator[Refused]:
    if limit is None or count <= limit:
        return
    guard = f"max_{action}s"
    resources = plural(count, "resource")
    yield Refused(
        f"The plan would {action} {count} {resources} and {guard} is {limit}: "
        f"split the change, or raise {guard} in reconciler.toml in a reviewed change.",
        reason="guard",
    )


def _against_protection(plan: AnyPlan, guards: Guards) -> Iterator[Refused]:
    for change in plan.changes:
        if change.impact != "breaking":
            continue
        # Under its old name too: a rename must not take a resource out of protection.
        if any(_is_protected(name, guards) for name in names_of(change)):
            yield Refused(
                f"{change.address} is protected and the plan has a breaking change for it ({change.reason}): "
                "take the change back, or take it off `protected` in reconciler.toml in a reviewed change.",
                reason="guard",
            )


def _is_protected(address: Address, guards: Guards) -> bool:
    # Folded as the server does, so that another spelling does not get past it.
    name = fold(str(address))
    return any(matches(name, fold(pattern)) for pattern in guards.protected)


def _blocked(plan: AnyPlan) -> Iterator[Refused]:
    if plan.blocked:
        # Each once, though several things of one may be blocked.
        addresses = dict.fromkeys(item.address for item in plan.blocked)
        names = ", ".join(map(str, addresses))
        yield Refused(
            f"{plan.summary.blocked} blocked: {names}. Nothing was sent. Take a way out that the plan names, "
            "or apply the rest with --keep-going.",
            reason="blocked",
        )


def _breaking(plan: AnyPlan) -> Iterator[Refused]:
    names = [str(c.address) for c in not_permitted(plan) if c.action != "delete"]
    if names:
        yield Refused(
            f"{len(names)} breaking: {', '.join(names)}. Nothing was sent. Allow it with --allow breaking, "
            "or have it accepted in its manifest (`accept:`).",
            reason="breaking",
        )


def _deleting(plan: AnyPlan) -> Iterator[Refused]:
    deleted = deleted_by(plan)
    if deleted:
        names = ", ".join(map(str, deleted))
        yield Refused(
            f"{len(deleted)} to delete: {names}. Nothing was sent. Allow it with --allow-destroy.",
            reason="destroy",
        )


def _addresses(plan: AnyPlan) -> Iterator[Address]:
    """All that is declared or lives, with the names that renames take away."""
    for change in plan.changes:
        yield from names_of(change)
    for item in plan.blocked:
        yield item.address
    yield from plan.unchanged
    yield from plan.unmanaged
