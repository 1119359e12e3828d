"""Build the plan from a comparison: one change per address, ordered, explained, forecast and digested."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.diff.compare import Comparison
from reconciler.errors import ExitCode
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Create, FieldChange, Update
from reconciler.model.plan import Exit, Forecast, Git, Plan, Summary, TargetInfo, Tool
from reconciler.model.state import Desired
from reconciler.plan.impact import impact_of_update
from reconciler.plan.order import arrange, deferred, needs, references

PAGE = 100
"""The largest page a listing gives (contract §2)."""
SECONDS_PER_REQUEST = 0.2
"""Slow enough that the limit of 600 requests a minute never adds to it."""
VALID_FOR = timedelta(hours=24)
UNDIGESTED = {"tool", "created_at", "expires_at", "git", "digest", "exit"}
"""What may differ between two runs that plan the same."""

Changes = dict[str, Create | Update]


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, by what and against which shop the plan is made."""

    tool: Tool
    target: TargetInfo
    git: Git
    now: datetime


def build(
    desired: Desired, comparison: Comparison, occasion: Occasion, only: Collection[Address] | None = None
) -> Plan:
    """The plan for everything, or for the addresses in `only`."""
    sources = {address: manifest.source.short for address, manifest in desired.manifests.items()}
    picked = set(desired.manifests) if only is None else set(only)
    changes: Changes = {
        str(address): Create(
            address=str(address), impact="safe", reason="not live", fields=fields, source=sources[address]
        )
        for address, fields in comparison.new.items()
        if address in picked
    }
    changes |= {
        str(address): _update(address, fields, sources[address])
        for address, fields in comparison.changed.items()
        if address in picked
    }
    blocked = tuple(item for address, items in comparison.blocked.items() if address in picked for item in items)
    ordered = _ordered(changes, blocked)
    unchanged = tuple(str(address) for address in comparison.unchanged if address in picked)
    plan = Plan(
        tool=occasion.tool,
        target=occasion.target,
        created_at=_stamp(occasion.now),
        expires_at=_stamp(occasion.now + VALID_FOR),
        git=occasion.git,
        changes=ordered,
        blocked=blocked,
        unchanged=unchanged,
        unmanaged=tuple(str(address) for address in comparison.unmanaged),
        warnings=comparison.warnings,
        summary=_summary(ordered, blocked, unchanged, comparison),
        forecast=_forecast(ordered),
        exit=_exit(ordered, blocked),
    )
    return plan.model_copy(update={"digest": digest(plan)})


def digest(plan: Plan) -> str:
    """The same for two plans that would do the same to the same shop."""
    text = json.dumps(plan.model_dump(mode="json", exclude=UNDIGESTED), sort_keys=True, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _update(address: Address, fields: tuple[FieldChange, ...], source: str) -> Update:
    impact, reason = impact_of_update(address, fields)
    return Update(address=str(address), impact=impact, reason=reason, fields=fields, source=source)


def _ordered(changes: Changes, blocked: tuple[Blocked, ...]) -> tuple[Create | Update, ...]:
    graph = {address: {need for need, _ in needs(change, changes)} for address, change in changes.items()}
    order, kept = arrange(graph)
    stuck = {item.address: item.rule for item in blocked}
    placed: Changes = {}
    for address in order:
        change = changes[address]
        waits = sorted({*kept[address], *_stuck_needs(change, stuck)})
        placed[address] = change.model_copy(update={"depends_on": tuple(waits)})
    return tuple(change.model_copy(update={"requests": _requests(change, placed)}) for change in placed.values())


def _stuck_needs(change: Create | Update, stuck: Mapping[str, str]) -> set[str]:
    """Blocked addresses without which the change cannot be sent: an override's definition, or one with no id."""
    override = change.address.startswith("override/")
    return {
        address
        for address, _, _ in references(change)
        if address in stuck and (override or stuck[address] == "accent-conflict")
    }


def _requests(change: Create | Update, changes: Changes) -> int:
    """What is deferred closes a cycle, so the change brings something that the others wait for: that goes first."""
    return 2 if deferred(change, changes) else 1


def _summary(
    changes: tuple[Create | Update, ...],
    blocked: tuple[Blocked, ...],
    unchanged: tuple[str, ...],
    comparison: Comparison,
) -> Summary:
    creates = sum(isinstance(change, Create) for change in changes)
    return Summary(
        create=creates,
        update=len(changes) - creates,
        blocked=len({item.address for item in blocked}),
        unchanged=len(unchanged),
        unmanaged=len(comparison.unmanaged),
    )


def _forecast(changes: tuple[Create | Update, ...]) -> Forecast:
    """Writes plus the pages that read back what they touched, each kind by its own listing."""
    touched = {kind: sum(change.address.startswith(kind) for change in changes) for kind in ("definition", "event")}
    pages = sum(-(-count // PAGE) for count in touched.values())
    pages += any(change.address.startswith("override") for change in changes)
    requests = sum(change.requests for change in changes) + pages
    return Forecast(requests=requests, seconds=round(requests * SECONDS_PER_REQUEST, 1))


def _exit(changes: tuple[Create | Update, ...], blocked: tuple[Blocked, ...]) -> Exit:
    if blocked:
        return Exit(code=ExitCode.REFUSED, reason="blocked")
    return Exit(code=ExitCode.DONE, reason="changes" if changes else "in-sync")


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
