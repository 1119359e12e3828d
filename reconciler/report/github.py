"""Workflow annotations, one command per line: what is blocked, refused, failed or an error is an
error, what else is breaking a warning, and a breaking change that a reviewed manifest
accepts a notice.
"""

from collections.abc import Iterable, Iterator

from reconciler.model.plan import Plan
from reconciler.model.source import Finding
from reconciler.report.attention import Attention, Place, attentions
from reconciler.report.escape import command_message, command_property, shorten
from reconciler.report.fates import GRAVE, Fate
from reconciler.report.reasons import worth_knowing

LONGEST_MESSAGE = 2000
_LEVELS = {"error": "error", "warning": "warning", "note": "notice", "info": "notice"}


def plan_annotations(plan: Plan) -> str:
    """A command per blocked and breaking item, and a notice per warning of the plan."""
    return "".join(_plan_lines(plan))


def _plan_lines(plan: Plan) -> Iterator[str]:
    for item in attentions(plan):
        yield _item(item)
    for warning in worth_knowing(plan):
        yield _command("notice", {}, warning)


def findings_annotations(findings: Iterable[Finding]) -> str:
    """A command per finding."""
    return "".join(map(_finding, findings))


def fates_annotations(fates: Iterable[Fate], warnings: Iterable[str] = ()) -> str:
    """A command for each change that was not made, and a notice per warning."""
    lines = [_fate(fate) for fate in fates if fate.state != "applied"]
    return "".join([*lines, *(_command("notice", {}, each) for each in warnings)])


def _fate(fate: Fate) -> str:
    level = "error" if fate.state in GRAVE else "warning"
    return _command(level, {**_where(fate.place), "title": fate.rule}, fate.sentence)


def _item(item: Attention) -> str:
    level = _LEVELS[item.severity]
    return _command(level, {**_where(item.place), "title": item.rule}, item.sentence)


def _where(place: Place | None) -> dict[str, object]:
    return {"file": place.file, "line": place.line} if place else {}


def _finding(finding: Finding) -> str:
    source = finding.source
    where: dict[str, object] = {
        "file": source.file,
        "line": source.line,
        "col": source.column,
        "title": finding.rule,
    }
    return _command(_LEVELS[finding.severity], where, finding.message)


def _command(name: str, properties: dict[str, object], message: str) -> str:
    """A line of its own, as the runner reads it."""
    written = [f"{key}={command_property(each)}" for key, each in properties.items()]
    command = f"{name} {','.join(written)}" if written else name
    return f"::{command}::{command_message(shorten(message, LONGEST_MESSAGE))}\n"
