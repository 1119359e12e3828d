"""What a plan stops or updates stands at the line of the field that it is about, and not
where the document begins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from reconciler.manifest.places import nearest_place
from reconciler.manifest.resolve import Resolved
from reconciler.manifest.yaml import Document, documents_with_places
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Refusal, Update
from reconciler.model.plan import Plan
from reconciler.model.problem import DocumentPath
from reconciler.model.source import Source
from reconciler.plan.impact import breaking_fields
from reconciler.plan.seal import sealed

Item = TypeVar("Item", Blocked, Refusal, Change)
Documents = Mapping[tuple[str, int], Document]
"""By file and number, the documents of which a place is wanted."""


def pinpointed(plan: Plan, resolved: Resolved) -> Plan:
    """The plan with the lines of what is blocked, refused or updated, as far as the
    manifests have them. Where a manifest stands is no part of its digest.
    """
    sources = _sources(plan, resolved)
    if not sources:
        return plan
    lines = _Lines(sources, _documents(sources.values(), resolved.texts))
    found = {
        "changes": tuple(map(lines.at_its_line, plan.changes)),
        "blocked": tuple(map(lines.at_its_line, plan.blocked)),
        "refused": tuple(map(lines.at_its_line, plan.refused)),
    }
    # The checksum holds the places, too.
    return sealed(plan.model_copy(update=found), with_checksum=bool(plan.checksum))


def _sources(plan: Plan, resolved: Resolved) -> Mapping[Address, Source]:
    """Where the documents begin in which a place is wanted."""
    manifests = resolved.desired.manifests
    items = (*plan.changes, *plan.blocked, *plan.refused)
    wanted = {item.address for item in items if _path_of(item)}
    return {each: manifests[each].source for each in wanted if each in manifests}


@dataclass(frozen=True, slots=True)
class _Lines:
    sources: Mapping[Address, Source]
    documents: Documents

    def at_its_line(self, item: Item) -> Item:
        """The item with the place of what it is about."""
        source, path = self.sources.get(item.address), _path_of(item)
        if source is None or not path:
            return item
        place = _place(source, path, self.documents)
        return item.model_copy(update={"source": place.short})


def _path_of(item: Change | Blocked | Refusal) -> tuple[str, ...]:
    """What it is about; of an update, the first thing that breaks, or the first of all.
    Empty for the whole document.
    """
    if isinstance(item, Blocked | Refusal):
        return item.path
    if not isinstance(item, Update):
        return ()
    parts = [*breaking_fields(item), *item.fields]
    return parts[0].path if parts else ()


def _documents(sources: Iterable[Source], texts: Mapping[str, str]) -> Documents:
    """Each file is read once more, for the places in it."""
    wanted: dict[str, set[int]] = {}
    for source in sources:
        wanted.setdefault(source.file, set()).add(source.document)
    found: dict[tuple[str, int], Document] = {}
    for file, numbers in wanted.items():
        reading = documents_with_places(texts.get(file, ""), numbers)
        found |= {(file, number): document for number, document in enumerate(reading)}
    return found


def _place(source: Source, path: Sequence[str], documents: Documents) -> Source:
    """Where the field is, or what is nearest around it."""
    document = documents.get((source.file, source.document))
    if document is None:
        return source
    written = _written_path(path, document.data)
    place = nearest_place(written, document.places) if written else None
    if place is None:
        return source
    line, column = place
    return replace(source, line=line, column=column)


def _written_path(path: Sequence[str], data: Any) -> DocumentPath:
    """The way to a field as the document has it, in which collections are lists and not
    by name, as far as it goes.
    """
    written: list[str | int] = []
    for step in path:
        at = _step(step, data)
        if at is None:
            break
        written.append(at)
        data = data[at]
    return tuple(written)


def _step(step: str, data: Any) -> str | int | None:
    if isinstance(data, dict):
        return step if step in data else None
    if not isinstance(data, list):
        return None
    items = [(n, item) for n, item in enumerate(data) if isinstance(item, dict)]
    named = [n for n, item in items if item.get("name") == step]
    # A relationship has no name and is known by its source field.
    others = [n for n, item in items if step in item.values()]
    return next(iter([*named, *others]), None)
