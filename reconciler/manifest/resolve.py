"""Manifests → Desired: addresses are unique, and what manifests say of each other fits
together.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reconciler.manifest.load import Found, Loaded, located, placed
from reconciler.manifest.problem import Problem, Vocabulary, shown
from reconciler.manifest.yaml import LONGEST_SHOWN, Path
from reconciler.model.address import Address, casefolded
from reconciler.model.kinds import (
    NUMERIC_TYPES,
    Definition,
    DefinitionField,
    Override,
    Relationship,
)
from reconciler.model.source import Finding, Source
from reconciler.model.state import Desired, Manifest

_FREE_TYPES = {
    "text": "text",
    "longtext": "text",
    "number": "number",
    "decimal": "number",
    "list": "text",
}
"""Types that hold each other's values as they are."""


@dataclass(frozen=True, slots=True)
class Dangling:
    """A reference to a definition that no manifest describes. Silenced offline, it
    still has to live in the shop.
    """

    address: Address
    finding: Finding
    silenced: bool


@dataclass(frozen=True, slots=True)
class Resolved:
    """Desired as far as it could be made, the findings in it, and the references that
    only the shop can know.
    """

    desired: Desired
    findings: tuple[Finding, ...]
    dangling: tuple[Dangling, ...]

    @property
    def offline_findings(self) -> list[Finding]:
        """All that is wrong as far as can be known without the shop."""
        return sorted(
            [
                *self.findings,
                *(each.finding for each in self.dangling if not each.silenced),
            ]
        )


def resolve(loaded: Loaded, today: date) -> Resolved:
    """Everything that can be known offline. A dangling reference is kept apart: the
    shop may have the definition.
    """
    manifests, found = _unique(loaded.manifests)
    definitions = {
        casefolded(address.name): manifest.resource
        for address, manifest in manifests.items()
        if isinstance(manifest.resource, Definition)
    }
    unknown: Found = []
    known = Vocabulary([definition.name for definition in definitions.values()])
    described = {*definitions, *map(casefolded, loaded.unusable)}
    owners = {
        name: _Owner(each)
        for name, each in definitions.items()
        if each.ensure != "absent"
    }
    renamed = dict(_renamed_definitions(manifests))
    described |= renamed.keys()
    absent = {name for name, each in definitions.items() if each.ensure == "absent"}
    spellings = {name: definition.name for name, definition in definitions.items()}
    for address in sorted(manifests):
        manifest = _canonical(manifests[address], spellings)
        manifests[address] = manifest
        found += ((manifest.source, problem) for problem in _expired(manifest, today))
        if manifest.absent:
            continue
        found += ((manifest.source, problem) for problem in _problems(manifest, owners))
        found += (
            (manifest.source, problem)
            for problem in _references_to(absent, renamed, manifest)
        )
        unknown += (
            (manifest.source, problem)
            for problem in _unknown_names(manifest, described, known)
        )
    found += _rename_conflicts(manifests)
    findings = [*loaded.findings, *located(found, loaded.texts)]
    ordered = {address: manifests[address] for address in sorted(manifests)}
    return Resolved(
        Desired(ordered),
        tuple(sorted(findings)),
        tuple(_dangling(unknown, loaded.texts)),
    )


def _dangling(unknown: Found, texts: Mapping[str, str]) -> Iterator[Dangling]:
    for problem, finding, silenced in placed(unknown, texts):
        yield Dangling(Address("definition", problem.name), finding, silenced)


def still_dangling(resolved: Resolved, live: Collection[Address]) -> list[Finding]:
    """The dangling references that the shop does not know either, silenced or not."""
    known = {
        casefolded(address.name) for address in live if address.kind == "definition"
    }
    missing = (
        each.finding
        for each in resolved.dangling
        if casefolded(each.address.name) not in known
    )
    return sorted(
        replace(finding, message=f"{finding.message}, and it does not live in the shop")
        for finding in missing
    )


