"""The JSON Schemas of what users write and programs read."""

from functools import reduce
from operator import or_
from typing import Any

from pydantic import BaseModel, TypeAdapter

from reconciler.kinds.descriptions import about
from reconciler.kinds.models import all_models
from reconciler.kinds.registry import KINDS
from reconciler.model.plan import Plan

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str | None) -> dict[str, Any]:
    """The schema of a kind of manifest, of any manifest (None), or of the plan document
    ("plan").
    """
    if kind == "plan":
        return {"$schema": DIALECT, **Plan.model_json_schema(mode="serialization")}
    models = [KINDS[kind].model] if kind else [each.model for each in KINDS.values()]
    written: Any = reduce(or_, models)
    schema = TypeAdapter(written).json_schema(by_alias=True)
    for model in models:
        _describe(schema, model)
    return {"$schema": DIALECT, **schema}


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Adds to every property of the model, and of those below, what it means."""
    by_title = {each.__name__: each for each in all_models(model)}
    for part in (schema, *schema.get("$defs", {}).values()):
        described = by_title.get(part.get("title", ""))
        if described is None:
            continue
        for key, written in part.get("properties", {}).items():
            written["description"] = about(described, key).means
