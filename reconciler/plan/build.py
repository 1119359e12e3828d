"""Build a plan: what is to be done and in which order, what it costs, whether the
settings allow it, and the hashes that seal it. Nothing is added to a plan afterwards.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.diff.compare import Comparison, compare, pruned
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import (
    Asked,
    Forecast,
    Git,
    Plan,
    RestsOn,
    TargetInfo,
    Tool,
)
from reconciler.model.speed import Speed
from reconciler.model.usage import Use
from reconciler.plan.content import Inputs, content_of, unsettled
from reconciler.plan.judgement import Judgement
from reconciler.plan.only import matches, with_dependencies
from reconciler.plan.rests_on import rests_on_of
from reconciler.plan.rows import PlannedRows, without_rows
from reconciler.plan.seal import VALID_FOR, sealed, stamp
from reconciler.plan.steps import needs_look, pages_to_read_back, worth_confirming
from reconciler.plan.usage import edits_of
from reconciler.plan.warnings import warnings_of


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a plan comes from: when, by what, against which shop it is made, and what
    was asked for. With `saved`, it also holds what a later apply has to check. `speed`
    is how fast the shop takes requests.
    """

    tool: Tool
    target: TargetInfo
    git: Git
    now: datetime
    asked: Asked = field(default_factory=Asked)
    saved: bool = False
    speed: Speed = field(default_factory=Speed)


def make_plan(  # noqa: PLR0913, PLR0917 – each is another part of the plan
    desired: Desired,
    live: Live,
    provenance: Provenance,
    judgement: Judgement = Judgement(),  # noqa: B008 – a frozen value
    written: Desired | None = None,
    rows: PlannedRows = PlannedRows(),  # noqa: B008 – a frozen value
    uses: tuple[Use, ...] = (),
) -> tuple[Plan, Live]:
    """The plan that makes `live` as `desired`, and `live` in the manifests' spelling.

    `written` are the manifests as they are written, if `desired` spells some of their
    references as the shop does: a saved plan rests on what is written. `rows` are the
    record sets, which are compared elsewhere. A change that takes away one of the `uses`
    breaks it.

    Raises WrongUsage when the pattern that was asked for matches nothing.
    """
    asked = provenance.asked
    picked: Collection[Address] | None = None
    if asked.only is not None:
        picked = with_dependencies(desired, asked.only)
    comparison = compare(desired, live)
    if asked.prune:
        without_manifest = set(comparison.unmanaged)
        comparison = pruned(comparison, _not_asked_for(comparison, asked.only))
        if picked is not None:
            picked = {*picked, *without_manifest.intersection(comparison.gone)}
    plan = build(
        desired, comparison, provenance, judgement, picked, written, rows, uses
    )
    return plan, comparison.live


def _not_asked_for(comparison: Comparison, only: str | None) -> set[Address]:
    """What lives without a manifest and does not fit the pattern."""
    if only is None:
        return set()
    return {a for a in comparison.unmanaged if not matches(str(a), only)}


def build(  # noqa: PLR0913, PLR0917 – each is another part of the plan
    desired: Desired,
    comparison: Comparison,
    provenance: Provenance,
    judgement: Judgement = Judgement(),  # noqa: B008 – a frozen value
    only: Collection[Address] | None = None,
    written: Desired | None = None,
    rows: PlannedRows = PlannedRows(),  # noqa: B008 – a frozen value
    uses: tuple[Use, ...] = (),
) -> Plan:
    """The plan for everything, or for the addresses in `only`."""
    if only is None:
        only = {*desired.manifests, *comparison.gone}
    today = provenance.now.date()
    inputs = Inputs(desired, comparison, set(only), provenance.asked, today, rows, uses)
    content = content_of(inputs)
    rests_on: dict[Address, RestsOn] = {}
    if provenance.saved:
        found = rests_on_of(content, written or desired, comparison)
        rests_on = {**found, **rows.rests_on}
    plan = Plan(
        tool=provenance.tool,
        target=provenance.target,
        created_at=stamp(provenance.now),
        expires_at=stamp(provenance.now + VALID_FOR),
        git=provenance.git,
        incomplete=judgement.incomplete,
        settings=judgement.settings,
        changes=content.changes,
        blocked=content.blocked,
        refused=judgement.refused(content),
        unchanged=content.unchanged,
        unmanaged=content.unmanaged,
        warnings=tuple(warnings_of(inputs, content, judgement)),
        summary=content.summary,
        forecast=_forecast(content.changes, provenance.speed),
        exit=judgement.exit(content, unsettled(content, comparison.live)),
        live=len(comparison.live.resources),
        asked=content.asked,
        rests_on=rests_on,
        edits=tuple(edits_of(content.changes, uses)),
    )
    return sealed(plan, with_checksum=provenance.saved)


def _forecast(changes: tuple[Change, ...], speed: Speed) -> Forecast:
    """The writes, a look before each that could undo what others did, one at ids that
    others are built on, and the pages that read back what was touched. Those of rows
    are counted with them.
    """
    schema = without_rows(changes)
    pages = pages_to_read_back(schema)
    looks = sum(map(needs_look, schema))
    looks += len(worth_confirming(schema))
    others = looks + pages
    requests = sum(change.requests for change in changes) + others
    steps = sum(change.requests for change in schema) + others
    # A step takes twice as long as a request about rows.
    seconds = speed.seconds(requests) + steps * speed.answer
    return Forecast(requests=requests, seconds=round(seconds, 1))
