"""Files of payloads: read, and checked against the event types of the manifests."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

from reconciler.events.schema import schemas_in
from reconciler.events.text import Naming, Placed, Schemas, TextCheck
from reconciler.events.usage import PropertyUse, broken_in, uses_in
from reconciler.form.signatures import LFS_POINTER
from reconciler.kinds.event.live import LiveEvent
from reconciler.kinds.event.manifest import Event, EventProperties
from reconciler.kinds.registry import kind_of
from reconciler.manifest.encoding import NotUtf8, decode
from reconciler.manifest.excerpt import with_excerpts
from reconciler.manifest.files import SAMPLE_SUFFIXES, printable
from reconciler.manifest.lines import place_at, places_at
from reconciler.manifest.resolve import Resolved
from reconciler.model.live import Live
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.source import Finding, Source
from reconciler.model.usage import Use
from reconciler.rules import finding_severity

LARGEST_PAYLOADS = 64 * 1024 * 1024
"""Bytes of one file."""
_NAMES_SOMEBODY = re.compile(
    r'''@|"(email|phone|id|value|\w*(customer|_contact|contact_)\w*)"'''
)
"""Stands in a line that names a person, and that no finding shows therefore."""


class UnreadablePayloads(Exception):
    """The file holds no text that could be checked. str() says why, `before` is the text
    up to the place.
    """

    def __init__(self, words: str, before: str = "") -> None:
        super().__init__(words)
        self.before = before


@dataclass(frozen=True, slots=True)
class PayloadFile:
    """A file of payloads, or what came over stdin: its name in messages, its text, and
    what its name says of the event type.
    """

    shown: str
    text: str
    naming: Naming


def naming_of(file: str, code: str | None = None) -> Naming:
    """What the name of a file and those of its folders say; `code` is given besides."""
    path = PurePath(file)
    folders = (each.name for each in path.parents if each.name)
    return Naming(code, (path.stem, path.name, *folders))


def read_payloads(file: str, code: str | None = None) -> PayloadFile:
    """The text of a file. Raises UnreadablePayloads."""
    shown = printable(file)
    try:
        with open(file, "rb") as stream:
            raw = stream.read(LARGEST_PAYLOADS + 1)
    except OSError as broken:
        raise UnreadablePayloads(
            f"the file cannot be read: {broken.strerror}"
        ) from None
    return PayloadFile(shown, payload_text(raw), naming_of(file, code))


def payload_text(raw: bytes) -> str:
    """The text that these bytes are. Raises UnreadablePayloads."""
    if len(raw) > LARGEST_PAYLOADS:
        told = f"the file is larger than {LARGEST_PAYLOADS // 2**20} MiB: split it"
        raise UnreadablePayloads(told)
    if raw.startswith(LFS_POINTER):
        told = "the file is only a pointer of Git LFS: get the file itself with git lfs pull"
        raise UnreadablePayloads(told)
    try:
        return decode(raw)
    except NotUtf8 as broken:
        raise UnreadablePayloads(str(broken), broken.before) from None


@dataclass(slots=True)
class PayloadsCheck:
    """The check of many files. `payloads` counts those that were read so far."""

    schemas: Schemas
    is_whole: bool = True
    payloads: int = 0

    def samples(
        self, files: Iterable[str], code: str | None = None
    ) -> Iterator[Finding]:
        """What is wrong with files of a folder, which are payloads by their names."""
        for file in files:
            if file.lower().endswith(SAMPLE_SUFFIXES):
                yield from self.file(file, code)
            else:
                endings = ", ".join(SAMPLE_SUFFIXES)
                told = (
                    f"this is no file of payloads ({endings}), and a folder called samples holds nothing else: "
                    "move a manifest out of it"
                )
                yield Finding(Source(printable(file)), "payload-file", told)

    def file(self, file: str, code: str | None = None) -> Iterator[Finding]:
        """What is wrong with the payloads of a file, whatever it is called."""
        try:
            yield from self.text(read_payloads(file, code))
        except UnreadablePayloads as broken:
            line, column = place_at(broken.before, len(broken.before))
            place = Source(printable(file), line, column)
            yield Finding(place, "payload-file", str(broken))

    def text(self, file: PayloadFile) -> list[Finding]:
        """What is wrong with a text that was read."""
        check = TextCheck(file.text, self.schemas, file.naming, self.is_whole)
        placed = sorted(check.mistakes(), key=lambda each: each.at)
        self.payloads += check.payloads
        places = places_at(file.text, [each.at for each in placed])
        findings = [
            _finding(Source(file.shown, *place), each)
            for each, place in zip(placed, places, strict=True)
        ]
        return list(map(_discreet, with_excerpts(findings, file.text)))


def _finding(source: Source, placed: Placed) -> Finding:
    rule = placed.mistake.rule
    return Finding(source, rule, placed.mistake.message, finding_severity(rule))


def _discreet(finding: Finding) -> Finding:
    """Without a line that names somebody: reports are read by more people than
    payloads.
    """
    if finding.excerpt and _NAMES_SOMEBODY.search(finding.excerpt.text):
        return replace(finding, excerpt=None)
    return finding


def sample_findings(resolved: Resolved) -> Iterator[Finding]:
    """What is wrong with the sample payloads beside the manifests. Where a manifest
    could not be read, it may be the one that describes a code name.
    """
    is_whole = not any(each.severity == "error" for each in resolved.findings)
    check = PayloadsCheck(schemas_in(resolved.desired), is_whole)
    return check.samples(resolved.samples)


def sample_uses(resolved: Resolved) -> Iterator[Use]:
    """Who of the sample payloads uses which event type, and which property of it."""
    schemas = schemas_in(resolved.desired)
    for file in samples_of(resolved):
        yield from _uses(file, uses_in(file.text, file.naming, schemas))


def broken_samples(
    before: Desired, after: Desired, files: Iterable[PayloadFile]
) -> Iterator[Use]:
    """The sample payloads beside the manifests after a change that were valid before it,
    each with the property by which it is valid no longer.
    """
    then, now = schemas_in(before), schemas_in(after)
    for file in files:
        for use in _uses(file, broken_in(file.text, file.naming, then, now)):
            yield replace(use, is_broken=True)


def events_of(live: Live) -> Desired:
    """The event types that live, as if manifests described them."""
    found = {}
    for address, resource in live.resources.items():
        if isinstance(resource, LiveEvent):
            event = _as_declared(resource)
            found[address] = Manifest(address, event, Source("the shop"))
    return Desired(found)


def _as_declared(live: LiveEvent) -> Event:
    """What is not said of a property restricts nothing."""
    slots = {}
    for slot, properties in live.properties.items():
        slots[slot] = [
            {
                "name": each.name,
                "type": each.type or "json",
                "required": each.required or False,
            }
            for each in properties
        ]
    written = EventProperties.model_validate(slots)
    return Event.model_construct(code_name=live.code_name, properties=written)


def samples_of(resolved: Resolved) -> Iterator[PayloadFile]:
    """The sample payloads that can be read; of the others, `validate` says so."""
    for file in resolved.samples:
        with suppress(UnreadablePayloads):
            yield read_payloads(file)


def _uses(file: PayloadFile, found: Iterable[PropertyUse]) -> Iterator[Use]:
    listed = sorted(found, key=lambda each: each.at)
    places = places_at(file.text, [each.at for each in listed])
    for each, place in zip(listed, places, strict=True):
        field = ""
        if each.about is not None:
            field = kind_of(each.address).dotted(("properties", *each.about))
        yield Use(each.address, field, file.shown, Source(file.shown, *place), each.how)
