"""What is wrong with the messages that manifests declare, with its place in their texts.

A comment silences a rule at the line of `file:`, `body:` or `subject:`, for the whole of
that text: in the text itself, a comment would be sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from reconciler.kinds.scenario.manifest import Scenario
from reconciler.kinds.segment.manifest import Segment
from reconciler.kinds.template.manifest import Template
from reconciler.manifest.beside import NoFileBeside
from reconciler.manifest.bodies import Body, body_of, subject_of, templates
from reconciler.manifest.doubts import texts_of
from reconciler.manifest.excerpt import with_excerpts
from reconciler.manifest.places import place_problems
from reconciler.manifest.resolve import Resolved
from reconciler.messages.check import Note, notes_on
from reconciler.messages.declared import Declared, declared_in
from reconciler.messages.occasion import Occasion, occasion_of
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.source import Finding
from reconciler.model.target import MessageSettings

MOST_NOTES = 1_000
"""On one text. A message with more of them is no message."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A finding, and the value in a manifest whose line can silence it. Without a finding,
    that is its place.
    """

    manifest: Manifest
    problem: Problem
    finding: Finding | None = None


def declared_of(resolved: Resolved) -> Declared:
    """What the manifests declare that messages can be about."""
    is_whole = not resolved.unread
    settings, unusable = resolved.messages, resolved.unusable
    return declared_in(resolved.desired, settings, unusable, is_whole=is_whole)


def message_findings(resolved: Resolved, today: date) -> Iterator[Finding]:
    """Everything that can be known of the messages offline."""
    said = list(_about_texts(resolved))
    said += _about_copies(resolved.desired, resolved.messages, today)
    if not said:
        return
    # Which problem a finding is about; two problems may say the same.
    by_problem = {id(each.problem): each for each in said}
    found = [(each.manifest.source, each.problem) for each in said]
    texts = texts_of({source.file for source, _ in found})
    for placed in place_problems(found, texts):
        finding = by_problem[id(placed.problem)].finding
        if placed.silenced:
            continue
        if finding is None or placed.finding.rule != placed.problem.rule:
            yield placed.finding
        else:
            yield finding


def errors_in(
    body: Body, declared: Declared, occasion: Occasion, *, subject: bool
) -> list[Finding]:
    """What is proven wrong in one text, silenced or not: it cannot be sent right."""
    every = notes_on(body.text, declared, occasion, subject=subject)
    errors = (each for each in every if each.severity == "error")
    return sorted(_findings(list(islice(errors, MOST_NOTES)), body))


def _about_texts(resolved: Resolved) -> Iterator[_Said]:
    declared = declared_of(resolved)
    for manifest in templates(resolved.desired):
        try:
            texts = {"subject": subject_of(manifest), "text": body_of(manifest)}
        except NoFileBeside as missing:
            yield _Said(manifest, Problem("message-file", str(missing), ("file",)))
            continue
        for key, body in texts.items():
            if body is not None:
                yield from _about_text(manifest, key, body, resolved, declared)


def _about_text(
    manifest: Manifest,
    key: str,
    body: Body,
    resolved: Resolved,
    declared: Declared,
) -> Iterator[_Said]:
    template = manifest.resource
    assert isinstance(template, Template)
    is_subject = key == "subject"
    occasion = occasion_of(template, resolved.desired)
    known = resolved.messages.known
    all_notes = notes_on(body.text, declared, occasion, known, subject=is_subject)
    notes = list(islice(all_notes, MOST_NOTES))
    path: DocumentPath = ("subject",)
    if not is_subject:
        path = ("body",) if template.file is None else ("file",)
    for note, finding in zip(notes, _findings(notes, body), strict=True):
        yield _Said(manifest, Problem(note.rule, note.message, path), finding)


def _findings(notes: list[Note], body: Body) -> Iterator[Finding]:
    """The notes at their places; of each, what is wrong is underlined."""
    wrong = [
        Finding(body.source_of(note.begin), note.rule, note.message, note.severity)
        for note in notes
    ]
    for note, finding in zip(notes, with_excerpts(wrong, body.written), strict=True):
        source = body.source_of(note.start)
        excerpt = finding.excerpt
        if excerpt is not None and body.is_literal:
            longest = len(excerpt.text) - excerpt.column + 1
            length = max(1, min(note.end - note.begin, longest))
            excerpt = replace(excerpt, length=length)
        if note.severity == "info":
            excerpt = None  # nothing in it is wrong
        yield replace(finding, source=source, excerpt=excerpt)


def _about_copies(
    desired: Desired, settings: MessageSettings, today: date
) -> Iterator[_Said]:
    limit = settings.review_after_days
    if limit is None:
        return
    for manifest in desired.manifests.values():
        resource = manifest.resource
        if not isinstance(resource, Template | Segment | Scenario):
            continue
        copied = resource.copied_on
        if copied is None or (today - copied).days <= limit:
            continue
        days = (today - copied).days
        message = (
            f"{manifest.address} was copied from the dashboard {days} days ago, and is to "
            f"be looked at again after {limit}"
        )
        yield _Said(manifest, Problem("message-copy-old", message, ("copied_on",)))
