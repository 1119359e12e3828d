"""Files → manifests, with every finding of every file. Raises WrongUsage for a path that is not there."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from reconciler.errors import WrongUsage
from reconciler.manifest.document import address_of, problems_within, rendered, resource_of
from reconciler.manifest.problem import Problem
from reconciler.manifest.rules import RULES
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml import (
    LARGEST_FILE,
    Document,
    Path,
    YamlProblem,
    documents,
    documents_with_places,
)
from reconciler.model.source import Finding, Source
from reconciler.model.state import Manifest

Stamp = tuple[int, int]
SUFFIXES = (".yaml", ".yml", ".json")
_IGNORE = re.compile(r"#\s*reconciler:\s*ignore\[([a-z-]+)\][ \t]*(.*)")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The manifests that could be built, and everything that was found."""

    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]


def load(paths: Iterable[str], renderer: Renderer) -> Loaded:
    """All manifests under `paths`, in the order of their files."""
    manifests: list[Manifest] = []
    findings: list[Finding] = []
    names = list(paths)
    for file in _files(names, findings):
        for item in _read(file, renderer):
            if isinstance(item, Manifest):
                manifests.append(item)
            else:
                findings.append(item)
    if not manifests and not findings:
        where = ", ".join(names)
        findings.append(
            Finding(Source(names[0]), "no-manifests", f"there is no manifest (.yaml, .yml, .json) in {where}")
        )
    return Loaded(tuple(manifests), tuple(findings))


def _files(paths: Iterable[str], findings: list[Finding]) -> list[str]:
    """Every manifest file once, sorted. Hidden folders are left out, links that lead outside are findings."""
    found: set[str] = set()
    for path in paths:
        if os.path.isdir(path):
            found.update(_below(path, findings))
        elif os.path.lexists(path):
            found.add(os.path.normpath(path))
        else:
            raise WrongUsage(f"There is no file or folder {path!r}. Name the folder that holds the manifests.")
    return sorted(found)


def _below(folder: str, findings: list[Finding]) -> Iterator[str]:
    root = os.path.realpath(folder)
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            file = os.path.normpath(os.path.join(place, name))
            if not name.endswith(SUFFIXES) or name.startswith("."):
                continue
            if os.path.islink(file) and os.path.commonpath([root, os.path.realpath(file)]) != root:
                findings.append(Finding(Source(file), "path-escape", "the link leads out of the manifests' folder"))
            else:
                yield file


def _read(file: str, renderer: Renderer) -> Iterator[Manifest | Finding]:
    try:
        text = text_of(file)
    except (OSError, UnicodeError) as broken:
        why = broken.strerror if isinstance(broken, OSError) else "it is not UTF-8 text"
        yield Finding(Source(file), "unreadable-file", f"the file cannot be read: {why}")
        return
    try:
        for number, document in enumerate(documents(text)):
            yield from _manifest(file, number, document, renderer)
    except YamlProblem as broken:
        yield Finding(Source(file, *broken.place), broken.rule, str(broken))


def text_of(file: str) -> str:
    """The file's text; JSON is brought into the part of it that YAML has too. Raises OSError, UnicodeError."""
    with open(file, "rb") as stream:
        raw = stream.read(LARGEST_FILE + 1)
    text = raw.decode("utf-8-sig")
    return _json_as_yaml(text) if file.endswith(".json") else text


def _json_as_yaml(text: str) -> str:
    """Tabs between tokens and escaped surrogate pairs are JSON only; columns stay, but for the latter."""

    def pair(match: re.Match[str]) -> str:
        high, low = int(match[2], 16), int(match[3], 16)
        return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"

    return _SURROGATES.sub(pair, text.replace("\t", " "))


def _manifest(file: str, number: int, document: Document, renderer: Renderer) -> Iterator[Manifest | Finding]:
    source = Source(file, *document.place, document=number)
    data, problems = rendered(document.data, renderer)
    resource = None
    if not problems:
        resource, problems = resource_of(data)
    if resource is not None:
        problems = list(problems_within(resource))
        yield Manifest(address_of(resource), resource, source)
    yield from located(source, problems)


def located(source: Source, problems: Iterable[Problem]) -> Iterator[Finding]:
    """The findings of one document, with their places; those that the file silences are left out."""
    for problem in problems:
        place = _place(source, problem.path)
        reason = _silence(source.file, place.line, problem.rule)
        if reason is None:
            yield Finding(place, problem.rule, problem.message)
        elif not reason:
            yield Finding(place, "ignore-without-reason", f"{problem.rule} is silenced here without a reason")


def _place(source: Source, path: Path) -> Source:
    """The place of the value, or of the nearest thing around it."""
    read = _positions(source.file, _stamp(source.file))
    places = read[source.document].places if source.document < len(read) else {}
    while path and path not in places:
        path = path[:-1]
    line, column = places.get(path, (source.line, source.column))
    return Source(source.file, line, column, source.document)


def _stamp(file: str) -> Stamp:
    """Changes when the file does; part of the key under which its second reading is remembered."""
    status = os.stat(file)
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=32)
def _positions(file: str, stamp: Stamp) -> list[Document]:
    return documents_with_places(text_of(file))


def _silence(file: str, line: int, rule: str) -> str | None:
    """The reason for which the rule is silenced on that line, or None."""
    if not RULES[rule].silenceable:
        return None
    return _ignores(file, _stamp(file)).get((line, rule))


@lru_cache(maxsize=32)
def _ignores(file: str, stamp: Stamp) -> dict[tuple[int, str], str]:
    """(line, rule) → reason. A comment alone on its line speaks of the next one."""
    ignores = {}
    for number, line in enumerate(text_of(file).splitlines(), start=1):
        comment = _IGNORE.search(line)
        if comment:
            alone = line.lstrip().startswith("#")
            ignores[(number + 1 if alone else number, comment[1])] = comment[2].strip()
    return ignores
