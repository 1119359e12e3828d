"""Files → manifests, with every finding of every file. Raises WrongUsage for a path
that is not there.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType

from reconciler.manifest.document import addresses_in, read_document
from reconciler.manifest.excerpt import with_excerpts
from reconciler.manifest.files import files_in, printable, text_of
from reconciler.manifest.json_text import json_documents, yaml_equivalent
from reconciler.manifest.lines import place_at
from reconciler.manifest.places import Found, findings_of
from reconciler.manifest.recognise import is_own_document, is_own_text, may_be_rows
from reconciler.manifest.row_files import NoRowFile, row_files
from reconciler.manifest.syntax import conflict
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml import Document, YamlProblem, documents
from reconciler.model.address import Address
from reconciler.model.manifest import Manifest
from reconciler.model.source import Finding, Source

NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_FINDINGS = 5_000
"""In one file; reading stops there, and says so."""
MOST_FILES = 20_000
MOST_CHARACTERS = 64 * 1024 * 1024
MOST_VALUES = 1_500_000
MOST_FINDINGS_IN_ALL = 20_000
"""Of all files together; about 50,000 definitions of the usual size."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The manifests that could be built, and everything that was found.

    `texts` is what the files held. `drafts` are the manifests that could only be read in
    part: they are checked, and nothing else. `unusable` has the addresses of what could
    not even be read in part, `unread` the files that were not read to their end.
    `values` counts what all documents consist of. `samples` are the files with sample
    payloads, which are not read here.
    """

    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    unusable: tuple[Address, ...] = ()
    drafts: tuple[Manifest, ...] = ()
    values: int = 0
    unread: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()


def load(
    paths: Iterable[str], renderer: Renderer, instead: Mapping[str, str] = NOTHING
) -> Loaded:
    """All manifests under `paths`, in the order of their files. Some of them are read as
    if they held other texts, and may not even be there: `instead` has these by path.
    """
    names = list(paths)
    findings: list[Finding] = []
    there = files_in(names, findings)
    files_there = sorted({*there.manifests, *instead})
    lists, files = _partition(may_be_rows, files_there)
    read = list(_load_files(files, renderer, instead))
    rows = _row_files(read)
    lists = [file for file in lists if os.path.realpath(file) not in rows]
    loaded = _join([*read, *_load_files(lists, renderer, instead)])
    findings += loaded.findings
    if names and not loaded.manifests and not any(map(_is_error, findings)):
        message = f"there is no manifest (.yaml, .yml, .json) in {', '.join(names)}"
        findings.append(Finding(Source(names[0]), "no-manifests", message))
    samples = tuple(there.samples)
    return replace(loaded, findings=tuple(findings), samples=samples)


def _partition(
    holds: Callable[[str], bool], files: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The files for which it holds, and the others."""
    found: tuple[list[str], list[str]] = ([], [])
    for file in files:
        found[not holds(file)].append(file)
    return found


def _row_files(loaded: Iterable[Loaded]) -> set[str]:
    """Where the files are that manifests name as rows. What is wrong with their names is
    found when they are read.
    """
    found: set[str] = set()
    for manifest in chain.from_iterable(
        (*each.manifests, *each.drafts) for each in loaded
    ):
        for pattern in manifest.resource.data_files:
            with suppress(NoRowFile):
                files = row_files(pattern, manifest.source.file)
                found.update(os.path.realpath(file.place) for file in files)
    return found


def _is_error(finding: Finding) -> bool:
    return finding.severity == "error"


def _load_files(
    files: Sequence[str], renderer: Renderer, instead: Mapping[str, str]
) -> Iterator[Loaded]:
    """Each file, and instead of what would be too much in all a finding."""
    characters = values = findings = 0
    for count, file in enumerate(files, 1):
        loaded = _File(file, renderer, instead.get(file)).load()
        yield loaded
        characters += sum(map(len, loaded.texts.values()))
        values += loaded.values
        findings += len(loaded.findings)
        broken = too_much(count, characters, values, findings)
        if broken and count < len(files):
            told = f"{broken} in all files together: this file and those after it were not read"
            place = Source(printable(files[count]))
            rest = tuple(map(printable, files[count:]))
            yield Loaded((), (Finding(place, "yaml-bounds", told),), unread=rest)
            return


def too_much(files: int, characters: int, values: int, findings: int) -> str:
    """Which bound is reached, in words; empty when none is."""
    if files >= MOST_FILES:
        return f"there are more than {MOST_FILES:,} files"
    if characters > MOST_CHARACTERS:
        return f"there are more than {MOST_CHARACTERS // 2**20} MiB"
    if values > MOST_VALUES:
        return f"there are more than {MOST_VALUES:,} values"
    if findings > MOST_FINDINGS_IN_ALL:
        return f"there are more than {MOST_FINDINGS_IN_ALL:,} findings"
    return ""


