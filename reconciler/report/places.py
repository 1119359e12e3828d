"""Results that name every file otherwise: as readers elsewhere find it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from reconciler.errors import ReconcilerError, Refused
from reconciler.model.change import Blocked, Change, Refusal, UsedBy
from reconciler.model.drift import Drift, Drifted
from reconciler.model.plan import DashboardEdit, Plan
from reconciler.model.source import Finding, Source
from reconciler.report.attention import place_of

Rename = Callable[[str], str]
"""The other name of a file."""
Why = TypeVar("Why", bound=ReconcilerError)
P = TypeVar("P", Change, Blocked, Refusal, Drifted, UsedBy, DashboardEdit)


def plan_elsewhere(plan: Plan, rename: Rename) -> Plan:
    """The plan, with the files of its changes and of what is blocked or refused."""
    update = {
        "changes": tuple(_change(each, rename) for each in plan.changes),
        "blocked": _moved(plan.blocked, rename),
        "refused": _moved(plan.refused, rename),
        "edits": _moved(plan.edits, rename),
    }
    return plan.model_copy(update=update)


def _change(change: Change, rename: Rename) -> Change:
    used_by = _moved(change.used_by, rename)
    return _with_source(change, rename).model_copy(update={"used_by": used_by})


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
    place = place_of(item.source)
    if place is None:
        return item
    source = f"{rename(place.file)}:{place.line}"
    return item.model_copy(update={"source": source})


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
