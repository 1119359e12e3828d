"""Files → manifests, with every finding of every file. Raises WrongUsage for a path
that is not there.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.errors import WrongUsage
from reconciler.manifest.document import (
    address_of,
    named,
    problems_within,
    rendered,
    resource_of,
)
from reconciler.manifest.json_text import json_documents, yaml_equivalent
from reconciler.manifest.problem import Problem
from reconciler.manifest.rules import RULES
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml import (
    LARGEST_FILE,
    Document,
    Path,
    Place,
    YamlProblem,
    documents,
    documents_with_places,
)
from reconciler.model.source import Finding, Source
from reconciler.model.state import Manifest

SUFFIXES = (".yaml", ".yml", ".json")
MOST_FINDINGS = 5_000
"""In one file; reading stops there, and says so."""
_IGNORE = re.compile(r"(?:^|\s)#\s*reconciler:\s*ignore\[([a-z-]+)\][ \t]*(.*)")

Found = list[tuple[Source, Problem]]
"""Problems, each with the document it is in."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The manifests that could be built, and everything that was found.

    `texts` is what the files held; `unusable` names the definitions that are described,
    and wrongly.
    """

    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    unusable: tuple[str, ...] = ()


class Placed(NamedTuple):
    """A problem, the finding it is at its place, and whether a comment there silences
    it.
    """

    problem: Problem
    finding: Finding
    silenced: bool


def load(paths: Iterable[str], renderer: Renderer) -> Loaded:
    """All manifests under `paths`, in the order of their files."""
    names = list(paths)
    findings: list[Finding] = []
    read = [_read(file, renderer) for file in _files(names, findings)]
    manifests = tuple(manifest for file in read for manifest in file.manifests)
    findings += (finding for file in read for finding in file.findings)
    if not manifests and not findings:
        message = f"there is no manifest (.yaml, .yml, .json) in {', '.join(names)}"
        findings.append(Finding(Source(names[0]), "no-manifests", message))
    texts = {name: text for file in read for name, text in file.texts.items()}
    return Loaded(
        manifests,
        tuple(findings),
        texts,
        tuple(name for file in read for name in file.unusable),
    )


def _files(paths: Iterable[str], findings: list[Finding]) -> list[str]:
    """Every manifest file once, sorted. Hidden folders are left out, links that lead
    outside are findings.
    """
    found: set[str] = set()
    for path in paths:
        if os.path.isdir(path):
            found.update(_below(path, findings))
        elif os.path.lexists(path):
            found.add(os.path.normpath(path))
        else:
            raise WrongUsage(
                f"There is no file or folder {path!r}. Name the folder that holds the manifests."
            )
    return sorted(
        {os.path.realpath(file): file for file in sorted(found, reverse=True)}.values()
    )


def _below(folder: str, findings: list[Finding]) -> Iterator[str]:
    root = os.path.realpath(folder)

    def note(file: str, rule: str, message: str) -> None:
        findings.append(
            Finding(Source(_printable(os.path.normpath(file))), rule, message)
        )

    def unreadable(broken: OSError) -> None:
        note(
            str(broken.filename),
            "unreadable-file",
            f"the folder cannot be read: {broken.strerror}",
        )

    for place, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [*folders, *files]:
            file = os.path.join(place, name)
            if name in files and (
                not name.lower().endswith(SUFFIXES) or name.startswith(".")
            ):
                continue
            if (
                os.path.islink(file)
                and os.path.commonpath([root, os.path.realpath(file)]) != root
            ):
                note(file, "path-escape", "the link leads out of the manifests' folder")
            elif name in files and os.path.exists(file) and not os.path.isfile(file):
                note(file, "unreadable-file", "this is no file")
            elif name in files:
                yield os.path.normpath(file)


def _printable(file: str) -> str:
    """The path as text, even if its bytes are none."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def _read(file: str, renderer: Renderer) -> Loaded:
    shown = _printable(file)
    try:
        text = text_of(file)
    except (OSError, UnicodeError) as broken:
        why = broken.strerror if isinstance(broken, OSError) else "it is not UTF-8 text"
        return Loaded(
            (),
            (
                Finding(
                    Source(shown), "unreadable-file", f"the file cannot be read: {why}"
                ),
            ),
        )
    except YamlProblem as large:
        return Loaded((), (Finding(Source(shown), large.rule, str(large)),))
    is_json = file.lower().endswith(".json")
    manifests: list[Manifest] = []
    unusable: list[str] = []
    found: Found = []
    findings: list[Finding] = []
    try:
        for number, document in enumerate(
            json_documents(text) if is_json else documents(text)
        ):
            source = Source(shown, *document.place, document=number)
            findings += (
                Finding(Source(shown, *p.place, number), p.rule, str(p))
                for p in document.problems
            )
            manifest, problems = _manifest(source, document, renderer)
            found += ((source, problem) for problem in problems)
            if manifest:
                manifests.append(manifest)
            else:
                unusable += named(document.data)
            if len(found) + len(findings) > MOST_FINDINGS:
                message = f"there are more than {MOST_FINDINGS:,} findings; what comes after this was not read"
                raise YamlProblem("yaml-bounds", message, document.place)
    except YamlProblem as broken:
        findings.append(Finding(Source(shown, *broken.place), broken.rule, str(broken)))
    texts = {shown: yaml_equivalent(text) if is_json else text}
    findings += located(found, texts)
    return Loaded(tuple(manifests), tuple(sorted(findings)), texts, tuple(unusable))


