"""Who uses what is declared: messages, segments, scenarios, and for `impact` also other
definitions, overrides and files of rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from reconciler.kinds.registry import kind_of
from reconciler.kinds.scenario.manifest import Scenario
from reconciler.kinds.segment.manifest import Segment
from reconciler.kinds.template.manifest import Template
from reconciler.kinds.values import Reference
from reconciler.manifest.beside import NoFileBeside
from reconciler.manifest.bodies import Body, body_of, subject_of, templates
from reconciler.manifest.files import text_of
from reconciler.manifest.places import Places, nearest_place, places_of
from reconciler.manifest.yaml import YamlProblem
from reconciler.messages.declared import Declared, declared_in
from reconciler.messages.occasion import Occasion, occasion_of
from reconciler.messages.remark import variable
from reconciler.messages.tokens import find_tokens
from reconciler.messages.uses import FIELDS, uses_of
from reconciler.model.address import Address
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.resource import Unreadable
from reconciler.model.source import Source
from reconciler.model.target import MessageSettings
from reconciler.model.usage import Use


def uses_in(desired: Desired, settings: MessageSettings) -> tuple[Use, ...]:
    """What messages, segments and scenarios use, each with its place; in their order.

    Of an event that is renamed, scenarios use the old name: the dashboard still has it.
    """
    by_dashboard = [each for each in desired.manifests.values() if _is_copy(each)]
    if not by_dashboard:
        return ()
    scenarios = [each for each in by_dashboard if isinstance(each.resource, Scenario)]
    segments = [each for each in by_dashboard if isinstance(each.resource, Segment)]
    found = chain(
        _in_messages(desired, settings),
        references_in(scenarios, _old_names(desired)),
        references_in(segments, {}),
    )
    return tuple(sorted(set(found)))


def _is_copy(manifest: Manifest) -> bool:
    return isinstance(manifest.resource, Template | Segment | Scenario)


def _old_names(desired: Desired) -> dict[Address, Address]:
    """What the dashboard still calls an event, by its new address. Definitions have ids
    there.
    """
    found = {}
    for address, manifest in desired.manifests.items():
        old = manifest.renamed_from
        if old is not None and address.kind == "event":
            found[address] = old
    return found


def references_in(
    manifests: Iterable[Manifest], old_names: Mapping[Address, Address]
) -> Iterator[Use]:
    """What the manifests name, each at its line."""
    by_file: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        if not manifest.absent:
            by_file.setdefault(manifest.source.file, []).append(manifest)
    for file, here in by_file.items():
        places = places_in(file, here)
        for manifest in here:
            known = places.get(manifest.source.document, {})
            for each in kind_of(manifest.address).references(manifest.resource):
                if not isinstance(each.address.name, Unreadable):
                    yield _reference(each, manifest, known, old_names)


def _reference(
    reference: Reference,
    manifest: Manifest,
    places: Places,
    old_names: Mapping[Address, Address],
) -> Use:
    address = old_names.get(reference.address, reference.address)
    below = ""
    how = address.name
    if reference.field is not None:
        below = kind_of(address).dotted((FIELDS, reference.field))
        how = f"{address.name}.{reference.field}"
    source = source_at(manifest, reference.path, places)
    return Use(address, below, str(manifest.address), source, how)


def source_at(
    manifest: Manifest, path: tuple[str | int, ...], places: Places
) -> Source:
    """Where a value of a manifest stands."""
    begin = manifest.source
    line, column = nearest_place(path, places) or (begin.line, begin.column)
    return Source(begin.file, line, column, begin.document)


def places_in(file: str, manifests: Iterable[Manifest]) -> dict[int, Places]:
    """The places of the values of a file's manifests, by document."""
    wanted = {manifest.source.document for manifest in manifests}
    try:
        return dict(places_of(wanted, text_of(file)))
    except (OSError, YamlProblem):
        return {}  # it has changed since: what is in it stands at its beginning


def _in_messages(desired: Desired, settings: MessageSettings) -> Iterator[Use]:
    declared = declared_in(desired, settings)
    for manifest in templates(desired):
        template = manifest.resource
        assert isinstance(template, Template)
        occasion = occasion_of(template, desired)
        try:
            bodies = (subject_of(manifest), body_of(manifest))
        except NoFileBeside:
            continue  # `validate` says so
        for body in bodies:
            if body is not None:
                yield from _in_text(body, str(manifest.address), declared, occasion)


def _in_text(
    body: Body, by: str, declared: Declared, occasion: Occasion
) -> Iterator[Use]:
    tokens = find_tokens(body.text).tokens
    sources = body.sources_of([token.start for token in tokens])
    for token, source in zip(tokens, sources, strict=True):
        path = [segment.text for segment in token.path]
        for used in uses_of(path, declared, occasion):
            below = kind_of(used.address).dotted(used.path)
            how, is_named = variable(path), used.is_named
            yield Use(used.address, below, by, source, how, is_named=is_named)
