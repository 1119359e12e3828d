"""Drift: where the shop differs from its manifests. It is made from the plan that would
repair it, and adds what no manifest mentions.
"""

from collections.abc import Iterator

from reconciler.diff.warnings import altered_texts
from reconciler.errors import ExitCode
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, FieldChange
from reconciler.model.drift import Coverage, Drift, Drifted, State, Undeclared
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import Exit, Plan
from reconciler.plan.content import unsettled

_STATES: dict[Action, State] = {
    "create": "missing",
    "update": "changed",
    "delete": "still-there",
}


def drift_of(plan: Plan, desired: Desired, live: Live) -> Drift:
    """`live` in the manifests' spelling, and the plan that was made from both."""
    drifted = [*_to_be_changed(plan), *_blocked(plan), *_unsettled(plan, desired, live)]
    undeclared = tuple(_undeclared(desired, live))
    found = Exit(code=ExitCode.DONE, reason="in-sync")
    if drifted or undeclared or plan.unmanaged:
        found = Exit(code=ExitCode.PENDING, reason="drift")
    return Drift(
        tool=plan.tool,
        target=plan.target,
        created_at=plan.created_at,
        drifted=tuple(sorted(drifted, key=lambda each: each.address)),
        undeclared=undeclared,
        unmanaged=plan.unmanaged,
        coverage=dict(_coverage(plan, live)),
        warnings=(*live.warnings, *_notes(desired, live), *_altered(live)),
        exit=found,
    )


def _to_be_changed(plan: Plan) -> Iterator[Drifted]:
    for change in plan.changes:
        fields: tuple[FieldChange, ...] = ()
        # A create or a delete is about the whole resource.
        if change.action == "update":
            fields = change.fields
        yield Drifted(
            address=change.address,
            state=_STATES[change.action],
            fields=fields,
            source=change.source,
        )


def _blocked(plan: Plan) -> Iterator[Drifted]:
    """One for each address, whatever is blocked of it."""
    by_address: dict[Address, list[Blocked]] = {}
    for item in plan.blocked:
        by_address.setdefault(item.address, []).append(item)
    for address, items in by_address.items():
        yield Drifted(
            address=address,
            state="changed",
            fields=tuple(map(_difference, items)),
            source=items[0].source,
        )


def _unsettled(plan: Plan, desired: Desired, live: Live) -> Iterator[Drifted]:
    """What the shop is still making."""
    for address in unsettled(plan, live):
        status = live.resources[address].status
        change = FieldChange(path=("status",), op="changed", old=status, new="active")
        yield Drifted(
            address=address,
            state="changed",
            fields=(change,),
            source=desired.manifests[address].source.short,
        )


def _difference(item: Blocked) -> FieldChange:
    return FieldChange(path=item.path, op="changed", old=item.old, new=item.new)


def _undeclared(desired: Desired, live: Live) -> Iterator[Undeclared]:
    names = live.names
    for address, manifest in desired.manifests.items():
        if address not in live.resources or manifest.absent:
            continue
        kind = kind_of(address)
        there = kind.live_form(live.resources[address], names)
        wanted = kind.form(manifest.resource)
        for path, value in kind.undeclared(there, wanted):
            yield Undeclared(address=address, path=path, value=value)


def _notes(desired: Desired, live: Live) -> Iterator[str]:
    for address, manifest in desired.manifests.items():
        if address in live.resources:
            resource = live.resources[address]
            for note in kind_of(address).notes(manifest.resource, resource):
                yield f"{address} {note}"


def _altered(live: Live) -> Iterator[str]:
    for address, wordings in live.wordings.items():
        yield from altered_texts(address, wordings)


def _coverage(plan: Plan, live: Live) -> Iterator[tuple[str, Coverage]]:
    """(kind, how much of it has a manifest) of every kind that was read."""
    for name, kind in KINDS.items():
        if kind.lives and live.was_read(name):
            twins = (
                each for address, each in live.twins.items() if address.kind == name
            )
            living = len(live.of_kind(name)) + sum(map(len, twins))
            alone = sum(address.kind == name for address in plan.unmanaged)
            yield name, Coverage(managed=living - alone, live=living)
