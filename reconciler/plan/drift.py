"""Drift: the plan seen from the shop's side, with what no manifest mentions."""

from collections.abc import Iterator

from reconciler.diff.compare import Matching, inactivity, undeclared
from reconciler.errors import ExitCode
from reconciler.model.address import KINDS
from reconciler.model.change import Blocked, FieldChange
from reconciler.model.drift import Coverage, Drift, Drifted, State, Undeclared
from reconciler.model.live import Live
from reconciler.model.plan import Exit, Plan
from reconciler.model.state import Desired

_STATES: dict[str, State] = {
    "create": "missing",
    "update": "changed",
    "delete": "still-there",
}


def drift_of(plan: Plan, desired: Desired, live: Live) -> Drift:
    """`live` in the manifests' spelling, and the plan that was made from both."""
    drifted = tuple(sorted(_drifted(plan), key=lambda each: each.address))
    extra = tuple(_undeclared(desired, live))
    some = bool(drifted or extra or plan.unmanaged)
    return Drift(
        tool=plan.tool,
        target=plan.target,
        created_at=plan.created_at,
        drifted=drifted,
        undeclared=extra,
        unmanaged=plan.unmanaged,
        coverage=_coverage(plan, live),
        warnings=(*live.warnings, *_inactive(desired, live)),
        exit=Exit(code=ExitCode.PENDING, reason="drift")
        if some
        else Exit(code=ExitCode.DONE, reason="in-sync"),
    )


def _drifted(plan: Plan) -> Iterator[Drifted]:
    for change in plan.changes:
        fields = change.fields if change.action == "update" else ()
        yield Drifted(
            address=change.address,
            state=_STATES[change.action],
            fields=fields,
            source=change.source,
        )
    by_address: dict[str, list[Blocked]] = {}
    for item in plan.blocked:
        by_address.setdefault(item.address, []).append(item)
    for address, items in by_address.items():
        fields = tuple(
            FieldChange(path=i.path, op="changed", old=i.old, new=i.new) for i in items
        )
        yield Drifted(
            address=address, state="changed", fields=fields, source=items[0].source
        )


def _undeclared(desired: Desired, live: Live) -> Iterator[Undeclared]:
    resources, naming = live.resources, Matching(desired, live).name
    for address, manifest in desired.manifests.items():
        if address in resources and not manifest.absent:
            for path, value in undeclared(manifest, resources[address], naming):
                yield Undeclared(address=str(address), path=path, value=value)


def _inactive(desired: Desired, live: Live) -> Iterator[str]:
    for address, manifest in desired.manifests.items():
        if address in live.definitions:
            yield from inactivity(manifest, live.definitions[address])


def _coverage(plan: Plan, live: Live) -> dict[str, Coverage]:
    coverage: dict[str, Coverage] = {}
    for kind in KINDS:
        lives = sum(address.kind == kind for address in live.resources)
        alone = sum(address.startswith(f"{kind}/") for address in plan.unmanaged)
        coverage[kind] = Coverage(managed=lives - alone, live=lives)
    return coverage
