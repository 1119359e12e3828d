"""Build the plan from a comparison: one change per address, ordered, explained,
forecast and digested.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconciler.diff.compare import Comparison
from reconciler.errors import ExitCode
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Create, Delete, FieldChange, Update
from reconciler.model.live import LiveDefinition, LiveResource
from reconciler.model.plan import (
    Asked,
    Exit,
    Forecast,
    Git,
    Plan,
    Summary,
    TargetInfo,
    Tool,
)
from reconciler.model.state import Desired
from reconciler.plan.accept import accepting
from reconciler.plan.fingerprint import of_live
from reconciler.plan.impact import LOSSES, former_addresses, impact_of_update
from reconciler.plan.order import deferred, needs, references
from reconciler.plan.topology import arrange

PAGE = 100
"""The largest page a listing gives (contract §2)."""
SECONDS_PER_REQUEST = 0.2
"""Slow enough that the limit of 600 requests a minute never adds to it."""
VALID_FOR = timedelta(hours=24)
UNDIGESTED = {
    "tool",
    "created_at",
    "expires_at",
    "git",
    "live",
    "asked",
    "rests_on",
    "digest",
    "exit",
    "checksum",
}
"""What may differ between two runs that plan the same."""

Changes = dict[str, Change]


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, by what and against which shop the plan is made."""

    tool: Tool
    target: TargetInfo
    git: Git
    now: datetime
    asked: Asked = field(default_factory=Asked)


def build(
    desired: Desired,
    comparison: Comparison,
    occasion: Occasion,
    only: Collection[Address] | None = None,
) -> Plan:
    """The plan for everything, or for the addresses in `only`."""
    picked = {*desired.manifests, *comparison.gone} if only is None else set(only)
    changes = {
        str(address): change
        for address, change in _changes(desired, comparison).items()
        if address in picked
    }
    judged = [
        desired.manifests[a]
        for a in desired.manifests
        if a in picked and a not in comparison.blocked
    ]
    accepted = accepting(judged, changes, occasion.now.date())
    blocked = tuple(
        item
        for address, items in comparison.blocked.items()
        if address in picked
        for item in items
    )
    ordered = _ordered(accepted.changes, blocked, comparison.resources)
    unchanged = tuple(
        str(address) for address in comparison.unchanged if address in picked
    )
    plan = Plan(
        tool=occasion.tool,
        target=occasion.target,
        created_at=stamp(occasion.now),
        expires_at=stamp(occasion.now + VALID_FOR),
        git=occasion.git,
        changes=ordered,
        blocked=blocked,
        unchanged=unchanged,
        unmanaged=tuple(str(address) for address in comparison.unmanaged),
        warnings=(
            *comparison.warnings,
            *accepted.warnings,
            *_left_pointing(ordered, comparison),
        ),
        summary=_summary(ordered, blocked, unchanged, comparison),
        forecast=_forecast(ordered),
        live=comparison.live,
        asked=occasion.asked,
        exit=_exit(ordered, blocked),
    )
    return plan.model_copy(update={"digest": digest(plan)})


def warned(plan: Plan, warnings: Iterable[str]) -> Plan:
    """The plan with more warnings before the others; they are part of what is reviewed,
    and so of the digest.
    """
    plan = plan.model_copy(update={"warnings": (*warnings, *plan.warnings)})
    return plan.model_copy(update={"digest": digest(plan)})


def digest(plan: Plan) -> str:
    """The same for two plans that would do the same to the same shop."""
    text = json.dumps(
        plan.model_dump(mode="json", exclude=UNDIGESTED),
        sort_keys=True,
        ensure_ascii=False,
    )
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _changes(desired: Desired, comparison: Comparison) -> dict[Address, Change]:
    sources = {
        address: manifest.source.short
        for address, manifest in desired.manifests.items()
    }
    creates = {
        a: _create(a, fields, sources[a]) for a, fields in comparison.new.items()
    }
    updates = {
        a: _update(a, fields, sources[a]) for a, fields in comparison.changed.items()
    }
    deletes = {a: _delete(a, comparison, sources.get(a)) for a in comparison.gone}
    return {**creates, **updates, **deletes}


def _create(address: Address, fields: tuple[FieldChange, ...], source: str) -> Create:
    return Create(
        address=str(address),
        impact="safe",
        reason="not live",
        fields=fields,
        source=source,
    )


def _update(address: Address, fields: tuple[FieldChange, ...], source: str) -> Update:
    impact, reason = impact_of_update(address, fields)
    return Update(
        address=str(address), impact=impact, reason=reason, fields=fields, source=source
    )


