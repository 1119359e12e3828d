"""SARIF 2.1.0, for code scanning: a result per finding, or per blocked and breaking
item of a plan.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reconciler.model.plan import Plan, Tool
from reconciler.model.source import Finding
from reconciler.report.attention import Attention, attentions
from reconciler.report.escape import sarif_message
from reconciler.report.terminal import shown

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    "blocked": "error",
    "breaking": "warning",
    "error": "error",
    "warning": "warning",
}
_BREAKING = "Something that works today stops working."


@dataclass(frozen=True, slots=True)
class _Result:
    """`about` describes the rule, `identity` tells the result from others of its rule
    when lines move.

    `suppressed` says why a reviewed manifest accepts it.
    """

    rule: str
    about: str
    level: str
    message: str
    file: str | None
    line: int
    column: int | None
    identity: str
    suppressed: str = ""
    end_column: int | None = None


def plan_sarif(plan: Plan) -> str:
    """What is blocked or breaking."""
    return _document(plan.tool, [_of_item(item) for item in attentions(plan)])


def findings_sarif(findings: Iterable[Finding], tool: Tool) -> str:
    """What is wrong in manifests."""
    return _document(tool, [_of_finding(finding) for finding in findings])


def _of_item(item: Attention) -> _Result:
    place = item.place
    return _Result(
        rule=item.rule,
        about=item.because if item.level == "blocked" else _BREAKING,
        level="note" if item.accepted else _LEVELS[item.level],
        message=item.sentence,
        file=place.file if place else None,
        line=place.line if place else 1,
        column=None,
        identity=f"{item.address}\0{item.difference.partition(':')[0]}",
        suppressed=" – ".join(item.acceptances) if item.accepted else "",
    )


def _of_finding(finding: Finding) -> _Result:
    source = finding.source
    about = f"The manifest rule {finding.rule}."
    identity = f"{source.file}\0{finding.message}"
    level = _LEVELS[finding.severity]
    return _Result(
        finding.rule,
        about,
        level,
        finding.message,
        source.file,
        max(source.line, 1),
        max(source.column, 1),
        identity,
        end_column=_end_column(finding),
    )


def _end_column(finding: Finding) -> int | None:
    """The column behind what is meant."""
    if finding.excerpt is None:
        return None
    return finding.source.column + finding.excerpt.length


def _document(tool: Tool, results: Sequence[_Result]) -> str:
    rules = {result.rule: result.about for result in reversed(results)}
    order = sorted(rules)
    driver = {
        "name": shown(tool.name),
        "version": shown(tool.version),
        "rules": [
            {
                "id": shown(rule),
                "shortDescription": {"text": sarif_message(rules[rule])},
            }
            for rule in order
        ],
    }
    positions = {rule: index for index, rule in enumerate(order)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, positions[result.rule]) for result in results],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _result(result: _Result, index: int) -> dict[str, Any]:
    identity = hashlib.sha256(
        f"{result.rule}\0{result.identity}".encode(errors="replace")
    ).hexdigest()
    located = {"locations": [_location(result)]} if result.file else {}
    suppressed = (
        {"suppressions": [_suppression(result.suppressed)]} if result.suppressed else {}
    )
    return {
        "ruleId": shown(result.rule),
        "ruleIndex": index,
        "level": result.level,
        "message": {"text": sarif_message(result.message)},
        **located,
        **suppressed,
        "partialFingerprints": {"reconciler/v1": identity[:32]},
    }


def _suppression(why: str) -> dict[str, str]:
    """It stands in the manifest itself, under `accept`."""
    return {"kind": "inSource", "status": "accepted", "justification": shown(why)}


def _location(result: _Result) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": result.line}
    if result.column:
        region["startColumn"] = result.column
    if result.end_column:
        region["endColumn"] = result.end_column
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(str(result.file))},
            "region": region,
        }
    }


def _uri(path: str) -> str:
    """Relative to the repository's root; everything that a URI would read as its own is
    a percent code.
    """
    encoded = quote(path, errors="replace")
    return f"file://{encoded}" if path.startswith("/") else encoded