def text_of(file: str) -> str:
    """The file's text. Raises OSError, UnicodeError, and YamlProblem when the file is
    too large.
    """
    with open(file, "rb") as stream:
        raw = stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise YamlProblem(
            "yaml-bounds",
            f"the file is larger than {LARGEST_FILE // 2**20} MiB",
            (1, 1),
        )
    return raw.decode("utf-8-sig")


def _manifest(
    source: Source, document: Document, renderer: Renderer
) -> tuple[Manifest | None, list[Problem]]:
    data, problems = rendered(document.data, renderer)
    if problems:
        return None, problems
    resource, problems = resource_of(data)
    if resource is None:
        return None, problems
    return Manifest(address_of(resource), resource, source), list(
        problems_within(resource)
    )


def located(found: Found, texts: Mapping[str, str]) -> Iterator[Finding]:
    """The problems as findings with their places; those that a comment silences are
    left out.
    """
    return (each.finding for each in placed(found, texts) if not each.silenced)


def placed(found: Found, texts: Mapping[str, str]) -> Iterator[Placed]:
    """The same with those that a comment silences: offline they are none, and against
    the shop they may be.
    """
    by_file: dict[str, dict[int, Found]] = {}
    for source, problem in found:
        by_file.setdefault(source.file, {}).setdefault(source.document, []).append(
            (source, problem)
        )
    for file, by_document in by_file.items():
        text = texts.get(file, "")
        ignores = _ignores(text)
        reading = enumerate(documents_with_places(text, by_document))
        for wanted in sorted(by_document):
            places = next(
                (document.places for number, document in reading if number == wanted),
                {},
            )
            for source, problem in by_document[wanted]:
                yield _placed(source, problem, places, ignores)


def _placed(
    source: Source,
    problem: Problem,
    places: Mapping[Path, Place],
    ignores: Mapping[tuple[int, str], str],
) -> Placed:
    line, column = _place(problem.path, places) or (source.line, source.column)
    place = Source(source.file, line, column, source.document)
    reason = (
        ignores.get((line, problem.rule)) if RULES[problem.rule].silenceable else None
    )
    if reason == "":
        message = f"{problem.rule} is silenced here without a reason"
        return Placed(
            problem, Finding(place, "ignore-without-reason", message), silenced=False
        )
    return Placed(
        problem,
        Finding(place, problem.rule, problem.message, RULES[problem.rule].severity),
        silenced=reason is not None,
    )


def _place(path: Path, places: Mapping[Path, Place]) -> Place | None:
    """The place of the value, or of the nearest thing around it."""
    if len(path) > 1 and path[:2] not in places and "." in str(path[1]):
        outer, inner = str(path[1]).split(
            ".", 1
        )  # an event's slot, written as the API nests it
        path = (
            path[0],
            outer,
            inner,
            *(inner if part == path[1] else part for part in path[2:]),
        )
    while path and path not in places:
        path = path[:-1]
    return places.get(path)


def _ignores(text: str) -> dict[tuple[int, str], str]:
    """(line, rule) → reason. A comment alone on its line speaks of the next line that
    is none.
    """
    ignores: dict[tuple[int, str], str] = {}
    waiting: list[tuple[str, str]] = []
    for number, line in enumerate(
        text.splitlines() if "reconciler:" in text else (), start=1
    ):
        comment = _IGNORE.search(line)
        if comment:
            waiting.append((comment[1], comment[2].strip()))
        if not line.lstrip().startswith("#"):
            ignores |= {(number, rule): reason for rule, reason in waiting}
            waiting.clear()
    return ignores
