"""Whether a plan may be applied: limits, protected addresses, what is blocked, breaks or
is deleted. Each refusal holds the numbers and the way out.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from reconciler.errors import Refused
from reconciler.form.words import address_words, plural
from reconciler.kinds.change_rules import ways_out_of
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address, fold
from reconciler.model.change import (
    Action,
    Change,
    FieldChange,
    Refusal,
    RefusalReason,
)
from reconciler.model.target import Guards
from reconciler.plan.content import AnyPlan
from reconciler.plan.impact import breaking_fields, names_of, rule_of, wholly_accepted
from reconciler.plan.only import can_name, matches

_NOTHING_SENT = " Nothing was sent."
_OUT_OF_PROTECTION = (
    "take the change back",
    "take it off `protected` in reconciler.toml in a reviewed change",
)


def check_guards(plan: AnyPlan, guards: Guards) -> None:
    """Raises Refused when the plan does more than the settings allow."""
    _raise_first(guard_refusals(plan, guards))


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
    others = [
        *guard_refusals(plan, guards),
        *permission_refusals(plan, breaking=breaking, deletes=deletes),
    ]
    yield from _blocked(plan, others)
    yield from others


def permission_refusals(
    plan: AnyPlan, *, breaking: bool, deletes: bool
) -> Iterator[Refused]:
    """The refusals for want of a permission."""
    if not deletes:
        yield from _deleting(plan)
    if not breaking:
        yield from _breaking(plan)


def items_of(found: Iterable[Refused]) -> tuple[Refusal, ...]:
    """What is refused, without what is blocked: a plan has that in a place of its own."""
    items = (item for refused in found for item in refused.items)
    return tuple(item for item in items if isinstance(item, Refusal))


def guard_refusals(plan: AnyPlan, guards: Guards) -> Iterator[Refused]:
    """One refusal for all that the settings are the reason for, if anything is."""
    found = [*_over_limits(plan, guards), *_against_protection(plan, guards)]
    if found:
        items = [item for refused in found for item in refused.items]
        yield Refused(words_of(found), reason="guard", items=items)


def words_of(found: Sequence[Refused]) -> str:
    """All reasons, so that nobody has to try again to read the next one. What is blocked
    comes first, and names what the rest needs.
    """
    told = found[:1] if found[0].reason == "blocked" else found
    before, once, after = " ".join(map(str, told)).partition(_NOTHING_SENT)
    return before + once + after.replace(_NOTHING_SENT, "")


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
    yield from _over_limit(plan, "create", summary.create, guards.max_creates)
    yield from _over_limit(plan, "update", summary.update, guards.max_updates)
    yield from _over_limit(plan, "delete", summary.delete, guards.max_deletes)


def _over_limit(
    plan: AnyPlan, action: Action, count: int, limit: int | None
) -> Iterator[Refused]:
    if limit is None or count <= limit:
        return
    guard = f"max_{action}s"
    resources = plural(count, "resource")
    ways_out = (
        "split the change",
        f"raise {guard} in reconciler.toml in a reviewed change",
    )
    over = f"would {action} {count} {resources} and {guard} is {limit}"
    items = [
        _refusal(change, "guard", guard, f"the plan {over}", ways_out)
        for change in plan.changes
        if change.action == action
    ]
    told = _sentence(f"The plan {over}", ways_out)
    yield Refused(told, reason="guard", items=items)


def _against_protection(plan: AnyPlan, guards: Guards) -> Iterator[Refused]:
    # Under its old name too: a rename must not take a resource out of protection.
    stopped = [
        change
        for change in plan.changes
        if change.impact == "breaking"
        and any(_is_protected(name, guards) for name in names_of(change))
    ]
    if stopped:
        parts = [
            part
            for change in stopped
            for part in _parts(change, "guard", "protected", _OUT_OF_PROTECTION)
        ]
        told = _sentence(_protected_words(stopped), _OUT_OF_PROTECTION)
        yield Refused(told, reason="guard", items=parts)


def _protected_words(stopped: Sequence[Change]) -> str:
    first, *others = stopped
    if not others:
        return f"{first.address} is protected and the plan has a breaking change for it ({first.reason})"
    named = ", ".join(f"{change.address} ({change.reason})" for change in stopped)
    return f"{len(stopped)} are protected and the plan has breaking changes for them: {named}"


def _is_protected(address: Address, guards: Guards) -> bool:
    # Folded as the server does, so that another spelling does not get past it.
    name = fold(str(address))
    return any(matches(name, fold(pattern)) for pattern in guards.protected)


def _blocked(plan: AnyPlan, others: Sequence[Refused] = ()) -> Iterator[Refused]:
    """With the permissions that the rest needs, too; `others` are its refusals."""
    if plan.blocked:
        # Each once, though several things of one may be blocked.
        addresses = dict.fromkeys(item.address for item in plan.blocked)
        names = ", ".join(map(address_words, addresses))
        yield Refused(
            f"{plan.summary.blocked} blocked: {names}. Nothing was sent. "
            f"Take a way out that the plan names{_ways_for_the_rest(others)}",
            reason="blocked",
            items=plan.blocked,
        )


def _ways_for_the_rest(others: Sequence[Refused]) -> str:
    """The end of the sentence: what lets the rest pass, if anything does."""
    refused = {each.reason: str(each) for each in others}
    if "guard" in refused:
        return f"; the rest is refused, too. {words_of(others)}"
    flags = "--keep-going"
    if "breaking" in refused:
        flags += " --allow breaking"
    if "destroy" in refused:
        flags += " --allow-destroy"
    return f", or apply the rest with {flags}."


def _breaking(plan: AnyPlan) -> Iterator[Refused]:
    changes = [c for c in not_permitted(plan) if c.action != "delete"]
    if changes:
        names = ", ".join(address_words(change.address) for change in changes)
        yield Refused(
            f"{len(changes)} breaking: {names}. Nothing was sent. Allow it with --allow breaking, "
            "or have it accepted in its manifest (`accept:`).",
            reason="breaking",
            items=_items_of(changes, "breaking", "--allow breaking"),
        )


def _deleting(plan: AnyPlan) -> Iterator[Refused]:
    deletes = [change for change in plan.changes if change.action == "delete"]
    if deletes:
        names = ", ".join(address_words(change.address) for change in deletes)
        yield Refused(
            f"{len(deletes)} to delete: {names}. Nothing was sent. Allow it with --allow-destroy.",
            reason="destroy",
            items=_items_of(deletes, "destroy", "--allow-destroy"),
        )


def _items_of(
    changes: Iterable[Change], reason: RefusalReason, permission: str
) -> Iterator[Refusal]:
    for change in changes:
        rule = rule_of(change)
        ways_out = (*ways_out_of(rule), f"apply it with {permission}")
        yield from _parts(change, reason, rule, ways_out)


def _parts(
    change: Change, reason: RefusalReason, rule: str, ways_out: tuple[str, ...]
) -> Iterator[Refusal]:
    """One for each part that breaks, or one for the whole when that is what breaks."""
    whole = _refusal(change, reason, rule, change.reason, ways_out)
    kind = kind_of(change.address)
    accepted = {each.change for each in change.accepted}
    if reason == "guard":
        accepted = set()  # it stops what is accepted, too
    parts = [
        _refused_part(whole, part, change)
        for part in breaking_fields(change)
        if kind.dotted(part.path) not in accepted
    ]
    yield from parts or [whole]


def _refused_part(whole: Refusal, part: FieldChange, change: Change) -> Refusal:
    dotted = kind_of(change.address).dotted(part.path)
    said = {
        "path": part.path,
        "old": part.old,
        "new": part.new,
        "used_by": tuple(each for each in change.used_by if each.change == dotted),
    }
    return whole.model_copy(update=said)


def _refusal(
    change: Change,
    reason: RefusalReason,
    rule: str,
    message: str,
    ways_out: tuple[str, ...],
) -> Refusal:
    """The whole of a change, refused."""
    return Refusal(
        address=change.address,
        reason=reason,
        rule=rule,
        path=(),
        ways_out=ways_out,
        message=message,
        source=change.source,
        used_by=change.used_by,
    )


def _sentence(told: str, ways_out: tuple[str, ...]) -> str:
    return f"{told}: {', or '.join(ways_out)}."


def _addresses(plan: AnyPlan) -> Iterator[Address]:
    """All that is declared or lives, with the names that renames take away."""
    for change in plan.changes:
        yield from names_of(change)
    for item in plan.blocked:
        yield item.address
    yield from plan.unchanged
    yield from plan.unmanaged
