"""Results that name every file otherwise: as readers elsewhere find it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from reconciler.errors import ReconcilerError, Refused
from reconciler.model.change import (
    Blocked,
    Change,
    Create,
    Delete,
    Refusal,
    Update,
    UsedBy,
)
from reconciler.model.drift import Drift, Drifted
from reconciler.model.plan import DashboardEdit, Plan
from reconciler.model.source import Finding, Source
from reconciler.report.attention import place_of

Rename = Callable[[str], str]
"""The other name of a file."""
Why = TypeVar("Why", bound=ReconcilerError)
_USED = (Create, Update, Delete, Blocked, Refusal)
"""These may have users."""
P = TypeVar("P", Change, Blocked, Refusal, Drifted, UsedBy, DashboardEdit)


def plan_elsewhere(plan: Plan, rename: Rename) -> Plan:
    """The plan, with the files of its changes and of what is blocked or refused."""
    update = {
        "changes": _moved(plan.changes, rename),
        "blocked": _moved(plan.blocked, rename),
        "refused": _moved(plan.refused, rename),
        "edits": _moved(plan.edits, rename),
    }
    return plan.model_copy(update=update)


def drift_elsewhere(drift: Drift, rename: Rename) -> Drift:
    """The drift, with the files of what has drifted."""
    return drift.model_copy(update={"drifted": _moved(drift.drifted, rename)})


def refused_elsewhere(why: Why, rename: Rename) -> Why:
    """Why an apply sent nothing, with the files of what is refused."""
    if not isinstance(why, Refused):
        return why
    items = [_refused_item(item, rename) for item in why.items]
    return type(why)(str(why), reason=why.reason, items=items)


def _refused_item(item: object, rename: Rename) -> object:
    match item:
        case Blocked():
            return _with_source(item, rename)
        case Refusal():
            return _with_source(item, rename)
        case _:
            return item


def _moved(items: Iterable[P], rename: Rename) -> tuple[P, ...]:
    return tuple(_with_source(each, rename) for each in items)


def _with_source(item: P, rename: Rename) -> P:
    update: dict[str, Any] = {}
    if isinstance(item, _USED) and item.used_by:
        update["used_by"] = _moved(item.used_by, rename)
    place = place_of(item.source)
    if place is not None:
        update["source"] = f"{rename(place.file)}:{place.line}"
    return item.model_copy(update=update) if update else item


def findings_elsewhere(
    findings: Iterable[Finding], rename: Rename
) -> tuple[Finding, ...]:
    """The findings, with their files and the place that a message names."""
    return tuple(_finding(each, rename) for each in findings)


def _finding(finding: Finding, rename: Rename) -> Finding:
    source = _renamed(finding.source, rename)
    other = finding.elsewhere
    if other is None:
        return replace(finding, source=source)
    moved = _renamed(other, rename)
    before = finding.message.removesuffix(other.short)
    message = f"{before}{moved.short}"
    return replace(finding, source=source, message=message, elsewhere=moved)


def _renamed(source: Source, rename: Rename) -> Source:
    return replace(source, file=rename(source.file))