def _delete(address: Address, comparison: Comparison, source: str | None) -> Delete:
    """Waits for all that points at it; what of that is not changed at all drops out
    with `_ordered`.
    """
    users = tuple(map(str, comparison.users.get(address, ())))
    return Delete(
        address=str(address),
        impact="breaking",
        reason=LOSSES[address.kind],
        depends_on=users,
        source=source,
        live=of_live(comparison.gone[address]),
    )


def _left_pointing(changes: Iterable[Change], comparison: Comparison) -> Iterator[str]:
    """What still points at something that goes away, and keeps its dead id."""
    going = {change.address for change in changes if isinstance(change, Delete)}
    let_go = {(change.address, part.old["definition"]) for change in changes for part in change.fields
              if part.op == "removed" and part.path[0] == "sources"}  # fmt: skip
    for target, users in comparison.users.items():
        for user in map(str, users) if str(target) in going else ():
            if user not in going and (user, str(target)) not in let_go:
                yield f"{user} still points at {target}, which is to be deleted: it will point at nothing"


def _ordered(
    changes: Changes, blocked: tuple[Blocked, ...], live: Mapping[Address, LiveResource]
) -> tuple[Change, ...]:
    """Creates and updates after what they need, then deletes after what points at
    them.
    """
    deletes = {
        address: change
        for address, change in changes.items()
        if isinstance(change, Delete)
    }
    others = {
        address: change for address, change in changes.items() if address not in deletes
    }
    freed = {
        Address.parse(old).folded: a
        for a, change in others.items()
        for old in former_addresses(change)
    }
    order, kept = arrange(
        {
            a: {need for need, _ in needs(change, others)} | _needed_name(a, freed)
            for a, change in others.items()
        }
    )
    last, kept_last = arrange(
        {a: set(change.depends_on) & set(deletes) for a, change in deletes.items()}
    )
    stuck = {item.address: item.rule for item in blocked}
    fields = {
        str(a): {f.name for f in each.fields}
        for a, each in live.items()
        if isinstance(each, LiveDefinition)
    }
    waits = {a: {*kept[a], *_stuck_needs(others[a], stuck, fields)} for a in order}
    waits |= {
        a: {*kept_last[a], *(set(deletes[a].depends_on) & set(others))} for a in last
    }
    placed = {
        a: changes[a].model_copy(update={"depends_on": tuple(sorted(waits[a]))})
        for a in waits
    }
    return tuple(
        change.model_copy(update={"requests": _requests(change, placed)})
        for change in placed.values()
    )


def _needed_name(address: str, freed: Mapping[Address, str]) -> set[str]:
    """The rename that has to free a name before something else can have it."""
    renamed = freed.get(Address.parse(address).folded)
    return {renamed} - {address} if renamed else set()


def _stuck_needs(
    change: Change, stuck: Mapping[str, str], live: Mapping[str, Collection[str]]
) -> set[str]:
    """Blocked addresses without which it cannot be sent: an override's definition, one
    with no id, or no such field.
    """
    override = change.address.startswith("override/")
    return {
        address
        for address, field, _ in references(change)
        if address in stuck
        and (
            override
            or stuck[address] == "accent-conflict"
            or field not in {None, "id", *live.get(address, ())}
        )
    }


def _requests(change: Change, changes: Changes) -> int:
    """What is deferred closes a cycle, so the change brings something that the others
    wait for: that goes first.
    """
    if isinstance(change, Delete):
        return 1
    switches = any(part.path == ("status",) for part in change.fields)
    sends = isinstance(change, Create) or len(change.fields) > switches
    return sends + switches + bool(deferred(change, changes))


def _summary(
    changes: tuple[Change, ...],
    blocked: tuple[Blocked, ...],
    unchanged: tuple[str, ...],
    comparison: Comparison,
) -> Summary:
    actions = Counter(change.action for change in changes)
    return Summary(
        create=actions["create"],
        update=actions["update"],
        delete=actions["delete"],
        blocked=len({item.address for item in blocked}),
        unchanged=len(unchanged),
        unmanaged=len(comparison.unmanaged),
    )


def _forecast(changes: tuple[Change, ...]) -> Forecast:
    """Writes plus the pages that read back what they touched, each kind by its own
    listing.
    """
    touched = {
        kind: sum(change.address.startswith(kind) for change in changes)
        for kind in ("definition", "event")
    }
    pages = sum(-(-count // PAGE) for count in touched.values())
    pages += any(change.address.startswith("override") for change in changes)
    requests = sum(change.requests for change in changes) + pages
    return Forecast(requests=requests, seconds=round(requests * SECONDS_PER_REQUEST, 1))


def _exit(changes: tuple[Change, ...], blocked: tuple[Blocked, ...]) -> Exit:
    if blocked:
        return Exit(code=ExitCode.REFUSED, reason="blocked")
    return Exit(code=ExitCode.DONE, reason="changes" if changes else "in-sync")


def stamp(moment: datetime) -> str:
    """The time as documents show it: UTC, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
