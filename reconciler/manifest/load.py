"""Files → manifests, with every finding of every file. Raises WrongUsage for a path
that is not there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.manifest.document import described, read_document
from reconciler.manifest.excerpt import with_excerpts
from reconciler.manifest.files import files_in, printable, text_of
from reconciler.manifest.json_text import json_documents, yaml_equivalent
from reconciler.manifest.places import Found, located
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml import Document, YamlProblem, documents
from reconciler.model.address import Address
from reconciler.model.manifest import Manifest
from reconciler.model.source import Finding, Source

MOST_FINDINGS = 5_000
"""In one file; reading stops there, and says so."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The manifests that could be built, and everything that was found.

    `texts` is what the files held. `drafts` are the manifests that could only be read in
    part: they are checked, and nothing else. `unusable` has the addresses of what could
    not even be read in part.
    """

    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    unusable: tuple[Address, ...] = ()
    drafts: tuple[Manifest, ...] = ()


def load(paths: Iterable[str], renderer: Renderer) -> Loaded:
    """All manifests under `paths`, in the order of their files."""
    names = list(paths)
    findings: list[Finding] = []
    read = [_File(file, renderer).loaded() for file in files_in(names, findings)]
    for file in read:
        findings += file.findings
    manifests = tuple(manifest for file in read for manifest in file.manifests)
    if not manifests and not findings:
        message = f"there is no manifest (.yaml, .yml, .json) in {', '.join(names)}"
        findings.append(Finding(Source(names[0]), "no-manifests", message))
    return Loaded(
        manifests,
        tuple(findings),
        {name: text for file in read for name, text in file.texts.items()},
        tuple(address for file in read for address in file.unusable),
        tuple(draft for file in read for draft in file.drafts),
    )


@dataclass(slots=True)
class _File:
    """One file while it is being read."""

    file: str
    renderer: Renderer
    manifests: list[Manifest] = field(default_factory=list)
    drafts: list[Manifest] = field(default_factory=list)
    unusable: list[Address] = field(default_factory=list)
    found: Found = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return printable(self.file)

    def loaded(self) -> Loaded:
        """All that is in the file."""
        try:
            text = text_of(self.file)
        except (OSError, UnicodeError) as broken:
            why = "it is not UTF-8 text"
            if isinstance(broken, OSError):
                why = str(broken.strerror)
            message = f"the file cannot be read: {why}"
            return Loaded((), (self._finding("unreadable-file", message),))
        except YamlProblem as large:
            return Loaded((), (self._finding(large.rule, str(large)),))
        return self._loaded_from(text)

    def _finding(self, rule: str, message: str) -> Finding:
        return Finding(Source(self.shown), rule, message)

    def _loaded_from(self, text: str) -> Loaded:
        is_json = self.file.lower().endswith(".json")
        read = json_documents if is_json else documents
        try:
            for number, document in enumerate(read(text)):
                self._read(number, document)
        except YamlProblem as broken:
            self._note([broken])
        # What a JSON file is shown and placed as is what the YAML reader was given.
        texts = {self.shown: yaml_equivalent(text) if is_json else text}
        findings = [
            *with_excerpts(self.findings, texts[self.shown]),
            *located(self.found, texts),
        ]
        return Loaded(
            tuple(self.manifests),
            tuple(sorted(findings)),
            texts,
            tuple(self.unusable),
            tuple(self.drafts),
        )

    def _read(self, number: int, document: Document) -> None:
        """Raises YamlProblem when there is too much wrong with the file."""
        source = Source(self.shown, *document.place, document=number)
        self._note(document.problems, number)
        manifest, draft, problems = read_document(document.data, source, self.renderer)
        self.found += ((source, problem) for problem in problems)
        if manifest:
            self.manifests.append(manifest)
        elif draft:
            self.drafts.append(draft)
        else:
            self.unusable += described(document.data)
        if len(self.found) + len(self.findings) > MOST_FINDINGS:
            message = f"there are more than {MOST_FINDINGS:,} findings; what comes after this was not read"
            raise YamlProblem("yaml-bounds", message, document.place)

    def _note(self, problems: Iterable[YamlProblem], document: int = 0) -> None:
        self.findings += self._placed(problems, document)

    def _placed(
        self, problems: Iterable[YamlProblem], document: int
    ) -> Iterator[Finding]:
        for problem in problems:
            source = Source(self.shown, *problem.place, document)
            yield Finding(source, problem.rule, str(problem))
