"""Safety rules that can refuse a plan. Each refusal holds the numbers and the way
out.
"""

from collections.abc import Callable, Iterator

from reconciler.errors import Refused
from reconciler.model.address import fold
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.model.target import Guards
from reconciler.plan.impact import former_addresses, not_accepted
from reconciler.plan.only import matches


def check_guards(plan: Plan, guards: Guards) -> None:
    """Raises Refused when the plan does more than the settings allow."""
    limits = {
        "create": ("max_creates", guards.max_creates),
        "update": ("max_updates", guards.max_updates),
        "delete": ("max_deletes", guards.max_deletes),
    }
    for action, (name, limit) in limits.items():
        count = getattr(plan.summary, action)
        if limit is not None and count > limit:
            raise Refused(
                f"The plan would {action} {count} {'resource' if count == 1 else 'resources'} and {name} is {limit}: "
                f"split the change, or raise {name} in reconciler.toml in a reviewed change.",
                reason="guard",
            )
    for change in plan.changes:
        if change.impact == "breaking" and any(
            _is_protected(name, guards) for name in _names(change)
        ):
            raise Refused(
                f"{change.address} is protected and the plan has a breaking change for it ({change.reason}): "
                "take the change back, or take it off `protected` in reconciler.toml in a reviewed change.",
                reason="guard",
            )


def _names(change: Change) -> list[str]:
    """The address of a change, and the one it had before."""
    return [change.address, *former_addresses(change)]


def _is_protected(address: str, guards: Guards) -> bool:
    return any(matches(fold(address), fold(glob)) for glob in guards.protected)


def check_blocked(plan: Plan) -> None:
    """Raises Refused when anything in the plan cannot be made in place."""
    if plan.blocked:
        names = ", ".join(dict.fromkeys(item.address for item in plan.blocked))
        raise Refused(
            f"{plan.summary.blocked} blocked: {names}. Nothing was sent. Take a way out that the plan names, "
            "or apply the rest with --keep-going.",
            reason="blocked",
        )


def check_breaking(plan: Plan, *, allowed: bool) -> None:
    """Raises Refused when a breaking change was neither allowed nor accepted; deletes
    have a check of their own.
    """
    breaking = [
        change.address for change in not_permitted(plan) if change.action != "delete"
    ]
    if breaking and not allowed:
        raise Refused(
            f"{len(breaking)} breaking: {', '.join(breaking)}. Nothing was sent. Allow it with --allow breaking, "
            "or have it accepted in its manifest (`accept:`).",
            reason="breaking",
        )


def check_deletes(plan: Plan, *, allowed: bool) -> None:
    """Raises Refused when the plan deletes something and that was not allowed."""
    gone = [change.address for change in plan.changes if change.action == "delete"]
    if gone and not allowed:
        raise Refused(
            f"{len(gone)} to delete: {', '.join(gone)}. Nothing was sent. Allow it with --allow-destroy.",
            reason="destroy",
        )


def refusals(
    plan: Plan, guards: Guards, *, breaking: bool, deletes: bool
) -> Iterator[Refused]:
    """Every reason for which this plan would not be applied with these permissions."""
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_blocked(plan),
        lambda: check_guards(plan, guards),
        lambda: check_deletes(plan, allowed=deletes),
        lambda: check_breaking(plan, allowed=breaking),
    )
    for check in checks:
        try:
            check()
        except Refused as refused:
            yield refused


def guard_refusals(plan: Plan, guards: Guards) -> list[str]:
    """What of these the settings are the reason for."""
    found = refusals(plan, guards, breaking=True, deletes=True)
    return [str(refused) for refused in found if refused.reason == "guard"]


def unused_protection(plan: Plan, guards: Guards) -> Iterator[str]:
    """Patterns of `protected` that protect nothing that is declared or lives: likely
    misspelt.
    """
    if plan.asked.only is not None:
        return  # the plan does not speak of all there is
    known = [
        *(name for change in plan.changes for name in _names(change)),
        *(item.address for item in plan.blocked),
    ]
    known += [*plan.unchanged, *plan.unmanaged]
    for pattern in guards.protected:
        if not any(matches(fold(address), fold(pattern)) for address in known):
            yield f"`protected` names {pattern}, and nothing has that address"


def not_permitted(plan: Plan) -> tuple[Change, ...]:
    """The breaking changes of which something is not accepted in a manifest."""
    breaking = (change for change in plan.changes if change.impact == "breaking")
    return tuple(
        change for change in breaking if not change.accepted or not_accepted(change)
    )
