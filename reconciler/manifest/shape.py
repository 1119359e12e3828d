"""From plain data to a resource of its kind, and from what pydantic refuses to problems
in our own words.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from reconciler.form.spelling import did_you_mean, shown, unseen_words
from reconciler.form.typed import unquoted_words
from reconciler.kinds.models import models_in
from reconciler.kinds.registry import KINDS, AnyKind
from reconciler.model.letters import quoted, unseen_in
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.resource import Resource

MOST_PROBLEMS = 1_000
"""That are told of one document."""
_TYPE_WORDS = {
    "string_type": "text (put it in quotes)",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "day_type": "a day, such as 2026-12-31",
    "date_from_datetime_parsing": "a day, such as 2026-12-31",
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "option_type": "text or a number",
}

_IDS = ("id", "id_definition", "id_event")
"""Keys of the API's answers (contract §10), which somebody may have copied."""

Errors = list[dict[str, Any]]
"""What pydantic says, one mapping per error."""


def kind_in(data: Any) -> AnyKind | Problem:
    """The kind of a document, or why it has none."""
    if not isinstance(data, dict):
        message = "a manifest is a mapping that begins with `kind:`"
        if isinstance(data, str) and data.startswith("kind:"):
            message += ", with a blank behind the colon"
        return Problem("not-a-manifest", message)
    name = data.get("kind")
    if isinstance(name, str) and name in KINDS:
        return KINDS[name]
    return _unknown_kind(data)


def validate(kind: AnyKind, data: Mapping[str, Any]) -> Resource | Errors:
    """The resource, or what keeps the data from being one."""
    try:
        resource: Resource = kind.model.model_validate(data)
    except ValidationError as invalid:
        errors = map(dict, invalid.errors(include_url=False))
        return [error for error in errors if not _counts_wrong_items(error)]
    return resource


def problems_in(errors: Errors, model: type[BaseModel]) -> list[Problem]:
    """The errors as problems, up to a number that somebody may still read."""
    return [_problem(error, model) for error in islice(errors, MOST_PROBLEMS)]


def nulls_in(paths: Iterable[DocumentPath], model: type[BaseModel]) -> list[Problem]:
    """A problem for each path where a key has nothing behind it: nobody can tell whether
    that is to be left alone or to be emptied. Inside of a free value, null is one.
    """
    return [_null(path) for path in paths if _may_be_left_out(path, model)]


def _null(path: DocumentPath) -> Problem:
    told = 'has nothing behind it: write "" or [] for what is empty, or leave it out'
    return Problem("wrong-type", f"`{_dotted(path)}` {told}", path)


def _may_be_left_out(path: DocumentPath, model: type[BaseModel]) -> bool:
    """Whether it leads to a key that is not managed when it is not written."""
    *around, key = path
    for part in around:
        if isinstance(part, int):
            continue
        fields = fields_called(part, model)
        if not fields:
            key = f"{part}.{key}"  # a slot may be written nested, as the API has it
            break
        inner = next(models_in(fields[0].annotation), None)
        if inner is None:
            return False
        model = inner
    known = fields_called(key, model)
    return any(field.default is None and not field.is_required() for field in known)


def _unknown_kind(data: Mapping[str, Any]) -> Problem:
    known = ", ".join(KINDS)
    if "kind" in data:
        kind = data["kind"]
        hint = did_you_mean(str(kind), KINDS) or f"; known are {known}"
        message = f"this version knows no kind {shown(kind)}{hint}"
        return Problem("unknown-kind", message, ("kind",))
    message = f"`kind` is missing: write one of {known}"
    if "rests_on" in data:  # a key that only plans have
        message = "this is a saved plan, which only `reconciler apply` takes"
    return Problem("unknown-kind", message)


def _counts_wrong_items(error: dict[str, Any]) -> bool:
    """A list is called too short when its items are wrong; they are told of
    themselves.
    """
    return error["type"] == "too_short" and bool(error["input"])


def _problem(error: dict[str, Any], model: type[BaseModel]) -> Problem:
    path = tuple(error["loc"])
    match error["type"]:
        case "missing":
            return _missing(path)
        case "extra_forbidden":
            return _unknown_key(path, model)
        case "literal_error":
            return _unknown_value(error, path)
        case "duplicate_slot":
            return Problem("duplicate-key", error["msg"], path)
        case "duplicate_language":
            message = f"`{_dotted(path)}`: {error['msg']}"
            return Problem("duplicate-key", message, path)
    return _unfit_value(error, path)


def _unfit_value(error: dict[str, Any], path: DocumentPath) -> Problem:
    rule, told = _unfit(error)
    return Problem(rule, f"`{_dotted(path)}`{told}", path)


def _unfit(error: dict[str, Any]) -> tuple[str, str]:
    """The rule that a value breaks, and the words behind its key."""
    said = error["msg"]
    match error["type"]:
        case "unquoted":
            return "unquoted-text", f": {unquoted_words(error['ctx']['spelling'])}"
        case "octal":
            return "wrong-type", f": {said}"
        case "id_for_name":
            return "wrong-type", f" {said}"
        case "needed":
            return "missing-key", " is missing or empty"
        case "unseen_character":
            return "unseen-character", f" {said}"
        case "outer_blank":
            return "outer-blank", f" {said}: {quoted(error['input'])}"
        case "period":
            return "out-of-bounds", f" {said}: {quoted(error['input'])}"
        case reason if reason in _TYPE_WORDS:
            return "wrong-type", f" must be {_TYPE_WORDS[reason]}"
    # What else our models refuse is about bounds: how long, how many, how large.
    return "out-of-bounds", f": {said[:1].lower()}{said[1:]}"


def _missing(path: DocumentPath) -> Problem:
    around = path[:-1]
    where = f" in {_dotted(around)}" if around else ""
    return Problem("missing-key", f"`{path[-1]}` is missing{where}", around)


def _unknown_key(path: DocumentPath, model: type[BaseModel]) -> Problem:
    key = str(path[-1])
    hint = did_you_mean(key, keys_at(model, path[:-1]))
    if key in _IDS:
        hint = ": manifests name things, and their ids are found in the shop; remove it"
    message = f"unknown key {shown(key)}{_unseen(key)}{hint}"
    return Problem("unknown-key", message, (*path, key))


def _unseen(key: str) -> str:
    letter = unseen_in(key)
    return f": {unseen_words(letter)} stands in it" if letter else ""


def _unknown_value(error: dict[str, Any], path: DocumentPath) -> Problem:
    # pydantic lists them as: 'a', 'b' or 'c'
    allowed = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
    value = error["input"]
    hint = did_you_mean(str(value), allowed.split(", ")) or f"; allowed are {allowed}"
    message = f"`{_dotted(path)}` is {shown(value)}{hint}"
    return Problem("unknown-value", message, path)


def _dotted(path: DocumentPath) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def keys_at(model: type[BaseModel], path: DocumentPath) -> list[str]:
    """The keys that the model under `path` knows."""
    fields = model_at(model, path).model_fields
    return [field.alias or name for name, field in fields.items()]


def model_at(model: type[BaseModel], path: DocumentPath) -> type[BaseModel]:
    """The model of the mapping that `path` leads to, as far as there is one (an event's
    slots may be nested).
    """
    for part in path:
        for field in fields_called(part, model):
            model = next(models_in(field.annotation), model)
    return model


def fields_called(key: str | int, model: type[BaseModel]) -> list[FieldInfo]:
    """The field that a manifest writes as `key`, if the model has it."""
    fields = model.model_fields.items()
    return [field for name, field in fields if key in (name, field.alias)]
