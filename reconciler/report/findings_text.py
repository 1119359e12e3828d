"""Findings as a person reads them: a line each, the place underlined, and the sum."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from reconciler.form.words import plural
from reconciler.model.source import Excerpt, Finding, Severity
from reconciler.report.terminal import Paint, plain, printable, width

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_NOUNS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_NUMBER_WIDTH = 5


def findings_text(findings: Sequence[Finding], paint: Paint = plain) -> str:
    """`file:line:column: severity: message [rule]` for each, and its excerpt."""
    return "".join(_finding(finding, paint) for finding in findings)


def _finding(finding: Finding, paint: Paint) -> str:
    colour = _COLOURS[finding.severity]
    severity = paint(finding.severity, colour)
    place, message = printable(finding.source), printable(finding.message)
    line = f"{place}: {severity}: {message} [{printable(finding.rule)}]\n"
    if finding.excerpt is None:
        return line
    return line + _underline(finding.excerpt, lambda text: paint(text, colour))


def _underline(excerpt: Excerpt, paint: Callable[[str], str]) -> str:
    """The line with its number, and below it what is meant; aligned as the terminal
    shows it.
    """
    begin = excerpt.column - 1
    before = printable(excerpt.text[:begin])
    meant = printable(excerpt.text[begin : begin + excerpt.length])
    number = str(excerpt.line).rjust(_NUMBER_WIDTH)
    blank = " " * len(number)
    underline = paint("~" * max(1, width(meant)))
    return (
        f"{number} | {printable(excerpt.text).rstrip()}\n"
        f"{blank} | {' ' * width(before)}{underline}\n"
    )


def validation_text(
    findings: Sequence[Finding],
    count: int,
    paint: Paint = plain,
    messages: int = 0,
    noun: str = "manifest",
    *,
    with_notes: bool = True,
) -> str:
    """All findings and how many there are, in so many of what `noun` says; what is only
    good to know is counted, unless it is asked for. Messages are copies of what the
    dashboard has, so nobody is told that they are right.
    """
    shown = [each for each in findings if with_notes or each.severity != "info"]
    counted = f"{count} {plural(count, noun)}"
    if all(finding.severity == "info" for finding in findings):
        counted = f"{counted}, all valid"
    sums = [counted]
    if messages:
        sums.append(f"{messages} declared {plural(messages, 'message')}")
    if findings:
        sums.append(", ".join(_counts(findings)))
    if len(shown) < len(findings):
        sums[-1] += " (-v tells them)"
    summary = f"{' · '.join(sums)}\n"
    return f"{findings_text(shown, paint)}\n{summary}" if shown else summary


def _counts(findings: Sequence[Finding]) -> Iterator[str]:
    by_severity = Counter(finding.severity for finding in findings)
    for severity, one in _NOUNS.items():
        if count := by_severity[severity]:
            yield f"{count} {plural(count, one)}"
