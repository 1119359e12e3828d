"""One document: render its expressions, validate it by kind, and look for what makes no
sense within it.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from reconciler.diff.scalars import canonical
from reconciler.manifest.problem import Problem, Vocabulary, did_you_mean, shown
from reconciler.manifest.template import Renderer, TemplateProblem
from reconciler.manifest.yaml import Path
from reconciler.model.address import Address, casefolded, fold
from reconciler.model.kinds import (
    NUMERIC_TYPES,
    SYSTEM_SCHEMAS,
    Definition,
    DefinitionField,
    Event,
    Override,
    Resource,
)

MODELS: dict[str, type[Definition] | type[Event] | type[Override]] = {
    "definition": Definition,
    "event": Event,
    "override": Override,
}
MOST_PROBLEMS = 1_000
"""That are told of one document."""
_TYPE_WORDS = {
    "string_type": "text (put it in quotes)",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "day_type": "a day, such as 2026-12-31",
    "model_type": "a mapping",
    "option_type": "text or a number",
}


def rendered(
    data: Any, renderer: Renderer, path: Path = ()
) -> tuple[Any, list[Problem]]:
    """The data with every scalar rendered, and the expressions that could not be."""
    problems: list[Problem] = []

    def walk(value: Any, path: Path) -> Any:
        if isinstance(value, str) and len(problems) < MOST_PROBLEMS:
            try:
                return renderer.render(value)
            except TemplateProblem as broken:
                problems.append(Problem("template", str(broken), path))
                return value
        if isinstance(value, dict):
            return {key: walk(inner, (*path, key)) for key, inner in value.items()}
        return (
            [walk(inner, (*path, i)) for i, inner in enumerate(value)]
            if isinstance(value, list)
            else value
        )

    return walk(data, path), problems


def resource_of(data: Any) -> tuple[Resource | None, list[Problem]]:
    """The validated resource, or the problems that keep it from being one."""
    if not isinstance(data, dict):
        return None, [
            Problem(
                "not-a-manifest", "a manifest is a mapping that begins with `kind:`"
            )
        ]
    kind = data.get("kind")
    model = MODELS.get(kind) if isinstance(kind, str) else None
    if model is None:
        return None, [_unknown_kind(data)]
    try:
        return model.model_validate(data), []
    except ValidationError as invalid:
        errors = (
            error
            for error in invalid.errors(include_url=False)
            if not _counts_wrong_items(dict(error))
        )
        return None, [
            _problem(dict(error), model) for error in islice(errors, MOST_PROBLEMS)
        ]


def named(data: Any) -> list[str]:
    """The name of a definition that could not be built, if it has one."""
    if not isinstance(data, dict) or data.get("kind") != "definition":
        return []
    return [data["name"]] if isinstance(data.get("name"), str) else []


def address_of(resource: Resource) -> Address:
    """The identity that a manifest gives its resource."""
    match resource:
        case Definition():
            return Address("definition", resource.name)
        case Event():
            return Address("event", resource.code_name)
        case Override():
            return Address("override", resource.target)


def _unknown_kind(data: Mapping[str, Any]) -> Problem:
    if "kind" not in data and "rests_on" in data:
        return Problem(
            "unknown-kind", "this is a saved plan, which only `reconciler apply` takes"
        )
    if "kind" not in data:
        return Problem(
            "unknown-kind", f"`kind` is missing: write one of {', '.join(MODELS)}"
        )
    kind = data["kind"]
    hint = did_you_mean(str(kind), MODELS) or f"; known are {', '.join(MODELS)}"
    return Problem(
        "unknown-kind", f"this version knows no kind {shown(kind)}{hint}", ("kind",)
    )


def _counts_wrong_items(error: dict[str, Any]) -> bool:
    """A list is called too short when its items are wrong; they are told of
    themselves.
    """
    return error["type"] == "too_short" and bool(error["input"])


def _problem(error: dict[str, Any], model: type[BaseModel]) -> Problem:
    path, kind, context = tuple(error["loc"]), error["type"], error.get("ctx", {})
    key = str(path[-1]) if path else ""
    if kind == "missing":
        where = f" in {_dotted(path[:-1])}" if len(path) > 1 else ""
        return Problem("missing-key", f"`{key}` is missing{where}", path[:-1])
    if kind == "extra_forbidden":
        known = _keys_at(model, path[:-1])
        return Problem(
            "unknown-key",
            f"unknown key {shown(key)}{did_you_mean(key, known)}",
            (*path, key),
        )
    if kind == "literal_error":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "")
        value = error["input"]
        hint = (
            did_you_mean(str(value), allowed.split(", ")) or f"; allowed are {allowed}"
        )
        return Problem(
            "unknown-value", f"`{_dotted(path)}` is {shown(value)}{hint}", path
        )
    if kind == "needed":
        return Problem("missing-key", f"`{_dotted(path)}` is missing or empty", path)
    if kind == "duplicate_slot":
        return Problem("duplicate-key", error["msg"], path)
    if kind in _TYPE_WORDS:
        return Problem(
            "wrong-type", f"`{_dotted(path)}` must be {_TYPE_WORDS[kind]}", path
        )
    return Problem(
        "out-of-bounds",
        f"`{_dotted(path)}`: {error['msg'][:1].lower()}{error['msg'][1:]}",
        path,
    )


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += (
            f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
        )
    return text


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model under `path` knows."""
    for part in path:
        if isinstance(part, int):
            continue
        field = next(
            f for name, f in model.model_fields.items() if part in (name, f.alias)
        )
        model = next((inner for inner in _models_in(field.annotation)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def problems_within(resource: Resource) -> Iterator[Problem]:
    """What makes no sense whatever the other manifests say; of what is to be deleted
    nothing but the name counts.
    """
    if not isinstance(resource, Override):
        yield from _rename_problems(resource)
        if resource.ensure == "absent":
            return
    yield from _doubles(
        [each.change for each in resource.accept], ("accept",), "change"
    )
    match resource:
        case Definition():
            yield from _doubles([field.name for field in resource.fields], ("fields",))
            yield from _relationship_problems(resource)
            for index, field in enumerate(resource.fields):
                yield from _value_problems(field, ("fields", index))
                if fold(field.name) == "id":
                    message = f"{shown(field.name)} is the name of the number that the server gives every record"
                    yield Problem("reserved-field", message, ("fields", index, "name"))
        case Event():
            for slot, properties in resource.properties.by_slot().items():
                yield from _doubles(
                    [prop.name for prop in properties], ("properties", slot)
                )
        case Override():
            yield from _source_problems(resource)


def _rename_problems(resource: Definition | Event) -> Iterator[Problem]:
    if resource.renamed_from is None:
        return
    own = address_of(resource).name
    if casefolded(resource.renamed_from) == casefolded(own):
        message = (
            f"{shown(own)} is renamed from itself: the server takes both names for one"
        )
        yield Problem("rename-conflict", message, ("renamed_from",))
    if resource.ensure == "absent":
        yield Problem(
            "rename-conflict",
            f"{shown(own)} is to be deleted and renamed at once",
            ("renamed_from",),
        )


def _doubles(names: list[str], path: Path, key: str = "name") -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for index, name in enumerate(names):
        if fold(name) in seen:
            message = f"{shown(name)} stands here twice (as {shown(seen[fold(name)])})"
            yield Problem("duplicate-field", message, (*path, index, key))
        seen.setdefault(fold(name), name)


def _relationship_problems(definition: Definition) -> Iterator[Problem]:
    fields = {field.name for field in definition.fields}
    known = Vocabulary(fields)
    for index, key in enumerate(definition.unique_keys or ()):
        if key not in fields:
            message = f"the unique key {shown(key)} is not a field{known.hint(key)}"
            yield Problem("unique-key-not-a-field", message, ("unique_keys", index))
    related: set[str] = set()
    for index, rel in enumerate(definition.relationships):
        path = ("relationships", index)
        if rel.source_field not in fields:
            message = f"the source field {shown(rel.source_field)} is not a field{known.hint(rel.source_field)}"
            yield Problem("source-field-not-a-field", message, (*path, "sourceField"))
        if rel.source_field in related:
            message = f"{shown(rel.source_field)} has two relationships"
            yield Problem("duplicate-relationship", message, (*path, "sourceField"))
        related.add(rel.source_field)
        if (
            rel.target_schema_type == "system"
            and rel.target_schema not in SYSTEM_SCHEMAS
        ):
            hint = did_you_mean(rel.target_schema, SYSTEM_SCHEMAS)
            message = f"there is no system schema {shown(rel.target_schema)}{hint}"
            yield Problem("unknown-system-schema", message, (*path, "targetSchema"))


def _value_problems(field: DefinitionField, path: Path) -> Iterator[Problem]:
    if field.type == "list" and not field.options:
        yield Problem(
            "list-without-options", f"the list {shown(field.name)} has no options", path
        )
    if field.type != "list" and field.options is not None:
        yield Problem(
            "options-without-list",
            f"{shown(field.name)} has options and is no list",
            (*path, "options"),
        )
    if field.default is None:
        return
    if (
        field.type == "list"
        and field.options
        and str(field.default) not in map(str, field.options)
    ):
        hint = did_you_mean(str(field.default), map(str, field.options))
        message = f"the default {shown(field.default)} is none of the options{hint}"
        yield Problem("default-outside-options", message, (*path, "default"))
    elif not _fits(field):
        yield Problem(
            "default-type",
            f"the default of {shown(field.name)} is no {field.type}",
            (*path, "default"),
        )


def _fits(field: DefinitionField) -> bool:
    if field.type in ("json", "geolocation"):
        return True
    value = canonical(field.default, field.type)
    if field.type == "bool":
        return isinstance(value, bool)
    if field.type in NUMERIC_TYPES:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(field.default, str | int | float)


def _source_problems(override: Override) -> Iterator[Problem]:
    priorities, fields = set(), set()
    for index, source in enumerate(override.sources):
        if source.priority in priorities:
            message = f"two sources have the priority {source.priority}"
            yield Problem("duplicate-priority", message, ("sources", index, "priority"))
        priorities.add(source.priority)
        if (fold(source.definition), source.field) in fields:
            message = (
                f"{shown(f'{source.definition}.{source.field}')} stands here twice"
            )
            yield Problem("duplicate-source", message, ("sources", index))
        fields.add((fold(source.definition), source.field))