def _join(files: Iterable[Loaded]) -> Loaded:
    """What was loaded from all the files."""
    manifests: list[Manifest] = []
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    unusable: list[Address] = []
    drafts: list[Manifest] = []
    unread: list[str] = []
    for file in files:
        manifests += file.manifests
        findings += file.findings
        texts |= file.texts
        unusable += file.unusable
        drafts += file.drafts
        unread += file.unread
    return Loaded(
        tuple(manifests),
        tuple(findings),
        texts,
        tuple(unusable),
        tuple(drafts),
        unread=tuple(unread),
    )


@dataclass(slots=True)
class _File:
    """One file while it is being read."""

    file: str
    renderer: Renderer
    given: str | None = None
    manifests: list[Manifest] = field(default_factory=list)
    drafts: list[Manifest] = field(default_factory=list)
    unusable: list[Address] = field(default_factory=list)
    found: Found = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    values: int = 0
    unread: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return printable(self.file)

    @property
    def is_json(self) -> bool:
        return self.file.lower().endswith(".json")

    def load(self) -> Loaded:
        """All that is in the file."""
        try:
            text = text_of(self.file) if self.given is None else self.given
        except OSError as broken:
            why = f"the file cannot be read: {broken.strerror}"
            return self._unread(YamlProblem("unreadable-file", why, (1, 1)))
        except YamlProblem as unread:
            if is_own_document(self.file):
                return self._left_out()
            return self._unread(unread)
        if is_own_text(text):
            return self._left_out()
        left = conflict(text)
        # The readers would take its lines for a text, or for broken JSON.
        if left and (left[1] == 0 or self.is_json):
            return self._unread(
                YamlProblem("yaml-syntax", left[0], place_at(text, left[1]))
            )
        if self.is_json:
            self._read_all(json_documents, text)
            # Places are found by the YAML reader, so in what it was given.
            return self._result(yaml_equivalent(text))
        self._read_all(documents, text)
        return self._result(text)

    def _left_out(self) -> Loaded:
        """A saved plan or a report below the manifests is nobody's mistake."""
        message = (
            "this is a document that reconciler wrote, not a manifest: it is left out"
        )
        found = Finding(Source(self.shown), "own-document", message, "warning")
        return Loaded((), (found,))

    def _unread(self, why: YamlProblem) -> Loaded:
        source = Source(self.shown, *why.place)
        finding = Finding(source, why.rule, str(why))
        return Loaded((), (finding,), unread=(self.shown,))

    def _result(self, text: str) -> Loaded:
        """What was read of the text so far, with the findings at their places in it."""
        texts = {self.shown: text}
        findings = [
            *with_excerpts(self.findings, text),
            *findings_of(self.found, texts),
        ]
        return Loaded(
            tuple(self.manifests),
            tuple(sorted(findings)),
            texts,
            tuple(self.unusable),
            tuple(self.drafts),
            self.values,
            self.unread,
        )

    def _read_all(self, read: Callable[[str], Iterator[Document]], text: str) -> None:
        try:
            for number, document in enumerate(read(text)):
                self._read(number, document)
        except YamlProblem as broken:
            self._note([broken])
            self.unread = (self.shown,)

    def _read(self, number: int, document: Document) -> None:
        """Raises YamlProblem when there is too much wrong with the file."""
        self.values += document.size
        source = Source(self.shown, *document.place, document=number)
        self._note(document.problems, number)
        contents = read_document(document.data, source, self.renderer)
        self.found += ((source, problem) for problem in contents.problems)
        if contents.manifest:
            self.manifests.append(contents.manifest)
        elif contents.draft:
            self.drafts.append(contents.draft)
        else:
            # It is described all the same, so a reference to it is not dangling.
            self.unusable += addresses_in(document.data)
        self._check_count(document)

    def _check_count(self, document: Document) -> None:
        if len(self.found) + len(self.findings) > MOST_FINDINGS:
            message = f"there are more than {MOST_FINDINGS:,} findings; what comes after this was not read"
            raise YamlProblem("yaml-bounds", message, document.place)

    def _note(self, problems: Iterable[YamlProblem], document: int = 0) -> None:
        for problem in problems:
            source = Source(self.shown, *problem.place, document)
            self.findings.append(Finding(source, problem.rule, str(problem)))
