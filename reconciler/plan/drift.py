"""Drift: the plan seen from the shop's side, with what no manifest mentions."""

from collections.abc import Iterator

from reconciler.errors import ExitCode
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, FieldChange
from reconciler.model.drift import Coverage, Drift, Drifted, State, Undeclared
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import Exit, Plan

_STATES: dict[Action, State] = {
    "create": "missing",
    "update": "changed",
    "delete": "still-there",
}


def drift_of(plan: Plan, desired: Desired, live: Live) -> Drift:
    """`live` in the manifests' spelling, and the plan that was made from both."""
    drifted = tuple(sorted(_drifted(plan), key=lambda each: each.address))
    undeclared = tuple(_undeclared(desired, live))
    found = Exit(code=ExitCode.DONE, reason="in-sync")
    if drifted or undeclared or plan.unmanaged:
        found = Exit(code=ExitCode.PENDING, reason="drift")
    return Drift(
        tool=plan.tool,
        target=plan.target,
        created_at=plan.created_at,
        drifted=drifted,
        undeclared=undeclared,
        unmanaged=plan.unmanaged,
        coverage=_coverage(plan, live),
        warnings=(*live.warnings, *_notes(desired, live)),
        exit=found,
    )


def _drifted(plan: Plan) -> Iterator[Drifted]:
    for change in plan.changes:
        yield Drifted(
            address=change.address,
            state=_STATES[change.action],
            fields=change.fields if change.action == "update" else (),
            source=change.source,
        )
    by_address: dict[Address, list[Blocked]] = {}
    for item in plan.blocked:
        by_address.setdefault(item.address, []).append(item)
    for address, items in by_address.items():
        fields = tuple(
            FieldChange(path=item.path, op="changed", old=item.old, new=item.new)
            for item in items
        )
        source = items[0].source
        yield Drifted(address=address, state="changed", fields=fields, source=source)


def _undeclared(desired: Desired, live: Live) -> Iterator[Undeclared]:
    names = live.names
    for address, manifest in desired.manifests.items():
        if address not in live.resources or manifest.absent:
            continue
        kind = kind_of(address)
        form = kind.live_form(live.resources[address], names)
        for path, value in kind.undeclared(form, kind.form(manifest.resource)):
            yield Undeclared(address=address, path=path, value=value)


def _notes(desired: Desired, live: Live) -> Iterator[str]:
    for address, manifest in desired.manifests.items():
        if address in live.resources:
            resource = live.resources[address]
            for note in kind_of(address).notes(manifest.resource, resource):
                yield f"{address} {note}"


def _coverage(plan: Plan, live: Live) -> dict[str, Coverage]:
    """How much of each kind has a manifest; nothing is said of what was not read."""
    coverage: dict[str, Coverage] = {}
    for name, kind in KINDS.items():
        if not kind.lives or not live.was_read(name):
            continue
        living = len(live.of_kind(name))
        alone = sum(address.kind == name for address in plan.unmanaged)
        coverage[name] = Coverage(managed=living - alone, live=living)
    return coverage
