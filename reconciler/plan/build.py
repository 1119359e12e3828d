"""Build the plan: compare, order, explain, forecast, judge and seal. What comes out is
complete.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.diff.compare import Comparison, compare, pruned
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.address import Address
from reconciler.model.change import Accepted, Change
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import (
    Asked,
    Forecast,
    Git,
    Plan,
    RestsOn,
    Summary,
    TargetInfo,
    Tool,
)
from reconciler.plan.accept import accepted_of, useless_acceptances
from reconciler.plan.content import Content
from reconciler.plan.draft import Draft, drafts_of
from reconciler.plan.impact import breaking
from reconciler.plan.judgement import Judgement
from reconciler.plan.only import matches, with_dependencies
from reconciler.plan.rests_on import rests_on_of
from reconciler.plan.seal import VALID_FOR, sealed, stamp
from reconciler.plan.sequence import sequence_of
from reconciler.plan.steps import steps_of

PAGE = 100
"""The largest page a listing gives (contract §2)."""
SECONDS_PER_REQUEST = 0.2
"""Slow enough that the limit of 600 requests a minute never adds to it."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a plan comes from: when, by what, against which shop it is made, and what
    was asked for. With `saved`, it also holds what a later apply has to check.
    """

    tool: Tool
    target: TargetInfo
    git: Git
    now: datetime
    asked: Asked = field(default_factory=Asked)
    saved: bool = False
    notes: tuple[str, ...] = ()
    """Warnings that come before those of the plan itself."""


def make_plan(
    desired: Desired,
    live: Live,
    provenance: Provenance,
    judgement: Judgement = Judgement(),  # noqa: B008 – a frozen value
    written: Desired | None = None,
) -> tuple[Plan, Live]:
    """The plan that makes `live` as `desired`, and `live` in the manifests' spelling.

    `written` are the manifests as they are written, if `desired` spells some of their
    references as the shop does: a saved plan rests on what is written.

    Raises WrongUsage when the pattern that was asked for matches nothing.
    """
    only, picked = provenance.asked.only, None
    if only is not None:
        picked = with_dependencies(desired, only)
    comparison = compare(desired, live)
    if provenance.asked.prune:
        spared = _outside(comparison, only)
        if picked is not None:
            picked = picked | set(comparison.unmanaged) - spared
        comparison = pruned(comparison, spared)
    plan = build(desired, comparison, provenance, judgement, picked, written)
    return plan, comparison.live


def _outside(comparison: Comparison, only: str | None) -> set[Address]:
    """What lives without a manifest and was not asked for."""
    if only is None:
        return set()
    return {a for a in comparison.unmanaged if not matches(str(a), only)}


def build(
    desired: Desired,
    comparison: Comparison,
    provenance: Provenance,
    judgement: Judgement = Judgement(),  # noqa: B008 – a frozen value
    only: Collection[Address] | None = None,
    written: Desired | None = None,
) -> Plan:
    """The plan for everything, or for the addresses in `only`."""
    picked = {*desired.manifests, *comparison.gone} if only is None else set(only)
    content = _content(desired, comparison, provenance, picked)
    rests_on: dict[Address, RestsOn] = {}
    if provenance.saved:
        rests_on = rests_on_of(content, written or desired, comparison)
    plan = Plan(
        tool=provenance.tool,
        target=provenance.target,
        created_at=stamp(provenance.now),
        expires_at=stamp(provenance.now + VALID_FOR),
        git=provenance.git,
        changes=content.changes,
        blocked=content.blocked,
        unchanged=content.unchanged,
        unmanaged=content.unmanaged,
        warnings=(
            *provenance.notes,
            *judgement.warnings(content, _unread(comparison.live)),
            *comparison.warnings,
            *(_left_behind(comparison) if judgement.offline else ()),
            *_useless_acceptances(desired, comparison, content, picked, provenance),
            *_left_pointing(content, comparison),
        ),
        summary=content.summary,
        forecast=_forecast(content.changes),
        exit=judgement.exit(content),
        live=len(comparison.live.resources),
        asked=content.asked,
        rests_on=rests_on,
    )
    return sealed(plan, with_checksum=provenance.saved)


def _unread(live: Live) -> set[str]:
    return {
        name for name, kind in KINDS.items() if kind.lives and not live.was_read(name)
    }


def _content(
    desired: Desired,
    comparison: Comparison,
    provenance: Provenance,
    picked: Collection[Address],
) -> Content:
    drafts = {a: d for a, d in drafts_of(comparison).items() if a in picked}
    blocked = tuple(
        item
        for address, items in comparison.blocked.items()
        if address in picked
        for item in items
    )
    waits = sequence_of(drafts, blocked, comparison)
    changes = tuple(
        _change(drafts[address], drafts, waits[address], desired, provenance)
        for address in waits
    )
    unchanged = tuple(a for a in comparison.unchanged if a in picked)
    actions = Counter(change.action for change in changes)
    summary = Summary(
        create=actions["create"],
        update=actions["update"],
        delete=actions["delete"],
        blocked=len({item.address for item in blocked}),
        unchanged=len(unchanged),
        unmanaged=len(comparison.unmanaged),
    )
    return Content(
        changes, blocked, unchanged, comparison.unmanaged, summary, provenance.asked
    )


def _change(
    draft: Draft,
    drafts: Mapping[Address, Draft],
    depends_on: tuple[Address, ...],
    desired: Desired,
    provenance: Provenance,
) -> Change:
    manifest = desired.manifests.get(draft.address)
    accepted: tuple[Accepted, ...] = ()
    if manifest:
        accepted = accepted_of(manifest, breaking(draft), provenance.now.date())
    return draft.change(
        depends_on=depends_on,
        requests=len(steps_of(draft, drafts, depends_on)),
        source=manifest.source.short if manifest else None,
        accepted=accepted,
    )


def _left_behind(comparison: Comparison) -> Iterator[str]:
    """What earlier manifests describe and these do not; omission never deletes."""
    for address in comparison.unmanaged:
        yield f"{address} is no longer declared; it stays in the shop"


def _useless_acceptances(
    desired: Desired,
    comparison: Comparison,
    content: Content,
    picked: Collection[Address],
    provenance: Provenance,
) -> Iterator[str]:
    changes = {change.address: change for change in content.changes}
    for address, manifest in desired.manifests.items():
        if address in picked and address not in comparison.blocked:
            change = changes.get(address)
            breaks = breaking(change) if change else ()
            yield from useless_acceptances(manifest, breaks, provenance.now.date())


def _left_pointing(content: Content, comparison: Comparison) -> Iterator[str]:
    """What still points at something that goes away, and keeps its dead id."""
    going = {c.address for c in content.changes if c.action == "delete"}
    let_go = set(_let_go(content))
    for target, users in comparison.users.items():
        for user in users if target in going else ():
            if user not in going and (user, target) not in let_go:
                yield (
                    f"{user} still points at {target}, which is to be deleted: "
                    "it will point at nothing"
                )


def _let_go(content: Content) -> Iterator[tuple[Address, Address]]:
    """(user, what it no longer points at) of every reference that goes away."""
    for change in content.changes:
        kind = kind_of(change.address)
        for part in change.fields:
            if part.op == "removed":
                was = part.model_copy(update={"new": part.old})
                if named := kind.named_by(was):
                    yield change.address, named[0]


def _forecast(changes: tuple[Change, ...]) -> Forecast:
    """Writes plus the pages that read back what they touched, each kind by its own
    listing.
    """
    touched = Counter(change.address.kind for change in changes)
    pages = sum(-(-count // PAGE) for count in touched.values())
    requests = sum(change.requests for change in changes) + pages
    seconds = round(requests * SECONDS_PER_REQUEST, 1)
    return Forecast(requests=requests, seconds=seconds)
