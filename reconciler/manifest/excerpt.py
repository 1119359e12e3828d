"""The line of a file that a finding is about, and which part of it is meant.

A file may be one line of 8 MiB with thousands of findings, so the text is read once for
all of them, and of a long line only what stands around the place is kept.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from reconciler.manifest.lines import LINE_END
from reconciler.model.source import Excerpt, Finding, Source

LONGEST_EXCERPT = 100
"""Characters of a line that are kept."""
_KEPT_BEFORE = 40
"""How many of them stand before the place, when the line has to be cut."""

_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|$)' + r"|'(?:[^']|'')*(?:'|$)"
_TOKEN = re.compile(rf"{_QUOTED}|(?:(?![,\]}}]|:(?:\s|$)|\s+(?:#|$)).)+")
"""A quoted text, or a plain one up to what ends it: `,`, a bracket, `: ` or ` #`."""
_QUOTED_OR_BRACKET = re.compile(rf"{_QUOTED}|(?P<opening>[\[{{])|(?P<closing>[\]}}])")
_LINE = rf"[^\n\r\x85\u2028\u2029]*+(?:{LINE_END.pattern})"
_SKIPPED = {step: re.compile(f"(?:{_LINE}){{{step}}}") for step in (1_000, 1)}
"""So many lines at once: one by one, the millions of a hostile file take seconds."""


def with_excerpts(findings: Collection[Finding], text: str) -> Iterator[Finding]:
    """The findings in a file's text, each with its excerpt; None where there is no such
    line.
    """
    lines = _lines({finding.source.line for finding in findings}, text)
    for finding in findings:
        line = lines.get(finding.source.line)
        excerpt = _excerpt(finding.source, text, line) if line else None
        yield replace(finding, excerpt=excerpt)


def _lines(wanted: Iterable[int], text: str) -> dict[int, range]:
    """Where in the text each wanted line stands, without its end."""
    lines: dict[int, range] = {}
    number, begin = 1, 0
    for line in sorted(wanted):
        begin = _behind(line - number, text, begin)
        if begin < 0:
            break
        number = line
        end = LINE_END.search(text, begin)
        lines[line] = range(begin, end.start() if end else len(text))
    return lines


def _behind(count: int, text: str, begin: int) -> int:
    """Where the text goes on behind so many line ends, or -1 when it has fewer."""
    for step, some_lines in _SKIPPED.items():
        while count >= step:
            skipped = some_lines.match(text, begin)
            if skipped is None:
                return -1
            begin, count = skipped.end(), count - step
    return begin


def _excerpt(place: Source, text: str, line: range) -> Excerpt | None:
    before = place.column - 1
    if before > len(line):
        return None
    cut = max(0, min(before - _KEPT_BEFORE, len(line) - LONGEST_EXCERPT))
    kept = line[cut : cut + LONGEST_EXCERPT]
    excerpt = text[kept.start : kept.stop]
    if not excerpt.strip():
        return None
    length = _length(excerpt[before - cut :])
    marked = _mark_cuts(excerpt, line, kept)
    return Excerpt(place.line, marked, place.column - cut, length)


def _mark_cuts(excerpt: str, line: range, kept: range) -> str:
    """The excerpt with … where something of the line is missing."""
    if kept.start > line.start:
        excerpt = f"…{excerpt[1:]}"
    if kept.stop < line.stop:
        excerpt = f"{excerpt[:-1]}…"
    return excerpt


def _length(rest: str) -> int:
    """How long the value or key is that `rest` begins with, as far as it stands on this
    line; at least 1.
    """
    if rest.startswith(("[", "{")):
        return _length_in_brackets(rest)
    token = _TOKEN.match(rest)
    return token.end() if token else 1


def _length_in_brackets(rest: str) -> int:
    depth = 0
    for found in _QUOTED_OR_BRACKET.finditer(rest):
        if found["opening"]:
            depth += 1
        if found["closing"]:
            depth -= 1
        if depth == 0:
            return found.end()
    return len(rest.rstrip())