def as_they_live(resolved: Resolved, live: Collection[Address]) -> Desired:
    """Desired with references to definitions that only live in the shop's spelling of
    their names.
    """
    if not resolved.dangling:
        return resolved.desired
    names = {casefolded(each.address.name) for each in resolved.dangling}
    spellings = {
        casefolded(address.name): address.name
        for address in live
        if casefolded(address.name) in names
    }
    manifests = resolved.desired.manifests
    return Desired(
        {address: _canonical(manifests[address], spellings) for address in manifests}
    )


def _unique(manifests: Iterable[Manifest]) -> tuple[dict[Address, Manifest], Found]:
    """One manifest per address, names compared as the server does; the first by place
    is the one that stays.
    """
    first: dict[Address, Manifest] = {}
    found: Found = []
    for manifest in sorted(manifests, key=lambda manifest: manifest.source):
        kept = first.setdefault(manifest.address.folded, manifest)
        if kept is not manifest:
            key = {"definition": "name", "event": "code_name", "override": "target"}[
                manifest.address.kind
            ]
            described, first_one = _cut(manifest.address), _cut(kept.address)
            message = f"{described} is described twice: {first_one} stands at {kept.source.short}"
            found.append(
                (manifest.source, Problem("duplicate-address", message, (key,)))
            )
    return {manifest.address: manifest for manifest in first.values()}, found


def _canonical(manifest: Manifest, spellings: Mapping[str, str]) -> Manifest:
    """References in the spelling of the definition they name."""
    match manifest.resource:
        case Definition() as definition:
            relationships = tuple(
                _spelled(rel, spellings) for rel in definition.relationships
            )
            resource = definition.model_copy(update={"relationships": relationships})
        case Override() as override:
            sources = tuple(
                source.model_copy(
                    update={"definition": _spelling(source.definition, spellings)}
                )
                for source in override.sources
            )
            return Manifest(
                manifest.address,
                override.model_copy(update={"sources": sources}),
                manifest.source,
            )
        case _:
            return manifest
    return Manifest(manifest.address, resource, manifest.source)


def _spelled(rel: Relationship, spellings: Mapping[str, str]) -> Relationship:
    if rel.target_schema_type == "system":
        return rel
    return rel.model_copy(
        update={"target_schema": _spelling(rel.target_schema, spellings)}
    )


def _spelling(name: str, spellings: Mapping[str, str]) -> str:
    return spellings.get(casefolded(name), name)


def _unknown_names(
    manifest: Manifest, described: Collection[str], known: Vocabulary
) -> Iterator[Problem]:
    for name, path in _references(manifest):
        if casefolded(name) not in described:
            here, there = _cut(manifest.address), _cut(Address("definition", name))
            message = f"{here} refers to {there}, which no manifest describes{known.hint(name)}"
            yield Problem("dangling-reference", message, path, name)


def _renamed_definitions(
    manifests: Mapping[Address, Manifest],
) -> Iterator[tuple[str, Address]]:
    for address, manifest in manifests.items():
        if manifest.renamed_from and address.kind == "definition":
            yield casefolded(manifest.renamed_from.name), address


def _references_to(
    absent: Collection[str], renamed: Mapping[str, Address], manifest: Manifest
) -> Iterator[Problem]:
    for name, path in _references(manifest):
        if new := renamed.get(casefolded(name)):
            here, there = _cut(manifest.address), _cut(Address("definition", name))
            message = (
                f"{here} refers to {there}, which is renamed: write {shown(new.name)}"
            )
            yield Problem("reference-to-renamed", message, path, name)
        if casefolded(name) in absent:
            here, there = _cut(manifest.address), _cut(Address("definition", name))
            yield Problem(
                "reference-to-absent",
                f"{here} refers to {there}, which is to be deleted",
                path,
                name,
            )


