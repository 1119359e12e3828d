"""One document: render its expressions, validate it by kind, and look for what makes no
sense within it.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from reconciler.form.spelling import did_you_mean, shown
from reconciler.kinds.doubles import doubles
from reconciler.kinds.registry import KINDS
from reconciler.manifest.template import Renderer, TemplateProblem
from reconciler.model.address import Address, casefolded
from reconciler.model.problem import DocumentPath as Path
from reconciler.model.problem import Problem
from reconciler.model.resource import Resource

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
    if not isinstance(kind, str) or kind not in KINDS:
        return None, [_unknown_kind(data)]
    model = KINDS[kind].model
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


def described(data: Any) -> list[Address]:
    """The address that a document describes, if it says so, though it is not valid."""
    written = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(written, str) or written not in KINDS:
        return []
    kind = KINDS[written]
    name = data.get(kind.key)
    return [Address(kind.name, name)] if isinstance(name, str) else []


def address_of(resource: Resource) -> Address:
    """The identity that a manifest gives its resource."""
    return KINDS[resource.kind].address_of(resource)


def _unknown_kind(data: Mapping[str, Any]) -> Problem:
    if "kind" not in data and "rests_on" in data:
        return Problem(
            "unknown-kind", "this is a saved plan, which only `reconciler apply` takes"
        )
    if "kind" not in data:
        return Problem(
            "unknown-kind", f"`kind` is missing: write one of {', '.join(KINDS)}"
        )
    kind = data["kind"]
    hint = did_you_mean(str(kind), KINDS) or f"; known are {', '.join(KINDS)}"
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
    kind = KINDS[resource.kind]
    yield from _rename_problems(kind.address_of(resource).name, resource)
    if resource.absent:
        return
    accepted = [each.change for each in resource.accept]
    yield from doubles(accepted, ("accept",), "change")
    yield from kind.problems(resource)


def _rename_problems(own: str, resource: Resource) -> Iterator[Problem]:
    old = getattr(resource, "renamed_from", None)
    if old is None:
        return
    if casefolded(old) == casefolded(own):
        message = (
            f"{shown(own)} is renamed from itself: the server takes both names for one"
        )
        yield Problem("rename-conflict", message, ("renamed_from",))
    if resource.absent:
        message = f"{shown(own)} is to be deleted and renamed at once"
        yield Problem("rename-conflict", message, ("renamed_from",))
