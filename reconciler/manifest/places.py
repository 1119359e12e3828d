"""Where in a file a problem is, and whether a comment there silences it.

Positions cost memory, so the documents that have problems are read a second time for
them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from reconciler.manifest.excerpt import with_excerpts
from reconciler.manifest.rules import RULES, finding_severity
from reconciler.manifest.yaml import LINE_END, Place, documents_with_places
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.source import Finding, Source

_IGNORE = re.compile(r"(?:^|\s)#\s*reconciler:\s*ignore\[([a-z-]+)\][ \t]*(.*)")

Found = list[tuple[Source, Problem]]
"""Problems, each with the document it is in."""
Places = Mapping[DocumentPath, Place]
Ignores = dict[tuple[int, str], str]
"""(line, rule) → the reason for which it is silenced there."""


class Placed(NamedTuple):
    """A problem, the finding it is at its place, and whether a comment there silences
    it.
    """

    problem: Problem
    finding: Finding
    silenced: bool


def located(found: Found, texts: Mapping[str, str]) -> Iterator[Finding]:
    """The problems as findings with their places; those that a comment silences are
    left out. `texts` has what the files hold, by file.
    """
    return (each.finding for each in placed(found, texts) if not each.silenced)


def placed(found: Found, texts: Mapping[str, str]) -> Iterator[Placed]:
    """The same with those that a comment silences: offline they are none, and against
    the shop they may be.
    """
    by_file: dict[str, dict[int, Found]] = {}
    for source, problem in found:
        by_document = by_file.setdefault(source.file, {})
        by_document.setdefault(source.document, []).append((source, problem))
    for file, by_document in by_file.items():
        text = texts.get(file, "")
        here = list(_placed_in(text, by_document))
        findings = with_excerpts([each.finding for each in here], text)
        for each, finding in zip(here, findings, strict=True):
            yield each._replace(finding=finding)


def _placed_in(text: str, by_document: Mapping[int, Found]) -> Iterator[Placed]:
    ignores = _ignores(text)
    reading = enumerate(documents_with_places(text, by_document))
    for wanted in sorted(by_document):
        places: Places = {}
        for number, document in reading:
            if number == wanted:
                places = document.places
                break
        for source, problem in by_document[wanted]:
            yield _placed(source, problem, places, ignores)


def _placed(
    source: Source, problem: Problem, places: Places, ignores: Ignores
) -> Placed:
    line, column = _place(problem.path, places) or (source.line, source.column)
    place = Source(source.file, line, column, source.document)
    rule = RULES[problem.rule]
    reason = ignores.get((line, rule.id)) if rule.silenceable else None
    if reason == "":
        message = f"{rule.id} is silenced here without a reason"
        finding = Finding(place, "ignore-without-reason", message)
        return Placed(problem, finding, silenced=False)
    finding = Finding(place, rule.id, problem.message, finding_severity(rule.id))
    return Placed(problem, finding, silenced=reason is not None)


def _place(path: DocumentPath, places: Places) -> Place | None:
    """The place of the value, or of the nearest thing around it."""
    if len(path) > 1 and path[:2] not in places:
        path = _nested(path)
    while path and path not in places:
        path = path[:-1]
    return places.get(path)


def _nested(path: DocumentPath) -> DocumentPath:
    """A key like `contact.customData` may be written nested, as the API has it."""
    first, flat, *rest = path
    if "." not in str(flat):
        return path
    outer, inner = str(flat).split(".", 1)
    return (first, outer, inner, *(inner if part == flat else part for part in rest))


def _ignores(text: str) -> Ignores:
    """A comment alone on its line speaks of the next line that is none."""
    ignores: Ignores = {}
    waiting: list[tuple[str, str]] = []
    for number, line in enumerate(_lines_with_comments(text), start=1):
        comment = _IGNORE.search(line)
        if comment:
            waiting.append((comment[1], comment[2].strip()))
        if not line.lstrip().startswith("#"):
            ignores |= {(number, rule): reason for rule, reason in waiting}
            waiting.clear()
    return ignores


def _lines_with_comments(text: str) -> Iterable[str]:
    """No lines at all of the many files that silence nothing."""
    return LINE_END.split(text) if "reconciler:" in text else ()