def _rename_conflicts(
    manifests: Mapping[Address, Manifest],
) -> Iterator[tuple[Source, Problem]]:
    """A name that another manifest has is not free to be renamed from, and each can be
    renamed only once.
    """
    described = {_cased(address): address for address in manifests}
    claimed: dict[tuple[str, str], Address] = {}
    for address, manifest in sorted(manifests.items()):
        old = manifest.renamed_from
        if old is None:
            continue
        first = claimed.setdefault(_cased(old), address)
        other = described.get(_cased(old), first)
        if other != address:
            message = f"{_cut(address)} is renamed from {shown(old.name)}, which is the name of {_cut(other)}"
            if other == first:
                message = f"{_cut(address)} and {_cut(other)} are both renamed from {shown(old.name)}"
            yield (
                manifest.source,
                Problem("rename-conflict", message, ("renamed_from",)),
            )


def _cased(address: Address) -> tuple[str, str]:
    return address.kind, casefolded(address.name)


def _expired(manifest: Manifest, today: date) -> Iterator[Problem]:
    for index, each in enumerate(manifest.resource.accept):
        if each.until < today:
            message = f"the acceptance of {shown(each.change)} ended on {each.until}"
            yield Problem("accept-expired", message, ("accept", index, "until"))


def _references(manifest: Manifest) -> Iterator[tuple[str, Path]]:
    match manifest.resource:
        case Definition(relationships=relationships):
            for index, rel in enumerate(relationships):
                if rel.target_schema_type == "custom":
                    yield rel.target_schema, ("relationships", index, "targetSchema")
        case Override(sources=sources):
            for index, source in enumerate(sources):
                yield source.definition, ("sources", index, "definition")


class _Owner:
    """A definition, its fields by name."""

    def __init__(self, definition: Definition) -> None:
        self.name = _cut(definition.name)
        self.fields = {field.name: field for field in definition.fields}
        self.known = Vocabulary(self.fields)
        self.about_products = any(
            rel.target_schema_type == "system" and rel.target_schema == "products"
            for rel in definition.relationships
        )


def _problems(manifest: Manifest, owners: dict[str, _Owner]) -> Iterator[Problem]:
    match manifest.resource:
        case Definition(relationships=relationships):
            fields = owners[casefolded(manifest.address.name)].fields
            for index, rel in enumerate(relationships):
                target = owners.get(casefolded(rel.target_schema))
                if rel.target_schema_type == "custom" and target:
                    yield from _target_problems(
                        fields.get(rel.source_field),
                        rel,
                        target,
                        ("relationships", index),
                    )
        case Override(sources=sources):
            for index, source in enumerate(sources):
                owner = owners.get(casefolded(source.definition))
                if owner:
                    yield from _override_problems(
                        source.field, owner, ("sources", index)
                    )


def _target_problems(
    source: DefinitionField | None, rel: Relationship, target: _Owner, path: Path
) -> Iterator[Problem]:
    name = rel.server_target_field
    end = target.fields.get(name)
    if end is None and name != "id":
        message = f"definition/{target.name} has no field {shown(name)}{target.known.hint(name)}"
        yield Problem("target-field-missing", message, (*path, "targetField"))
        return
    end_type = end.type if end else "number"
    if source and _FREE_TYPES.get(source.type, source.type) != _FREE_TYPES.get(
        end_type, end_type
    ):
        message = f"{shown(source.name)} is {source.type} and {target.name}.{_cut(name)} is {end_type}"
        yield Problem("relation-type-mismatch", message, (*path, "sourceField"))


def _override_problems(name: str, owner: _Owner, path: Path) -> Iterator[Problem]:
    field = owner.fields.get(name)
    if field is None:
        message = f"definition/{owner.name} has no field {shown(name)}{owner.known.hint(name)}"
        yield Problem("override-field-missing", message, (*path, "field"))
    elif field.type not in NUMERIC_TYPES:
        message = f"{owner.name}.{_cut(name)} is {field.type}, and a price needs number or decimal"
        yield Problem("override-field-not-numeric", message, (*path, "field"))
    if not owner.about_products:
        message = f"definition/{owner.name} has no relationship to products, so no price can be found through it"
        yield Problem("override-without-product", message, (*path, "definition"))


def _cut(text: object) -> str:
    """For a message: a name may be as long as its writer liked."""
    long = str(text)
    return long if len(long) <= LONGEST_SHOWN else f"{long[:LONGEST_SHOWN]}…"
