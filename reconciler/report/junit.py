"""JUnit XML, for CI servers that show test results: something in it has failed exactly
when the exit code says so.

A plan has one test case per address: what the command fails for fails, everything else
that is managed passes, with what is blocked or breaking in `system-out`, and what is not
managed is skipped. Findings have no address (a broken manifest may have none), so each is
a test case of its own in the class of its file: errors fail, warnings pass and say what
they are in `system-out`.

An apply has one test case per change: what was applied passes, what failed or was refused
fails, what is unknown is an error, and what was not started is skipped.

When a command fails for something else, that is a test case of its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from reconciler.errors import DONE_WELL
from reconciler.form.words import name_words
from reconciler.model.address import Address
from reconciler.model.plan import Exit, Plan
from reconciler.model.source import Finding
from reconciler.report.attention import Attention, attentions
from reconciler.report.escape import brief
from reconciler.report.fates import Fate


def plan_junit(plan: Plan) -> str:
    """One test case per address, in address order."""
    items: dict[Address, list[Attention]] = defaultdict(list)
    for item in attentions(plan):
        items[item.address].append(item)
    changed = {change.address for change in plan.changes}
    managed = changed | set(plan.unchanged) | set(items)
    unmanaged = set(plan.unmanaged) - managed
    fails = _is_failure(plan.exit)
    cases = [_case(address, items[address], fails) for address in sorted(managed)]
    cases += map(_unmanaged_case, sorted(unmanaged))
    return _document("plan", cases, plan.exit)


def findings_junit(findings: Sequence[Finding], ending: Exit) -> str:
    """One test case per finding, and a passing one when there is none."""
    fails = _is_failure(ending)
    cases = [_finding_case(finding, fails) for finding in findings]
    if not cases:
        cases.append(_element("testcase", classname="manifests", name="no findings"))
    return _document("validate", cases, ending)


def fates_junit(fates: Sequence[Fate], ending: Exit) -> str:
    """One test case per change, and one for the apply itself when something is said of
    it as a whole; a passing one when there was nothing to do.
    """
    by_address: dict[Address | None, list[Fate]] = defaultdict(list)
    for fate in fates:
        by_address[fate.address].append(fate)
    cases = [_fate_case(address, found) for address, found in by_address.items()]
    if not cases:
        cases.append(_element("testcase", classname="apply", name="nothing to do"))
    return _document("apply", cases, ending)


def error_junit(message: str, findings: Sequence[Finding], ending: Exit) -> str:
    """Of a command that ended before it had a result."""
    case = _element("testcase", classname="reconciler", name="the command")
    case.append(_element("error", type=ending.reason, message=message))
    cases = [*(_finding_case(finding, fails=True) for finding in findings), case]
    return _document("reconciler", cases, ending)


def _is_failure(ending: Exit) -> bool:
    return ending.code not in DONE_WELL


def _fate_case(address: Address | None, fates: Sequence[Fate]) -> Xml.Element:
    where = {"classname": "apply", "name": "apply"}
    if address is not None:
        where = {"classname": address.kind, "name": name_words(address.name)}
    case = _element("testcase", **where)
    worst = fates[0]
    if worst.state != "applied":
        part = _fate_part(worst)
        part.text = "\n".join(map(_fate_line, fates))
        case.append(part)
    return case


def _fate_part(fate: Fate) -> Xml.Element:
    if fate.state == "skipped":
        return _element("skipped", message=fate.said)  # it has no type
    tag = "error" if fate.state == "unknown" else "failure"
    return _element(tag, type=fate.rule, message=fate.said)


def _fate_line(fate: Fate) -> str:
    said = f"{fate.sentence} [{fate.rule}]"
    place = fate.place
    return brief(f"{place.file}:{place.line}: {said}" if place else said)


def _case(address: Address, items: Sequence[Attention], fails: bool) -> Xml.Element:
    case = _element("testcase", classname=address.kind, name=name_words(address.name))
    if items:
        part = _verdict(items, fails)
        part.text = "\n".join(map(_line, items))
        case.append(part)
    return case


def _verdict(items: Sequence[Attention], fails: bool) -> Xml.Element:
    """A failure if the command fails for one of them; it has the words of the first such."""
    for item in items:
        if fails and item.severity == "error":
            return _element("failure", type=item.level, message=item.because)
    return _element("system-out")


def _line(item: Attention) -> str:
    said = f"{item.sentence} [{item.rule}]"
    if item.place is None:
        return brief(said)
    return brief(f"{item.place.file}:{item.place.line}: {said}")


def _unmanaged_case(address: Address) -> Xml.Element:
    case = _case(address, (), fails=False)
    case.append(_element("skipped", message="not managed by these manifests"))
    return case


def _finding_case(finding: Finding, fails: bool) -> Xml.Element:
    source = finding.source
    name = f"{finding.rule} at {source.line}:{source.column}"
    case = _element("testcase", classname=source.file, name=name)
    if fails and finding.severity == "error":
        part = _element("failure", type=finding.rule, message=finding.message)
    else:
        part = _element("system-out")
    part.text = brief(str(finding))
    case.append(part)
    return case


def _document(name: str, cases: list[Xml.Element], ending: Exit) -> str:
    if _is_failure(ending) and not any(map(_has_failed, cases)):
        cases.append(_ending_case(name, ending))
    counts = {
        "tests": len(cases),
        "failures": _count(cases, "failure"),
        "errors": _count(cases, "error"),
        "skipped": _count(cases, "skipped"),
    }
    suites = _element("testsuites", name="reconciler", **counts)
    suite = _element("testsuite", name=name, **counts)
    suite.extend(cases)
    suites.append(suite)
    Xml.indent(suites)
    text = Xml.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _has_failed(case: Xml.Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def _ending_case(name: str, ending: Exit) -> Xml.Element:
    """What no other test case fails for: an interruption, a report that was not written."""
    case = _element("testcase", classname=name, name="exit code")
    told = f"ended with exit code {int(ending.code)}: {ending.reason}"
    case.append(_element("failure", type=ending.reason, message=told))
    return case


def _count(cases: Sequence[Xml.Element], tag: str) -> int:
    return sum(case.find(tag) is not None for case in cases)


def _element(tag: str, **attributes: object) -> Xml.Element:
    """Nothing gets in but what XML can hold: control characters are shown."""
    return Xml.Element(tag, {name: brief(value) for name, value in attributes.items()})
