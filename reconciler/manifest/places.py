"""Where in a file a problem is, and whether a comment there silences it.

Positions cost memory, so the documents that have problems are read a second time for
them.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from reconciler.manifest.excerpt import with_excerpts
from reconciler.manifest.lines import LINE_END, Place
from reconciler.manifest.yaml import documents_with_places
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.source import Finding, Source
from reconciler.rules import RULES, finding_severity

_IGNORE = re.compile(
    r"(?:^|[ \t])#[ \t]*reconciler:[ \t]*ignore\[([a-z-]+)\][ \t]*(.*)"
)

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


def findings_of(found: Found, texts: Mapping[str, str]) -> Iterator[Finding]:
    """The problems as findings with their places; those that a comment silences are
    left out. `texts` has what the files hold, by file.
    """
    return (each.finding for each in place_problems(found, texts) if not each.silenced)


def place_problems(found: Found, texts: Mapping[str, str]) -> Iterator[Placed]:
    """The same with those that a comment silences: offline they are none, and against
    the shop they may be.
    """
    by_file: dict[str, Found] = {}
    for source, problem in found:
        by_file.setdefault(source.file, []).append((source, problem))
    for file, here in by_file.items():
        text = texts.get(file, "")
        in_file = list(_place_in_file(text, here))
        findings = with_excerpts([each.finding for each in in_file], text)
        for each, finding in zip(in_file, findings, strict=True):
            yield each._replace(finding=finding)


def _place_in_file(text: str, found: Found) -> Iterator[Placed]:
    """The problems of one file at their places in its text."""
    by_document: dict[int, Found] = {}
    for source, problem in found:
        by_document.setdefault(source.document, []).append((source, problem))
    ignores = _ignores(text)
    # A problem of a whole document stands where that begins, which is known already.
    whole = [n for n, each in by_document.items() if not any(p.path for _, p in each)]
    inside = sorted(by_document.keys() - whole)
    inner = places_of(inside, text)
    for number, places in chain(((n, {}) for n in whole), inner):
        for source, problem in by_document[number]:
            yield _place_problem(source, problem, places, ignores)


def places_of(wanted: Collection[int], text: str) -> Iterator[tuple[int, Places]]:
    """The numbers of the `wanted` documents, each with its places; without any for one
    that the reading does not come to.
    """
    reading = enumerate(documents_with_places(text, wanted))
    for number in sorted(wanted):
        found = (document.places for at, document in reading if at == number)
        yield number, next(found, {})


def _place_problem(
    source: Source, problem: Problem, places: Places, ignores: Ignores
) -> Placed:
    line, column = nearest_place(problem.path, places) or (source.line, source.column)
    place = replace(source, line=line, column=column)
    rule = problem.rule
    severity = finding_severity(rule)
    finding = Finding(
        place, rule, problem.message, severity, elsewhere=problem.elsewhere
    )
    reason = ignores.get((line, rule))
    if reason is None or not RULES[rule].silenceable:
        return Placed(problem, finding, silenced=False)
    if reason == "":
        message = f"{rule} is silenced here without a reason"
        finding = Finding(place, "ignore-without-reason", message)
    return Placed(problem, finding, silenced=reason != "")


def nearest_place(path: DocumentPath, places: Places) -> Place | None:
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
    """What comments silence. One that is alone on its line speaks of the next line that
    is no comment.
    """
    ignores: Ignores = {}
    waiting: list[tuple[str, str]] = []
    for number, line in enumerate(_lines_with_comments(text), start=1):
        comment = _IGNORE.search(line)
        if comment:
            rule, reason = comment.groups()
            waiting.append((rule, reason.strip()))
        if line.lstrip(" \t").startswith("#"):
            continue
        for rule, reason in waiting:
            ignores[number, rule] = reason
        waiting.clear()
    return ignores


def _lines_with_comments(text: str) -> Iterable[str]:
    """No lines at all of the many files that silence nothing."""
    return LINE_END.split(text) if "reconciler:" in text else ()
