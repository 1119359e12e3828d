"""Manifests → Desired: addresses are unique, and what manifests say of each other fits together."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from reconciler.manifest.load import Loaded, located
from reconciler.manifest.problem import Problem, did_you_mean
from reconciler.model.address import Address, casefolded
from reconciler.model.kinds import NUMERIC_TYPES, Definition, DefinitionField, Override, Relationship
from reconciler.model.source import Finding
from reconciler.model.state import Desired, Manifest

_FREE_TYPES = {"text": "text", "longtext": "text", "number": "number", "decimal": "number", "list": "text"}
"""Types that hold each other's values as they are."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Desired as far as it could be made, all findings, and among the names those that only the shop can know."""

    desired: Desired
    findings: tuple[Finding, ...]
    dangling: tuple[tuple[Address, Finding], ...]


def resolve(loaded: Loaded) -> Resolved:
    """Everything that can be known offline. A dangling reference is kept apart: the shop may have the definition."""
    manifests, doubles = _unique(loaded.manifests)
    definitions = {
        casefolded(address.name): manifest.resource
        for address, manifest in manifests.items()
        if isinstance(manifest.resource, Definition)
    }
    findings = [*loaded.findings, *doubles]
    dangling: list[tuple[Address, Finding]] = []
    names = [definition.name for definition in definitions.values()]
    for address in sorted(manifests):
        manifest = _canonical(manifests[address], definitions)
        manifests[address] = manifest
        findings += located(manifest.source, _problems(manifest, definitions))
        for name, problem in _unknown_names(manifest, definitions, names):
            dangling += [(Address("definition", name), finding) for finding in located(manifest.source, [problem])]
    ordered = {address: manifests[address] for address in sorted(manifests)}
    return Resolved(Desired(ordered), tuple(sorted(findings)), tuple(dangling))


def still_dangling(resolved: Resolved, live: Collection[Address]) -> list[Finding]:
    """The dangling references that the shop does not know either."""
    known = {casefolded(address.name) for address in live if address.kind == "definition"}
    return [finding for address, finding in resolved.dangling if casefolded(address.name) not in known]


def _unique(manifests: Iterable[Manifest]) -> tuple[dict[Address, Manifest], list[Finding]]:
    """One manifest per address, names compared as the server does; the first by place is the one that stays."""
    first: dict[Address, Manifest] = {}
    findings: list[Finding] = []
    for manifest in sorted(manifests, key=lambda manifest: manifest.source):
        kept = first.setdefault(manifest.address.folded, manifest)
        if kept is not manifest:
            key = {"definition": "name", "event": "code_name", "override": "target"}[manifest.address.kind]
            message = f"{manifest.address} is described twice: {kept.address} stands at {kept.source.short}"
            findings += located(manifest.source, [Problem("duplicate-address", message, (key,))])
    return {manifest.address: manifest for manifest in first.values()}, findings


def _canonical(manifest: Manifest, definitions: dict[str, Definition]) -> Manifest:
    """References in the spelling of the definition they name."""
    match manifest.resource:
        case Definition() as definition:
            relationships = tuple(_spelled(rel, definitions) for rel in definition.relationships)
            resource = definition.model_copy(update={"relationships": relationships})
        case Override() as override:
            sources = tuple(
                source.model_copy(update={"definition": _spelling(source.definition, definitions)})
                for source in override.sources
            )
            return Manifest(manifest.address, override.model_copy(update={"sources": sources}), manifest.source)
        case _:
            return manifest
    return Manifest(manifest.address, resource, manifest.source)


def _spelled(rel: Relationship, definitions: dict[str, Definition]) -> Relationship:
    if rel.target_schema_type == "system":
        return rel
    return rel.model_copy(update={"target_schema": _spelling(rel.target_schema, definitions)})


def _spelling(name: str, definitions: dict[str, Definition]) -> str:
    known = definitions.get(casefolded(name))
    return known.name if known else name


def _unknown_names(
    manifest: Manifest, definitions: dict[str, Definition], names: list[str]
) -> Iterator[tuple[str, Problem]]:
    for name, path in _references(manifest):
        if casefolded(name) not in definitions:
            message = f"{manifest.address} refers to definition/{name}, which no manifest describes"
            yield name, Problem("dangling-reference", message + did_you_mean(name, names), path)


def _references(manifest: Manifest) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    match manifest.resource:
        case Definition(relationships=relationships):
            for index, rel in enumerate(relationships):
                if rel.target_schema_type == "custom":
                    yield rel.target_schema, ("relationships", index, "targetSchema")
        case Override(sources=sources):
            for index, source in enumerate(sources):
                yield source.definition, ("sources", index, "definition")


def _problems(manifest: Manifest, definitions: dict[str, Definition]) -> Iterator[Problem]:
    match manifest.resource:
        case Definition() as definition:
            for index, rel in enumerate(definition.relationships):
                target = definitions.get(casefolded(rel.target_schema))
                if rel.target_schema_type == "custom" and target:
                    yield from _target_problems(definition, rel, target, ("relationships", index))
        case Override(sources=sources):
            for index, source in enumerate(sources):
                owner = definitions.get(casefolded(source.definition))
                if owner:
                    yield from _override_problems(source.field, owner, ("sources", index))


def _field(definition: Definition, name: str) -> DefinitionField | None:
    return next((field for field in definition.fields if field.name == name), None)


def _target_problems(
    definition: Definition, rel: Relationship, target: Definition, path: tuple[str | int, ...]
) -> Iterator[Problem]:
    name = rel.server_target_field
    source, end = _field(definition, rel.source_field), _field(target, name)
    if end is None and name != "id":
        hint = did_you_mean(name, [field.name for field in target.fields])
        message = f"definition/{target.name} has no field {name!r}{hint}"
        yield Problem("target-field-missing", message, (*path, "targetField"))
        return
    end_type = end.type if end else "number"
    if source and _FREE_TYPES.get(source.type, source.type) != _FREE_TYPES.get(end_type, end_type):
        message = f"{rel.source_field!r} is {source.type} and {target.name}.{name} is {end_type}"
        yield Problem("relation-type-mismatch", message, (*path, "sourceField"))


def _override_problems(name: str, owner: Definition, path: tuple[str | int, ...]) -> Iterator[Problem]:
    field = _field(owner, name)
    if field is None:
        hint = did_you_mean(name, [other.name for other in owner.fields])
        yield Problem(
            "override-field-missing", f"definition/{owner.name} has no field {name!r}{hint}", (*path, "field")
        )
    elif field.type not in NUMERIC_TYPES:
        message = f"{owner.name}.{name} is {field.type}, and a price needs number or decimal"
        yield Problem("override-field-not-numeric", message, (*path, "field"))
    if not any(rel.target_schema == "products" for rel in owner.relationships):
        message = f"definition/{owner.name} has no relationship to products, so no price can be found through it"
        yield Problem("override-without-product", message, (*path, "definition"))
