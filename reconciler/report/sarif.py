"""SARIF 2.1.0, for code scanning: a result per finding, or per item of a plan that is
blocked, breaks something or is stopped by a guard, or per change that an apply did not
make.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from reconciler.model.plan import Plan, Tool
from reconciler.model.source import Finding, Severity
from reconciler.report.attention import Attention, attentions
from reconciler.report.documents import as_json
from reconciler.report.escape import sarif_message, shorten
from reconciler.report.fates import GRAVE, Fate
from reconciler.report.rule_help import rule_help
from reconciler.report.terminal import printable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LONGEST_MESSAGE = 2000
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """`about` describes a rule that no table has, `identity` tells the result from others
    of its rule when lines move.

    `suppressed` says why a reviewed manifest accepts it. `file` is empty when no place
    is known, and a column is 0 then.
    """

    rule: str
    about: str
    level: str
    message: str
    file: str = ""
    line: int = 1
    column: int = 0
    end_column: int = 0
    identity: str
    suppressed: str = ""


def plan_sarif(plan: Plan) -> str:
    """What is blocked or breaking."""
    return _document(plan.tool, list(map(_of_item, attentions(plan))))


def findings_sarif(findings: Iterable[Finding], tool: Tool) -> str:
    """What is wrong in manifests."""
    return _document(tool, list(map(_of_finding, findings)))


def fates_sarif(fates: Iterable[Fate], tool: Tool) -> str:
    """What an apply did not do, and why."""
    results = [_of_fate(fate) for fate in fates if fate.state != "applied"]
    return _document(tool, results)


def _of_fate(fate: Fate) -> _Result:
    result = _Result(
        rule=fate.rule,
        about=fate.said,
        level="error" if fate.state in GRAVE else "warning",
        message=shorten(fate.sentence, LONGEST_MESSAGE),
        identity=f"{fate.address}\0{fate.said}",
    )
    if fate.place:
        result = replace(result, file=fate.place.file, line=fate.place.line)
    return result


def _of_item(item: Attention) -> _Result:
    result = _Result(
        rule=item.rule,
        about=item.because,
        level=item.severity,
        message=item.sentence,
        identity=f"{item.address}\0{_part(item)}",
    )
    if item.place:
        result = replace(result, file=item.place.file, line=item.place.line)
    if item.severity == "note":
        why = " – ".join(item.acceptances)
        result = replace(result, suppressed=why)
    return result


def _part(item: Attention) -> str:
    """The path of the difference, if its address may have several results of the rule."""
    return "" if item.level == "breaking" else item.difference.partition(":")[0]


def _of_finding(finding: Finding) -> _Result:
    source = finding.source
    return _Result(
        rule=finding.rule,
        about=finding.message,
        level=_LEVELS[finding.severity],
        message=finding.message,
        file=source.file,
        line=max(source.line, 1),
        column=max(source.column, 1),
        end_column=_end_column(finding),
        identity=f"{source.file}\0{finding.message}",
    )


def _end_column(finding: Finding) -> int:
    """The column behind what is meant."""
    if finding.excerpt is None:
        return 0
    return finding.source.column + finding.excerpt.length


def _document(tool: Tool, results: Sequence[_Result]) -> str:
    # Reversed, so that of several results of a rule the first one describes it.
    rules = {result.rule: result.about for result in reversed(results)}
    order = sorted(rules)
    driver = {
        "name": printable(tool.name),
        "version": printable(tool.version),
        "rules": [_rule(rule, rules[rule]) for rule in order],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, order.index(each.rule)) for each in results],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return as_json(document)


def _rule(rule: str, about: str) -> dict[str, Any]:
    """Its help is our own text, and escaped by no tool that shows it; so are braces in
    its examples left alone.
    """
    told = rule_help(rule, about)
    ways_out = sarif_message("; ".join(told.ways_out))
    return {
        "id": printable(rule),
        "shortDescription": {"text": told.about},
        "fullDescription": {"text": f"{told.about} Ways out: {ways_out}."},
        "help": {"text": told.text, "markdown": told.markdown},
        "helpUri": told.link,
        "defaultConfiguration": {"level": told.level},
        "properties": {"tags": list(told.tags), "precision": "very-high"},
    }


def _result(result: _Result, index: int) -> dict[str, Any]:
    document: dict[str, Any] = {
        "ruleId": printable(result.rule),
        "ruleIndex": index,
        "level": result.level,
        "message": {"text": sarif_message(result.message)},
    }
    if result.file:
        document["locations"] = [_location(result)]
    if result.suppressed:
        document["suppressions"] = [_suppression(result.suppressed)]
    document["partialFingerprints"] = {"reconciler/v1": _fingerprint(result)}
    return document


def _fingerprint(result: _Result) -> str:
    identity = f"{result.rule}\0{result.identity}".encode(errors="replace")
    return hashlib.sha256(identity).hexdigest()[:32]


def _suppression(why: str) -> dict[str, str]:
    """It stands in the manifest itself, under `accept`."""
    return {"kind": "inSource", "status": "accepted", "justification": printable(why)}


def _location(result: _Result) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": result.line}
    if result.column:
        region["startColumn"] = result.column
    if result.end_column:
        region["endColumn"] = result.end_column
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(result.file)},
            "region": region,
        }
    }


def _uri(path: str) -> str:
    """Relative to the repository's root; everything that a URI would read as its own is
    a percent code.
    """
    encoded = quote(path, errors="replace")
    return f"file://{encoded}" if path.startswith("/") else encoded
