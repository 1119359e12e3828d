"""Workflow annotations, one command per line: what is blocked or an error is an error,
what is breaking a warning, and a breaking change that a reviewed manifest accepts a
notice.
"""

from collections.abc import Iterable, Sequence

from reconciler.model.plan import Plan
from reconciler.model.source import Finding
from reconciler.report.attention import Attention, Place, attentions
from reconciler.report.escape import command_message, command_property, shortened

LONGEST_MESSAGE = 2000
_LEVELS = {"blocked": "error", "breaking": "warning"}


def plan_annotations(plan: Plan) -> str:
    """A command per blocked and breaking item, and a notice per warning of the plan."""
    lines = [_item(item) for item in attentions(plan)]
    return _text(
        [*lines, *(_command("notice", {}, warning) for warning in plan.warnings)]
    )


def findings_annotations(findings: Iterable[Finding]) -> str:
    """A command per finding."""
    return _text([_finding(finding) for finding in findings])


def _item(item: Attention) -> str:
    level = "notice" if item.accepted else _LEVELS[item.level]
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
    return _command(finding.severity, where, finding.message)


def _command(name: str, properties: dict[str, object], message: str) -> str:
    written = ",".join(
        f"{key}={command_property(value)}" for key, value in properties.items()
    )
    return f"::{name}{' ' if written else ''}{written}::{command_message(shortened(message, LONGEST_MESSAGE))}"


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
